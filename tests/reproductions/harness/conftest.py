"""A small checkout of its own, with invented reproductions that train nothing."""

import importlib
import io
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console

import reproductions
from reproductions.harness import suite
from reproductions.harness.claiming import questions

README = """Before.
<!-- answers:begin -->
<!-- answers:end -->
Between.
<!-- claims coins/height coins/spin:begin -->
<!-- claims:end -->
After.
"""
COINS = '''"""Do these coins land where they should?

An invented question with an invented source. Expected wall time on two cores: quick 1 s, full 2 s.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reproductions.harness import Claim, Difference, Fraction, OneRun, Result

PLACE = "invented, table 1"


@dataclass(frozen=True)
class Config:
    seeds: tuple[int, ...]
    scale: float = 1.0


FULL, QUICK, SMOKE = Config(tuple(range(1, 9))), Config((1, 2, 3)), Config((1, 2))
CLAIMS = (
    Claim("coins/height", "Coins land at 10.", "height", OneRun(10.0, margin=6), PLACE, "P", "m"),
    Claim("coins/spin", "Spinning helps.", "height", Difference("flat", at_least=0), PLACE, "P", "m"),
    *(Claim(f"coins/{n}", f"{n} | heads", n, Fraction(at_least=0.2), PLACE, "C") for n in ("heads", "edge")),
)
DEVIATIONS = ("We have no coins.",)


def run(config):
    draws = np.array([np.random.default_rng(seed).normal(10, config.scale, 5) for seed in config.seeds])
    few = [seed for seed in config.seeds if seed <= 4]
    return Result(
        {
            "height": draws[:, 0],
            "flat": (draws[:, 0] - 1 - 0.1 * draws[:, 1]).astype(np.float32),
            "heads": draws[:, 2] > 9,
            "edge": np.where(draws[:, 3] > 10.5, np.nan, 1.0),
            "few": np.array([draws[config.seeds.index(seed)] for seed in few]).reshape(-1, 5),
            "count": np.arange(len(config.seeds)) * 0 + 7,
        },
        data={"coins": "abc"},
    )


def plot(result):
    from reproductions.harness.showing import figures

    figure, (axes,) = figures.new()
    figures.seeds(axes, 0, result.metrics["height"])
    figures.seeds(axes, 1, result.metrics["edge"])
    figures.published(axes, 0, 10.0)
    figures.columns(axes, ["height", "edge"])
    axes.legend()
    return figure
'''

STONE = '''"""Is a stone a stone?"""

from dataclasses import dataclass

import numpy as np

from reproductions.harness import Claim, Exact, Result


@dataclass(frozen=True)
class Config:
    weight: float = 2.5


FULL = QUICK = SMOKE = Config()
CLAIMS = (Claim("stone/weight", "It weighs 2.5.", "weight", Exact(2.5, 1e-9), "invented", "P"),)
DEVIATIONS = ()


def run(config):
    return Result({"weight": np.array([config.weight])})


def plot(result):
    from reproductions.harness.showing import figures

    return figures.new()[0]
'''


class Checkout(SimpleNamespace):
    """A temporary git checkout; `folder` holds its reproductions."""

    def git(self, *arguments):
        identity = [
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.org",
            "-c",
            "commit.gpgsign=false",
        ]
        subprocess.run(
            ["git", "-C", self.root, *identity, *arguments], check=True, capture_output=True
        )

    def commit(self):
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "state")

    def add(self, name, source):
        (self.folder / f"{name}.py").write_text(source)
        sys.modules.pop(f"reproductions.{name}", None)
        importlib.invalidate_caches()  # a file added within one tick of the folder's clock would not be found

    def load(self, name):
        return questions.load(name)

    def read(self, name):
        return (self.folder / f"{name}.py").read_text()

    def change(self, name, old, new):
        source = self.read(name)
        assert old in source
        self.add(name, source.replace(old, new))

    def run(self, *names, profile="quick", seeds=None, host="here", anew=False, **options):
        """Runs the suite on these reproductions, or on all; returns (outcomes, what it printed)."""
        console = Console(file=io.StringIO(), width=200)
        context = suite.Context(
            root=self.root,
            command="zoo reproduce",
            to_go_on="zoo reproduce --data-dir mine",
            data_errors=(LookupError,),
            versions={"numpy": "1"},
            describe_machine=lambda: {"host": host, "cpu": "fast"},
            console=console,
            anew=anew,
        )
        options.setdefault("named", bool(names))
        outcomes = suite.run_suite(
            names or questions.names(), profile, seeds, context=context, **options
        )
        return outcomes, console.file.getvalue()


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """The reproductions coins (random) and stone (deterministic), committed."""
    made = Checkout(root=tmp_path, folder=tmp_path / "reproductions")
    made.folder.mkdir()
    monkeypatch.setattr(reproductions, "__path__", [str(made.folder)])
    monkeypatch.setattr(
        sys, "dont_write_bytecode", True
    )  # a file changed within a second would not be read
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(Path(tmp_path).parent))
    made.add("coins", COINS)
    made.add("stone", STONE)
    (tmp_path / ".gitignore").write_text("runs/\n__pycache__/\n")
    (tmp_path / "README.md").write_text(README)
    made.git("init", "-q")
    made.commit()
    yield made
    for name, module in list(sys.modules.items()):
        if name.startswith("reproductions.") and made.folder in Path(module.__file__).parents:
            del sys.modules[name]
            vars(reproductions).pop(name.split(".")[1], None)
