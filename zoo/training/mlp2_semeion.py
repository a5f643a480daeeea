"""SEMEION digits through a layer of two units, so that the plane they span can be drawn.

Source: the lecture note on feed-forward networks shows the hidden plane of a 256-2-10 network
on this data set, without any figure or recipe; the recipe is ours, chosen by validation error
on seeds 1001 to 1004.

Expected time on two cores: 30 s.
"""

from zoo import losses
from zoo.engine import Recipe, optimizers, probes
from zoo.training import DIGITS, Training


def recipe(examples):
    """Return 600 epochs with batches of 50, rate 0.01, momentum 0.9, weight decay 0.003."""
    return Recipe(
        loss=losses.softmax_cross_entropy,
        optimizer=optimizers.ClassicalMomentum(0.01, 0.9, weight_decay=0.003),
        batch_size=50,
        epochs=600,
        probes=(probes.Evaluate("validation", (probes.wrong, losses.softmax_cross_entropy)),),
    )


TRAINING = Training(
    kind="classifier",
    builder="mlp",
    # 256-2-10: 544 parameters
    arguments={"inputs": 256, "hidden": (2,), "outputs": 10, "activation": "tanh"},
    recipe=recipe,
    data="semeion",
    input_meaning="black and white pixels: 0 is the ground, 255 ink",
    classes=DIGITS,
    source="lecture note on feed-forward networks (the network; the recipe is ours)",
    intended_use="Drawing the hidden plane, and teaching what two units can and cannot hold.",
    limits=(
        "Two units are far too few for ten classes: what it is for is to be looked at. The "
        "same writers occur in all three splits."
    ),
)
