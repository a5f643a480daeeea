"""Is the loss of a small network non-convex, and does it have saddle points?

The lecture notes say that the loss of a network with several layers is not
convex, and that there can be several saddle points. We look at the smallest
network of that kind: 2-2-1 with logistic units on the four rows of exclusive
or. Its loss is the mean squared error with targets 0.1 and 0.9, so that an
error of zero lies at finite weights. We start Newton's method, which is drawn
to any point without a slope, from random weights. The eigenvalues of the
Hessian say what each point is. A segment between two solutions on which the
loss rises above their chord shows that the loss is not convex.

Source: lecture note 003, lines 45-56. On minima of this network: I. G.
Sprinkhuizen-Kuyper and E. J. W. Boers, The local minima of the error surface of
the 2-2-1 XOR network, Annals of Mathematics and Artificial Intelligence 25,
1999 (its abstract only).

Expected wall time on two cores: full 1 min (32 seeds of 500 starts), quick 8 s,
smoke 2 s.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from reproductions.harness import Claims, Difference, Fraction, Result, run_file


@dataclass(frozen=True)
class Config:
    """What may vary; `spread` is the standard deviation of the weights that
    Newton's method starts from."""

    starts: int = 500
    spread: float = 2.0
    newton_steps: int = 100
    descent_steps: int = 2_000
    seeds: tuple[int, ...] = tuple(range(1, 33))


FULL = Config()
QUICK = Config(starts=200, seeds=tuple(range(1, 11)))
SMOKE = Config(starts=60, descent_steps=200, seeds=(1, 2))

ROWS = np.array(
    [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], float
)  # the last column is for the biases
TARGETS = np.array([0.1, 0.9, 0.9, 0.1])
UNIT = (
    slice(0, 3),
    slice(3, 6),
)  # weights and bias of each hidden unit; then two output weights, one bias
SWAPPED = [3, 4, 5, 0, 1, 2, 7, 6, 8]
LARGEST_WEIGHT = 10.0  # beyond, saturated units feign points without a slope
NO_SLOPE, NO_CURVATURE, NO_ERROR = 1e-12, 1e-7, 1e-12
DRAWN = 60  # starts whose stationary points are kept in the record

ABOVE = "loss rises above the chord between two solutions"
SEVERAL = "saddle points at two or more different heights"
ESCAPES = "every stationary point above zero error has lower points beside it"
SADDLES, SOLUTIONS = (
    "share of Newton's ends: saddle points",
    "share of Newton's ends: error zero",
)
ALONG, HEIGHT = (
    "loss along the segment between two solutions",
    "loss at the stationary points",
)
LOWEST = "smallest eigenvalue at the stationary points"
LARGEST = "largest eigenvalue at the stationary points"
COLORS = ("#1f5fa8", "#b07d2b", "#7a9a3a", "#7b4fa0", "0.3")
ALWAYS = Fraction(published=1.0, margin=0.15)

claim = Claims("loss-surface", tag="P")

CLAIMS = (
    claim(
        "not-convex",
        "The loss of the 2-2-1 network rises above the chord between two "
        "solutions, so it is not convex, in every run.",
        ABOVE,
        ALWAYS,
        where="lecture note 003, lines 45-47",
        reading="one network, 2-2-1 on XOR, in every run; the note speaks of "
        "networks in general",
    ),
    claim(
        "saddle-points",
        "The loss of the 2-2-1 network has saddle points at two or more "
        "different heights, in every run.",
        SEVERAL,
        ALWAYS,
        where="lecture note 003, lines 51-53",
        reading="'several' as two heights, in every run, on 2-2-1; the note "
        "says 'there can be'",
    ),
    claim(
        "way-out",
        "Each stationary point at finite weights and above error zero has lower "
        "points beside it, in every run.",
        ESCAPES,
        ALWAYS,
        where="Sprinkhuizen-Kuyper and Boers 1999, abstract",
        tag="S",
        reading="the points that Newton's method finds, in every run; the "
        "paper proves a statement on all points",
    ),
    claim(
        "newton",
        "A larger share of the starts of Newton's method ends at saddle points "
        "than at solutions.",
        SADDLES,
        # One start in ten: less would tell nobody what to expect.
        Difference(SOLUTIONS, at_least=0, matters=0.1),
        where="our own question",
        tag="K",
    ),
)
HEADLINE = "loss-surface/not-convex"

