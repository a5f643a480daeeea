"""The report of a study: report.html with its figures inside, and the same page as README.md.

Both are made from study.json and the trials alone, so a committed study gives its page again.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import jinja2
import markupsafe
from matplotlib.figure import Figure

from tuning.harness import discovery
from tuning.harness.reporting import effects, figures, scales, words
from tuning.harness.reporting.effects import Forecast
from tuning.harness.store import applied, folder, results
from zoo.figures import save, style
from zoo.files import write_atomically

HTML = "report.html"
PAGE = "README.md"
BEST = "best_so_far"
TOGETHER = "parallel_coordinates"
ALONE = "effects"
IMPORTANCE = "importance"
FIGURES = (BEST, TOGETHER, ALONE, IMPORTANCE)
OPTIMISM = (
    "Optimism is the score in the search minus the mean of the fresh seeds. "
    "If it is below zero, the search made the trial look better than it is."
)


class Section(NamedTuple):
    """A part of the report with a figure."""

    heading: str
    text: list[str]
    file: str
    """Name of the SVG file, "" if there is nothing to draw."""


class Fresh(NamedTuple):
    """What `zoo tune apply` found with fresh seeds."""

    answer: str
    text: list[str]
    candidates: list[tuple]
    """The headings of the table, then its rows."""
    comparisons: list[tuple]
    """The same; empty where the default was chosen, or the test split is not used yet."""


class Page(NamedTuple):
    """All that a report says."""

    job: str
    title: str
    answer: str
    result: list[str]
    fresh: Fresh | None
    sections: list[Section]
    importances: list[tuple]
    space: list[tuple]
    run: list[tuple]
    headings: list[str]
    trials: list[list[str]]


class Study(NamedTuple):
    """What is read from a study's folder."""

    facts: Mapping
    records: Sequence[Mapping]
    forecast: Forecast
    fresh: Fresh | None


def write(place: Path) -> Path:
    """Write the report of the study in that folder; return the path of report.html."""
    study = read_study(place)
    drawn = draw_figures(study)
    for name in FIGURES:
        path = place / f"{name}.svg"
        if name in drawn:
            save(drawn[name], path)
        else:
            path.unlink(missing_ok=True)
    page = compose(study)
    write_atomically(place / PAGE, render_markdown(page))
    write_atomically(place / HTML, render_html(page, place))
    return place / HTML


def markdown(place: Path) -> str:
    """Return what README.md must hold."""
    return render_markdown(compose(read_study(place)))


def read_study(place: Path) -> Study:
    """Read a study's folder, and grow the forests that tell which hyperparameters matter."""
    facts = folder.read_description(place)
    records = results.read_records(place)
    hyperparameters = scales.read_scales(facts)
    forecast = effects.forecast(hyperparameters, effects.comparable(records))
    return Study(facts, records, forecast, read_fresh(place))


def read_fresh(place: Path) -> Fresh | None:
    """Return what fresh seeds made of the best trials, None if the study was not applied."""
    from zoo.pretrained import searched
    from zoo.pretrained.cards import Metric, Search

    content = applied.read(place)
    if content is None:
        return None
    search = Search.model_validate(content["search"])
    text = [describe_choice(search), OPTIMISM, searched.optimism(search)]
    candidates = [searched.CANDIDATES, *searched.candidates(search)]
    if not content["test"]:
        unused = "The test split has not been used yet."
        return Fresh(f"Trial {search.chosen} is chosen. {unused}", text, candidates, [])
    metric = Metric.model_validate(content["test"]["metrics"][0])
    quantity = ", ".join(filter(None, (metric.name, metric.unit)))
    text.append(searched.verdict(search, quantity))
    rows = searched.comparisons(search)
    comparisons = [searched.COMPARISONS, *rows] if rows else []
    return Fresh(answer_fresh(search), text, candidates, comparisons)


def describe_choice(search) -> str:
    """Return how one of the best trials was chosen."""
    count = len(search.candidates)
    best = "The best trial" if count == 1 else f"The best {count} trials"
    return (
        f"{best} and the untuned default were trained again, with {len(search.seeds)} random seeds "
        f"that the search had not used. Trial {search.chosen} was chosen: of the best trials it has "
        "the lowest mean."
    )


def answer_fresh(search) -> str:
    """Return in one sentence whether tuning helped, on the test split."""
    if search.chosen == search.default.trial:
        return "The search found nothing better than the untuned default."
    differences = [each.difference for each in search.comparisons if each.split == "test"]
    if not differences:
        return (
            "The untuned default failed with fresh seeds, so nothing can be compared with it."
        )
    than = "than the untuned default on the test split"
    if differences[0].high < 0:
        return f"Tuning helps: the tuned networks are better {than}."
    if differences[0].low > 0:
        return f"Tuning hurts: the tuned networks are worse {than}."
    return (
        f"{len(search.seeds)} fresh seeds do not show a difference between the tuned networks "
        "and the untuned default on the test split."
    )


