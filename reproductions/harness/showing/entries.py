"""One reproduction together with its record, in words: what its page, the index and the
reports show."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reproductions.harness.claiming import questions
from reproductions.harness.claiming.claims import OWN
from reproductions.harness.judging.verdicts import NOT_RUN, REPRODUCED
from reproductions.harness.recording import records
from reproductions.harness.recording.choices import Choice, choices_of
from reproductions.harness.recording.migrating import FIRST_RULES
from reproductions.harness.showing import answers, discussion, wording
from zoo.texts import format_duration

PACKAGES = {
    "python": "Python",
    "tensorflow": "TensorFlow",
    "keras": "Keras",
    "numpy": "NumPy",
    "scipy": "SciPy",
}


@dataclass(frozen=True)
class Row:
    """One judged claim, every field ready to print; `word` is the status in words."""

    id: str
    says: str
    their_side: str
    published: str
    margin: str
    ours: str
    status: str
    word: str
    remarks: str
    where: str
    own: bool


@dataclass(frozen=True)
class ShownFamily:
    """The rows that are judged together, and the verdict on them."""

    id: str
    kind: str
    status: str
    word: str
    met: int
    rows: Sequence[Row]

    @property
    def own(self) -> bool:
        """Whether these are checks of our own."""
        return self.rows[0].own


@dataclass(frozen=True)
class Earlier:
    """A verdict that no longer stands: what became of the claims whose verdict changed.

    `changes` has (claim, earlier verdict, verdict now) for each; `same` counts the others.
    """

    title: str
    same: int
    changes: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class Entry:
    """What is shown of one reproduction; `figure` is what an image's source has to be ("" for
    none).

    `answer` is the file's ANSWER with the record's numbers, or how many claims came out how
    where there is none. `headline` is the row of the claim that it rests on. `about` are the
    docstring's paragraphs. `runs` has one line for each run that made the record. `made` has
    a row for each fact about them, with a cell for each run. `seeds`, `date` and `time` sum
    them up. A full run has `full_seeds`, which may be more than the record has so far.
    """

    name: str
    question: str
    answer: str = ""
    headline: Row | None = None
    about: Sequence[str] = ()
    wall_time: str = ""
    rows: Sequence[Row] = ()
    families: Sequence[ShownFamily] = ()
    looks: str = ""
    figure: str = ""
    deviations: Sequence[str] = ()
    chosen: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    thoughts: Sequence[discussion.Thought] = ()
    runs: Sequence[str] = ()
    made: Sequence[tuple[str, list[str]]] = ()
    seeds: int = 0
    full_seeds: int = 0
    date: str = ""
    time: str = ""
    superseded: Sequence[Earlier] = ()
    stand_in: str = ""
    message: str = ""
    stale: bool = False

    @property
    def more_seeds(self) -> int:
        """How many seeds to ask for next: those of a full run, or twice those that are there."""
        return (
            self.full_seeds if self.full_seeds > self.seeds else 2 * self.seeds
        )

    @property
    def published(self) -> list[ShownFamily]:
        """The claims that somebody published, family by family."""
        return [family for family in self.families if not family.own]

    @property
    def own(self) -> list[ShownFamily]:
        """The checks of our own."""
        return [family for family in self.families if family.own]

    def count(self, status: str) -> int:
        """Return how many families of published claims came out so."""
        return sum(family.status == status for family in self.published)

    @property
    def own_checks(self) -> str:
        """How many of our own checks were met: "12 of 12"."""
        statuses = [family.status for family in self.own]
        run = [status for status in statuses if status != NOT_RUN]
        return f"{run.count(REPRODUCED)} of {len(run)}" if run else "none"


def make_entry(
    name: str, record: Mapping | None, figure: str = "", message: str = ""
) -> Entry:
    """Return the reproduction's texts together with what its record (None if it has none)
    says."""
    summary = questions.summary(name)
    if record is None:
        return Entry(name, summary.question, message=message)
    module = questions.load(name)
    runs = record["runs"]
    headline = answers.find_headline(module, record)
    return Entry(
        name=name,
        question=summary.question,
        answer=answers.state_answer(module, record),
        headline=None if headline is None else make_row(*headline),
        about=questions.paragraphs(name),
        wall_time=summary.wall_time,
        rows=rows(record),
        families=gather_families(record),
        looks=describe_looks(record),
        figure=figure,
        deviations=module.DEVIATIONS,
        chosen={
            key: describe_choice(choice)
            for key, choice in choices_of(record).items()
        },
        notes=record["notes"],
        thoughts=discussion.gather_thoughts(
            record, getattr(module, "DISCUSSION", {})
        ),
        runs=[describe_run(run) for run in runs],
        made=gather_facts(record),
        seeds=len(record["config"].get("seeds", ())),
        full_seeds=questions.full_seeds(name),
        date=max(run.get("started", "")[:10] for run in runs),
        time=format_duration(sum(run["wall_seconds"] for run in runs)),
        superseded=gather_superseded(record),
        stand_in=record["stand_in"],
        message=message,
        stale=records.is_stale(record, module.CLAIMS),
    )


def rows(record: Mapping) -> list[Row]:
    """Return the record's claims and verdicts in words."""
    return [
        make_row(claim, verdict)
        for claim, verdict in records.judgements(record)
    ]


