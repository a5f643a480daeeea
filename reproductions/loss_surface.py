"""Is the loss of a small network non-convex, and does it have saddle points?

The lecture notes say that the loss of a network with several layers is not convex, and that there can be
several saddle points. Looked at is the smallest network of that kind: 2-2-1 with logistic units on the four
rows of exclusive or, the mean squared error with targets 0.1 and 0.9 (so that an error of zero lies at finite
weights). Newton's method, which is drawn to any point without a slope, is started from random weights; the
eigenvalues of the Hessian say what each point is. A segment between two solutions on which the loss rises
above their chord shows that the loss is not convex.

Source: lecture note 003, lines 45-56. On minima of this network: I. G. Sprinkhuizen-Kuyper
and E. J. W. Boers, The local minima of the error surface of the 2-2-1 XOR network, Annals of Mathematics and
Artificial Intelligence 25, 1999 (its abstract only).

Expected wall time on two cores: full 1 min (32 seeds of 500 starts), quick 8 s, smoke 2 s.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from reproductions.harness import Claim, Difference, Fraction, Result, run_file


@dataclass(frozen=True)
class Config:
    """What may vary; `spread` is the standard deviation of the weights that Newton's method starts from."""

    starts: int = 500
    spread: float = 2.0
    newton_steps: int = 100
    descent_steps: int = 2_000
    seeds: tuple[int, ...] = tuple(range(1, 33))


FULL = Config()
QUICK = Config(starts=200, seeds=tuple(range(1, 11)))
SMOKE = Config(starts=60, descent_steps=200, seeds=(1, 2))

ROWS = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], float)  # the last column is for the biases
TARGETS = np.array([0.1, 0.9, 0.9, 0.1])
UNIT = (slice(0, 3), slice(3, 6))  # weights and bias of each hidden unit; then two output weights, one bias
SWAPPED = [3, 4, 5, 0, 1, 2, 7, 6, 8]
LARGEST_WEIGHT = 10.0  # beyond, saturated units feign points without a slope
NO_SLOPE, NO_CURVATURE, NO_ERROR = 1e-12, 1e-7, 1e-12
DRAWN = 60  # starts whose stationary points are kept in the record

NOTE = "lecture note 003, lines {}"
PAPER = "Sprinkhuizen-Kuyper and Boers 1999, abstract"
ABOVE = "loss rises above the chord between two solutions"
SEVERAL = "saddle points at two or more different heights"
ESCAPES = "every stationary point above zero error has lower points beside it"
SADDLES, SOLUTIONS = "share of Newton's ends: saddle points", "share of Newton's ends: error zero"
ALONG, HEIGHT = "loss along the segment between two solutions", "loss at the stationary points"
LOWEST, LARGEST = (
    "smallest eigenvalue at the stationary points",
    "largest eigenvalue at the stationary points",
)
COLORS = ("#1f5fa8", "#b07d2b", "#7a9a3a", "#7b4fa0", "0.3")

CLAIMS = (
    Claim(
        "loss-surface/not-convex",
        "The loss of a network with several layers is not convex.",
        ABOVE,
        Fraction(published=1.0, widest=0.15),
        NOTE.format("45-47"),
        "P",
    ),
    Claim(
        "loss-surface/saddle-points",
        "There can be several saddle points (at two or more different heights).",
        SEVERAL,
        Fraction(published=1.0, widest=0.15),
        NOTE.format("51-53"),
        "P",
    ),
    Claim(
        "loss-surface/way-out",
        "No stationary point at finite weights and above error zero is a minimum: each has lower points "
        "beside it.",
        ESCAPES,
        Fraction(published=1.0, widest=0.15),
        PAPER,
        "S",
    ),
    Claim(
        "loss-surface/newton",
        "Newton's method ends at saddle points more often than at solutions.",
        SADDLES,
        Difference(SOLUTIONS, at_least=0),
        "our own question",
        "K",
    ),
)
DEVIATIONS = (
    "The lecture note speaks of networks in general; one network is looked at, the smallest that computes "
    "exclusive or. For one network both statements can be shown, for all of them neither.",
    "Newton's method is damped (Levenberg and Marquardt's form, on the length of the gradient); a start that "
    "does not end at a gradient below 1e-12 with all weights below 10 is left out. Only about a third of the "
    "starts arrive; the record counts them. The figure shows those among the first 60 starts of each seed.",
    "The solutions that the segment joins are found by descent (BFGS): Newton's method hardly finds any.",
    "The stationary points form continuous sets, along which nothing changes, so that counting different "
    "ones means little: nearly every start ends at one of its own. They count as several saddle points "
    "when their losses differ in the first four decimals.",
    "The paper proves that falling paths lead to error zero. Looked into are only the stationary points that "
    "Newton's method finds: nearly all have a negative eigenvalue and so a way down, a seed without any "
    "other counts as met, and since the method hardly finds solutions either, which are minima, that it "
    "finds no poor minimum is weak evidence.",
    "Targets 0.1 and 0.9 are ours. A zero eigenvalue is one below 1e-7; stationary points without a negative "
    "eigenvalue are pushed by 0.2 along their flat directions and followed downhill by gradient descent.",
)


