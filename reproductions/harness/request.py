"""What a user asks for: the options of `zoo reproduce`, and the same as a line for a shell."""

import enum
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer


class Profile(enum.StrEnum):
    """How much of a reproduction is run."""

    smoke = "smoke"
    quick = "quick"
    full = "full"


Names = Annotated[
    list[str] | None,
    typer.Argument(help="Which ones; without a name, the five main questions."),
]
Everything = Annotated[
    bool, typer.Option("--all", help="Run every reproduction.")
]
ProfileName = Annotated[
    Profile,
    typer.Option(
        "--profile", help="full: the published setting; quick: seconds."
    ),
]
Seeds = Annotated[
    int | None,
    typer.Option(
        min=1,
        help="Use the random seeds 1 to N. With full: train those a record lacks.",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(min=1, help="Networks trained at the same time."),
]
ShowClaims = Annotated[
    bool, typer.Option("--claims", help="End with every claim and verdict.")
]
Listing = Annotated[
    bool, typer.Option("--list", help="List the reproductions and stop.")
]
Rejudge = Annotated[
    bool,
    typer.Option(
        "--rejudge",
        help="Judge committed records on mended claims; train nothing.",
    ),
]
Reason = Annotated[
    str | None,
    typer.Option(
        help="With --rejudge: why the earlier verdicts no longer stand.",
    ),
]
Anew = Annotated[
    bool,
    typer.Option(
        "--anew",
        help="With --seeds: make a new record and keep the old one as superseded.",
    ),
]
Estimate = Annotated[
    bool,
    typer.Option(
        "--estimate",
        help="Say what the run would cost on this machine; train nothing.",
    ),
]


@dataclass(frozen=True)
class Request:
    """What the user asked for."""

    names: tuple[str, ...]
    profile: str
    seeds: int | None = None
    workers: int | None = None
    data_dir: Path | str | None = None
    everything: bool = False
    rejudge: bool = False
    reason: str | None = None
    anew: bool = False
    show_claims: bool = False

    def command(self) -> str:
        """Return the request as a line for a shell."""
        words = ["zoo", "reproduce", *self.names]
        if self.everything:
            words.append("--all")
        if self.rejudge:
            words.append("--rejudge")
        else:
            words += ["--profile", self.profile]
        values = {
            "--reason": self.reason,
            "--seeds": self.seeds,
            "--workers": self.workers,
            "--data-dir": self.data_dir,
        }
        for option, value in values.items():
            if value:
                words += [option, str(value)]
        if self.anew:
            words.append("--anew")
        if self.show_claims:
            words.append("--claims")
        return shlex.join(words)
