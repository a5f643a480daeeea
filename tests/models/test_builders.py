"""What every builder promises; a new one joins by its entry in BUILDERS."""

import functools
import inspect
import re

import keras
import numpy as np
import pytest

from zoo import engine, losses, models
from zoo.engine.optimizers import SGD

SIZES = {int: 8, tuple[int, ...]: (6, 5)}
"""What a builder's required sizes are set to, by their annotation."""
STEPS, RATE = 2, 2.0**-16


@pytest.fixture(params=models.BUILDERS)
def builder(request):
    """Return each builder in turn."""
    return models.BUILDERS[request.param]


def built(builder, seed=1, **choices):
    """Return a model with the default sizes, or small ones where the builder asks for sizes."""
    asked = inspect.signature(builder).parameters.values()
    sizes = {
        p.name: SIZES[p.annotation] for p in asked if p.default is inspect.Parameter.empty
    }
    keras.utils.set_random_seed(seed)
    return builder(**sizes | choices)


def examples(model, count=16):
    """Return random inputs of the model's shape."""
    return np.random.default_rng(0).random((count, *model.input_shape[1:]), "float32")


def targets_and_loss(model, count=16):
    """Return random targets, and a loss that such an output can be trained by."""
    targets = np.random.default_rng(1).random((count, *model.output_shape[1:]), "float32")
    return targets, losses.half_squares if len(model.output_shape) > 1 else losses.own_cost


def shaken(model):
    """Return the model with its trained weights moved at random: some output layers start at zero."""
    random = np.random.default_rng(2)
    for variable in model.trainable_variables:
        variable.assign(variable + 0.1 * random.normal(size=variable.shape))
    return model


def test_a_model_has_one_input_and_one_output_of_finite_numbers(builder):
    model = built(builder)
    outputs = np.asarray(model(examples(model, 3)))
    assert (len(model.inputs), len(model.outputs)) == (1, 1)
    assert outputs.shape == (3, *model.output_shape[1:])
    assert np.isfinite(outputs).all()


def test_a_model_is_functional_and_not_compiled(builder):
    model = built(builder)
    assert type(model).__name__ == "Functional"
    assert not model.compiled


def test_a_model_is_named_after_its_builder_unless_told_otherwise(builder):
    assert built(builder).name == builder.__name__
    assert built(builder, name="mine").name == "mine"


def test_a_model_comes_back_from_its_configuration(builder):
    model = shaken(built(builder))
    config = keras.saving.serialize_keras_object(model)
    again = keras.saving.deserialize_keras_object(config)
    assert [v.path for v in again.variables] == [v.path for v in model.variables]
    again.set_weights(model.get_weights())
    np.testing.assert_array_equal(again(examples(model)), model(examples(model)))


def test_weights_come_back_from_a_file(builder, tmp_path):
    model, other = shaken(built(builder)), built(builder, seed=2)
    model.save_weights(tmp_path / "model.weights.h5")
    assert not np.array_equal(other(examples(model)), model(examples(model)))
    other.load_weights(tmp_path / "model.weights.h5")
    np.testing.assert_array_equal(other(examples(model)), model(examples(model)))


def test_the_seed_decides_the_initial_weights_and_the_builder_sets_none(builder):
    first, again, other = built(builder), built(builder), built(builder, seed=2)
    for ours, same in zip(first.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, same)
    assert not np.array_equal(first.get_weights()[0], other.get_weights()[0])


def test_variables_have_different_names_that_tell_their_role(builder):
    paths = [variable.path for variable in built(builder).variables]
    assert len(set(paths)) == len(paths)
    assert [variable.path for variable in built(builder).variables] == paths, (
        "a name is Keras's numbered one"
    )
    automatic = {
        keras.src.utils.naming.to_snake_case(type(layer).__name__)
        for layer in built(builder).layers
    }
    assert not automatic & {layer.name for layer in built(builder).layers}


@functools.cache
def stepped(builder):
    """Return a study of two small steps of the engine."""
    x = examples(built(builder))
    targets, loss = targets_and_loss(built(builder))
    recipe = engine.Recipe(loss=loss, optimizer=SGD(RATE), steps=STEPS)
    return engine.train(lambda: built(builder), recipe, {"train": (x, targets)}, [1])


def test_steps_of_the_engine_lower_the_loss(builder):
    study, (targets, loss) = stepped(builder), targets_and_loss(built(builder))
    before, after = (
        np.mean(loss(targets, model(examples(model))))
        for model in (study.build(), study.model(1))
    )
    assert after < before


def test_the_engine_goes_the_way_of_train_on_batch(builder):
    model, start = built(builder), built(builder).trainable_variables
    targets, loss = targets_and_loss(model)
    # XLA, Keras's default, draws other numbers from the same random state
    model.compile(keras.optimizers.SGD(RATE), loss, jit_compile=False)
    for _ in range(STEPS):
        model.train_on_batch(examples(model), targets)
    ours = stepped(builder).model(1).trainable_variables
    way = moved(model.trainable_variables, start)
    assert way > 0
    assert moved(ours, model.trainable_variables) < 0.01 * way


def moved(variables, start):
    """Return the largest difference of any variable from where it was."""
    return max(float(np.abs(v - s).max()) for v, s in zip(variables, start, strict=True))


def test_a_docstring_states_the_number_of_parameters(builder):
    """The builder's own test asserts the stated ones; of default sizes, this one does."""
    asked = inspect.signature(builder).parameters.values()
    if any(p.default is inspect.Parameter.empty for p in asked):
        assert re.search(r"parameters", builder.__doc__, re.IGNORECASE)
    else:
        assert re.search(rf"\b{built(builder).count_params():,}\b", builder.__doc__)


def test_a_docstring_says_what_comes_back(builder):
    assert "; returns " in " ".join(builder.__doc__.split())