def make_row(claim, verdict) -> Row:
    """Return one claim and its verdict in words."""
    where = f"{claim.where} ({claim.tag})"
    if claim.reading:
        where += f"; ours: {claim.reading}"
    return Row(
        id=claim.id,
        says=claim.says,
        their_side=wording.name_their_side(claim),
        published=wording.describe_published(claim),
        margin=wording.describe_margin(claim),
        ours=wording.describe_ours(claim, verdict),
        status=verdict.status,
        word=wording.say_status(claim, verdict.status),
        remarks=wording.describe_remarks(claim, verdict),
        where=where,
        own=claim.is_own,
    )


def gather_families(record: Mapping) -> list[ShownFamily]:
    """Return the record's families with their rows, in the order of the claims."""
    by_id = {row.id: row for row in rows(record)}
    shown = []
    for family, claim in records.families_of(record):
        shown.append(
            ShownFamily(
                id=family.id,
                kind=claim.kind,
                status=family.status,
                word=wording.say_status(claim, family.status),
                met=family.met,
                rows=[by_id[id] for id in family.claims],
            )
        )
    return shown


def describe_looks(record: Mapping) -> str:
    """Return how many seeds were planned, and after how many the record could be read; "" where
    nothing is random."""
    planned = record["planned"]
    if not planned:
        return ""
    text = f"Planned before the run: {planned[-1]} seeds"
    if len(planned) > 1:
        text = (
            f"Planned at first: {planned[0]} seeds, extended once to "
            f"{planned[-1]}; both looks are judged at 97.5 %"
        )
    looks = record["looks"]
    if len(looks) > 1:
        text += f". The record was read after {join_words(looks)} seeds"
    return f"{text}."


def join_words(items: Sequence) -> str:
    """Return the items as a list in words: "3, 6 and 9"."""
    words = [str(item) for item in items]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def describe_choice(choice: Choice) -> str:
    """Return what was chosen, among what, and by which scores."""
    if choice.scores:
        pairs = zip(choice.tried, choice.scores, strict=True)
        tried = ", ".join(
            f"{format_value(value)}: {format_score(score)}"
            for value, score in pairs
        )
    else:
        tried = ", ".join(format_value(value) for value in sorted(choice.tried))
    text = format_value(choice.value)
    if tried:
        end = (
            "; the chosen one is an end of these" if choice.is_at_an_end else ""
        )
        text = f"{text} (tried: {tried}{end})"
    return f"{text}. {choice.remark}" if choice.remark else text


def format_score(score: float) -> str:
    """Return a score as text; NaN stands for runs that diverged."""
    return "diverged" if math.isnan(score) else f"{score:.4g}"


