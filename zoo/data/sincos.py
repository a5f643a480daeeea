"""A curve to fit: f(x) = sin(3 pi x) + cos(2 pi x) on [-1, 1], with mean 0 and mean square 1.

x: (samples, 1) float32 in [-1, 1]; y: (samples, 1) float32 in about [-2, 1.63], plus noise.
Training points are an even grid or uniformly random, validation points always uniformly
random, both with the same noise; the test split is f itself on an even grid of 401 points.
Generated; no licence needed. The curve is the one of the lecture note on multilayer networks,
whose figures do not say how many points or what noise.
"""

import numpy as np

from zoo.data.dataset import DataError, Dataset, Split

NAME = "sin(3 pi x) + cos(2 pi x)"
SIZE = "as many points as asked for; test 401"
LICENCE = "none needed"


def where() -> str:
    """Where it is found: always at hand."""
    return "generated"


def curve(x: np.ndarray) -> np.ndarray:
    """The function f, elementwise, in the precision of x."""
    return np.sin(3 * np.pi * x) + np.cos(2 * np.pi * x)


def best_pieces(most: int) -> np.ndarray:
    """The least mean squared error on the test split with 1, 2, ..., `most` straight pieces,
    shape (most,).

    The pieces need not meet, so k of them bound every network with one hidden layer of k - 1
    ReLU units. Dynamic programming: the best k pieces up to a point are the best k - 1 up to
    an earlier one, and from there on the straight line of least squares.
    """
    x = np.linspace(-1, 1, 401)
    line = line_errors(x, curve(x))
    best = line[0]
    all_bests = [best]
    for _ in range(most - 1):
        up_to_earlier = np.concatenate([[0.0], best[:-1]])
        best = np.min(up_to_earlier[:, None] + line, axis=0)
        all_bests.append(best)
    return np.array(all_bests)[:, -1] / len(x)


def line_errors(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The sum of squared errors that the least-squares line of points i to j leaves, at [i, j];
    infinite where j comes before i."""
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y])
    up_to = terms.cumsum(axis=1)
    before = np.pad(up_to, ((0, 0), (1, 0)))[:, :-1]
    n, sx, sy, sxx, sxy, syy = up_to[:, None, :] - before[:, :, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        spread_x = sxx - sx**2 / n
        spread_y = syy - sy**2 / n
        together = sxy - sx * sy / n
        errors = spread_y - together**2 / spread_x
    errors = np.where(n > 2, errors, 0.0)  # a line goes through one point or two
    return np.where(n > 0, errors, np.inf)


def load(samples: int = 100, noise: float = 0.0, seed: int = 0, grid: bool = True) -> Dataset:
    """Points of the curve.

    Args:
        samples: how many points the training and the validation split have each.
        noise: standard deviation of the normal noise added to y of both.
        seed: the random seed of points and noise.
        grid: training points on an even grid from -1 to 1; otherwise uniformly random.

    Raises:
        DataError: fewer than 2 samples, or negative noise.
    """
    if samples < 2 or noise < 0:
        raise DataError(
            f"sincos: needs 2 samples or more and noise of 0 or more, not {samples} and {noise}"
        )
    draw = np.random.RandomState(
        seed
    )  # its stream is frozen for ever, unlike that of default_rng
    train = np.linspace(-1, 1, samples) if grid else draw.uniform(-1, 1, samples)
    noisy = [
        (x, curve(x) + noise * draw.standard_normal(samples))
        for x in (train, draw.uniform(-1, 1, samples))
    ]
    even = np.linspace(-1, 1, 401)
    splits = (
        Split(*(a[:, None].astype(np.float32) for a in pair))
        for pair in (*noisy, (even, curve(even)))
    )
    return Dataset(NAME, *splits, "generated")
