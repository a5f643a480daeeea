"""MNIST digits by 30 logistic units, as chapter 5 of Nielsen's book trains its first network.

The book gives 96.48 % of the validation images right, one run: depth 1 of
reproductions/mnist_depth.py, which trains exactly this.

Source: M. Nielsen, Neural Networks and Deep Learning, Determination Press, 2015, chapter 5,
`network2.py`.

Expected time on two cores: 2 min.
"""

from zoo import losses
from zoo.engine import Recipe, optimizers, probes
from zoo.training import DIGITS, Training


def recipe(examples):
    """Return the source's settings: 30 epochs, batches of 10, rate 0.1, decay 5 / 50,000."""
    return Recipe(
        loss=losses.summed_binary_cross_entropy,
        optimizer=optimizers.SGD(0.1, 1e-4),
        batch_size=10,
        epochs=30,
        probes=(probes.Evaluate("validation", (probes.correct,)),),
    )


TRAINING = Training(
    kind="logistic",
    builder="nielsen_mlp",
    arguments={"inputs": 784, "hidden": (30,), "outputs": 10},
    recipe=recipe,
    data="mnist",
    classes=DIGITS,
    target=4.0,
    source="M. Nielsen, Neural Networks and Deep Learning, Determination Press, 2015, chapter 5",
    limits=(
        "Made to be looked at, not to be good: a convolutional network errs far less often. "
        "Its ten outputs are logistic, each for itself, so its probabilities need not add up "
        "to 1."
    ),
)
