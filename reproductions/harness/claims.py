"""What a source says, as pure data: a `Claim` and the eight ways (judges) in which one can be checked.

Nothing is computed here. `verdicts.judge` holds the statistics; these classes only say which is meant, so
that claims can be written before a run, hashed, stored in a record and compared with it later.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields

TAGS = {
    "P": "read in the primary paper",
    "C": "read in the authors' code or stored results",
    "D": "digitised from a vector drawing",
    "E": "read by eye from a figure",
    "S": "taken from somebody else's summary",
    "K": "computed independently",
    "M": "remembered, not verified",
}


@dataclass(frozen=True)
class Exact:
    """A deterministic value: every run is within `tolerance` of `published` (absolute difference, float64).

    `published` is a number, or a tuple of k numbers for a metric of shape (seeds, k).
    """

    published: float | tuple[float, ...]
    tolerance: float


@dataclass(frozen=True)
class OneRun:
    """One published run: it lies in the 95 % predictive interval of ours, which is no wider than `widest`.

    With `log=True` the interval is taken on logarithms (positive, skewed quantities such as norms), and
    `widest` is a factor: the upper end divided by the lower.
    """

    published: float
    widest: float
    log: bool = False

    def __post_init__(self):
        _require(
            self.widest > (1 if self.log else 0), "OneRun: widest must be positive (a factor above 1 on logs)"
        )


@dataclass(frozen=True)
class MeanOfRuns:
    """A published mean of `n` runs with standard deviation `sd`, met to within `margin`.

    The 95 % Welch interval of (ours - published) has to lie inside +-`margin`. `sd=0` takes the
    published mean as exactly known.
    """

    published: float
    sd: float
    n: int
    margin: float

    def __post_init__(self):
        _require(self.margin > 0, "MeanOfRuns: margin must be positive")
        _require(
            self.n > 1 or self.sd == 0, "MeanOfRuns: an sd needs n of at least 2; for one run use OneRun"
        )


@dataclass(frozen=True)
class Difference:
    """The mean of (metric - versus), paired by seed, is judged in exactly one of three ways.

    - direction: above `at_least`, or below `at_most`, or between both (bounds are strict, so two equal arms
      do not show a direction);
    - equivalence: `within` this margin of `published` (0 where none is given);
    - size: the interval holds `published` and is no wider than `widest`.
    """

    versus: str
    at_least: float | None = None
    at_most: float | None = None
    within: float | None = None
    published: float | None = None
    widest: float | None = None

    def __post_init__(self):
        _require_one_way(self)
        _require(self.within is None or self.within > 0, "Difference: within must be positive")


@dataclass(frozen=True)
class Ratio:
    """The geometric mean of metric / versus is judged as a `Difference` of logarithms.

    `versus=None` says that the metric already is a ratio. `within` and `widest` are factors above 1: within=2
    means between half and twice `published` (1 where none is given).
    """

    versus: str | None = None
    at_least: float | None = None
    at_most: float | None = None
    within: float | None = None
    published: float | None = None
    widest: float | None = None

    def __post_init__(self):
        _require_one_way(self)
        for name in ("within", "widest"):
            value = getattr(self, name)
            _require(value is None or value > 1, f"Ratio: {name} is a factor and must be above 1")
        for name in ("at_least", "at_most", "published"):
            value = getattr(self, name)
            _require(value is None or value > 0, f"Ratio: {name} must be positive")


@dataclass(frozen=True)
class Fraction:
    """The fraction of runs for which a boolean metric holds, by its 95 % Wilson interval.

    Either above `at_least`, below `at_most`, or holding `published` while no wider than `widest`. "Every run"
    is published=1.0 with a `widest`: no number of runs puts a whole interval at 1.
    """

    at_least: float | None = None
    at_most: float | None = None
    published: float | None = None
    widest: float | None = None

    def __post_init__(self):
        _require_one_way(self)
        _require(self.at_least is None or 0 <= self.at_least < 1, "Fraction: at_least lies in [0, 1)")
        _require(self.at_most is None or 0 < self.at_most <= 1, "Fraction: at_most lies in (0, 1]")


@dataclass(frozen=True)
class BestOf:
    """The best of `k` published runs: it lies in the 95 % predictive interval of the best of k of ours."""

    k: int
    published: float
    widest: float
    lower_is_better: bool = False

    def __post_init__(self):
        _require(self.k >= 1 and self.widest > 0, "BestOf: k is at least 1 and widest positive")


Judge = Exact | OneRun | MeanOfRuns | Difference | Ratio | Fraction | BestOf
OWN = "K"  # what nobody published: a check of our own, counted apart
JUDGES = {kind.__name__: kind for kind in (Exact, OneRun, MeanOfRuns, Difference, Ratio, Fraction, BestOf)}


@dataclass(frozen=True)
class Claim:
    """One statement of a source, and how it is to be judged; written before the run.

    `says` is the statement in our words, `metric` the name in `Result.metrics`, `where` the place in the
    source, `tag` how the number came to us (a key of TAGS) and `unit` what the metric is measured in.
    """

    id: str
    says: str
    metric: str
    judge: Judge
    where: str
    tag: str
    unit: str = ""

    def __post_init__(self):
        _require(self.tag in TAGS, f"{self.id}: tag {self.tag!r} is none of {', '.join(TAGS)}")
        _require(type(self.judge) in JUDGES.values(), f"{self.id}: judge must be one of {', '.join(JUDGES)}")


def metrics_of(claim: Claim) -> tuple[str, ...]:
    """The names in `Result.metrics` that the claim is judged by."""
    versus = getattr(claim.judge, "versus", None)
    return (claim.metric,) if versus is None else (claim.metric, versus)


def as_data(claim: Claim) -> dict:
    """The claim as plain JSON data. Fields at their default are left out, so that a judge may gain a field
    without making every committed record look out of date."""
    return _stated_fields(claim) | {
        "judge": {"kind": type(claim.judge).__name__, **_stated_fields(claim.judge)}
    }


def from_data(data: Mapping) -> Claim:
    """The claim that `as_data` wrote."""
    stated = {key: _as_tuple(value) for key, value in data["judge"].items() if key != "kind"}
    return Claim(**{**data, "judge": JUDGES[data["judge"]["kind"]](**stated)})


def digest(claims: Iterable[Claim]) -> str:
    """sha256 of the claims' canonical text: the same on every machine, changed by any change of a claim."""
    text = json.dumps([as_data(claim) for claim in claims], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _stated_fields(value) -> dict:
    stated = {field.name: getattr(value, field.name) for field in fields(value)}
    defaults = {field.name: field.default for field in fields(value) if field.default is not MISSING}
    return {
        name: list(item) if isinstance(item, tuple) else item
        for name, item in stated.items()
        if name not in defaults or item != defaults[name]
    }


def _as_tuple(value):
    return tuple(value) if isinstance(value, list) else value


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


def _require_one_way(judge: Difference | Ratio | Fraction) -> None:
    bounds = judge.at_least is not None or judge.at_most is not None
    equivalence = getattr(judge, "within", None) is not None
    size = judge.widest is not None
    kind = type(judge).__name__
    choices = "at_least/at_most, published with widest" + ("" if kind == "Fraction" else ", within")
    _require(bounds + equivalence + size == 1, f"{kind}: give exactly one of: {choices}")
    _require(not size or judge.published is not None, f"{kind}: widest belongs to a published value")
    _require(not bounds or judge.published is None, f"{kind}: a bound stands in the place of published")
