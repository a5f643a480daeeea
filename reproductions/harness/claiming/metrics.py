"""Names of metrics with named holes, which can be filled and read back."""

import re
import string
from collections.abc import Iterable, Mapping
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
            wanted, given = ", ".join(self.labels) or "none", ", ".join(labels) or "none"
            raise ValueError(f"the metric '{self.pattern}' has the labels {wanted}; given were: {given}")
        return self.pattern.format(**labels)

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the holes, in their order."""
        return tuple(name for _, name, _, _ in string.Formatter().parse(self.pattern) if name is not None)

    def read(self, name: str) -> dict | None:
        """Return the labels in a name, None where it is not of this family; whole numbers come
        back as int."""
        found = re.fullmatch(self._expression(), name)
        if found is None:
            return None
        return {label: as_number(text) for label, text in found.groupdict().items()}

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
        return list(dict.fromkeys(labels[label] for labels in found if labels is not None))

    def _expression(self) -> str:
        parts = []
        for text, label, _, _ in string.Formatter().parse(self.pattern):
            parts.append(re.escape(text))
            if label is not None:
                parts.append(f"(?P<{label}>.+?)")
        return "".join(parts)


def as_number(text: str) -> int | float | str:
    """Return a label as the number that it writes, else as it is."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
