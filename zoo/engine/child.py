"""Training in another process, for programs in which TensorFlow already runs with several threads per
operation.
"""

import concurrent.futures
import concurrent.futures.process
import multiprocessing
import os
import pickle
from unittest import mock

import keras

from zoo.engine.settings import current, using

CANNOT_SEND = (
    "TensorFlow already runs with several threads per operation, so members must be trained in another "
    "process, and this network cannot be sent there ({}): define it at the top of a module, or set "
    "TF_NUM_INTRAOP_THREADS=1 before TensorFlow is imported"
)


def train_in_child(build, recipe, data, seeds, name) -> list:
    """Return what `train` would return as members, computed by a child process with one thread per operation.

    Raises:
        ValueError: where the network or the recipe cannot be sent to another process.
    """
    floats = keras.config.floatx(), keras.config.dtype_policy().name
    task = (build, recipe, data, seeds, name, current(), floats)
    check_sendable(build, recipe)
    spawn = multiprocessing.get_context("spawn")
    with (
        mock.patch.dict(os.environ, TF_NUM_INTRAOP_THREADS="1"),
        concurrent.futures.ProcessPoolExecutor(1, mp_context=spawn) as pool,
    ):
        try:
            return pool.submit(train_here, *task).result()
        except concurrent.futures.process.BrokenProcessPool as error:
            raise ValueError(CANNOT_SEND.format("the program cannot be imported there")) from error


def check_sendable(build, recipe):
    """Refuse functions that another process cannot import."""
    try:
        pickle.dumps((build, recipe))
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise ValueError(CANNOT_SEND.format(error)) from error


def train_here(build, recipe, data, seeds, name, settings, floats) -> list:
    """Train in this process with the parent's settings, and return the members."""
    from zoo.engine.study import set_one_thread_per_member, train

    if not set_one_thread_per_member():
        raise ValueError(
            "the program's main module gives TensorFlow several threads per operation whenever it is "
            'imported: do that under `if __name__ == "__main__":`, or set TF_NUM_INTRAOP_THREADS=1 instead'
        )
    keras.config.set_floatx(floats[0])
    keras.config.set_dtype_policy(floats[1])
    with using(**vars(settings)):
        return train(build, recipe, data, seeds, name=name).members
