"""MNIST digits by 500, 500 and 2,000 logistic units, pre-trained as a deep belief network, then unrolled.

Hinton and Salakhutdinov report 1.2 % on the test images, and 1.6 % without pre-training. They
trained on all 60,000 images and fine-tuned by conjugate gradients on batches of 1,000; here
Adam does it in 30 epochs.

Pre-training is the released code's. Adam and its rate, .001, were chosen by validation error
on seed 1001, with 10,000 training images, 5,000 validation images and 20 epochs per machine:
3.2 % after the last epoch, against 3.6 % at the rate .0003, and 3.5 % by gradient descent
with momentum .9 at .1.

Source: G. Hinton, R. Salakhutdinov, Reducing the dimensionality of data with neural networks,
Science 313, 2006, and its released code; after G. Hinton, S. Osindero, Y.-W. Teh, A fast
learning algorithm for deep belief nets, Neural Computation 18, 2006.

Expected time on two cores: 55 min.
"""

from zoo import losses
from zoo.engine import Recipe, optimizers, probes, schedules
from zoo.models import dbn_levels, encoder_of
from zoo.pretraining import hinton_recipe
from zoo.training import DIGITS, KNOWN_DIGITS, Stack, Training

HIDDEN = (500, 500, 2000)
PRE_TRAINING_EPOCHS, EPOCHS = 50, 30
BATCH = 100


def recipe(examples, epochs=EPOCHS):
    """Return the fine-tuning: 30 epochs of Adam with batches of 100 and a falling rate."""
    steps = epochs * -(-examples // min(BATCH, examples))
    return Recipe(
        loss=losses.softmax_cross_entropy,
        optimizer=optimizers.Adam(schedules.Linear(0.001, 0.00001, steps)),
        batch_size=BATCH,
        epochs=epochs,
        probes=(probes.Evaluate("validation", (probes.wrong, losses.softmax_cross_entropy)),),
    )


def levels():
    """Return one builder per machine."""
    return dbn_levels(784, HIDDEN)


def pre_training(examples, epochs=PRE_TRAINING_EPOCHS):
    """Return one recipe per machine, as in the released code."""
    return [hinton_recipe(examples, epochs=epochs, batch_size=BATCH)] * len(HIDDEN)


TRAINING = Training(
    kind="classifier",
    builder="mlp",
    # 784-500-500-2000-10: 1,665,010 parameters
    arguments={"inputs": 784, "hidden": HIDDEN, "outputs": 10, "activation": "sigmoid"},
    recipe=recipe,
    pretrain=Stack(
        says=(
            "Every layer was trained as a restricted Boltzmann machine by CD-1, "
            f"{PRE_TRAINING_EPOCHS} epochs each, and unrolled."
        ),
        levels=levels,
        recipes=pre_training,
        through=encoder_of,
    ),
    data="mnist",
    classes=DIGITS,
    retrain=True,
    target=1.5,
    source=(
        "G. Hinton, R. Salakhutdinov, Reducing the dimensionality of data with neural "
        "networks, Science 313, 2006, and its released code (the fine-tuning by Adam is ours)"
    ),
    intended_use="Teaching, and a comparison with networks that were not pre-trained.",
    limits=(
        f"{KNOWN_DIGITS}. It answers a digit for every picture, whatever is in it, and draws "
        "none: fine-tuning has changed the machines that it began as. A convolutional network "
        "is smaller and errs less."
    ),
)
