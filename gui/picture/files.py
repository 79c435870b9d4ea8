"""A picture written to a file: SVG, PDF or PNG, by the file's suffix."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSize, QSizeF
from PySide6.QtGui import QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from core.files import write_whole
from core.picture import Drawing, Options
from gui.picture.painting import paint

KINDS = {"svg": "Scalable drawing", "pdf": "PDF page", "png": "Pixels, 600 to the inch"}
"""What can be written, by suffix."""
DPI = 600
MAX_PIXELS = 12_000
"""Longest side of a PNG; larger ones get fewer pixels an inch."""


class PictureError(Exception):
    """A picture cannot be written; the text is for people."""


def write_picture(path: Path, drawing: Drawing, options: Options, title: str) -> None:
    """Write a picture, whole or not at all.

    Args:
        path: The file; its suffix says what it becomes.
        drawing: The picture.
        options: Its colours and background.
        title: What it is a picture of, kept in the file.

    Raises:
        PictureError: The suffix is none of `KINDS`, or the file cannot be written.
    """
    suffix = path.suffix.lower().lstrip(".")
    if suffix not in KINDS:
        raise PictureError(
            f"{path.name}: a picture is written as .svg, .pdf or .png; give the file one of these "
            "endings."
        )
    try:
        write_whole(path, picture_bytes(suffix, drawing, options, title))
    except OSError as error:
        raise PictureError(
            f"{path} could not be written: {error.strerror or error}. Choose another folder or "
            "free some space."
        ) from error


def picture_bytes(suffix: str, drawing: Drawing, options: Options, title: str) -> bytes:
    """A picture as the bytes of a file; ``suffix`` is one of `KINDS`."""
    # XML has no way to write control characters, and Qt writes them as they are.
    plain = "".join(letter for letter in title if letter.isprintable())
    return {"svg": _svg, "pdf": _pdf, "png": _png}[suffix](drawing, options, plain)


def _svg(drawing: Drawing, options: Options, title: str) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(72)
    generator.setSize(QSize(round(drawing.width), round(drawing.height)))
    generator.setViewBox(QRectF(0, 0, drawing.width, drawing.height))
    generator.setTitle(title)
    generator.setDescription("Drawn by Layerloom")
    painter = QPainter(generator)
    paint(painter, drawing, options)
    painter.end()
    return bytes(data.data())


def _pdf(drawing: Drawing, options: Options, title: str) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(title)
    writer.setCreator("Layerloom")
    size = QSizeF(drawing.width, drawing.height)
    # The page's own size, whichever side is longer.
    page = QPageSize(size, QPageSize.Unit.Point, title, QPageSize.SizeMatchPolicy.ExactMatch)
    writer.setPageSize(page)
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setResolution(1200)
    painter = QPainter(writer)
    painter.scale(1200 / 72, 1200 / 72)
    paint(painter, drawing, options)
    painter.end()
    return bytes(data.data())


def _png(drawing: Drawing, options: Options, title: str) -> bytes:
    zoom = min(DPI / 72, MAX_PIXELS / max(drawing.width, drawing.height))
    picture = as_image(drawing, options, zoom)
    picture.setText("Title", title)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    return bytes(data.data())


def as_image(drawing: Drawing, options: Options, zoom: float) -> QImage:
    """A picture as pixels.

    Args:
        drawing: The picture.
        options: Its colours and background.
        zoom: Pixels a point.
    """
    size = QSize(max(1, round(drawing.width * zoom)), max(1, round(drawing.height * zoom)))
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    dots = round(zoom * 72 / 0.0254)
    image.setDotsPerMeterX(dots)
    image.setDotsPerMeterY(dots)
    painter = QPainter(image)
    painter.scale(size.width() / drawing.width, size.height() / drawing.height)
    paint(painter, drawing, options)
    painter.end()
    return image
