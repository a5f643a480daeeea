"""Verdicts for readers: the table in the terminal, the report of a run, and the generated pages.

docs/reproductions.md and the parts of README.md between its markers are written from the committed records
and the reproductions' own texts, docs/errata.md and docs/cited.md from the records and what is known of the
lecture notes (`errata`, `catalogue`); `out_of_step` says whether they still are.
"""

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import jinja2
from rich.table import Table

from reproductions.harness import claims as claims_
from reproductions.harness import discovery, notes, records, templates, wording

PART = re.compile(r"(<!-- verdicts(?: of (\w+))?:begin -->\n).*?(<!-- verdicts:end -->)", re.DOTALL)
COLOURS = {"reproduced": "green", "not reproduced": "red", "inconclusive": "yellow", "not run": "dim"}


@dataclass(frozen=True)
class Row:
    """One judged claim, every field ready to print."""

    says: str
    published: str
    ours: str
    status: str
    remarks: str
    where: str
    tag: str


@dataclass(frozen=True)
class Entry:
    """One reproduction as the pages show it; `figure` is what an image's source has to be ("" for none)."""

    name: str
    question: str
    rows: list[Row] = field(default_factory=list)
    figure: str = ""
    deviations: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    runs: list[str] = field(default_factory=list)
    superseded: list[str] = field(default_factory=list)
    message: str = ""
    stale: bool = False

    def count(self, status: str) -> int:
        """How many published claims came out so."""
        return sum(row.status == status for row in self.rows if row.tag != claims_.OWN)

    @property
    def own_checks(self) -> str:
        """How many of our own checks were met: "12 of 12"."""
        own = [row.status for row in self.rows if row.tag == claims_.OWN]
        return f"{own.count('reproduced')} of {len(own)}" if own else "none"


def entry(name: str, record: Mapping | None, figure: str = "", message: str = "") -> Entry:
    """The reproduction's texts together with what its record (None if it has none) says."""
    question = discovery.summary(name).question
    if record is None:
        return Entry(name, question, message=message)
    return Entry(
        name=name,
        question=question,
        rows=rows(record),
        figure=figure,
        deviations=discovery.deviations(name),
        notes=record["notes"],
        runs=[_run_line(run) for run in record["runs"]],
        superseded=[line for old in record["superseded"] for line in _superseded_lines(old)],
        message=message,
        stale=record["claims_digest"] != claims_.digest(discovery.claims(name)),
    )


def rows(record: Mapping) -> list[Row]:
    """The record's claims and verdicts in words."""
    return [
        Row(
            claim.says,
            wording.published(claim),
            wording.ours(verdict),
            verdict.status,
            wording.remarks(claim, verdict),
            claim.where,
            claim.tag,
        )
        for claim, verdict in records.judgements(record)
    ]


def table(outcomes: Iterable) -> Table:
    """The verdict table of a suite's outcomes for a rich console."""
    shown = Table(title="Verdicts", title_justify="left")
    for heading in ("reproduction", "what is said", "published", "ours", "verdict"):
        shown.add_column(heading, overflow="fold")
    for outcome in outcomes:
        for row in rows(outcome.record) if outcome.record else []:
            status = f"[{COLOURS[row.status]}]{row.status}[/]"
            shown.add_row(*map(_literal, (outcome.name, row.says, row.published, row.ours)), status)
        if not outcome.record:
            shown.add_row(outcome.name, "", "", "", f"[dim]{outcome.state}[/]")
        shown.add_section()
    return shown


def write_report(outcomes: Iterable, root: Path, profile: str) -> Path:
    """Writes runs/PROFILE/report.html, one file with its figures inside, and returns its path."""
    entries = [entry(o.name, o.record, _embedded(root, profile, o.name), o.message) for o in outcomes]
    file = root / "runs" / profile / "report.html"
    text = _environment(html=True).from_string(templates.REPORT).render(entries=entries, profile=profile)
    records.write_text(text, file)
    return file