DEVIATIONS = (
    "The lecture note speaks of networks in general. We look at one network, "
    "the smallest that computes exclusive or. For one network both "
    "statements can be shown, for all of them neither.",
    "Newton's method is damped (Levenberg and Marquardt's form, on the length "
    "of the gradient). A start that does not end at a gradient below 1e-12 "
    "with all weights below 10 is left out. Only about a third of the starts "
    "arrive; the record counts them. The figure shows those among the first "
    "60 starts of each seed.",
    "We find the solutions that the segment joins by descent (BFGS). Newton's "
    "method hardly finds any.",
    "The stationary points form continuous sets, along which nothing changes. "
    "So counting different ones means little: nearly every start ends at one "
    "of its own. They count as several saddle points when their losses "
    "differ in the first four decimals.",
    "The paper proves that falling paths lead to error zero. We look only at "
    "the stationary points that Newton's method finds. Nearly all have a "
    "negative eigenvalue and so a way down. A seed without any other counts "
    "as met. The method hardly finds solutions either, which are minima. So "
    "it is weak evidence that it finds no poor minimum.",
    "Targets 0.1 and 0.9 are ours. A zero eigenvalue is one below 1e-7. We "
    "push stationary points without a negative eigenvalue by 0.2 along their "
    "flat directions and follow them downhill by gradient descent.",
)
ANSWER = (
    "Yes to both: the loss rises between two solutions in "
    "{loss-surface/not-convex:.0%} of {seeds} runs, and "
    "{loss-surface/saddle-points:.0%} of the runs find saddle points at "
    "several heights."
)


class Derivatives(NamedTuple):
    """The loss (n,), its gradient (n, 9) and its Hessian (n, 9, 9) at n points."""

    loss: np.ndarray
    gradient: np.ndarray
    hessian: np.ndarray


def run(config: Config) -> Result:
    """Search stationary points from every seed's starts, sort them, and go from
    one solution to another."""
    found = [search_points(config, seed) for seed in config.seeds]
    return Result(
        {name: np.array([one[name] for one in found]) for name in found[0]}
    )


