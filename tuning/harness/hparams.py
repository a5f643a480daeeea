"""Trials as TensorBoard's HParams page reads them: `tensorboard --logdir FOLDER/tensorboard`."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np

NAME = "tensorboard"


def write(place: Path, record: Mapping) -> None:
    """Write a trial's values and score, and of what was measured as one number the means over executions.

    Its status there is success or failure.
    """
    import tensorflow as tf
    from tensorboard.plugins.hparams import api, api_pb2, summary

    target = place / NAME / record["trial"]
    status = api_pb2.STATUS_FAILURE if record["score"] is None else api_pb2.STATUS_SUCCESS
    shutil.rmtree(target, ignore_errors=True)
    writer = tf.summary.create_file_writer(str(target))
    with writer.as_default():
        api.hparams(record["values"], trial_id=record["trial"])
        if record["score"] is not None:
            tf.summary.scalar("score", record["score"], step=0)
            for name, steps, means in curves(record["executions"]):
                for step, mean in zip(steps, means, strict=True):
                    tf.summary.scalar(name, mean, step=step)
        tf.summary.experimental.write_raw_pb(summary.session_end_pb(status).SerializeToString(), step=0)
    writer.close()


def curves(executions) -> list[tuple]:
    """Return (name, steps, means over the executions) of everything that was measured as a single number."""
    found = []
    for name in executions[0]["history"]:
        values = np.array([each["history"][name] for each in executions], dtype=float)
        if values.ndim == 2:
            found.append((name, executions[0]["steps"], values.mean(axis=0)))
    return found
