"""One reproduction together with its record, in words: what its page, the index and the reports show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reproductions.harness import claims as claims_
from reproductions.harness import discovery, discussion, records, wording

NAMES = {"python": "Python", "tensorflow": "TensorFlow", "keras": "Keras", "numpy": "NumPy", "scipy": "SciPy"}


@dataclass(frozen=True)
class Row:
    """One judged claim, every field ready to print."""

    says: str
    published: str
    ours: str
    status: str
    remarks: str
    where: str
    own: bool


@dataclass(frozen=True)
class Entry:
    """What is shown of one reproduction; `figure` is what an image's source has to be ("" for none).

    `about` are the docstring's paragraphs; `runs` has one line for each run that made the record and `made` a
    row for each fact about them, with a cell for each run; `seeds`, `date` and `time` sum them up. A full run
    has `full_seeds`, which may be more than the record has so far.
    """

    name: str
    question: str
    about: Sequence[str] = ()
    wall_time: str = ""
    rows: Sequence[Row] = ()
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
    superseded: Sequence[str] = ()
    stand_in: str = ""
    message: str = ""
    stale: bool = False

    @property
    def more_seeds(self) -> int:
        """How many seeds to ask for next: those of a full run, or twice those that are there."""
        return self.full_seeds if self.full_seeds > self.seeds else 2 * self.seeds

    @property
    def published(self) -> list[Row]:
        """The claims that somebody published."""
        return [row for row in self.rows if not row.own]

    @property
    def own(self) -> list[Row]:
        """The checks of our own."""
        return [row for row in self.rows if row.own]

    def count(self, status: str) -> int:
        """How many published claims came out so."""
        return sum(row.status == status for row in self.published)

    @property
    def own_checks(self) -> str:
        """How many of our own checks were met: "12 of 12"."""
        judged = [row.status for row in self.own if row.status != "not run"]
        return f"{judged.count('reproduced')} of {len(judged)}" if judged else "none"


def entry(name: str, record: Mapping | None, figure: str = "", message: str = "") -> Entry:
    """The reproduction's texts together with what its record (None if it has none) says."""
    said = discovery.summary(name)
    if record is None:
        return Entry(name, said.question, message=message)
    runs = record["runs"]
    return Entry(
        name=name,
        question=said.question,
        about=discovery.paragraphs(name),
        wall_time=said.wall_time,
        rows=rows(record),
        figure=figure,
        deviations=discovery.deviations(name),
        chosen=_chosen(record),
        notes=record["notes"],
        thoughts=discussion.thoughts(record, discovery.discussion(name)),
        runs=[_run_line(run) for run in runs],
        made=_made(record),
        seeds=len(record["config"].get("seeds", ())),
        full_seeds=discovery.full_seeds(name),
        date=max(run.get("started", "")[:10] for run in runs),
        time=_duration(sum(run["wall_seconds"] for run in runs)),
        superseded=list(
            dict.fromkeys(line for old in record["superseded"] for line in _superseded_lines(old, record))
        ),
        stand_in=record["stand_in"],
        message=message,
        stale=record["claims_digest"] != claims_.digest(discovery.claims(name)),
    )


def rows(record: Mapping) -> list[Row]:
    """The record's claims and verdicts in words."""
    return [
        Row(
            claim.says,
            wording.published(claim),
            wording.ours(claim, verdict),
            verdict.status,
            wording.remarks(claim, verdict),
            f"{claim.where} ({claim.tag})",
            claim.tag == claims_.OWN,
        )
        for claim, verdict in records.judgements(record)
    ]


def _chosen(record: Mapping) -> dict[str, str]:
    """What was chosen by validation, which metrics called "chosen ..." or "learning rate, ..." hold; nothing
    where there was a single rate to choose from.
    """
    if len(record["config"].get("rates", ())) < 2:
        return {}
    metrics = records.result_of(record).metrics
    names = [name for name in metrics if name.startswith(("chosen ", "learning rate, "))]
    return {name: _choice(name, sorted(set(metrics[name].tolist())), record["config"]) for name in names}


def _choice(name: str, values: list, config: Mapping) -> str:
    text, tried = ", ".join(f"{value:g}" for value in values), sorted(config["rates"])
    if not name.startswith(("chosen rate", "learning rate")):
        return text
    ends = "; an end of them" if {tried[0], tried[-1]} & set(values) else ""
    return f"{text} (tried: {', '.join(f'{rate:g}' for rate in tried)}{ends})"


def _run_line(run: Mapping) -> str:
    seeds = f"Seeds {records.span(run['seeds'])}" if run["seeds"] else "No random seeds"
    commit = f" at commit {run['commit'][:10]}" if run.get("commit") else ""
    cpu = f" on {run['cpu']}" if run.get("cpu") else ""
    return f"{seeds}{commit}{cpu}, {_duration(run['wall_seconds'])}."


def _made(record: Mapping) -> list[tuple[str, list[str]]]:
    """What is known of how each run was made; facts that no run has are left out."""
    data = ", ".join(f"{name} (sha256 {digest[:8]}...)" for name, digest in record["data"].items())
    facts = {
        "seeds": lambda run: records.span(run["seeds"]) if run["seeds"] else "nothing is random",
        "command": lambda run: f"`{run['command']}`" if run.get("command") else "",
        "commit": lambda run: f"`{run['commit']}`" if run.get("commit") else "",
        "begun": lambda run: run.get("started", "").replace("T", " ").replace("+00:00", " UTC"),
        "data": lambda run: data,
        "time, without what the run store held": lambda run: _duration(run["wall_seconds"]),
        "machine": _machine,
        "threads": _threads,
        "versions": lambda run: ", ".join(
            f"{NAMES.get(p, p)} {v}" for p, v in run.get("versions", {}).items()
        ),
    }
    table = [(name, [fact(run) for run in record["runs"]]) for name, fact in facts.items()]
    return [(name, cells) for name, cells in table if any(cells)]


def _machine(run: Mapping) -> str:
    cores = f"{run['cores']} core{'s' * (run['cores'] != 1)}" if "cores" in run else ""
    parts = [run.get("cpu", ""), cores, run.get("platform", ""), *run.get("devices", ())]
    return ", ".join(part for part in parts if part)


def _threads(run: Mapping) -> str:
    onednn = {"1": ", with oneDNN", "0": ", without oneDNN"}.get(str(run.get("onednn")), "")
    return f"{run['threads']} for each operation{onednn}" if "threads" in run else ""


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _superseded_lines(old: Mapping, record: Mapping):
    for stated, (claim, verdict) in zip(old["claims"], records.judgements(old), strict=True):
        if stated in record["claims"]:
            continue
        theirs = wording.theirs(claim).capitalize()
        yield f"{claim.says} {theirs}: {wording.published(claim)}; {verdict.status}."
