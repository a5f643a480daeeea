"""The original LeNet-5 has its source's layers, parameters and connections, line by line."""

import numpy as np
import pytest

from zoo.layers import digit_bitmaps, scaled_tanh
from zoo.models import connections
from zoo.models.lenet5_1998 import C3_TABLE, FanInUniform, lenet5_1998

LINES = {
    "c1": ((28, 28, 6), 156, 122_304),
    "s2": ((14, 14, 6), 12, 5_880),
    "c3": ((10, 10, 16), 1_516, 151_600),
    "s4": ((5, 5, 16), 32, 2_000),
    "c5": ((1, 1, 120), 48_120, 48_120),
    "f6": ((84,), 10_164, 10_164),
    "logits": ((10,), 0, 840),
}
"""Output, trainable parameters and connections of each layer in the source's section II-B."""


@pytest.fixture(scope="module")
def model():
    """Return the network."""
    return lenet5_1998()


@pytest.mark.parametrize("name", LINES)
def test_every_layer_has_the_output_the_parameters_and_the_connections_of_the_source(
    model, name
):
    layer = model.get_layer(name)
    assert (layer.output.shape[1:], layer.count_params(), connections(model)[name]) == LINES[
        name
    ]


def test_the_totals_are_60_000_parameters_and_340_908_connections(model):
    assert (
        model.count_params()
        == sum(v.shape.num_elements() for v in model.trainable_variables)
        == 60_000
    )
    assert sum(connections(model).values()) == 340_908
    assert list(connections(model)) == list(LINES)


def test_the_docstring_states_the_counts():
    for count in (60_000, 340_908, *(line[1] for line in LINES.values() if line[1])):
        assert f"{count:,}" in lenet5_1998.__doc__


def test_the_table_has_the_columns_of_the_source():
    seen = ["".join(map(str, column)) for column in C3_TABLE]
    assert seen[:6] == ["012", "123", "234", "345", "045", "015"]
    assert seen[6:12] == ["0123", "1234", "2345", "0345", "0145", "0125"]
    assert seen[12:] == ["0134", "1245", "0235", "012345"]
    assert [sum(str(s2) in column for column in seen) for s2 in range(6)] == [10] * 6


def test_every_layer_up_to_f6_has_the_scaled_tanh(model):
    assert {model.get_layer(name).activation for name in LINES if name != "logits"} == {
        scaled_tanh
    }


def test_a_picture_at_f6_is_read_as_its_digit(model):
    logits = np.asarray(model.get_layer("logits")(digit_bitmaps().astype("float32")))
    assert logits.argmax(axis=1).tolist() == list(range(10))


def test_other_centres_make_another_number_of_classes():
    centres = [[1] * 84, [-1] * 84, [0] * 84]
    assert lenet5_1998(centres=centres)(np.zeros((2, 32, 32, 1))).shape == (2, 3)


def test_kernels_and_coefficients_start_within_2_4_over_the_fan_in(model):
    limits = {"c1": 25, "s2": 4, "s4": 4, "c5": 400, "f6": 120}
    for name, fan_in in limits.items():
        largest = np.abs(model.get_layer(name).get_weights()[0]).max()
        assert 0.3 < largest / (2.4 / fan_in) <= 1


def test_the_initializer_is_uniform_on_the_scale_over_the_fan_in():
    values = np.asarray(FanInUniform(2.4, seed=1)((5, 5, 4, 500)))
    assert np.abs(values).max() == pytest.approx(0.024, rel=0.01)
    assert values.std() == pytest.approx(0.024 / np.sqrt(3), rel=0.01)


def test_float64_holds_for_weights_and_arithmetic():
    model = lenet5_1998(dtype="float64")
    assert {variable.dtype for variable in model.variables} == {"float64"}
    assert model.outputs[0].dtype == "float64"


def test_images_of_another_size_are_refused_with_the_right_one():
    with pytest.raises(ValueError, match="needs images of 32 x 32 pixels, not 28 x 28"):
        lenet5_1998((28, 28, 1))
