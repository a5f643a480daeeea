"""Writing many claims: what they share is said once, and a table of published numbers is one
call."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reproductions.harness.claiming.claims import Claim
from reproductions.harness.claiming.metrics import Metric
from reproductions.harness.judging.judges import Judge

Text = str | Callable[..., str]
"""A template such as "{depth} layers: {published} %.", or a function of the labels and
`published`."""


@dataclass(frozen=True)
class Claims:
    """Makes the claims of one source, which share the beginning of their ids, their place,
    tag and unit.

    >>> claim = Claims("coins", where="invented, table 1", tag="P", unit="m")
    >>> claim("height", "Coins land at 10 m.", "height", OneRun(10.0, widest=1.0)).id
    'coins/height'
    """

    id: str
    where: str = ""
    tag: str = "P"
    unit: str = ""
    join: str = "/"
    """What stands between this id and that of a claim."""

    def __call__(
        self,
        id: str,
        says: str,
        metric: str,
        judge: Judge,
        *,
        where: str | None = None,
        tag: str | None = None,
        unit: str | None = None,
        reading: str = "",
        family: str = "",
    ) -> Claim:
        """Return one claim; what is not given is what all share.

        A `family` is named as a claim is: it gets the same beginning.
        """
        return Claim(
            f"{self.id}{self.join}{id}",
            says,
            metric,
            judge,
            self.where if where is None else where,
            self.tag if tag is None else tag,
            self.unit if unit is None else unit,
            reading,
            f"{self.id}{self.join}{family}" if family else "",
        )

    def sharing(self, **changes) -> "Claims":
        """Return claims that share something else: `claim.sharing(tag="K", where="computed
        independently")`."""
        return replace(self, **changes)

    def table(
        self,
        id: Text,
        says: Text,
        metric: Metric | str,
        published: Mapping | Sequence,
        judge: Callable[..., Judge],
        labels: Mapping[str, Sequence] | Sequence[str],
        *,
        family: str | None = None,
        **shared,
    ) -> tuple[Claim, ...]:
        """Return a claim for each number of a published table; together they are one family.

        >>> claim.table(
        ...     id="depth-{depth}",
        ...     says="{depth} hidden layers: {published} %.",
        ...     metric=Metric("accuracy, depth {depth}"),
        ...     published={1: 96.48, 2: 96.90},
        ...     judge=partial(OneRun, widest=1.0),
        ...     labels=["depth"],
        ... )

        Args:
            id: a template that the labels and `published` fill, or a function of them by
                keyword.
            says: likewise.
            metric: the family of metrics; the labels fill its holes (those that it has).
            published: the numbers, nested as the labels are: a mapping has the values of its
                label as keys, a sequence has them in the order that `labels` names.
            judge: makes the judge from one published number.
            labels: the names of the labels, outermost first, or a mapping of them to their
                values.
            family: the name of the family; None for what the ids have in common, "" for none:
                every row is then judged by itself.
            shared: where, tag, unit, reading, where they are not those that all claims share.
        """
        claims = []
        for row, value in read_rows(published, list(labels), labels):
            filled = {**row, "published": value}
            name = fill_metric(metric, row)
            claims.append(
                self(
                    fill(id, filled),
                    fill(says, filled),
                    name,
                    judge(value),
                    **shared,
                )
            )
        if family is None:
            family = name_family(claims)
        elif family:
            family = f"{self.id}{self.join}{family}"
        return tuple(replace(claim, family=family) for claim in claims)


def name_family(claims: Sequence[Claim]) -> str:
    """Return what the ids of several claims begin with, "" for a single claim."""
    if len(claims) < 2:
        return ""
    ids = sorted(claim.id for claim in claims)
    first, last = ids[0], ids[-1]  # what these two share, all share
    shared = 0
    while shared < len(first) and first[shared] == last[shared]:
        shared += 1
    return first[:shared].rstrip("-/: ")


def fill(text: Text, labels: Mapping) -> str:
    """Return the template, or what the function gives, for these labels."""
    return text(**labels) if callable(text) else text.format(**labels)


def fill_metric(metric: Metric | str, labels: Mapping) -> str:
    """Return the name of the metric for these labels, of which it need not have all."""
    if isinstance(metric, str):
        return metric
    return metric(**{label: labels[label] for label in metric.labels})


def read_rows(
    published, names: list[str], labels
) -> Iterator[tuple[dict, object]]:
    """Yield (labels, number) for each number of a nested table.

    Raises:
        ValueError: the table is nested more or less deeply than it has labels, or a sequence
            has not as many numbers as its label has values.
    """
    if not names:
        if isinstance(published, Mapping):
            raise ValueError(
                f"the table is nested more deeply than its labels: {dict(published)}"
            )
        yield {}, published
        return
    first, *rest = names
    for value, inner in read_axis(published, first, labels):
        for row, number in read_rows(inner, rest, labels):
            yield {first: value, **row}, number


def read_axis(published, name: str, labels) -> list[tuple]:
    """Return (label's value, what the table holds there) along one axis."""
    if isinstance(published, Mapping):
        return list(published.items())
    if not isinstance(published, Sequence):
        raise ValueError(
            f"the table has no numbers along '{name}', but {published!r}"
        )
    if not isinstance(labels, Mapping) or len(labels[name]) != len(published):
        raise ValueError(
            f"the table has {len(published)} numbers along '{name}': name as many values for it"
        )
    return list(zip(labels[name], published, strict=True))
