"""A block of the user's library in the palette."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from core.blocks import Block, Container, Role, Stack
from core.blocks.containers import Group
from core.library import LibraryBlock
from gui.design.palette_card import PaletteCard
from gui.theme import mix, theme

MOST_BARS = 6
"""Blocks of a stack that its small picture shows."""


class LibraryCard(PaletteCard):
    """A library block: its name, and its stack as a small picture, a bar for each block."""

    def __init__(self, block: LibraryBlock, parent: QWidget | None = None) -> None:
        super().__init__(block, parent)
        self.block = block
        self.setAccessibleDescription(
            f"{block.when_to_use} Press to insert; the context menu renames and deletes."
        )

    @property
    def help_kind(self) -> type[Block]:
        """It becomes a Group."""
        return Group

    def paint_tile(self, painter: QPainter, square: QRectF) -> None:
        paint_stack(painter, square, self.block.stack)


def paint_stack(painter: QPainter, square: QRectF, stack: Stack) -> None:
    """A stack in a small square: a bar in its role's colour for each block, held ones moved in."""
    palette = theme()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(mix(palette.color("card"), palette.role(Role.CONTAINER), 0.16))
    painter.drawRoundedRect(square, 6, 6)
    bars = list(_bars(stack, 0))[:MOST_BARS]
    room = square.adjusted(5, 4, -5, -4)
    step = min(5.0, room.height() / len(bars))
    top = room.center().y() - step * len(bars) / 2
    for place, (role, depth) in enumerate(bars):
        left = room.left() + min(depth, 3) * 3
        painter.setBrush(palette.role(role))
        painter.drawRoundedRect(
            QRectF(left, top + place * step, room.right() - left, step - 1.4), 1, 1
        )


def _bars(stack: Stack, depth: int) -> Iterator[tuple[Role, int]]:
    for block in stack:
        yield block.role, depth
        if isinstance(block, Container):
            for inner in block.stacks:
                yield from _bars(inner, depth + 1)
