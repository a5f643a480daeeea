"""Trials for TensorBoard's HParams page: `tensorboard --logdir FOLDER/tensorboard`."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

NAME = "tensorboard"


def write(place: Path, record: Mapping) -> None:
    """Write a trial's values, its score, and the mean curve of every measured number."""
    import tensorflow as tf
    from tensorboard.plugins.hparams import api

    target = place / NAME / record["trial"]
    shutil.rmtree(target, ignore_errors=True)
    writer = tf.summary.create_file_writer(str(target))
    with writer.as_default():
        api.hparams(record["values"], trial_id=record["trial"])
        if record["score"] is not None:
            tf.summary.scalar("score", record["score"], step=0)
            for name, step, mean in mean_curves(record["executions"]):
                tf.summary.scalar(name, mean, step=step)
        tf.summary.experimental.write_raw_pb(encode_end(record), step=0)
    writer.close()


def mean_curves(executions: Sequence[Mapping]) -> Iterator[tuple]:
    """Yield (name, step, mean over the executions) of all that is measured as one number."""
    first = executions[0]
    for name in first["history"]:
        values = np.array(
            [execution["history"][name] for execution in executions], dtype=float
        )
        if values.ndim == 2:  # (executions, measurements)
            for step, mean in zip(first["steps"], values.mean(axis=0), strict=True):
                yield name, step, mean


def encode_end(record: Mapping) -> bytes:
    """Return the message that tells the HParams page how a trial ended."""
    from tensorboard.plugins.hparams import api_pb2, summary

    failed = record["score"] is None
    status = api_pb2.STATUS_FAILURE if failed else api_pb2.STATUS_SUCCESS
    return summary.session_end_pb(status).SerializeToString()
