"""The builders are written for Keras, not for TensorFlow: they run on another backend too."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.networks import environment

FORWARD_AND_TRAINED = """
import keras
import numpy as np
from tests.models.test_builders import built, examples, targets_and_loss
from zoo import models
assert keras.backend.backend() == "jax"
for name, builder in models.BUILDERS.items():
    model = built(builder)
    x = examples(model, 4)
    for training in (False, True):
        outputs = np.asarray(model(x, training=training))
        assert outputs.shape[0] == 4 and np.isfinite(outputs).all(), name
    y, loss = targets_and_loss(model, 4)
    model.compile(keras.optimizers.SGD(1e-5), loss)
    before = model.get_weights()
    assert np.isfinite(model.train_on_batch(x, y)), name
    assert any((old != new).any() for old, new in zip(before, model.get_weights())), name
print(*models.BUILDERS)
"""


@pytest.mark.extra("jax")
def test_every_builder_answers_and_trains_under_jax():
    run = subprocess.run(
        [sys.executable, "-c", FORWARD_AND_TRAINED],
        env=environment(KERAS_BACKEND="jax"),
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    from zoo import models

    assert run.stdout.split() == list(models.BUILDERS)


@pytest.mark.parametrize("folder", ["layers", "models"])
def test_layers_and_builders_name_no_backend(folder):
    files = sorted((Path(__file__).parents[2] / "zoo" / folder).glob("*.py"))
    assert files
    for file in files:
        assert not {"tensorflow", "import jax", "import torch"} & set(
            named(file.read_text())
        ), file.name


def named(text):
    """Return those of the backends' names that an import line of the source holds."""
    lines = [
        line for line in text.splitlines() if line.lstrip().startswith(("import ", "from "))
    ]
    return [
        name
        for name in ("tensorflow", "import jax", "import torch")
        if any(name in line for line in lines)
    ]
