"""MNIST digits by two layers of 800 rectified units with dropout.

Without dropout, two layers of 800 were reported to err on 1.6 % of the test images (Simard,
Steinkraus, Platt, ICDAR 2003); with dropout and other sizes, 1.25 % (Srivastava et al., table
2).

Source: N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, Journal of
Machine Learning Research 15, 2014, for the method. Sizes and recipe are ours: Keras's
inverted dropout, Adam, no max-norm.

Expected time on two cores: 35 min.
"""

from zoo import losses
from zoo.engine import Recipe, optimizers, probes, schedules
from zoo.training import DIGITS, KNOWN_DIGITS, Training

STEPS = 60_000


def recipe(examples):
    """Return 60,000 updates of Adam with batches of 100, the rate falling from 0.001."""
    return Recipe(
        loss=losses.softmax_cross_entropy,
        optimizer=optimizers.Adam(schedules.Linear(0.001, 0.00001, STEPS)),
        batch_size=100,
        steps=STEPS,
        probes=(probes.Evaluate("validation", (probes.wrong, losses.softmax_cross_entropy)),),
        probe_every=3_000,
    )


TRAINING = Training(
    kind="classifier",
    builder="mlp",
    # 784-800-800-10: 1,276,810 parameters
    arguments={
        "inputs": 784,
        "hidden": (800, 800),
        "outputs": 10,
        "activation": "relu",
        "kernel_initializer": "he_normal",
        "input_dropout": 0.2,
        "dropout": 0.5,
    },
    recipe=recipe,
    data="mnist",
    classes=DIGITS,
    retrain=True,
    target=1.4,
    source=(
        "N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, Dropout: a "
        "simple way to prevent neural networks from overfitting, JMLR 15, 2014 (the method; "
        "Keras's inverted form, without max-norm; sizes and recipe are ours)"
    ),
    limits=f"{KNOWN_DIGITS}. A convolutional network is smaller and errs less.",
)