def format_value(value) -> str:
    """Return a setting as text: numbers without needless digits."""
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def describe_run(run: Mapping) -> str:
    """Return one line on a run: its seeds, commit, processor and time."""
    seeds = (
        f"Seeds {records.span(run['seeds'])}"
        if run["seeds"]
        else "No random seeds"
    )
    commit = f" at commit {run['commit'][:10]}" if run.get("commit") else ""
    cpu = f" on {run['cpu']}" if run.get("cpu") else ""
    return f"{seeds}{commit}{cpu}, {format_duration(run['wall_seconds'])}."


def gather_facts(record: Mapping) -> list[tuple[str, list[str]]]:
    """Return (fact, its text for each run) on how the record was made; facts that no run has
    are left out."""
    by_run = [dict(describe_facts(run, record)) for run in record["runs"]]
    table = []
    for fact in by_run[0]:
        cells = [facts[fact] for facts in by_run]
        if any(cells):
            table.append((fact, cells))
    return table


def describe_facts(run: Mapping, record: Mapping) -> Iterator[tuple[str, str]]:
    """Yield (fact, its text) of one run."""
    data = [
        f"{name} (sha256 {digest[:8]}...)"
        for name, digest in record["data"].items()
    ]
    versions = [
        f"{PACKAGES.get(name, name)} {version}"
        for name, version in run.get("versions", {}).items()
    ]
    yield (
        "seeds",
        records.span(run["seeds"]) if run["seeds"] else "nothing is random",
    )
    yield "command", f"`{run['command']}`" if run.get("command") else ""
    yield "commit", f"`{run['commit']}`" if run.get("commit") else ""
    yield (
        "begun",
        run.get("started", "").replace("T", " ").replace("+00:00", " UTC"),
    )
    yield "data", ", ".join(data)
    yield (
        "time, without what the run store held",
        format_duration(run["wall_seconds"]),
    )
    yield "machine", describe_machine(run)
    yield "threads", describe_threads(run)
    yield "versions", ", ".join(versions)


def describe_machine(run: Mapping) -> str:
    """Return processor, cores, platform and devices of a run."""
    cores = (
        f"{run['cores']} core{'s' * (run['cores'] != 1)}"
        if "cores" in run
        else ""
    )
    parts = [
        run.get("cpu", ""),
        cores,
        run.get("platform", ""),
        *run.get("devices", ()),
    ]
    return ", ".join(part for part in parts if part)


def describe_threads(run: Mapping) -> str:
    """Return how many threads an operation had, and whether oneDNN was on."""
    onednn = {"1": ", with oneDNN", "0": ", without oneDNN"}.get(
        str(run.get("onednn")), ""
    )
    return (
        f"{run['threads']} for each operation{onednn}"
        if "threads" in run
        else ""
    )


def gather_superseded(record: Mapping) -> list[Earlier]:
    """Return the judgements that no longer stand, the latest first."""
    now = {}
    for claim, verdict in records.judgements(record):
        now[claim.id] = wording.say_status(claim, verdict.status)
    return [
        describe_earlier(old, now) for old in reversed(record["superseded"])
    ]


def describe_earlier(old: Mapping, now: Mapping[str, str]) -> Earlier:
    """Return what one earlier judgement said where the verdict is another one now."""
    same = 0
    changes = []
    for claim, verdict in zip(old["claims"], old["verdicts"], strict=True):
        word = verdict["status"]
        if claim["tag"] == OWN:
            word = wording.OWN_WORDS[word]
        today = now.get(claim["id"], "the claim is gone")
        if today == word:
            same += 1
        else:
            changes.append((claim["says"], word, today))
    day = f" on {old['date']}" if old["date"] else ""
    seeds = f", {old['seeds']} seeds" if old["seeds"] else ""
    rules = " by the first rules" if old["rules"] == FIRST_RULES else ""
    return Earlier(f"Judged{day}{seeds}{rules}. {old['reason']}", same, changes)
