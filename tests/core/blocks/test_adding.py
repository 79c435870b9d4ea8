"""The page “How to add a block” in ARCHITECTURE.md: what it says is enough, is enough."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

PROJECT = {
    "format": "layerloom-project",
    "version": 1,
    "project": {
        "stack": [
            {"kind": "RMSNormalization", "epsilon": 0.01, "name": "scaled"},
            {"kind": "Flatten"},
            {"kind": "RMSNormalization"},
            {"kind": "Dense", "activation": "softmax"},
        ]
    },
}

SUMMARY = """
import sys
from core.cli import main
sys.exit(main(["summary", "--json", sys.argv[1]]))
"""

AGAINST_KERAS = """
import sys
from core.analysis import analyse
from core.keras_model import build_model
from core.project_file import open_project
project = open_project(sys.argv[1])
model, analysis = build_model(project), analyse(project)
assert model.count_params() == analysis.parameters, (model.count_params(), analysis.parameters)
assert model.get_layer("scaled").epsilon == 0.01
"""

WRITTEN = """
import sys
from core.keras_code import write_script
from core.project_file import open_project
print(write_script(open_project(sys.argv[1])).text)
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of Layerloom with the page's block in the place that the page names."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "core", tmp_path / "core", ignore=ignored)
    shutil.copytree(ROOT / "resources/templates", tmp_path / "resources/templates")
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8").partition("## How to add a block")[2]
    place = re.search(r"`(core/blocks/\w+\.py)`", page)
    source = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert place
    assert source
    (tmp_path / place[1]).write_text(source[1], "utf-8")
    (tmp_path / "project.layerloom").write_text(json.dumps(PROJECT))
    return tmp_path


def run(copy: Path, *arguments: str) -> str:
    answer = subprocess.run(
        [sys.executable, *arguments, "project.layerloom"],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def test_the_page_s_block_is_read_explained_and_counted(copy: Path) -> None:
    found = json.loads(run(copy, "-c", SUMMARY))
    assert found["problems"] == []
    assert [block["parameters"] for block in found["blocks"]] == [1, 0, 784, 7_850]
    assert [block["output"] for block in found["blocks"]] == [[28, 28, 1], [784], [784], [10]]


def test_the_page_s_block_is_written_as_a_script(copy: Path) -> None:
    assert "layers.RMSNormalization(" in run(copy, "-c", WRITTEN)


@pytest.mark.keras
def test_keras_agrees_with_the_page_s_block(copy: Path) -> None:
    run(copy, "-c", AGAINST_KERAS)
