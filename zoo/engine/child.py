"""Training in another process, where this one gave TensorFlow several threads already."""

import concurrent.futures
import concurrent.futures.process
import multiprocessing
import os
import pickle
from collections.abc import Callable, Mapping, Sequence
from unittest import mock

import keras

from zoo.engine.placing import set_one_thread_per_member
from zoo.engine.settings import Settings, current, using

CANNOT_SEND = (
    "TensorFlow already runs with several threads per operation, so members must be trained in another "
    "process, and this network cannot be sent there ({}): define it at the top of a module, or set "
    "TF_NUM_INTRAOP_THREADS=1 before TensorFlow is imported"
)


def train_in_child(
    train: Callable, build: Callable, recipe, data: Mapping, seeds: Sequence[int], name: str
) -> list:
    """Return the members that `train` gives in a child process with one thread per operation.

    Args:
        train: `zoo.engine.train`; the child calls it with the other arguments and this
            process's settings.
        build: as `train` takes it, and so are the following.
        recipe: loss, optimizer, batches, length, probes.
        data: split names to pairs of arrays.
        seeds: whole numbers from 0.
        name: what the progress bar calls the study.

    Raises:
        ValueError: where the network or the recipe cannot be sent to another process.
    """
    check_sendable(build, recipe)
    floats = keras.config.floatx(), keras.config.dtype_policy().name
    spawn = multiprocessing.get_context("spawn")
    with (
        mock.patch.dict(os.environ, TF_NUM_INTRAOP_THREADS="1"),
        concurrent.futures.ProcessPoolExecutor(1, mp_context=spawn) as pool,
    ):
        future = pool.submit(
            train_here, train, (build, recipe, data, seeds), name, current(), floats
        )
        try:
            return future.result()
        except concurrent.futures.process.BrokenProcessPool as error:
            raise ValueError(
                CANNOT_SEND.format("the program cannot be imported there")
            ) from error


def check_sendable(build, recipe):
    """Refuse functions that another process cannot import."""
    try:
        pickle.dumps((build, recipe))
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise ValueError(CANNOT_SEND.format(error)) from error


def train_here(
    train: Callable, arguments: tuple, name: str, settings: Settings, floats
) -> list:
    """Train in this process, with the parent's settings and types of floats."""
    if not set_one_thread_per_member():
        raise ValueError(
            "the program's main module gives TensorFlow several threads per operation whenever it is "
            'imported: do that under `if __name__ == "__main__":`, or set TF_NUM_INTRAOP_THREADS=1 instead'
        )
    keras.config.set_floatx(floats[0])
    keras.config.set_dtype_policy(floats[1])
    with using(**vars(settings)):
        return train(*arguments, name=name).members
