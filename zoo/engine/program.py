"""The compiled training loop: one program per architecture and recipe, whose arguments are
the weights."""

import collections
import contextlib
import threading

import keras
import tensorflow as tf

from zoo.engine.fingerprint import digest
from zoo.engine.network import Network, architecture

XLA_LIMIT = 250_000
"""The most weights of a dense network that is compiled with XLA on a CPU; see `program_kind`.
"""

PLAIN_LAYERS = (
    "InputLayer",
    "Dense",
    "Activation",
    "ReLU",
    "LeakyReLU",
    "Flatten",
    "Reshape",
    "Rescaling",
)


def program_kind(model) -> str:
    """Return "xla" or "graph": how this model's loop is compiled. A fixed rule: the choice
    changes rounding.

    On a GPU: XLA. On a CPU: XLA for small dense networks (layers of PLAIN_LAYERS, no random
    state, at most XLA_LIMIT weights), which it runs about twice as fast as a graph
    (784-30-10, batch 10: 25 against 45 us an update); a graph for everything else, since XLA
    on a CPU does without oneDNN: it took 1.3 times as long for 784-800-800-10 (batch 100), 11
    times with dropout in it, 14 times for LeNet-5 (batch 32).
    """
    if tf.config.list_logical_devices("GPU"):
        return "xla"
    plain = all(type(layer).__name__ in PLAIN_LAYERS for layer in model.layers)
    small = (
        sum(variable.shape.num_elements() or 1 for variable in model.trainable_variables)
        <= XLA_LIMIT
    )
    return "xla" if plain and small and not model.non_trainable_variables else "graph"


class Program:
    """What is compiled for one architecture and recipe: the training loop and the probes."""

    def __init__(self, model, recipe, kind):
        self.network, self.recipe, self.kind = Network(model), recipe, kind
        self._tracing, self._compiled = threading.Lock(), set()
        xla = kind == "xla"
        self.gathered = tf.function(self._gathered, jit_compile=xla, autograph=False)
        self.full_batch = tf.function(self._full_batch, jit_compile=xla, autograph=False)
        self.measure = tf.function(self._measure, autograph=False)

    def trace(self, state, splits, tables):
        """Make the graphs for these shapes once, before several threads ask for them at the
        same time."""
        with self._tracing:
            count = tf.constant(0)
            for table in tables:
                self.gathered.get_concrete_function(
                    state, *splits["train"], tf.constant(table), count
                )
            if not tables:
                self.full_batch.get_concrete_function(state, *splits["train"], count)
            weights = {kind: state[kind] for kind in ("trainable", "states")}
            self.measure.get_concrete_function(weights, splits)

    def compile_aside(self, state, splits, table):
        """Begin to compile for these shapes in a thread of its own, once, while the caller
        goes on: a loop is compiled at its first call, and one of no updates changes nothing.
        Not on a GPU, where this was not tried.
        """
        shapes = (table.shape, splits["train"][0].shape)
        with self._tracing:
            known = shapes in self._compiled or tf.config.list_logical_devices("GPU")
            self._compiled.add(shapes)
        if not known:
            arguments = (state, *splits["train"], tf.constant(table), tf.constant(0))
            # no daemon: a process that ends while TensorFlow compiles may crash
            threading.Thread(
                target=self._compile, args=arguments, name="compile aside"
            ).start()

    def _compile(self, *arguments):
        with contextlib.suppress(tf.errors.OpError):  # which the member's own call will meet
            self.gathered(*arguments)

    def initial_state(self, weights):
        """Return the state before the first step: a nested dictionary of tensors that the
        loop takes and returns.
        """
        tensors = tf.nest.map_structure(tf.constant, weights)
        return {
            **tensors,
            "slots": self.recipe.optimizer.init(tensors["trainable"]),
            "step": tf.constant(0, tf.int64),
            "finite": tf.constant(True),
            "sums": {name: tf.constant(0.0, tf.float64) for name in self.sum_names()},
        }

    def sum_names(self):
        """Return the names of what is summed over the training batches between two probes."""
        return ["loss", *(metric.__name__ for metric in self.recipe.running)]

    def _gathered(self, state, x, y, table, count):
        def body(row, state):
            chosen = table[row]
            return row + 1, self.update(state, tf.gather(x, chosen), tf.gather(y, chosen))

        return self._loop(body, state, count)

    def _full_batch(self, state, x, y, count):
        return self._loop(
            lambda row, state: (row + 1, self.update(state, x, y)), state, count
        )

    def _loop(self, body, state, count):
        def unfinished(row, state):
            return (row < count) & state["finite"]

        return tf.while_loop(
            unfinished, body, (tf.constant(0), state), parallel_iterations=1
        )[1]

    def update(self, state, x, y):
        """Return the state after one update on one batch."""
        with tf.GradientTape() as tape:
            tape.watch(state["trainable"])
            outputs, states, penalty = self.network.call(state, x, training=True)
            loss = tf.reduce_mean(self.recipe.loss(y, outputs)) + penalty
        gradients = tape.gradient(loss, state["trainable"], unconnected_gradients="zero")
        weights, slots = self.recipe.optimizer.update(
            gradients, state["slots"], state["trainable"], state["step"]
        )
        for path, constraint in self.network.constraints().items():
            weights[path] = constraint(weights[path])
        return {
            "trainable": weights,
            "states": states,
            "slots": slots,
            "step": state["step"] + 1,
            "finite": tf.math.is_finite(loss),
            "sums": self._add(state["sums"], loss, y, outputs),
        }

    def _add(self, sums, loss, y, outputs):
        values = {
            metric.__name__: tf.reduce_mean(tf.cast(metric(y, outputs), tf.float64))
            for metric in self.recipe.running
        }
        values["loss"] = tf.cast(loss, tf.float64)
        return {name: sums[name] + value for name, value in values.items()}

    def _measure(self, weights, splits):
        measured = {}
        for probe in self.recipe.probes:
            measured.update(probe(self.network, weights, splits))
        finite = [
            tf.reduce_all(tf.math.is_finite(value)) for value in weights["trainable"].values()
        ]
        return tf.reduce_all(finite), measured


_programs: collections.OrderedDict[str, Program] = collections.OrderedDict()
_programs_lock = threading.Lock()
PROGRAMS_KEPT = 16


def program_for(model, recipe) -> Program:
    """Return the program of this architecture and recipe, made at most once while it is among
    the last 16 used.
    """
    kind = program_kind(model)
    key = digest([architecture(model), recipe.without_length(), kind, keras.config.floatx()])
    with _programs_lock:
        if key not in _programs:
            _programs[key] = Program(model, recipe, kind)
        _programs.move_to_end(key)
        while len(_programs) > PROGRAMS_KEPT:
            _programs.popitem(last=False)
        return _programs[key]
