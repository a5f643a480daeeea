"""zoo.images: what comes out of each format, and one line for each kind of damage."""

import gzip
import io
import struct

import numpy as np
import pytest
from PIL import Image

from zoo import images
from zoo.data import DataError

GREY = np.arange(48, dtype=np.uint8).reshape(6, 8)
COLOUR = np.arange(144, dtype=np.uint8).reshape(6, 8, 3)


def idx_bytes(array):
    return struct.pack(f">I{array.ndim}I", 0x800 + array.ndim, *array.shape) + array.tobytes()


def refusal(path):
    with pytest.raises(DataError) as error:
        images.read(path)
    message = str(error.value)
    assert message.startswith(str(path)) and "\n" not in message
    return message


@pytest.mark.parametrize("pixels", [GREY, COLOUR], ids=["grey", "colour"])
def test_a_png_gives_back_its_pixels(tmp_path, pixels):
    Image.fromarray(pixels).save(tmp_path / "a.png")
    read = images.read(tmp_path / "a.png")
    assert read.dtype == np.uint8
    np.testing.assert_array_equal(read, pixels)


def test_a_jpeg_gives_nearly_its_pixels(tmp_path):
    Image.fromarray(GREY).save(tmp_path / "a.jpg", quality=95)
    assert np.abs(images.read(tmp_path / "a.jpg").astype(int) - GREY).max() < 5


def test_a_jpeg_that_the_camera_turned_is_set_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned by a quarter
    Image.fromarray(GREY).save(tmp_path / "a.jpg", exif=exif)
    assert images.read(tmp_path / "a.jpg").shape == (8, 6)


def test_black_and_white_and_palette_pictures_become_0_to_255(tmp_path):
    Image.fromarray(GREY > 20).save(tmp_path / "bw.png")
    np.testing.assert_array_equal(
        images.read(tmp_path / "bw.png"), np.where(GREY > 20, 255, 0)
    )
    Image.fromarray(COLOUR).quantize(16).save(tmp_path / "palette.png")
    assert images.read(tmp_path / "palette.png").shape == (6, 8, 3)


def test_a_transparent_picture_is_refused(tmp_path):
    Image.fromarray(COLOUR).convert("RGBA").save(tmp_path / "a.png")
    assert "transparen" in refusal(tmp_path / "a.png")


def test_a_picture_of_16_bits_is_refused(tmp_path):
    Image.fromarray(GREY.astype(np.uint16) * 256).save(tmp_path / "a.png")
    assert "8 bits" in refusal(tmp_path / "a.png")


@pytest.mark.parametrize("name", ["a.png", "a.jpg"])
def test_a_picture_cut_short_is_refused(tmp_path, name):
    Image.fromarray(np.random.RandomState(0).randint(0, 256, (64, 64), np.uint8)).save(
        tmp_path / name
    )
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) // 2])
    assert "cut short" in refusal(tmp_path / name)


@pytest.mark.parametrize("name", ["a.png", "a.jpg"])
@pytest.mark.parametrize("content", [b"", b"no picture at all"], ids=["empty", "text"])
def test_what_is_no_picture_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    assert "PNG or JPEG" in refusal(tmp_path / name)


@pytest.mark.parametrize("name", ["a-idx2-ubyte", "a.idx", "a-idx2-ubyte.gz", "a.idx.gz"])
def test_an_idx_file_gives_back_its_array(tmp_path, name):
    content = idx_bytes(GREY)
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    np.testing.assert_array_equal(images.read(tmp_path / name), GREY)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\0\0\x0d\x01" + bytes(8), "wrong magic number 0x00000d01"),
        (b"\0\0", "wrong magic number 0x0000"),
        (idx_bytes(GREY)[:7], "header is incomplete"),
        (idx_bytes(GREY)[:-1], "states 48 values, but 47 follow"),
        (idx_bytes(GREY) + b"\0", "states 48 values, but 49 follow"),
    ],
)
def test_a_wrong_idx_file_is_refused(tmp_path, content, said):
    (tmp_path / "a.idx").write_bytes(content)
    assert said in refusal(tmp_path / "a.idx")


def test_a_gz_file_cut_short_or_damaged_is_refused(tmp_path):
    path = tmp_path / "a.idx.gz"
    whole = gzip.compress(idx_bytes(GREY))
    path.write_bytes(whole[:-12])
    assert "cut short" in refusal(path)
    path.write_bytes(whole[:12] + bytes([whole[12] ^ 255]) + whole[13:])
    assert "damaged" in refusal(path)
    path.write_bytes(idx_bytes(GREY))
    assert "not a .gz" in refusal(path)


def test_a_npy_file_gives_back_its_array(tmp_path):
    np.save(tmp_path / "a.npy", COLOUR)
    np.testing.assert_array_equal(images.read(tmp_path / "a.npy"), COLOUR)


def test_a_npy_file_of_another_type_is_refused(tmp_path):
    np.save(tmp_path / "a.npy", COLOUR.astype(np.float32))
    assert "float32" in refusal(tmp_path / "a.npy")


def test_a_pickled_npy_file_is_refused_and_not_run(tmp_path):
    ran = tmp_path / "ran"

    class Trap:
        def __reduce__(self):
            return ran.touch, ()

    np.save(tmp_path / "a.npy", np.array([Trap()], object), allow_pickle=True)
    assert "pickled" in refusal(tmp_path / "a.npy")
    assert not ran.exists()


def test_a_npy_file_cut_short_or_a_disguised_archive_is_refused(tmp_path):
    kept = io.BytesIO()
    np.save(kept, COLOUR)
    (tmp_path / "a.npy").write_bytes(kept.getvalue()[:-3])
    assert "cut short" in refusal(tmp_path / "a.npy")
    np.savez(tmp_path / "b.npz", COLOUR)
    (tmp_path / "b.npz").rename(tmp_path / "b.npy")
    assert "archive" in refusal(tmp_path / "b.npy")


def test_an_unknown_kind_a_missing_file_and_a_folder_are_refused(tmp_path):
    assert "unknown kind" in refusal(tmp_path / "a.gif")
    assert "No such file" in refusal(tmp_path / "a.png")
    (tmp_path / "b.png").mkdir()
    assert "cannot be read" in refusal(tmp_path / "b.png")
