"""Shared set-up: one intra-op thread, so that members train in this process, and a run store per test.

A test that needs an extra of pyproject.toml carries the mark `extra("onnx")`. Without it the test is skipped.
With `--require-extras`, which `make test-extras` gives, it fails instead.
"""

import importlib.util
import os
from pathlib import Path

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

TESTS = Path(__file__).parent
EXTRAS = {  # what a test with this mark may import
    "jax": ("jax",),
    "onnx": ("onnx", "onnxruntime", "tf2onnx"),
    "optuna": ("optuna",),
    "serving": ("tensorflow_serving",),
}

TESTED_FIRST = (  # these begin first, so that no process is left alone with one of them at the end
    "reproductions/test_all.py",
    "engine/test_kill.py",
    "tuning/test_trained.py",
    "tuning/test_distributed.py",
    "engine/test_agreement.py",
    "test_pretrained_models.py",
    "test_export.py",
)


def pytest_collection_modifyitems(items):
    first = [TESTS / name for name in TESTED_FIRST]
    items.sort(key=lambda item: first.index(item.path) if item.path in first else len(first))


def pytest_addoption(parser):
    parser.addoption(
        "--require-extras", action="store_true", help="fail where an extra is not installed"
    )


def pytest_runtest_setup(item):
    for mark in item.iter_markers("extra"):
        (extra,) = mark.args
        absent = [
            package for package in EXTRAS[extra] if importlib.util.find_spec(package) is None
        ]
        if absent and item.config.getoption("--require-extras"):
            pytest.fail(
                f"the environment of the extras lacks {', '.join(absent)}", pytrace=False
            )
        if absent:
            pytest.skip(f"needs pip install 'reprozoo[{extra}]'")


@pytest.fixture(autouse=True)
def _own_run_store(tmp_path_factory, monkeypatch):
    """Keep the tests' members out of the user's run store, and one test's out of another's."""
    monkeypatch.setenv("ZOO_STORE", str(tmp_path_factory.mktemp("store")))
