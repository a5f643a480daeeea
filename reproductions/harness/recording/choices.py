"""What a run chose on the validation split, before the seeds that are judged were trained."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reproductions.harness.claiming.errors import ReproductionError


@dataclass(frozen=True)
class Choice:
    """One setting that the source does not state, chosen among the values that were tried.

    `scores` has one number for each value tried (lower is better; empty where only the choice
    is known). `remark` says what the scores are, or what else the reader should know.
    """

    value: float | int | str
    tried: tuple = ()
    scores: tuple[float, ...] = ()
    remark: str = ""

    def __post_init__(self):
        if self.scores and len(self.scores) != len(self.tried):
            raise ValueError(
                f"{len(self.scores)} scores for {len(self.tried)} values tried: one for each"
            )

    @classmethod
    def lowest(cls, scores: Mapping, remark: str = "") -> "Choice":
        """Return the value with the lowest score, the first of equals; NaN counts as the
        worst.

        Args:
            scores: {value tried: its score}.
            remark: what the scores are: "median validation error (%) of seeds 1001 to 1004".
        """
        best = min(scores, key=lambda value: rank(scores[value]))
        return cls(
            best,
            tuple(scores),
            tuple(float(score) for score in scores.values()),
            remark,
        )

    @property
    def is_at_an_end(self) -> bool:
        """Whether the value is the smallest or the largest of several numbers tried."""
        numbers = [
            value for value in self.tried if isinstance(value, int | float)
        ]
        return len(numbers) > 1 and self.value in (min(numbers), max(numbers))

    def as_data(self) -> dict:
        """Return the choice as plain data, for a record."""
        data = {"value": self.value}
        if self.tried:
            data["tried"] = list(self.tried)
        if self.scores:
            data["scores"] = list(self.scores)
        if self.remark:
            data["remark"] = self.remark
        return data


def rank(score: float) -> tuple[bool, float]:
    """Return the score for sorting: NaN is worse than every number, infinity included."""
    unknown = math.isnan(score)
    return unknown, 0.0 if unknown else score


def find_beyond(scores: Mapping, ladder: Sequence[float]) -> float | None:
    """Return the next value of a ladder beyond the best one, None where the best is inside
    of those tried or the ladder ends.

    Args:
        scores: {value tried: its score}, lower is better.
        ladder: all values that may be tried, in ascending order.
    """
    best = min(scores, key=lambda value: rank(scores[value]))
    position = ladder.index(best)
    if best == max(scores) and position + 1 < len(ladder):
        return ladder[position + 1]
    if best == min(scores) and position > 0:
        return ladder[position - 1]
    return None


def as_choices(found: Mapping) -> dict[str, Choice]:
    """Return what `choose` gave, with plain values as choices without alternatives."""
    return {
        name: item if isinstance(item, Choice) else Choice(item)
        for name, item in found.items()
    }


def choices_of(record: Mapping) -> dict[str, Choice]:
    """Return the choices that a record holds."""
    choices = {}
    for name, data in record["chosen"].items():
        tried, scores = (
            tuple(data.get("tried", ())),
            tuple(map(float, data.get("scores", ()))),
        )
        choices[name] = Choice(
            data["value"], tried, scores, data.get("remark", "")
        )
    return choices


class Settings(dict):
    """{name: value} of what was chosen: what `run` is given.

    A setting that a record lacks is said in one line.
    """

    def __missing__(self, name):
        raise ReproductionError(
            f"the record does not hold '{name}'; make it anew with --anew"
        )


def settings_of(choices: Mapping[str, Choice]) -> Settings:
    """Return the values that were chosen, by name."""
    return Settings({name: choice.value for name, choice in choices.items()})
