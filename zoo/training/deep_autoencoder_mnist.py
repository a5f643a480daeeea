"""MNIST digits as 30 numbers: the deep autoencoder 784-1000-500-250-30, pre-trained by Boltzmann machines.

Hinton and Salakhutdinov report a squared error of 3.00 per test image, summed over its pixels
from 0 to 1, where 30 principal components leave 13.87. They trained on all 60,000 images,
each machine for 50 epochs, and fine-tuned by conjugate gradients. Here the machines get 20
epochs each, and Adam does the rest in 60. Its first rate, .002, was chosen among .0003, .001,
.002 and .004 by the validation error of seed 1001, trained on 10,000 images for 10 and for 30
epochs.

Source: G. Hinton, R. Salakhutdinov, Reducing the dimensionality of data with neural networks,
Science 313, 2006, and its released code.

Expected time on two cores: 30 min.
"""

from zoo import losses
from zoo.engine import Recipe, optimizers, probes, schedules
from zoo.models import autoencoder_from, dbn_levels
from zoo.pretraining import hinton_recipe
from zoo.training import Stack, Training

HIDDEN = (1000, 500, 250, 30)
PRE_TRAINING_EPOCHS, EPOCHS = 20, 60
BATCH = 100
MEASURES = (losses.half_squares_of_sigmoid, losses.summed_binary_cross_entropy)


def recipe(examples, epochs=EPOCHS):
    """Return the fine-tuning: summed cross-entropy, Adam, batches of 100, a falling rate.

    The targets are the inputs themselves: engine.train(..., {"train": (x, x)}, ...).
    """
    steps = epochs * -(-examples // min(BATCH, examples))
    return Recipe(
        loss=losses.summed_binary_cross_entropy,
        optimizer=optimizers.Adam(schedules.Linear(0.002, 0.00002, steps)),
        batch_size=BATCH,
        epochs=epochs,
        probes=(probes.Evaluate("validation", MEASURES),),
    )


def levels():
    """Return one builder per machine; the code of the last one is linear."""
    return dbn_levels(784, HIDDEN, hidden_units="gaussian")


def pre_training(examples, epochs=PRE_TRAINING_EPOCHS):
    """Return one recipe per machine, as in the released code: rate .001 for the linear code."""
    recipes = []
    for rate in (0.1,) * (len(HIDDEN) - 1) + (0.001,):
        recipes.append(
            hinton_recipe(examples, epochs=epochs, batch_size=BATCH, learning_rate=rate)
        )
    return recipes


TRAINING = Training(
    kind="autoencoder",
    builder="autoencoder",
    # 784-1000-500-250-30 and back: 2,837,314 parameters
    arguments={"inputs": 784, "hidden": HIDDEN, "code_activation": "linear"},
    recipe=recipe,
    pretrain=Stack(
        says=(
            "Every layer was trained as a restricted Boltzmann machine by CD-1, "
            f"{PRE_TRAINING_EPOCHS} epochs each, and unrolled."
        ),
        levels=levels,
        recipes=pre_training,
        through=autoencoder_from,
    ),
    data="mnist",
    seeds=3,
    source=(
        "G. Hinton, R. Salakhutdinov, Reducing the dimensionality of data with neural "
        "networks, Science 313, 2006, and its released code (20 instead of 50 epochs per "
        "machine, and the fine-tuning by Adam, are ours)"
    ),
    intended_use="Teaching; codes of 30 numbers for images, and images from codes.",
    limits=(
        "It draws whatever it is shown as an MNIST digit: bright on a dark ground, centred in "
        "28 by 28 pixels. It learned from 50,000 images, its source from 60,000. Codes have "
        "no fixed range, and one that lies far from those of digits need not decode to a "
        "digit."
    ),
)
