"""Rules of the house that no single module shows: who may import what, and so on."""

from __future__ import annotations

import ast
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

import core
import gui
from core.blocks import CATALOGUE, Block, Input, snake
from tests.core.blocks.test_examples import EXAMPLES

ROOT = Path(__file__).parent.parent
BACKENDS = ("keras", "tensorflow", "jax", "torch")

ENGINE_ONLY = {
    "core.engine.feature_map",
    "core.engine.work",
    "core.export.clean_check",
    "core.export.format_keras",
    "core.export.format_savedmodel",
    "core.export.serving",
    "core.keras_model",
    "core.keras_pointwise",
    "core.keras_pretrained",
    "core.training.augment_steps",
    "core.training.checkpoint",
    "core.training.devices",
    "core.training.steps",
    "core.training.tensorflow_steps",
    "core.training.trainer",
}
"""Modules that import a backend, all of them; the window's process never imports one."""


def modules_of(package: str) -> dict[str, Path]:
    """Modules below a top-level package, with their files."""
    found = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules_of("core") | modules_of("gui")


def imports_of(path: Path) -> Iterator[str]:
    """Modules named by a file's import statements, those for type checkers left out."""

    def walk(node: ast.AST) -> Iterator[str]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
                continue
            if isinstance(child, ast.Import):
                yield from (alias.name for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                assert child.level == 0, f"{path} imports relatively"
                yield child.module or ""
                yield from (f"{child.module}.{alias.name}" for alias in child.names)
            else:
                yield from walk(child)

    yield from walk(ast.parse(path.read_text("utf-8")))


class TestImports:
    @pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("core")])
    def test_core_knows_no_window(self, module: str) -> None:
        tops = {name.split(".")[0] for name in imports_of(MODULES[module])}
        assert not tops & {"gui", "PySide6", "shiboken6", "tests", "main"}

    @pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("gui")])
    def test_gui_takes_qt_core_and_itself(self, module: str) -> None:
        names = set(imports_of(MODULES[module]))
        tops = {name.split(".")[0] for name in names}
        outside = tops - set(sys.stdlib_module_names) - {"core", "gui", "PySide6"}
        assert not outside - {"msgspec", "numpy", "PIL", "shiboken6"}
        assert not names & ENGINE_ONLY

    def test_modules_that_import_a_backend_are_the_named_few(self) -> None:
        importing = {
            name
            for name, path in MODULES.items()
            if any(top.split(".")[0] in BACKENDS for top in imports_of(path))
        }
        assert importing == ENGINE_ONLY

    def test_the_window_s_process_loads_no_backend(self) -> None:
        """Every module of the window, in a process where a backend cannot be imported at all."""
        names = [name for name in MODULES if name.startswith("gui")]
        script = (
            f"import sys, importlib\nfor name in {BACKENDS!r}: sys.modules[name] = None\n"
            f"for name in {names!r}: importlib.import_module(name)\n"
        )
        self._run(script)

    def test_the_window_opens_without_numpy_pillow_and_the_network(self) -> None:
        """What start-up does not need costs it time."""
        script = (
            "import sys\n"
            "for name in ('numpy', 'PIL', 'rich', 'platformdirs', 'ssl'):\n"
            "    sys.modules[name] = None\n"
            "import gui.app, gui.data.page, gui.design.page, gui.train.page, gui.export.page\n"
        )
        self._run(script)

    def test_the_picture_process_loads_no_backend_and_no_window(self) -> None:
        """Else it would take the engine's memory and seven seconds to start."""
        script = (
            f"import sys\nfor name in {(*BACKENDS, 'PySide6')!r}: sys.modules[name] = None\n"
            "import core.engine.pictures, core.engine.data_work\n"
        )
        self._run(script)

    def test_shapes_and_costs_on_the_command_line_load_no_backend(self) -> None:
        script = (
            f"import sys\nfor name in {(*BACKENDS, 'PySide6')!r}: sys.modules[name] = None\n"
            "from core.cli import main\nsys.exit(main(['summary', 'mnist-cnn', '--json']))\n"
        )
        assert '"parameters"' in self._run(script)

    @staticmethod
    def _run(script: str) -> str:
        answer = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert answer.returncode == 0, answer.stderr
        return answer.stdout


class TestColours:
    LITERAL = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\b|\b(?:rgb|hsl)a?\(")

    @pytest.mark.parametrize(
        "module", [n for n in MODULES if n.startswith("gui") and n != "gui.theme"]
    )
    def test_colours_come_from_the_theme(self, module: str) -> None:
        for node in ast.walk(ast.parse(MODULES[module].read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not self.LITERAL.search(node.value), f"line {node.lineno}: {node.value}"
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("QColor"):
                literal = [arg for arg in node.args if isinstance(arg, ast.Constant)]
                assert not literal, f"line {node.lineno}: {ast.unparse(node)}"


@pytest.mark.parametrize("cls", [Input, *CATALOGUE.values()], ids=lambda cls: cls.__name__)
class TestEveryKind:
    def test_says_what_it_is_for(self, cls: type[Block]) -> None:
        assert cls.purpose.endswith(".")
        assert cls.when_to_use.endswith(".")
        assert len((cls.__doc__ or "").split()) >= 10
        assert cls.__doc__ != Block.__doc__

    def test_shows_shapes_in_its_documentation(self, cls: type[Block]) -> None:
        assert "→" in cls.__doc__ or cls is Input

    def test_every_field_has_a_title_and_a_description(self, cls: type[Block]) -> None:
        from tests.strategies import fields_of, types

        for field in fields_of(cls):
            metadata = []
            kind = field.type
            while isinstance(kind, types.Metadata):
                metadata.append(kind)
                kind = kind.type
            schemas = [data.extra_json_schema or {} for data in metadata]
            assert any("title" in schema for schema in schemas), field.name
            assert any("description" in schema for schema in schemas), field.name

    def test_has_an_icon(self, cls: type[Block]) -> None:
        icon = ROOT / "resources" / "icons" / f"{snake(cls.__name__)}.svg"
        drawing = icon.read_text("utf-8")
        assert ElementTree.fromstring(drawing).tag.endswith("svg")
        assert "currentColor" in drawing

    def test_has_a_worked_example(self, cls: type[Block]) -> None:
        assert cls is Input or any(example.kind == cls.__name__ for example in EXAMPLES)


def test_every_package_is_importable_from_a_wheel() -> None:
    """A folder of modules without __init__.py would be left out of somebody's search."""
    for package in (core, gui):
        found = {
            info.name for info in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
        }
        assert found == {name for name in MODULES if name.startswith(package.__name__ + ".")}


def test_qt_calls_that_return_nothing_leave_none_alone() -> None:
    """PySide6 6.12.0 on Python 3.11 drops a reference to None at each, until the process dies."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter

    image = QImage(8, 8, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    before = sys.getrefcount(None)
    for _ in range(1_000):
        painter.setPen(Qt.GlobalColor.black)
    after = sys.getrefcount(None)
    painter.end()
    assert abs(after - before) < 100
