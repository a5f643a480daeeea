"""The report of a study: report.html, one file with its figures inside, and the same page as README.md.

Both are made from study.json and the trials alone, so that a committed study gives its page again.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import jinja2
import markupsafe
from matplotlib.figure import Figure

from reproductions.harness.figures import save, style
from tuning.harness import (
    apply_record,
    discovery,
    effects,
    figures,
    folder,
    report_templates,
    report_words,
    results,
    scales,
)
from zoo.engine.store import write_atomically

HTML, PAGE = "report.html", "README.md"
BEST, TOGETHER, ALONE, IMPORTANCE = "best_so_far", "parallel_coordinates", "effects", "importance"


class Drawn(NamedTuple):
    """A part of the report with a figure."""

    heading: str
    said: list[str]
    file: str
    """Name of the SVG file, "" if there is nothing to draw."""


class Applied(NamedTuple):
    """What `zoo tune apply` found."""

    said: list[str]
    candidates: list[tuple]
    """The table's headings, then its rows."""
    comparisons: list[tuple]
    """The same; empty where the default was chosen, or the test split was not used yet."""


class Page(NamedTuple):
    """All that a report says."""

    job: str
    title: str
    result: list[str]
    applied: Applied | None
    figures: list[Drawn]
    importances: list[tuple]
    space: list[tuple]
    made: list[tuple]
    headings: list[str]
    trials: list[list[str]]


def write(place: Path) -> Path:
    """Write the report of the study in that folder, its figures, and README.md; return report.html's path."""
    facts, found = folder.description(place), results.records(place)
    foretold = effects.foretold(scales.of_study(facts), effects.comparable(found))
    drawn = draw(facts, found, foretold)
    for name in (BEST, TOGETHER, ALONE, IMPORTANCE):
        if name in drawn:
            save(drawn[name], place / f"{name}.svg")
        else:
            (place / f"{name}.svg").unlink(missing_ok=True)
    page = compose(facts, found, foretold, applied(place))
    write_atomically(place / PAGE, rendered(page, report_templates.PAGE).encode())
    write_atomically(place / HTML, rendered(page, report_templates.REPORT, place).encode())
    return place / HTML


def markdown(place: Path) -> str:
    """Return what README.md must hold."""
    facts, found = folder.description(place), results.records(place)
    foretold = effects.foretold(scales.of_study(facts), effects.comparable(found))
    return rendered(compose(facts, found, foretold, applied(place)), report_templates.PAGE)


def draw(facts: Mapping, found: Sequence[Mapping], foretold: effects.Foretold) -> dict[str, Figure]:
    """Return the figures by name; none where no trial has a score."""
    if not results.completed(found):
        return {}
    declared, default = scales.of_study(facts), report_words.default_of(found)
    metric, fair = facts["metric"], effects.comparable(found)
    with style():
        drawn = {
            BEST: figures.best_so_far(found, metric, default),
            TOGETHER: figures.parallel_coordinates(declared, found, metric, default),
            ALONE: figures.one_by_one(declared, fair, metric),
        }
        if foretold.importances:
            drawn[IMPORTANCE] = figures.importances(foretold.importances)
    return drawn


def applied(place: Path) -> Applied | None:
    """Return what became of the study's best trials with fresh seeds, None where it was not applied."""
    from zoo.pretrained import searched
    from zoo.pretrained.cards import Metric, Search

    record = apply_record.read(place)
    if record is None:
        return None
    search = Search.model_validate(record["search"])
    said = [f"Trial {search.chosen} was chosen among these by the mean of {len(search.seeds)} fresh seeds."]
    said.append(searched.optimism(search))
    candidates = [searched.CANDIDATES, *searched.candidates(search)]
    if not record["test"]:
        return Applied([*said, "The test split has not been used yet."], candidates, [])
    metric = Metric.model_validate(record["test"]["metrics"][0])
    said.append(searched.verdict(search, ", ".join(filter(None, (metric.name, metric.unit)))))
    rows = searched.comparisons(search)
    return Applied(said, candidates, [searched.COMPARISONS, *rows] if rows else [])


def compose(
    facts: Mapping,
    found: Sequence[Mapping],
    foretold: effects.Foretold,
    anew: Applied | None = None,
) -> Page:
    """Return what the report of these trials says."""
    declared = scales.of_study(facts)
    return Page(
        job=facts["job"],
        title=discovery.summary(facts["job"]).title,
        result=report_words.result(facts, found, is_applied=anew is not None),
        applied=anew,
        figures=_parts(facts, found, foretold) if results.completed(found) else [],
        importances=report_words.importance_rows(foretold),
        space=report_words.space_rows(declared),
        made=report_words.made(facts, found),
        headings=report_words.trial_headings(facts, declared, found),
        trials=report_words.trial_rows(declared, found),
    )


def _parts(facts: Mapping, found: Sequence[Mapping], foretold: effects.Foretold) -> list[Drawn]:
    means = [
        "A point is a trial. A square is the mean of at least three trials with the same value, or with "
        "neighbouring ones, with the 95 % t interval over these trials, whose other values differ.",
        *report_words.sample(facts, found),
    ]
    if scales.is_wide([each["score"] for each in effects.comparable(found)]):
        means.append("Means and intervals are those of the logarithms.")
    return [
        Drawn("The search", ["Where a bar leaves the picture, few executions say little."], f"{BEST}.svg"),
        Drawn(
            "All hyperparameters together",
            ["A line is a trial, the darker the better its rank; the best one is red."],
            f"{TOGETHER}.svg",
        ),
        Drawn("One hyperparameter at a time", means, f"{ALONE}.svg"),
        Drawn(
            "Importance",
            [report_words.importance(foretold)],
            f"{IMPORTANCE}.svg" if foretold.importances else "",
        ),
    ]


def rendered(page: Page, template: str, place: Path | None = None) -> str:
    """Return a template filled; with `place` as HTML, which takes the figures from that folder."""
    environment = jinja2.Environment(
        autoescape=place is not None, undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
    environment.filters |= {
        "text": _one_line,
        "cell": lambda text: _one_line(text).replace("|", "\\|"),
        "code": _with_code,
        "embedded": lambda name: _embedded(place / name),
    }
    return environment.from_string(template).render(page=page)


def _one_line(text) -> str:
    """A text in one line of Markdown, in which nothing is a tag."""
    return " ".join(str(text).split()).replace("<", "&lt;")


def _with_code(text) -> markupsafe.Markup:
    """A text in HTML, with what stands between backquotes as code."""
    return markupsafe.Markup(re.sub("`(.*?)`", r"<code>\1</code>", str(markupsafe.escape(text))))


def _embedded(file: Path) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(file.read_bytes()).decode()
