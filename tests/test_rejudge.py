"""Every committed verdict is what its numbers give, by code that shares nothing with the harness."""

import ast
import json
import shutil
from pathlib import Path

from tests import rejudge


def test_every_committed_verdict_is_judged_alike_by_independent_code(capsys):
    assert rejudge.rejudge() == 0, capsys.readouterr().out
    assert "0 disagreements" in capsys.readouterr().out


def test_a_changed_number_a_changed_verdict_and_a_changed_family_are_found(tmp_path, capsys):
    file = tmp_path / "mnist_depth.json"
    shutil.copy(rejudge.RESULTS / file.name, file)
    record = json.loads(file.read_text())
    for verdict in record["verdicts"]:
        verdict["status"] = "inconclusive"
    record["families"][0]["status"] = "not run"
    file.write_text(json.dumps(record))
    assert rejudge.rejudge(tmp_path) > 3
    assert (
        "the record says inconclusive, the numbers give reproduced" in capsys.readouterr().out
    )


def test_it_shares_no_code_with_the_project():
    tree = ast.parse(Path(rejudge.__file__).read_text())
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {name.name.partition(".")[0] for name in node.names}
        if isinstance(node, ast.ImportFrom):
            imported.add(node.module.partition(".")[0])
    assert imported == {"json", "sys", "pathlib", "numpy", "scipy"}
