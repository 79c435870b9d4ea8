"""Labels: one that shortens its text to fit, one with a look of the theme."""

from __future__ import annotations

import re

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget


def styled(text: str, look: str = "", parent: QWidget | None = None) -> QLabel:
    """A plain-text label with a look of `gui.theme.STYLE`; text from outside is never markup."""
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if look:
        label.setProperty("look", look)
    return label


_UNBROKEN = re.compile(r"[^\s/\\-]{41,}")
_BREAK = "\u200b"
"""Invisible; a line may end there."""


def breakable(text: str) -> str:
    """A text whose endless words, such as long file names, may be broken anywhere.

    A label is never narrower than its longest word, and would push what stands beside it away.
    """
    return _UNBROKEN.sub(lambda found: _BREAK.join(found[0]), text)


class ElidedLabel(QLabel):
    """A one-line label that ends in … where there is no room; the tooltip has the whole."""

    def __init__(
        self,
        text: str = "",
        look: str = "",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._mode = mode
        self._tip = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        if look:
            self.setProperty("look", look)

    def setText(self, text: str) -> None:
        """Show another text."""
        super().setText(text)
        self._explain()

    def set_tip(self, tip: str) -> None:
        """What the tooltip adds to the text."""
        self._tip = tip
        self._explain()

    def minimumSizeHint(self) -> QSize:
        """Almost nothing: the text can be shortened."""
        return QSize(min(24, super().sizeHint().width()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._explain()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        text = self.fontMetrics().elidedText(self.text(), self._mode, self.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), int(self.alignment()), text)

    def _explain(self) -> None:
        cut = self.fontMetrics().horizontalAdvance(self.text()) > self.width()
        lines = [self.text()] if cut else []
        self.setToolTip("\n".join([*lines, self._tip] if self._tip else lines))
