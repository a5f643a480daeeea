"""Numbers come back from a file bit for bit, and a file that holds something else is refused."""

import numpy as np
import pytest

from tests.engine.entries import FACTS, FOREIGN, header_with, in_place_of_the_header
from zoo.engine.entry import SCHEMA, Entry, Label, OtherSchemaError, decode, encode

ENTRY = Entry({"weights": np.arange(3.0)}, FACTS)
TYPES = ("?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8")
RANDOM_BYTES = np.random.default_rng(0).bytes(48)


def write_and_read(array):
    """Return the array as it comes back from a file."""
    return decode(encode("ab", Entry({"values": array}, FACTS)))[1].arrays["values"]


def test_an_entry_comes_back_as_it_was_written_and_says_which_state_it_is():
    label, back = decode(encode("ab", ENTRY))
    assert label == Label("ab", step=5, seed=1)
    assert back.facts == FACTS
    np.testing.assert_array_equal(back.arrays["weights"], np.arange(3.0))


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("shape", [(2, 3), (6,), (), (0, 3)])
def test_numbers_of_every_type_and_shape_come_back_bit_for_bit(kind, shape):
    size = np.dtype(kind).itemsize * int(np.prod(shape))
    array = np.frombuffer(RANDOM_BYTES[:size], dtype=kind).reshape(shape)
    if kind == "?":
        array = array.view("u1") % 2 == 1
    back = write_and_read(array)
    assert (back.dtype, back.shape, back.tobytes()) == (array.dtype, shape, array.tobytes())


@pytest.mark.parametrize(
    "array",
    [
        np.arange(12.0).reshape(3, 4).T,
        np.arange(12.0)[::3],
        np.asfortranarray(np.arange(12).reshape(3, 4)),
        np.broadcast_to(np.float32(2.5), (3, 2)),
        np.arange(12, dtype=">f4").reshape(3, 4)[:, 1:],
        np.array(7, dtype=">i8"),
    ],
)
def test_arrays_that_lie_otherwise_in_memory_come_back_with_the_same_numbers(array):
    back = write_and_read(array)
    assert back.dtype == array.dtype.newbyteorder("=")
    assert back.shape == array.shape
    np.testing.assert_array_equal(back, array)


def test_what_is_no_number_and_minus_zero_keep_their_bits():
    array = np.array([np.nan, -np.nan, np.inf, -np.inf, -0.0, 5e-324])
    assert write_and_read(array).tobytes() == array.tobytes()


def test_arrays_that_were_read_can_be_written_to():
    back = write_and_read(np.zeros((2, 2), np.float32))
    back += 1
    assert back.sum() == 4


def test_arrays_come_back_in_the_order_in_which_they_were_given():
    names = ["z", "history/loss", "a", "steps"]
    arrays = {
        name: np.zeros(1, kind)
        for name, kind in zip(names, ("f4", "f8", "i8", "?"), strict=True)
    }
    assert list(decode(encode("ab", Entry(arrays, FACTS)))[1].arrays) == names


@pytest.mark.parametrize("array", [np.array("text"), np.array([None]), np.zeros(2, complex)])
def test_what_the_format_cannot_hold_is_refused_by_name(array):
    with pytest.raises(ValueError, match=f"cannot keep 'strange'.*{array.dtype}"):
        encode("ab", Entry({"strange": array}, FACTS))


@pytest.mark.parametrize("place", [0, 30, 64, 70, 200, -1])
def test_any_flipped_byte_is_noticed(place):
    data = bytearray(encode("ab", ENTRY))
    data[place] ^= 1
    with pytest.raises(ValueError, match="checksum"):
        decode(bytes(data))


def test_a_file_with_the_smallest_header_is_read():
    assert decode(in_place_of_the_header(header_with())) == (
        Label("ab", 5, 1),
        Entry({}, FACTS),
    )


@pytest.mark.parametrize("data", FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_file_is_refused_as_damaged_and_by_no_other_error(data):
    with pytest.raises(ValueError, match=r"checksum|header|arrays"):
        decode(data)


def test_a_file_of_another_version_of_the_format_is_told_apart_from_a_damaged_one():
    with pytest.raises(OtherSchemaError, match=f"number {SCHEMA + 1}, not {SCHEMA}"):
        decode(in_place_of_the_header(header_with(schema=SCHEMA + 1)))
