"""Verdicts for readers: the table in the terminal, the report of a run, and the generated pages.

docs/results/NAME.md, their index docs/reproductions.md and the parts of README.md between its markers are
written from the committed records and the reproductions' own texts, docs/errata.md and docs/cited.md from the
records and what is known of the lecture notes (`errata`, `catalogue`); `out_of_step` says whether they still
are.
"""

import base64
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import jinja2
from rich.table import Table

from reproductions.harness import claims as claims_
from reproductions.harness import discovery, notes, records, templates
from reproductions.harness.entries import Entry, entry, rows

PART = re.compile(r"(<!-- verdicts(?: of (\w+))?:begin -->\n).*?(<!-- verdicts:end -->)", re.DOTALL)
COLOURS = {"reproduced": "green", "not reproduced": "red", "inconclusive": "yellow", "not run": "dim"}


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
        "reproductions.md": (templates.INDEX, {"entries": entries, "tags": claims_.TAGS}),
        "errata.md": (templates.ERRATA, notes.errata_page(found)),
        "cited.md": (templates.CITED, notes.cited_page(found)),
        **{f"results/{each.name}.md": (templates.PAGE, {"entry": each}) for each in entries},
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


def write_pages(root: Path) -> list[Path]:
    """Brings the pages in docs/ and the README's tables into step with the records.

    Returns the files of `left_over`, which it removes.
    """
    wanted = pages(root)
    for file, text in wanted.items():
        records.write_text(text, file)
    removed = left_over(root, wanted)
    for file in removed:
        file.unlink()
    return removed


def left_over(root: Path, wanted: Iterable[Path]) -> list[Path]:
    """Pages of records that are gone: those in docs/results/ that are not among the `wanted` files."""
    return sorted(set((root / "docs" / "results").glob("*.md")) - set(wanted))


def out_of_step(root: Path) -> list[str]:
    """One line for each page that is not what the records give, and for each record with other claims."""
    wanted = pages(root)
    wrong = [
        f"{file.relative_to(root)} is not what the records give: write it anew with zoo pages"
        for file, text in wanted.items()
        if not file.exists() or file.read_text(encoding="utf-8") != text
    ]
    for file in left_over(root, wanted):
        wrong.append(f"{file.relative_to(root)} belongs to no record: remove it")
    for name in records.committed(root):
        if name not in discovery.names():
            wrong.append(f"docs/results/{name}.json belongs to no reproduction: remove it")
        elif "out of date" in records.standing(root, name):
            wrong.append(f"docs/results/{name}.json was judged on other claims: re-judge it or run it again")
    return wrong


def _page_entry(root: Path, name: str, record: Mapping) -> Entry:
    drawn = records.path(root, "full", name).with_suffix(".svg").exists()
    return entry(name, record, f"{name}.svg" if drawn else "")


def _embedded(root: Path, profile: str, name: str) -> str:
    file = records.path(root, profile, name).with_suffix(".svg")
    if not file.exists():
        return ""
    return "data:image/svg+xml;base64," + base64.b64encode(file.read_bytes()).decode()


def _environment(*, html: bool) -> jinja2.Environment:
    environment = jinja2.Environment(
        autoescape=html, undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
    environment.filters["text"] = _one_line
    environment.filters["cell"] = lambda text: _one_line(text).replace("|", "\\|")
    return environment


def _one_line(text) -> str:
    """A text in one line of Markdown, in which nothing is a tag."""
    return " ".join(str(text).split()).replace("<", "&lt;")


def _literal(text: str) -> str:
    """rich would read [96.2, 96.8] as markup."""
    return text.replace("[", r"\[")
