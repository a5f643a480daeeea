"""Names of metrics with named holes, which can be filled and read back."""

import math
import re
import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """A family of metric names that differ in their labels.

    >>> ERROR = Metric("test error (%), {arm}, after {updates} updates")
    >>> ERROR(arm="with dropout", updates=10_000)
    'test error (%), with dropout, after 10000 updates'
    >>> ERROR.read("test error (%), with dropout, after 10000 updates")
    {'arm': 'with dropout', 'updates': 10000}
    >>> ERROR.find({"test error (%), with dropout, after 10000 updates": 1.9, "loss": 0.1})
    [({'arm': 'with dropout', 'updates': 10000}, 1.9)]
    """

    pattern: str

    def __call__(self, **labels) -> str:
        """Return the name with its holes filled.

        Raises:
            ValueError: for a label that is missing, or that the pattern has no hole for.
        """
        if set(labels) != set(self.labels):
            wanted, given = (
                ", ".join(self.labels) or "none",
                ", ".join(labels) or "none",
            )
            raise ValueError(
                f"the metric '{self.pattern}' has the labels {wanted}; given were: {given}"
            )
        return self.pattern.format(**labels)

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the holes, in their order."""
        return tuple(
            dict.fromkeys(
                label for _, label, _, _ in self._parts() if label is not None
            )
        )

    def read(self, name: str) -> dict | None:
        """Return the labels in a name, None where it is not of this family; numbers come back
        as int or float."""
        found = re.fullmatch(self._expression(), name)
        if found is None:
            return None
        labels = {}
        for _, label, form, _ in self._parts():
            if label is not None:
                labels[label] = as_number(found[label], form)
        return labels

    def find(self, metrics: Mapping) -> list[tuple[dict, object]]:
        """Return (labels, value) of every metric of this family, in the order of `metrics`."""
        found = []
        for name, value in metrics.items():
            labels = self.read(name)
            if labels is not None:
                found.append((labels, value))
        return found

    def values_of(self, label: str, metrics: Iterable[str]) -> list:
        """Return the values that one label has among these names, each once, in their order."""
        found = (self.read(name) for name in metrics)
        return list(
            dict.fromkeys(
                labels[label] for labels in found if labels is not None
            )
        )

    def along(self, label: str, metrics: Mapping, **others) -> dict:
        """Return {value of one label: metric}, where the other labels have these values.

        >>> metrics = {"loss, dense, depth 1": 0.3, "loss, dense, depth 2": 0.2, "loss, conv, depth 1": 0.1}
        >>> Metric("loss, {net}, depth {depth}").along("depth", metrics, net="dense")
        {1: 0.3, 2: 0.2}
        """
        found = {}
        for labels, metric in self.find(metrics):
            if labels == {label: labels[label], **others}:
                found[labels[label]] = metric
        return found

    def _expression(self) -> str:
        expression = ""
        for text, label, _, _ in self._parts():
            expression += re.escape(text)
            if label is not None:
                group = f"(?P<{label}>"
                expression += (
                    f"(?P={label})" if group in expression else f"{group}.+?)"
                )
        return expression

    def _parts(self) -> Iterator[tuple]:
        """Yield (text, label, format, conversion) as the pattern has them."""
        return string.Formatter().parse(self.pattern)


def as_number(text: str, form: str | None = None) -> int | float | str:
    """Return a label as the finite number that is written so in this format, else as it is."""
    for kind in (int, float):
        try:
            number = kind(text.replace(",", ""))
        except ValueError:
            continue
        if math.isfinite(number) and format(number, form or "") == text:
            return number
    return text
