"""The exclusive-or of two inputs: two inputs, four tanh units, one logistic output.

Source: M. Minsky and S. Papert, Perceptrons, MIT Press, 1969, for the problem; the recipe is
ours. What fraction of random starts gets there is measured in reproductions/xor.py.

Expected time on two cores: 10 s.
"""

from zoo import losses
from zoo.engine import Recipe, optimizers, probes
from zoo.training import Training


def recipe(examples):
    """Return 5,000 updates of Adam on all four rows."""
    return Recipe(
        loss=losses.summed_binary_cross_entropy,
        optimizer=optimizers.Adam(0.05),
        steps=5_000,
        probes=(
            probes.Evaluate(
                "validation", (probes.same_side, losses.summed_binary_cross_entropy)
            ),
        ),
        probe_every=500,
    )


TRAINING = Training(
    kind="classifier",
    builder="mlp",
    arguments={"inputs": 2, "hidden": (4,), "outputs": 1, "activation": "tanh"},
    recipe=recipe,
    data="xor",
    pixels=False,
    input_range=(0.0, 1.0),
    input_meaning="two numbers, 0 for false and 1 for true",
    classes=("false", "true"),
    target=0.0,
    source="M. Minsky and S. Papert, Perceptrons, MIT Press, 1969 (the problem; the recipe is ours)",
    limits=(
        "There are only four examples, so all three splits are the same ones, and the wide "
        "interval of its error says no more than that. Between 0 and 1 its answers mean "
        "nothing."
    ),
)
