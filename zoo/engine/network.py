"""A Keras model as a pure function of its weights."""

import contextlib
import inspect
import json
import random

import keras
import numpy as np
from keras.src.backend.common import global_state

from zoo.engine.fingerprint import is_library, sources


class Network:
    """A functional model with one input and one output, called with weights that are passed
    in.

    `trainable` and `states` are the names of its variables in the order of Keras: paths such
    as "hidden_1/kernel", and for the others (batch statistics, states of random generators)
    paths too. Weights are a pair of dictionaries `{"trainable": {path: value}, "states":
    {path: value}}`.

    Raises:
        ValueError: for a model with several inputs or outputs, or two variables of one path.
    """

    def __init__(self, model):
        if len(model.inputs) != 1 or len(model.outputs) != 1:
            raise ValueError(
                f"{model.name} has {len(model.inputs)} inputs and {len(model.outputs)} outputs; "
                "the engine trains functional models with one of each"
            )
        self.model = model
        self.trainable = [variable.path for variable in model.trainable_variables]
        self.states = [variable.path for variable in model.non_trainable_variables]
        if len(set(self.trainable + self.states)) < len(self.trainable + self.states):
            raise ValueError(
                f"two variables of {model.name} have the same path: give its layers different names"
            )
        self._hidden = None

    def call(self, weights, x, training=False):
        """Return (outputs, new states, penalty): penalty is the sum of the regularizers'
        losses, a scalar."""
        outputs, states, losses = self.model.stateless_call(
            [weights["trainable"][path] for path in self.trainable],
            [weights["states"][path] for path in self.states],
            x,
            training=training,
            return_losses=True,
        )
        return outputs, dict(zip(self.states, states, strict=True)), sum(losses)

    def outputs(self, weights, x):
        """Return the outputs in inference mode."""
        return self.call(weights, x)[0]

    def activations(self, weights, x):
        """Return every layer's output in inference mode, a dictionary by layer name."""
        if self._hidden is None:
            layers = [
                layer
                for layer in self.model.layers
                if not isinstance(layer, keras.layers.InputLayer)
            ]
            self._hidden = Network.of_outputs(self.model, layers)
        return self._hidden(weights, x)

    @staticmethod
    def of_outputs(model, layers):
        """Return a function (weights, x) -> {layer name: output} that shares the layers of
        `model`."""
        deep = keras.Model(model.inputs, [layer.output for layer in layers])
        trainable = [variable.path for variable in deep.trainable_variables]
        states = [variable.path for variable in deep.non_trainable_variables]

        def call(weights, x):
            everything = {**weights["trainable"], **weights["states"]}
            values = (
                [everything[path] for path in trainable],
                [everything[path] for path in states],
            )
            outputs, _ = deep.stateless_call(*values, x, training=False)
            return dict(zip([layer.name for layer in layers], outputs, strict=True))

        return call

    def constraints(self):
        """Return the layers' own constraints, a dictionary by path of the variables that have
        one."""
        return {
            v.path: v.constraint
            for v in self.model.trainable_variables
            if v.constraint is not None
        }


def initial_weights(model):
    """Return the model's weights as numpy arrays: {"trainable": {path: array}, "states":
    {path: array}}."""
    return {
        "trainable": {
            variable.path: variable.numpy() for variable in model.trainable_variables
        },
        "states": {
            variable.path: variable.numpy() for variable in model.non_trainable_variables
        },
    }


def assign(model, weights):
    """Give `model` the weights of a trained member, and return it."""
    for variable in model.trainable_variables:
        variable.assign(weights["trainable"][variable.path])
    for variable in model.non_trainable_variables:
        variable.assign(weights["states"][variable.path])
    return model


def build_with_seed(build, seed):
    """Return `build()` with Keras's, numpy's and Python's random numbers started from `seed`,
    and names from 0.

    Python's and numpy's global generators and Keras's name counters are left as they were
    found. A builder whose networks differ from seed to seed beyond that has a method
    `for_seed`, which returns the builder of one seed.

    Raises:
        ValueError: where that is no model with an input.
    """
    build = build.for_seed(seed) if hasattr(build, "for_seed") else build
    with _global_state_kept():
        keras.utils.set_random_seed(seed)
        model = build()
    if not isinstance(model, keras.Model) or not getattr(model, "inputs", None):
        raise ValueError(
            f"{model!r} is no functional keras.Model with a known input: give it a keras.Input"
        )
    return model


@contextlib.contextmanager
def _global_state_kept():
    python, legacy = random.getstate(), np.random.get_state()
    names = global_state.get_global_attribute("object_name_uids")
    global_state.set_global_attribute("object_name_uids", None)
    try:
        yield
    finally:
        global_state.set_global_attribute("object_name_uids", names)
        random.setstate(python)
        np.random.set_state(legacy)


def architecture(model):
    """Return what the model computes: its configuration, and the source of every part that is
    not Keras's own.
    """
    config = json.loads(
        json.dumps(model.get_config(), default=keras.saving.serialize_keras_object)
    )
    frozen = [variable.path for variable in model.non_trainable_variables]
    return {"config": config, "not trainable": frozen, "own parts": own_sources(model)}


def own_sources(model):
    """Return the sources of all layers, activations, regularizers, ... that are not Keras's,
    by name."""
    found = {}
    for layer in model._flatten_layers(
        include_self=False
    ):  # Keras has no public way into nested models
        for part in [layer, *vars(layer).values()]:
            kind = part if inspect.isfunction(part) else type(part)
            if callable(part) and not is_library(kind):
                found |= sources(kind)
    return found
