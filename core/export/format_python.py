"""A Python script that builds and trains the same model with plain Keras."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from core.export.formats import Format
from core.keras_code import write_script

if TYPE_CHECKING:
    import keras

    from core.project import Project


def write(model: keras.Model, project: Project, path: Path) -> None:
    """Write the script; it holds the design and the plan, not the trained weights."""
    path.write_text(write_script(project).text, encoding="utf-8")


FORMAT = Format(
    key="python",
    title="Python script",
    suffix=".py",
    description="Readable plain Keras that builds and trains this model; no trained weights.",
    proof="python",
    write=write,
    reads="The script holds the design and the plan, not the trained weights. It reads a folder's "
    "pictures to the very pixels that Layerloom reads.",
)
