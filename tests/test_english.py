"""The prose of README, docs and pages is written for people who read English as a second language."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST = 30
"""Words in a sentence, at most. Aim at 15 on average: `python tests/test_english.py` prints the averages."""

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
LEFT_OUT = re.compile(
    r"```.*?```"  # code
    r"|<!--.*?-->"  # remarks in generated pages
    r"|^\|.*?$"  # tables
    r"|^>.*?$"  # quotations
    r"|^#.*?$"  # headings
    r"|^!\[.*?$"  # figures
    r"|^(?:Sources?|- \*\*Source).*?(?=\n\n|\Z)",  # citations
    re.DOTALL | re.MULTILINE,
)
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
NAMES = re.compile(r"`[^`]*`")
QUOTED = re.compile(r'"[^"]*"')
ITEM = re.compile(r"^\s*(?:[-*]|\d+\.)\s+", re.MULTILINE)
END = re.compile(r"(?<=[.!?:;])(?:\*\*|\*|\))?\s+(?=[\"'(*\[]*[A-Z0-9`])|(?<=[.!?])\s*$")


def prose(text):
    """Return the paragraphs and items of a page without code, tables, quotations and citations."""
    text = LEFT_OUT.sub("\n", text)
    text = NAMES.sub("Name", LINK.sub(r"\1", text))
    text = QUOTED.sub("quoted", text)
    text = ITEM.sub("\n\n", text)
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]


def sentences(text):
    """Return every sentence of a page's prose; a colon or semicolon before a capital ends one too."""
    return [
        sentence for part in prose(text) for sentence in END.split(part) if sentence.strip()
    ]


def count_words(sentence):
    """Return how many words a sentence has; numbers and signs between blanks count as well."""
    return len([word for word in sentence.split() if re.search(r"\w", word)])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_sentence_is_longer_than_thirty_words(page):
    long = [each for each in sentences(page.read_text()) if count_words(each) > LONGEST]
    assert not long, "\n".join(f"{count_words(each)} words: {each}" for each in long)


def test_code_tables_and_quotations_are_no_prose():
    text = "# A title\n\nOne two. Three `four five` [six](seven eight).\n\n| a | b |\n\n"
    text += "> Quoted.\n\n```\ncode\n```\n- An item\n"
    assert sentences(text) == ["One two.", "Three Name six.", "An item"]


if __name__ == "__main__":
    for page in PAGES:
        lengths = [count_words(each) for each in sentences(page.read_text())] or [0]
        mean = sum(lengths) / len(lengths)
        print(
            f"{mean:5.1f} words a sentence, longest {max(lengths):3}  {page.relative_to(ROOT)}"
        )
