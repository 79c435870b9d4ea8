"""What a project is called as long as nobody gave it a name.

It begins with its template's name, which may tell of other pictures than it is trained on by now.
"""

from __future__ import annotations

from functools import cache

from core.data.names import shown
from core.data.source import DataSource
from core.project import Project
from core.project_file import starter
from core.templates import load_templates

NAMELESS = "My pictures"
"""Of a source whose folder has no name, such as a whole drive."""


def name_on(project: Project, source: DataSource) -> str:
    """The project's name once it is on other pictures.

    A name that somebody gave stays.  The starter and an empty project are called after the
    pictures, other templates after both: ``ResNet-8 on pets``.

    Args:
        project: As it is called now, on the pictures it has now.
        source: The pictures that it gets.
    """
    design = _design(project)
    if design is None or source == project.data:
        return project.name
    return _called(design, source)


def _design(project: Project) -> str | None:
    """The template's name in the project's; empty if it has none, None if somebody gave it."""
    if project.name in (Project().name, starter().name, _called("", project.data)):
        return ""
    for name in _template_names():
        if project.name in (name, _called(name, project.data)):
            return name
    return None


def _called(design: str, source: DataSource) -> str:
    pictures = " ".join(shown(source.title).split()) or NAMELESS
    return f"{design} on {pictures}" if design else pictures


@cache
def _template_names() -> tuple[str, ...]:
    return tuple(template.project.name for template in load_templates())
