"""MNIST digits by the modern LeNet-5: rectified units, maximum pooling, a linear output layer.

The original, another network trained another way, erred on 0.95 % of the test images without
distortions and on 0.8 % with them.

Source: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Proceedings of the IEEE 86(11), 1998, for
the network; the recipe is ours.

Expected time on two cores: 6 min.
"""

from zoo import losses
from zoo.engine import Recipe, optimizers, probes, schedules
from zoo.training import DIGITS, KNOWN_DIGITS, Training

BATCH, EPOCHS = 32, 20


def recipe(examples):
    """Return 20 epochs of Adam with batches of 32, the rate falling from 0.001 to 0.00001."""
    steps = EPOCHS * -(-examples // BATCH)
    return Recipe(
        loss=losses.softmax_cross_entropy,
        optimizer=optimizers.Adam(schedules.Linear(0.001, 0.00001, steps)),
        batch_size=BATCH,
        epochs=EPOCHS,
        probes=(probes.Evaluate("validation", (probes.wrong, losses.softmax_cross_entropy)),),
    )


TRAINING = Training(
    kind="classifier",
    builder="lenet5",
    # 61,706 parameters
    arguments={},
    recipe=recipe,
    data="mnist",
    classes=DIGITS,
    retrain=True,
    target=0.95,
    source=(
        "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Gradient-based learning applied to "
        "document recognition, Proceedings of the IEEE 86(11), 1998 (the network; the recipe "
        "is ours)"
    ),
    intended_use="Teaching, recognition of single digits, and a start for fine-tuning on similar ones.",
    limits=(
        f"{KNOWN_DIGITS}; others must be brought into that form. It answers a digit for every "
        "picture, whatever is in it."
    ),
)