def pages(root: Path) -> dict[Path, str]:
    """What the generated pages must hold: path -> text. Records of deleted reproductions are left out."""
    found = {
        name: records.read(records.path(root, "full", name))
        for name in records.committed(root)
        if name in discovery.names()
    }
    if not found:
        return {}
    entries = [_page_entry(root, name, record) for name, record in found.items()]
    texts = {
        "reproductions.md": (templates.PAGE, {"entries": entries, "tags": claims_.TAGS}),
        "errata.md": (templates.ERRATA, notes.errata_page(found)),
        "cited.md": (templates.CITED, notes.cited_page(found)),
    }
    environment = _environment(html=False)
    wanted = {
        root / "docs" / name: environment.from_string(template).render(context)
        for name, (template, context) in texts.items()
    }
    readme = root / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.exists() else ""
    if PART.search(text):
        wanted[readme] = PART.sub(lambda part: part[1] + _readme_part(part[2], entries) + part[3], text)
    return wanted


def _readme_part(name: str | None, entries: list[Entry]) -> str:
    """The table of one reproduction's verdicts, or without a name how many claims of each came out how."""
    environment = _environment(html=False)
    if name is None:
        return environment.from_string(templates.COUNTS).render(entries=entries)
    chosen = [entry for entry in entries if entry.name == name]
    return environment.from_string(templates.VERDICTS).render(entry=chosen[0]) if chosen else ""


def write_pages(root: Path) -> None:
    """Brings the pages in docs/ and the README's tables into step with the records."""
    for file, text in pages(root).items():
        records.write_text(text, file)


def out_of_step(root: Path) -> list[str]:
    """One line for each page that is not what the records give, and for each record with other claims."""
    wrong = [
        f"{file.relative_to(root)} is not what the records give: write it anew with write_pages"
        for file, text in pages(root).items()
        if not file.exists() or file.read_text(encoding="utf-8") != text
    ]
    for name in records.committed(root):
        if name not in discovery.names():
            wrong.append(f"docs/results/{name}.json belongs to no reproduction: remove it")
        elif "out of date" in records.standing(root, name):
            wrong.append(f"docs/results/{name}.json was judged on other claims: re-judge it or run it again")
    return wrong


def _page_entry(root: Path, name: str, record: Mapping) -> Entry:
    drawn = records.path(root, "full", name).with_suffix(".svg").exists()
    return entry(name, record, f"results/{name}.svg" if drawn else "")


def _run_line(run: Mapping) -> str:
    seeds = f"Seeds {_span(run['seeds'])}" if run["seeds"] else "No random seeds"
    commit = f" at commit {run['commit'][:10]}" if run.get("commit") else ""
    cpu = f" on {run['cpu']}" if run.get("cpu") else ""
    return f"{seeds}{commit}{cpu}, {_duration(run['wall_seconds'])}."


def _span(seeds: list[int]) -> str:
    if seeds == list(range(seeds[0], seeds[-1] + 1)) and len(seeds) > 1:
        return f"{seeds[0]} to {seeds[-1]}"
    return ", ".join(map(str, seeds))


def _duration(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 120 else f"{seconds / 60:.0f} minutes"


def _superseded_lines(old: Mapping):
    for claim, verdict in records.judgements(old):
        yield f"{claim.says} Published: {wording.published(claim)}; {verdict.status}."


def _embedded(root: Path, profile: str, name: str) -> str:
    file = records.path(root, profile, name).with_suffix(".svg")
    if not file.exists():
        return ""
    return "data:image/svg+xml;base64," + base64.b64encode(file.read_bytes()).decode()


def _environment(*, html: bool) -> jinja2.Environment:
    environment = jinja2.Environment(
        autoescape=html, undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
    environment.filters["cell"] = lambda text: (
        " ".join(str(text).split()).replace("|", "\\|").replace("<", "&lt;")
    )
    return environment


def _literal(text: str) -> str:
    """rich would read [96.2, 96.8] as markup."""
    return text.replace("[", r"\[")
