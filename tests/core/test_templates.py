"""Templates: each can be trained as it is, nothing is wrong with any, and figures have a source."""

from __future__ import annotations

import json
import re

import pytest

from core.analysis import analyse
from core.project import Project
from core.project_file import TEMPLATES, ProjectError, save_project, template_names
from core.templates import load_templates

BUNDLED = load_templates()


@pytest.mark.parametrize("template", BUNDLED, ids=lambda template: template.key)
class TestBundled:
    def test_nothing_is_wrong_with_it(self, template) -> None:
        analysis = analyse(template.project)
        assert [problem.message for problem in analysis.problems] == []
        assert analysis.output == (template.project.classes,)

    def test_says_what_it_is_for(self, template) -> None:
        assert template.purpose.endswith(".")

    def test_its_figure_was_measured_by_training_it_with_a_seed(self, template) -> None:
        if template.measured is None:
            return
        command = rf"python main\.py train {template.key} (--epochs \d+ )?--seed \d+"
        assert re.fullmatch(command, template.measured.command)


def test_every_template_is_offered_under_its_name() -> None:
    assert {template.key for template in BUNDLED} == set(template_names())
    assert len({template.project.name for template in BUNDLED}) == len(BUNDLED)


def test_every_note_stands_beside_a_template() -> None:
    assert {path.stem for path in TEMPLATES.glob("*.json")} <= set(template_names())


def test_the_starter_comes_first() -> None:
    assert BUNDLED[0].key == "mnist-cnn"


class TestFolder:
    def test_a_project_without_a_note_is_offered_after_the_others(self, tmp_path) -> None:
        for name in ("b", "a"):
            save_project(Project(name=name), tmp_path / f"{name}.layerloom")
        (tmp_path / "b.json").write_text(json.dumps({"place": 3, "purpose": "First."}))
        first, second = load_templates(tmp_path)
        assert (first.key, first.purpose, first.measured) == ("b", "First.", None)
        assert (second.key, second.purpose) == ("a", "")

    def test_what_was_measured_is_told(self, tmp_path) -> None:
        save_project(Project(), tmp_path / "a.layerloom")
        measured = {"accuracy": 0.5, "pictures": "some pictures", "command": "python main.py"}
        (tmp_path / "a.json").write_text(json.dumps({"measured": measured}))
        (template,) = load_templates(tmp_path)
        assert template.measured is not None
        assert template.measured.accuracy == 0.5

    @pytest.mark.parametrize("note", ["{", '{"accuracy": 1}', '{"place": "first"}', "\udcff"])
    def test_a_damaged_note_is_said_by_name(self, tmp_path, note) -> None:
        save_project(Project(), tmp_path / "a.layerloom")
        (tmp_path / "a.json").write_bytes(note.encode("utf-8", "surrogateescape"))
        with pytest.raises(ProjectError, match=r"^a\.json cannot be read"):
            load_templates(tmp_path)