def run(config: Config) -> Result:
    """Search stationary points from every seed's starts, sort them, and go from one solution to another."""
    found = [searched(config, seed) for seed in config.seeds]
    return Result({name: np.array([one[name] for one in found]) for name in found[0]})


def searched(config, seed) -> dict:
    """Return the metrics of one seed."""
    draw = np.random.default_rng(seed)
    points = newton(draw.normal(scale=config.spread, size=(config.starts, 9)), config.newton_steps)
    loss, slope, curvature = derivatives(points)
    arrived = (np.abs(slope).max(axis=1) < NO_SLOPE) & (np.abs(points).max(axis=1) < LARGEST_WEIGHT)
    values = np.linalg.eigvalsh(curvature)
    falling, solved = (values < -NO_CURVATURE).sum(axis=1), loss < NO_ERROR
    saddle = arrived & (falling > 0) & (values[:, -1] > NO_CURVATURE)
    unclear = np.flatnonzero(arrived & ~solved & (falling == 0))
    along = segment(solution(draw, config.spread))
    keep = np.where(arrived[:DRAWN], 1.0, np.nan)
    return {
        ABOVE: along[len(along) // 2] > max(along[0], along[-1]),
        SEVERAL: different(loss[saddle, None]) >= 2,
        ESCAPES: all(lower_beside(points[one], draw, config.descent_steps) for one in unclear),
        SADDLES: saddle.sum() / arrived.sum(),
        SOLUTIONS: (arrived & solved).sum() / arrived.sum(),
        "starts that arrive": arrived.sum(),
        "different saddle points": different(points[saddle]),
        "different heights of saddle points": different(loss[saddle, None]),
        "most falling directions at a saddle point": falling[saddle].max(initial=0),
        "stationary points without a falling or rising direction, error above zero": len(unclear),
        ALONG: along,
        HEIGHT: loss[:DRAWN] * keep,
        LOWEST: values[:DRAWN, 0] * keep,
        LARGEST: values[:DRAWN, -1] * keep,
    }


def derivatives(points):
    """Return the loss (n,), its gradient (n, 9) and its Hessian (n, 9, 9) at weights (n, 9).

    With z the net input of the output unit, the Hessian is E'' z' z'^T + E' z'', summed over the four rows.
    """
    outer = points[:, 6:8]
    h = expit(np.stack([points[:, unit] @ ROWS.T for unit in UNIT], axis=2))  # (n, rows, units)
    h1 = h * (1 - h)
    y = expit((h * outer[:, None]).sum(axis=2) + points[:, 8:])
    y1 = y * (1 - y)
    first = (y - TARGETS) * y1 / 2
    second = (y1**2 + (y - TARGETS) * y1 * (1 - 2 * y)) / 2
    z1 = np.ones((*y.shape, 9))
    for unit, part in enumerate(UNIT):
        z1[..., part] = (outer[:, None, unit] * h1[..., unit])[..., None] * ROWS
    z1[..., 6:8] = h
    curvature = np.einsum("nr,nri,nrj->nij", second, z1, z1)
    for unit, part in enumerate(UNIT):
        bend = first * outer[:, None, unit] * h1[..., unit] * (1 - 2 * h[..., unit])
        curvature[:, part, part] += np.einsum("nr,ri,rj->nij", bend, ROWS, ROWS)
        mixed = (first * h1[..., unit]) @ ROWS
        curvature[:, part, 6 + unit] += mixed
        curvature[:, 6 + unit, part] += mixed
    return ((y - TARGETS) ** 2).mean(axis=1), np.einsum("nr,nri->ni", first, z1), curvature


def newton(points, steps):
    """Return where damped Newton steps lead (n, 9): each shortens the gradient or is taken back."""
    _, slope, curvature = derivatives(points)
    damping = np.full(len(points), 1e-2)
    for _ in range(steps):
        values, axes = np.linalg.eigh(curvature)
        along = np.einsum("nij,ni->nj", axes, slope) * values / (values**2 + damping[:, None])
        tried = points - np.einsum("nij,nj->ni", axes, along)
        _, new_slope, new_curvature = derivatives(tried)
        better = np.linalg.norm(new_slope, axis=1) < np.linalg.norm(slope, axis=1)
        points = np.where(better[:, None], tried, points)
        slope = np.where(better[:, None], new_slope, slope)
        curvature = np.where(better[:, None, None], new_curvature, curvature)
        damping = np.clip(np.where(better, damping / 4, damping * 4), 1e-20, 1e6)
    return points


def different(points, decimals=4) -> int:
    """Return how many of the points (n, k) differ within that many decimals."""
    return len(np.unique(points.round(decimals), axis=0))


def solution(draw, spread):
    """Return the first weights of error zero that a quasi-Newton descent (BFGS) finds from random starts."""
    while True:
        start = draw.normal(scale=spread, size=9)
        end = minimize(lambda w: [part[0] for part in derivatives(w[None])[:2]], start, jac=True, tol=1e-12).x
        if derivatives(end[None])[0][0] < NO_ERROR:
            return end


def lower_beside(point, draw, steps, pushes=32, length=0.2) -> bool:
    """Tell whether gradient descent from a little beside the point, along flat directions, falls below it."""
    loss, _, curvature = derivatives(point[None])
    values, directions = np.linalg.eigh(curvature[0])
    flat = directions[:, np.abs(values) < NO_CURVATURE]
    if not flat.size:
        return False
    push = draw.normal(size=(pushes, flat.shape[1])) @ flat.T
    walkers = point + length * push / np.linalg.norm(push, axis=1, keepdims=True)
    for _ in range(steps):
        walkers = walkers - derivatives(walkers)[1]
    return bool(derivatives(walkers)[0].min() < loss[0] - 1e-9)


def segment(solution, parts=40):
    """Return the loss at even steps from a solution to the same one with its hidden units swapped.

    Half-way both hidden units are equal, so the network is one with a single hidden unit there, which cannot
    compute exclusive or: the loss must rise.
    """
    share = np.linspace(0, 1, parts + 1)[:, None]
    return derivatives((1 - share) * solution + share * solution[SWAPPED])[0]


def plot(result: Result):
    """Draw the loss between two solutions for every seed, and the stationary points by height and kind."""
    from reproductions.harness import figures

    figure, (between, points) = figures.new(2, width=11, height=4.2)
    curves = result.metrics[ALONG]
    for number, curve in enumerate(curves):
        label = f"one of {len(curves)} seeds" if not number else None
        between.plot(np.linspace(0, 1, len(curve)), curve, color=figures.OURS, lw=0.8, alpha=0.6, label=label)
    between.axhline(0, color=figures.PUBLISHED, lw=1.2, label="chord: a convex loss stays on or below it")
    between.set(xlabel="way from a solution to its mirror image (hidden units swapped)")
    between.set(ylabel="mean squared error", title="Not convex")
    between.set_ylim(top=between.get_ylim()[1] * 1.25)
    between.legend(loc="upper left", fontsize=8)
    height, down, up = (result.metrics[name].ravel() for name in (HEIGHT, LOWEST, LARGEST))
    for level, color in zip(np.unique(height[np.isfinite(height)].round(3)), COLORS, strict=False):
        chosen = height.round(3) == level
        label = f"mean squared error {level:g}: {chosen.sum()}"
        points.plot(down[chosen], up[chosen], "o", ms=4, mew=0, alpha=0.6, color=color, label=label)
    points.axvline(0, color="0.4", lw=0.8)
    points.set(xlabel="smallest eigenvalue of the Hessian", ylabel="largest eigenvalue of the Hessian")
    points.set(title="Where Newton's method ends: saddle points left of the line")
    points.legend(fontsize=8)
    return figure


if __name__ == "__main__":
    run_file(__file__)
