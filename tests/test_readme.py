"""The Python examples of README.md run as they stand there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLES = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=range(1, len(EXAMPLES) + 1))
def test_an_example_runs_as_a_script(example, tmp_path):
    script = tmp_path / "example.py"
    script.write_text(example)
    process = subprocess.run([sys.executable, script], capture_output=True, text=True, cwd=tmp_path)
    assert process.returncode == 0, process.stderr[-2000:]


def test_the_readme_has_examples():
    assert len(EXAMPLES) == 3