def search_points(config: Config, seed: int) -> dict:
    """Return the metrics of one seed."""
    draw = np.random.default_rng(seed)
    starts = draw.normal(scale=config.spread, size=(config.starts, 9))
    points = follow_newton(starts, config.newton_steps)
    loss, gradient, hessian = differentiate(points)
    values = np.linalg.eigvalsh(hessian)
    has_no_slope = np.abs(gradient).max(axis=1) < NO_SLOPE
    has_arrived = has_no_slope & (np.abs(points).max(axis=1) < LARGEST_WEIGHT)
    falling = (values < -NO_CURVATURE).sum(axis=1)
    is_solution = loss < NO_ERROR
    is_saddle = has_arrived & (falling > 0) & (values[:, -1] > NO_CURVATURE)
    unclear = np.flatnonzero(has_arrived & ~is_solution & (falling == 0))
    along = measure_segment(find_solution(draw, config.spread))
    keep = np.where(has_arrived[:DRAWN], 1.0, np.nan)
    escapes = all(
        has_lower_beside(points[one], draw, config.descent_steps)
        for one in unclear
    )
    heights = count_different(loss[is_saddle, None])
    return {
        ABOVE: along[len(along) // 2] > max(along[0], along[-1]),
        SEVERAL: heights >= 2,
        ESCAPES: escapes,
        SADDLES: is_saddle.sum() / has_arrived.sum(),
        SOLUTIONS: (has_arrived & is_solution).sum() / has_arrived.sum(),
        "starts that arrive": has_arrived.sum(),
        "different saddle points": count_different(points[is_saddle]),
        "different heights of saddle points": heights,
        "most falling directions at a saddle point": falling[is_saddle].max(
            initial=0
        ),
        "stationary points without a falling or rising direction, error above "
        "zero": len(unclear),
        ALONG: along,
        HEIGHT: loss[:DRAWN] * keep,
        LOWEST: values[:DRAWN, 0] * keep,
        LARGEST: values[:DRAWN, -1] * keep,
    }


def differentiate(points: np.ndarray) -> Derivatives:
    """Return the loss, its gradient and its Hessian at weights (n, 9).

    With z the net input of the output unit, the Hessian is E'' z' z'^T + E'
    z'', summed over the four rows.
    """
    from scipy.special import expit

    outer = points[:, 6:8]
    h = expit(
        np.stack([points[:, unit] @ ROWS.T for unit in UNIT], axis=2)
    )  # (n, rows, units)
    h1 = h * (1 - h)
    y = expit((h * outer[:, None]).sum(axis=2) + points[:, 8:])
    y1 = y * (1 - y)
    first = (y - TARGETS) * y1 / 2
    second = (y1**2 + (y - TARGETS) * y1 * (1 - 2 * y)) / 2
    z1 = np.ones((*y.shape, 9))
    for unit, part in enumerate(UNIT):
        z1[..., part] = (outer[:, None, unit] * h1[..., unit])[..., None] * ROWS
    z1[..., 6:8] = h
    hessian = np.einsum("nr,nri,nrj->nij", second, z1, z1)
    for unit, part in enumerate(UNIT):
        bend = (
            first
            * outer[:, None, unit]
            * h1[..., unit]
            * (1 - 2 * h[..., unit])
        )
        hessian[:, part, part] += np.einsum("nr,ri,rj->nij", bend, ROWS, ROWS)
        mixed = (first * h1[..., unit]) @ ROWS
        hessian[:, part, 6 + unit] += mixed
        hessian[:, 6 + unit, part] += mixed
    loss = ((y - TARGETS) ** 2).mean(axis=1)
    return Derivatives(loss, np.einsum("nr,nri->ni", first, z1), hessian)


def follow_newton(points: np.ndarray, steps: int) -> np.ndarray:
    """Return where damped Newton steps lead (n, 9): each shortens the gradient
    or is taken back."""
    _, gradient, hessian = differentiate(points)
    damping = np.full(len(points), 1e-2)
    for _ in range(steps):
        values, axes = np.linalg.eigh(hessian)
        slopes = np.einsum("nij,ni->nj", axes, gradient)
        along = slopes * values / (values**2 + damping[:, None])
        next_points = points - np.einsum("nij,nj->ni", axes, along)
        _, next_gradient, next_hessian = differentiate(next_points)
        is_better = np.linalg.norm(next_gradient, axis=1) < np.linalg.norm(
            gradient, axis=1
        )
        points = np.where(is_better[:, None], next_points, points)
        gradient = np.where(is_better[:, None], next_gradient, gradient)
        hessian = np.where(is_better[:, None, None], next_hessian, hessian)
        damping = np.clip(
            np.where(is_better, damping / 4, damping * 4), 1e-20, 1e6
        )
    return points


def count_different(points: np.ndarray, decimals: int = 4) -> int:
    """Return how many of the points (n, k) differ within that many decimals."""
    return len(np.unique(points.round(decimals), axis=0))


def find_solution(draw, spread: float) -> np.ndarray:
    """Return the first weights of error zero that a quasi-Newton descent (BFGS)
    finds from random starts."""
    from scipy.optimize import minimize

    while True:
        start = draw.normal(scale=spread, size=9)
        end = minimize(loss_and_gradient, start, jac=True, tol=1e-12).x
        if differentiate(end[None]).loss[0] < NO_ERROR:
            return end


def loss_and_gradient(weights: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the loss and its gradient at one point (9,)."""
    found = differentiate(weights[None])
    return found.loss[0], found.gradient[0]


def has_lower_beside(
    point, draw, steps: int, pushes: int = 32, length: float = 0.2
) -> bool:
    """Tell whether gradient descent from a little beside the point, along flat
    directions, falls below it."""
    loss, _, hessian = differentiate(point[None])
    values, directions = np.linalg.eigh(hessian[0])
    flat = directions[:, np.abs(values) < NO_CURVATURE]
    if not flat.size:
        return False
    push = draw.normal(size=(pushes, flat.shape[1])) @ flat.T
    walkers = point + length * push / np.linalg.norm(
        push, axis=1, keepdims=True
    )
    for _ in range(steps):
        walkers = walkers - differentiate(walkers).gradient
    return bool(differentiate(walkers).loss.min() < loss[0] - 1e-9)


def measure_segment(solution: np.ndarray, parts: int = 40) -> np.ndarray:
    """Return the loss at even steps from a solution to the same one with its
    hidden units swapped.

    Half-way both hidden units are equal, so the network is one with a single
    hidden unit there, which cannot compute exclusive or: the loss must rise.
    """
    share = np.linspace(0, 1, parts + 1)[:, None]
    return differentiate(
        (1 - share) * solution + share * solution[SWAPPED]
    ).loss


def plot(result: Result):
    """Draw the loss between two solutions for every seed, and the stationary
    points by height and kind."""
    from reproductions.harness.showing import figures

    figure, (between, points) = figures.new(2, width=11, height=4.2)
    curves = result.metrics[ALONG]
    way = np.linspace(0, 1, curves.shape[1])
    lines = between.plot(way, curves.T, color=figures.OURS, lw=0.8, alpha=0.6)
    lines[0].set_label(f"one of {len(curves)} seeds")
    chord = "chord: a convex loss stays on or below it"
    between.axhline(0, color=figures.PUBLISHED, lw=1.2, label=chord)
    between.set(
        xlabel="way from a solution to its mirror image (hidden units swapped)"
    )
    between.set(ylabel="mean squared error", title="Not convex")
    between.set_ylim(top=between.get_ylim()[1] * 1.25)
    between.legend(loc="upper left", fontsize=8)
    draw_points(points, result)
    return figure


def draw_points(axes, result: Result) -> None:
    """Draw the stationary points by their smallest and largest eigenvalue,
    coloured by height."""
    height = result.metrics[HEIGHT].ravel()
    lowest = result.metrics[LOWEST].ravel()
    largest = result.metrics[LARGEST].ravel()
    levels = np.unique(height[np.isfinite(height)].round(3))
    for level, color in zip(levels, COLORS, strict=False):
        is_here = height.round(3) == level
        axes.plot(
            lowest[is_here],
            largest[is_here],
            "o",
            ms=4,
            mew=0,
            alpha=0.6,
            color=color,
            label=f"mean squared error {level:g}: {is_here.sum()}",
        )
    axes.axvline(0, color="0.4", lw=0.8)
    axes.set(
        xlabel="smallest eigenvalue of the Hessian",
        ylabel="largest eigenvalue of the Hessian",
    )
    axes.set(title="Where Newton's method ends: saddle points left of the line")
    axes.legend(fontsize=8)


if __name__ == "__main__":
    run_file(__file__)
