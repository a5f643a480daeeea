"""The endpoints of a model, found by the name of its kind."""

import keras

from zoo.endpoints import Endpoint, ExportError
from zoo.kinds import KINDS


def endpoints(model: keras.Model, kind: str) -> dict[str, Endpoint]:
    """Return the endpoints of a model by name, the default one ("serve") first.

    - "classifier", "logistic": `serve` and `serve_uint8`, from the model's input to `logits`
      and `probabilities`: softmax, or for "logistic" a sigmoid for every class by itself;
    - "regression": `serve`, to `outputs`;
    - "autoencoder": `encode` to `code`, `decode` from it to `reconstruction` (0..1),
      `reconstruct`, which is also `serve`;
    - "rbm": `hidden` (also `serve`) to the means of the hidden units, `reconstruct` to those
      of the visible ones (0..1), `free_energy`, and `gibbs` from `visible` (0..1) to the next
      sample of it: new random numbers in every call.

    The last two kinds are models as `zoo.load` returns them, or bare networks.

    Args:
        model: takes one input of fixed size.
        kind: key of `zoo.kinds.KINDS`.

    Raises:
        ExportError: an unknown kind, a model of another kind, or one that does not take one
            input of fixed size.
    """
    if kind not in KINDS:
        raise ExportError(f"{kind!r}: no kind of model; the kinds are {', '.join(KINDS)}")
    return KINDS[kind].endpoints(model)
