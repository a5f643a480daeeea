"""The key of a member in the run store: the hash of all that determines its numbers."""

import functools
import os

import keras
import numpy as np
import tensorflow as tf

from zoo.engine.fingerprint import digest, fingerprint
from zoo.engine.machine import onednn, processor_name
from zoo.engine.network import architecture
from zoo.engine.program import program_kind

SEMANTICS = 2
"""Raised whenever a change of the engine changes the numbers of a member."""


def member_key(study_digest: str, seed: int, weights: dict) -> str:
    """Return the key of one member of a study.

    Args:
        study_digest: the digest of `study_inputs`.
        seed: of the member.
        weights: its initial weights, see `zoo.engine.network.initial_weights`.
    """
    return digest([study_digest, seed, weights])


def study_inputs(model, recipe, data_digest: str) -> dict:
    """Return all that determines a study's numbers, except for seeds and initial weights."""
    return {
        "semantics": SEMANTICS,
        "architecture": architecture(model),
        "recipe": fingerprint(recipe.without_length()),
        "data": data_digest,
        "program": program_kind(model),
        "dtype": keras.config.floatx(),
        "machine": describe_machine(),
    }


def splits_digest(data) -> str:
    """Return the sha256 of all splits."""
    return digest({split: (np.asarray(x), np.asarray(y)) for split, (x, y) in data.items()})


@functools.cache
def describe_machine() -> dict:
    """Return what of this machine and its software can change the last bits of a number."""
    describe_gpu = tf.config.experimental.get_device_details
    settings = ("XLA_FLAGS", "TF_XLA_FLAGS", "NVIDIA_TF32_OVERRIDE")
    build = tf.sysconfig.get_build_info()
    return {
        "processor": processor_name(),
        "gpus": [str(describe_gpu(gpu)) for gpu in tf.config.list_physical_devices("GPU")],
        "cuda": str([build.get("cuda_version"), build.get("cudnn_version")]),
        "settings": {name: os.environ.get(name, "") for name in settings},
        "onednn": onednn(),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "numpy": np.__version__,
    }
