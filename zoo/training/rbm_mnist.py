"""MNIST digits by a restricted Boltzmann machine of 500 hidden units, trained by CD-1.

The machine is the lowest level of Hinton and Salakhutdinov's classifier 784-500-500-2000-10,
trained as their released code trains it, for 30 epochs instead of the paper's 50. The LISA
tutorial gives a machine of the same size a log pseudo-likelihood of -62.76, estimated by one
pixel per image, after 15 epochs of persistent contrastive divergence with 15 Gibbs steps and
batches of 20.

Source: G. Hinton, R. Salakhutdinov, Reducing the dimensionality of data with neural networks,
Science 313, 2006, and its released code.

Expected time on two cores: 12 min.
"""

from zoo.pretraining import FreeEnergyGap, MachineProbe, hinton_recipe, reconstruction_error
from zoo.training import Training

EPOCHS = 30


def recipe(examples, epochs=EPOCHS):
    """Return the released code's settings, which `hinton_recipe` lists, for 30 epochs."""
    probes = (MachineProbe("validation", (reconstruction_error,)), FreeEnergyGap())
    return hinton_recipe(examples, epochs=epochs, probes=probes)


TRAINING = Training(
    kind="rbm",
    builder="rbm",
    # 784-500: 393,284 parameters
    arguments={"visible": 784, "hidden": 500},
    recipe=recipe,
    data="mnist",
    retrain=True,
    source=(
        "G. Hinton, R. Salakhutdinov, Reducing the dimensionality of data with neural "
        "networks, Science 313, 2006, and its released code (30 epochs instead of its 50)"
    ),
    intended_use="Teaching; features and starting weights for other networks.",
    limits=(
        "Its reconstructions are good and its fantasies are not: one step of contrastive "
        "divergence teaches a machine little of what lies far from the data. Its visible "
        "units are binary; grey pixels count as probabilities."
    ),
)
