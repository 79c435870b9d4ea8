"""The templates that come with Layerloom, and what is known about each.

A template is a project file in ``resources/templates``; a JSON file of the same name beside it may
say what it is for and what was measured.  Whatever lies in that folder is offered.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from core.project import Project
from core.project_file import SUFFIX, TEMPLATES, ProjectError, load_project


class Measured(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one training came to.

    Attributes:
        accuracy: Share of the test pictures that were told right, 0 to 1.
        pictures: Which pictures those were, in words.
        command: What was run.
    """

    accuracy: Annotated[float, Meta(ge=0, le=1)]
    pictures: Annotated[str, Meta(min_length=1)]
    command: Annotated[str, Meta(min_length=1)]


class _Notes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the file beside a template may say."""

    purpose: str = ""
    place: int = 1_000
    measured: Measured | None = None


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """A project to begin with.

    Attributes:
        key: Its name on the command line.
        project: The project.
        purpose: What it is for, in one or two sentences; may be empty.
        place: Where it stands among the others, the smallest first.
        measured: What it came to when trained; None where nobody measured it.
    """

    key: str
    project: Project
    purpose: str = ""
    place: int = 1_000
    measured: Measured | None = None


def load_templates(folder: Path = TEMPLATES) -> tuple[Template, ...]:
    """Every template of a folder, in the order to show them.

    Raises:
        ProjectError: One of them, or what is said about it, cannot be read.
    """
    found = [_load(path) for path in folder.glob(f"*{SUFFIX}")]
    return tuple(sorted(found, key=lambda template: (template.place, template.key)))


def _load(path: Path) -> Template:
    notes = _notes_beside(path)
    return Template(
        key=path.stem,
        project=load_project(path),
        purpose=notes.purpose,
        place=notes.place,
        measured=notes.measured,
    )


def _notes_beside(path: Path) -> _Notes:
    beside = path.with_suffix(".json")
    try:
        return msgspec.json.decode(beside.read_bytes(), type=_Notes)
    except FileNotFoundError:
        return _Notes()
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProjectError(f"{beside.name} cannot be read: {error}.") from error
