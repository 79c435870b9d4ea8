"""The formats as the page shows them: names of files, and code that uses what was written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from core.data.source import Folder
from core.picture_code import IMPORTS, read_picture_code
from core.project import Project

if TYPE_CHECKING:
    from core.export.formats import Format

ORDER = ("keras", "savedmodel", "python")
"""First on the page, in this order; others follow by title."""


def available() -> list[Format]:
    """Every format that can be written, the usual one first."""
    from core.export.registry import FORMATS

    def place(entry: Format) -> tuple[int, str]:
        return (ORDER.index(entry.key) if entry.key in ORDER else len(ORDER), entry.title)

    return sorted(FORMATS.values(), key=place)


def file_name(project: Project, entry: Format) -> str:
    """A name for the export that is the same on every system: ``mnist-starter.keras``."""
    plain = re.sub(r"[^\w-]+", "-", project.name.lower()).strip("-_")[:60] or "model"
    if entry.suffix == ".py":
        plain = plain.replace("-", "_")  # so that it can be imported
    return plain + (entry.suffix or "-savedmodel")


def free_name(folder: Path, name: str, taken: Iterable[Path] = ()) -> Path:
    """A path in ``folder`` that nothing stands at: ``name``, else ``name-2`` and so on."""
    path = folder / name
    number = 2
    while path.exists() or path in taken:
        path = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
        number += 1
    return path


def snippet(entry: Format, project: Project, output: Path | None) -> str:
    """Python that uses the export, ready to run.

    Args:
        entry: The format.
        project: What was trained.
        output: What was written; a name that would be, if nothing was written yet.
    """
    path = str(output) if output is not None else file_name(project, entry)
    if not entry.use:
        data = " --data FOLDER" if isinstance(project.data, Folder) else ""
        about = "# builds, trains and measures the model; runs without Layerloom"
        return f"{about}\n# python {path}{data}\n"
    return entry.use.format(
        class_names=repr(tuple(project.data.class_names)),
        # The template's own quotes stand around it; a backslash or quote must not end them.
        path=path.replace("\\", "\\\\").replace('"', '\\"'),
        picture="picture.png",
        picture_imports=IMPORTS,
        read_picture=read_picture_code(project.input),
    )