def draw_figures(study: Study) -> dict[str, Figure]:
    """Return the figures by name; none where no trial has a score."""
    records, metric = study.records, study.facts["metric"]
    if not results.rank(records):
        return {}
    hyperparameters = scales.read_scales(study.facts)
    default = words.find_default(records)
    compared = effects.comparable(records)
    with style():
        drawn = {
            BEST: figures.draw_best_so_far(records, metric, default),
            TOGETHER: figures.draw_parallel_coordinates(
                hyperparameters, records, metric, default
            ),
            ALONE: figures.draw_effects(hyperparameters, compared, metric),
        }
        if study.forecast.importances:
            drawn[IMPORTANCE] = figures.draw_importances(study.forecast.importances)
    return drawn


def compose(study: Study) -> Page:
    """Return what the report of a study says."""
    facts, records, forecast, fresh = study
    hyperparameters = scales.read_scales(facts)
    return Page(
        job=facts["job"],
        title=discovery.summary(facts["job"]).title,
        answer=fresh.answer if fresh else words.answer(facts, records),
        result=words.summarise(facts, records, is_applied=fresh is not None),
        fresh=fresh,
        sections=compose_sections(study) if results.rank(records) else [],
        importances=words.importance_rows(forecast),
        space=words.space_rows(hyperparameters),
        run=words.run_rows(facts, records),
        headings=words.trial_headings(facts, hyperparameters, records),
        trials=words.trial_rows(hyperparameters, records),
    )


def compose_sections(study: Study) -> list[Section]:
    """Return the parts of the report that have figures."""
    has_importances = bool(study.forecast.importances)
    return [
        Section(
            "The search",
            [
                "Each point is a trial. An interval that leaves the picture comes from "
                "few networks, and shows little."
            ],
            f"{BEST}.svg",
        ),
        Section(
            "All hyperparameters together",
            ["Each line is a trial: the darker, the better its rank. The best trial is red."],
            f"{TOGETHER}.svg",
        ),
        Section("One hyperparameter at a time", describe_effects(study), f"{ALONE}.svg"),
        Section(
            "Importance",
            [words.describe_importance(study.forecast)],
            f"{IMPORTANCE}.svg" if has_importances else "",
        ),
    ]


def describe_effects(study: Study) -> list[str]:
    """Return how to read the figure of single hyperparameters."""
    lines = [
        "Each point is a trial. A square is the mean of at least three trials with the same value, "
        "or with neighbouring values. Its bar is the 95 % t interval over these trials, which "
        "differ in their other values.",
        *words.describe_sample(study.facts, study.records),
    ]
    scores = [record["score"] for record in effects.comparable(study.records)]
    if scales.is_wide(scores):
        lines.append("Means and intervals are computed from the logarithms of the scores.")
    return lines


def render_markdown(page: Page) -> str:
    """Return the page as Markdown."""
    environment = make_environment(autoescape=False)
    environment.filters["text"] = escape_markdown
    environment.filters["cell"] = escape_cell
    return environment.get_template("page.md.jinja").render(page=page)


def render_html(page: Page, place: Path) -> str:
    """Return the page as one HTML file, with the figures from that folder inside."""

    def embed(name):
        content = base64.b64encode((place / name).read_bytes())
        return f"data:image/svg+xml;base64,{content.decode()}"

    environment = make_environment(autoescape=True)
    environment.filters["code"] = mark_code
    environment.filters["embed"] = embed
    return environment.get_template("report.html.jinja").render(page=page)


def make_environment(*, autoescape: bool) -> jinja2.Environment:
    """Return what reads the templates beside this file."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader("tuning.harness.reporting"),
        autoescape=autoescape,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )


def escape_markdown(text) -> str:
    """Return a text in one line of Markdown, in which nothing is a tag."""
    return " ".join(str(text).split()).replace("<", "&lt;")


def escape_cell(text) -> str:
    """Return a text for a cell of a Markdown table."""
    return escape_markdown(text).replace("|", "\\|")


def mark_code(text) -> markupsafe.Markup:
    """Return a text in HTML, with what stands between backquotes as code."""
    escaped = str(markupsafe.escape(text))
    return markupsafe.Markup(re.sub("`(.*?)`", r"<code>\1</code>", escaped))
