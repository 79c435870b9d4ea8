"""One template: its picture, what it is for, what it takes and what it came to."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton

from core.analysis import analyse
from core.blocks import show_shape
from core.templates import Measured, Template
from gui.design.look import elided
from gui.design.stack_picture import paint_steps, steps
from gui.design.wording import rich, spoken
from gui.theme import CARD_RADIUS, FontName, mix, theme
from gui.widgets.figures import count, short

FULL = QSize(272, 222)
COMPACT = QSize(148, 112)
PAD = 12


class TemplateCard(QAbstractButton):
    """A template; a click or Enter begins with it.

    Signals:
        key: A key was pressed that the card does not use itself.
    """

    key = Signal(object, object)

    def __init__(self, template: Template, compact: bool = False) -> None:
        """Make a card.

        Args:
            template: What it stands for.
            compact: Picture, name and size alone; the tooltip has the rest.
        """
        super().__init__()
        self.template = template
        self._compact = compact
        self._steps = steps(template.project)
        self.setObjectName(f"template-{template.key}")
        self.setFixedSize(COMPACT if compact else FULL)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        name = template.project.name
        told = ". ".join(part.rstrip(".") for part in (template.purpose, self._spoken()) if part)
        self.setAccessibleName(f"{name}: {told}")
        self.setAccessibleDescription(f"Press to begin with {name}.")
        self.setToolTip(self._tip())

    @property
    def facts(self) -> str:
        """Weights and size of the input, in one line."""
        analysis = analyse(self.template.project)
        return f"{show_shape(analysis.input)} · {count(analysis.parameters, 'parameter')}"

    @property
    def short_facts(self) -> str:
        """The same where there is less room."""
        analysis = analyse(self.template.project)
        return f"{short(analysis.parameters)} parameters"

    @property
    def result(self) -> str:
        """What it came to, where that was measured."""
        measured = self.template.measured
        return "" if measured is None else f"{_share(measured)} of {measured.pictures}"

    def _spoken(self) -> str:
        analysis = analyse(self.template.project)
        facts = f"input {spoken(analysis.input)}, {count(analysis.parameters, 'parameter')}"
        return f"{facts}, {self.result} right" if self.result else facts

    def _tip(self) -> str:
        lines = [f"<b>{rich(self.template.project.name)}</b>", rich(self.template.purpose)]
        lines.append(rich(self.facts))
        measured = self.template.measured
        if measured is not None:
            lines.append(f"{rich(self.result)} told right, measured with")
            lines.append(f"<code>{rich(measured.command)}</code>")
        return f"<p>{'<br>'.join(line for line in lines if line)}</p>"

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        event.ignore()
        self.key.emit(self, event)
        if not event.isAccepted():
            super().keyPressEvent(event)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = theme()
        focus, hover = self.hasFocus(), self.underMouse()
        fill = mix(colors.color("card"), colors.color("accent"), 0.05 if hover else 0.0)
        line = colors.color("accent" if focus or hover else "line")
        width = 2.0 if focus else 1.0
        painter.setPen(QPen(line, width))
        painter.setBrush(fill)
        edge = width / 2
        frame = QRectF(self.rect()).adjusted(edge, edge, -edge, -edge)
        painter.drawRoundedRect(frame, CARD_RADIUS, CARD_RADIUS)
        stage = QRectF(PAD, PAD, self.width() - 2 * PAD, 50 if self._compact else 78)
        paint_steps(painter, stage, self._steps)
        self._paint_words(painter, stage.bottom() + 8)
        painter.end()

    def _paint_words(self, painter: QPainter, top: float) -> None:
        self._paint_line(painter, top, "strong", "text", self.template.project.name)
        if self._compact:
            self._paint_line(painter, top + 20, "small", "muted", self.short_facts)
            return
        painter.setFont(theme().font("small"))
        painter.setPen(theme().color("muted"))
        words = QRectF(PAD, top + 21, self.width() - 2 * PAD, 50)
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop
        painter.drawText(words, int(flags), self.template.purpose)
        self._paint_line(painter, top + 72, "mono_small", "text", self.facts)
        self._paint_line(painter, top + 92, "small", "success", self.result)

    def _paint_line(
        self, painter: QPainter, top: float, font: FontName, color: str, text: str
    ) -> None:
        face = theme().font(font)
        painter.setFont(face)
        painter.setPen(theme().color(color))
        room = self.width() - 2 * PAD
        box = QRectF(PAD, top, room, 18)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, elided(text, face, room))


def _share(measured: Measured) -> str:
    """An accuracy as people read it: ``99.2 %``."""
    return f"{100 * measured.accuracy:.1f} %"
