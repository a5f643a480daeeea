"""Shared set-up: one intra-op thread, so that members train in this process, and a run store per test."""

import os

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")


@pytest.fixture(autouse=True)
def _own_run_store(tmp_path_factory, monkeypatch):
    """Keep the tests' members out of the user's run store, and one test's out of another's."""
    monkeypatch.setenv("ZOO_STORE", str(tmp_path_factory.mktemp("store")))
