"""The pages that the committed records give: docs/results/NAME.md and their index,
docs/errata.md, docs/cited.md, and the parts of README.md between its markers."""

import base64
import contextlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import jinja2

import reproductions.harness.showing
from reproductions.harness.claiming import claims as claims_
from reproductions.harness.claiming import questions
from reproductions.harness.claiming.errors import ReproductionError
from reproductions.harness.recording import records
from reproductions.harness.showing import counting
from reproductions.harness.showing.entries import Entry, make_entry
from reproductions.lecture_notes import catalogue, errata, pages
from zoo.files import write_atomically
from zoo.texts import one_line

TEMPLATES = Path(reproductions.harness.showing.__file__).parent / "templates"
PART = re.compile(
    r"(<!-- (answers|claims [^:]+):begin -->\n).*?(<!-- \w+:end -->)", re.DOTALL
)
"""A generated part of README.md: the table of answers, or a table of the claims with these
ids."""


def write_pages(root: Path) -> list[Path]:
    """Bring the pages in docs/ and the README's tables into step with the records.

    Returns the files of `find_left_over`, which it removes.
    """
    wanted = make_pages(root)
    for file, text in wanted.items():
        write_atomically(file, text)
    removed = find_left_over(root, wanted)
    for file in removed:
        file.unlink()
    return removed


def make_pages(root: Path) -> dict[Path, str]:
    """Return what the generated pages must hold: path -> text.

    Records of deleted reproductions are left out.
    """
    found = read_records(root)
    if not found:
        return {}
    entries = [
        make_page_entry(root, name, record) for name, record in found.items()
    ]
    docs = root / "docs"
    wanted = {
        docs / "reproductions.md": render(
            "index.md",
            entries=entries,
            tags=claims_.TAGS,
            kinds=counting.count_kinds(entries),
            sources=counting.count_sources(entries),
        ),
        docs / "errata.md": render(
            "errata.md", **pages.errata_page(errata.read(), found)
        ),
        docs / "cited.md": render(
            "cited.md", **pages.cited_page(catalogue.read(), found)
        ),
    }
    for entry in entries:
        wanted[docs / "results" / f"{entry.name}.md"] = render(
            "page.md", entry=entry
        )
    readme = root / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.exists() else ""
    if PART.search(text):
        wanted[readme] = fill_readme(text, entries)
    return wanted


def read_records(root: Path) -> dict[str, Mapping]:
    """Return the committed records of all reproductions that exist, by name."""
    known = questions.names()
    names = [name for name in records.committed(root) if name in known]
    return {
        name: records.read(records.path(root, "full", name)) for name in names
    }


def fill_readme(text: str, entries: list[Entry]) -> str:
    """Return the README with the parts between its markers made anew.

    `<!-- answers:begin -->` ... `<!-- answers:end -->` holds the table of answers. `<!--
    claims ID ID:begin -->` ... `<!-- claims:end -->` holds the claims with these ids and
    their verdicts.
    """
    rows = {row.id: row for entry in entries for row in entry.rows}

    def fill(part: re.Match) -> str:
        begin, content, end = part.groups()
        if content == "answers":
            return begin + render("answers.md", entries=entries) + end
        _, *ids = content.split()
        chosen = [rows[id] for id in ids if id in rows]
        return begin + render("claims.md", rows=chosen) + end

    return PART.sub(fill, text)


def find_left_over(root: Path, wanted: Iterable[Path]) -> list[Path]:
    """Return the pages of records that are gone: those in docs/results/ that are not among
    the `wanted` files."""
    return sorted(set((root / "docs" / "results").glob("*.md")) - set(wanted))


def find_out_of_step(root: Path) -> list[str]:
    """Return one line for each page that is not what the records give, and for each record
    with other claims."""
    wanted = make_pages(root)
    wrong = []
    for file, text in wanted.items():
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            wrong.append(
                f"{file.relative_to(root)} is not what the records give: write it anew with zoo pages"
            )
    for file in find_left_over(root, wanted):
        wrong.append(
            f"{file.relative_to(root)} belongs to no record: remove it"
        )
    for claim_id in find_unknown_claims(root):
        wrong.append(
            f"README.md names the claim '{claim_id}', which no reproduction states"
        )
    for name in records.committed(root):
        file = f"docs/results/{name}.json"
        if name not in questions.names():
            wrong.append(f"{file} belongs to no reproduction: remove it")
        elif "out of date" in records.standing(root, name):
            wrong.append(
                f"{file} was judged on other claims: re-judge it or run it again"
            )
    return wrong


def find_unknown_claims(root: Path) -> list[str]:
    """Return the ids in README.md's markers that no reproduction states."""
    readme = root / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.exists() else ""
    known = set()
    for name in questions.names():
        with contextlib.suppress(
            ReproductionError
        ):  # a broken file is said elsewhere
            known |= {claim.id for claim in questions.claims(name)}
    named = []
    for _, content, _ in PART.findall(text):
        named += content.split()[1:]
    return [claim_id for claim_id in named if claim_id not in known]


def write_report(outcomes: Iterable, root: Path, profile: str) -> Path:
    """Write runs/PROFILE/report.html, one file with its figures inside, and return its path."""
    entries = []
    for outcome in outcomes:
        figure = embed_figure(root, profile, outcome.name)
        entries.append(
            make_entry(outcome.name, outcome.record, figure, outcome.message)
        )
    file = root / "runs" / profile / "report.html"
    write_atomically(
        file, render("report.html", entries=entries, profile=profile)
    )
    return file


def make_page_entry(root: Path, name: str, record: Mapping) -> Entry:
    """Return what the page of one reproduction shows."""
    has_figure = records.path(root, "full", name).with_suffix(".svg").exists()
    return make_entry(name, record, f"{name}.svg" if has_figure else "")


def embed_figure(root: Path, profile: str, name: str) -> str:
    """Return a figure as the source of an image that needs no other file, "" where there is
    none."""
    file = records.path(root, profile, name).with_suffix(".svg")
    if not file.exists():
        return ""
    return (
        "data:image/svg+xml;base64,"
        + base64.b64encode(file.read_bytes()).decode()
    )


def render(template: str, **context) -> str:
    """Return a page from its template in showing/templates."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=template.endswith(".html"),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters["text"] = as_markdown_line
    environment.filters["cell"] = as_markdown_cell
    return environment.get_template(f"{template}.jinja").render(context)


def as_markdown_line(text) -> str:
    """Return a text on one line of Markdown, in which nothing is a tag."""
    return one_line(text).replace("<", "&lt;")


def as_markdown_cell(text) -> str:
    """Return a text for one cell of a Markdown table."""
    return as_markdown_line(text).replace("|", "\\|")
