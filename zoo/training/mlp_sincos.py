"""The curve sin(3 pi x) + cos(2 pi x) on [-1, 1] from 100 points: one input, ten tanh units, one output.

Source: the lecture note on multilayer networks, after B. Liquet, S. Moka, Y. Nazarathy,
Mathematical Engineering of Deep Learning, CRC Press, 2024; it fits this curve with ten hidden
units and gives no recipe, no number of points and no error. All of these are ours.

Expected time on two cores: 1 min.
"""

from zoo import losses
from zoo.engine import Recipe, optimizers, probes, schedules
from zoo.training import Training

STEPS = 20_000


def recipe(examples):
    """Return 20,000 updates of Adam on all points, the rate falling from 0.02 to 0.0001."""
    return Recipe(
        loss=losses.mean_squares,
        optimizer=optimizers.Adam(schedules.Linear(0.02, 0.0001, STEPS)),
        steps=STEPS,
        probes=(probes.Evaluate("validation", (losses.mean_squares,)),),
        probe_every=1_000,
    )


TRAINING = Training(
    kind="regression",
    builder="mlp",
    arguments={"inputs": 1, "hidden": (10,), "outputs": 1, "activation": "tanh"},
    recipe=recipe,
    data="sincos",
    data_options={"samples": 100},
    pixels=False,
    input_range=(-1.0, 1.0),
    input_meaning="one number x",
    source=(
        "lecture note on multilayer networks, after B. Liquet, S. Moka, Y. Nazarathy, "
        "Mathematical Engineering of Deep Learning, CRC Press, 2024 (the problem and the "
        "size; the recipe is ours)"
    ),
    limits="Outside of [-1, 1] it knows nothing of the curve: tanh units become flat there.",
)
