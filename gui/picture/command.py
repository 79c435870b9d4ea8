"""``main.py picture``: the architecture as a file; drawn by Qt, without a window or a display."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

from core.cli.output import DONE, CommandError, Output
from core.picture import Options, draw
from core.project_file import ProjectError, open_project

SMALL = 6.0
"""Type below this (points) is hard to read on paper."""


def run(options: Namespace, output: Output) -> int:
    """Draw a project; the exit code.

    Raises:
        CommandError: The project cannot be read, or the picture not be written.
    """
    try:
        project = open_project(options.project)
    except ProjectError as error:
        raise CommandError(str(error)) from error
    wanted = options_of(options)
    drawing = draw(project, wanted)
    # No display is needed, and a running application (as in tests) is as good as one of our own.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    from gui.picture.files import PictureError, write_picture
    from gui.theme import load_fonts

    application = QGuiApplication.instance() or QGuiApplication(["picture"])
    load_fonts()
    path = Path(options.output)
    try:
        write_picture(path, drawing, wanted, project.name)
    except PictureError as error:
        raise CommandError(str(error)) from error
    finally:
        del application
    size = drawing.width / 72 * 25.4, drawing.height / 72 * 25.4
    output.tell(
        event="drawn",
        output=str(path),
        width_mm=round(size[0], 1),
        height_mm=round(size[1], 1),
        smallest_type_pt=round(drawing.smallest, 1),
        left_out=drawing.left_out,
    )
    output.say(
        f"{path}: {size[0]:.0f} × {size[1]:.0f} mm, smallest type {drawing.smallest:.1f} pt."
    )
    if drawing.left_out:
        output.say(drawing.left_out)
    if drawing.smallest < SMALL:
        other = "without --horizontal" if options.horizontal else "--horizontal"
        wider = "" if options.width == "page" else "--width page or "
        output.say(f"That is small on paper; try {wider}{other}.")
    return DONE


def options_of(options: Namespace) -> Options:
    """The options of the command line as those of a picture."""
    return Options(
        orientation="horizontal" if options.horizontal else "vertical",
        width=options.width,
        shapes=not options.no_shapes,
        parameters=options.parameters,
        compact=not options.every_block,
        fold=not options.unfold,
        colours=not options.grey,
        transparent=options.transparent,
    )
