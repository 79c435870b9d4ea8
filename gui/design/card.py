"""One block on the loom: a button that a mouse can press and drag and a screen reader can read."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPixmapCache,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QToolTip, QWidget

from core.blocks import Container
from core.project import Path
from gui.design.compact import compact_chip, paint_compact
from gui.design.faces import Face
from gui.design.icon_button import IconButton
from gui.design.look import EDGE, Metrics, card_body, elided, paint_sign, pill, severity_color, tile
from gui.design.wording import rich
from gui.theme import CARD_RADIUS, mix, theme

NORMAL = Metrics()


class Mouse(Protocol):
    """Whoever turns presses and drags on cards into selections and moves."""

    def press(self, card: BlockCard, event: QMouseEvent) -> None:
        """A button went down on a card."""

    def move(self, card: BlockCard, event: QMouseEvent) -> None:
        """The mouse moved with a button down."""

    def release(self, card: BlockCard, event: QMouseEvent) -> None:
        """The button went up again."""


class BlockCard(QAbstractButton):
    """A card.  It shows a `Face` and passes on what happens to it; it decides nothing.

    Signals:
        key: A key was pressed that the card does not use itself.
        menu: The context menu is wanted, at a global position.
        focused: It got the keyboard.
        folded: The chevron of a container was pressed.
    """

    key = Signal(object, object)
    menu = Signal(object, object)
    focused = Signal(object)
    folded = Signal(object)

    def __init__(self, mouse: Mouse, parent: QWidget) -> None:
        super().__init__(parent)
        self._mouse = mouse
        self._metrics = NORMAL
        self._face: Face | None = None
        self.lifted = False
        self.found = False
        self._look: tuple[object, ...] = ()
        self._drawn: QPixmapCache.Key | None = None
        self._chevron: IconButton | None = None
        self._ring = False  # the ring shows where keys go, to those who use keys
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    @property
    def face(self) -> Face:
        """What it shows."""
        if self._face is None:
            raise ValueError("the card shows nothing yet")
        return self._face

    @property
    def path(self) -> Path:
        """The block it stands for."""
        return self.face.path

    def show_face(self, face: Face) -> None:
        """Show another block, or the same with other figures."""
        if face != self._face:
            self._face = face
            spoken = face.spoken
            if spoken != self.accessibleName():  # screen readers are told of every setting
                self.setAccessibleName(spoken)
            self._show_chevron(face)
            self.update()

    def _show_chevron(self, face: Face) -> None:
        """A container has a button that folds it; the arrow keys do the same."""
        holds = isinstance(face.block, Container)
        if holds and self._chevron is None:
            self._chevron = IconButton("", "", parent=self)
            self._chevron.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._chevron.setCursor(Qt.CursorShape.ArrowCursor)
            self._chevron.clicked.connect(lambda: self.folded.emit(self))
        if self._chevron is None:
            return
        self._chevron.setVisible(holds)
        if holds:
            self._chevron.set_icon("chevron_right" if face.collapsed else "chevron_down")
            verb = "Show the blocks of" if face.collapsed else "Fold away"
            self._chevron.set_words(f"{verb} {face.title}, {face.where}")
            self._place_chevron()

    def _place_chevron(self) -> None:
        if self._chevron is not None:
            left = self.width() - self._chevron.width() - self._metrics(6)
            top = (self.height() - self._chevron.height()) // 2
            self._chevron.move(left, self._metrics(4) if self._compact else top)

    @property
    def _compact(self) -> bool:
        return self.height() > self._metrics.card_height

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place_chevron()

    def set_metrics(self, metrics: Metrics) -> None:
        """Take other sizes."""
        self._metrics = metrics
        self.update()

    def set_lifted(self, lifted: bool) -> None:
        """Look as if taken away, while it is being dragged."""
        if lifted != self.lifted:
            self.lifted = lifted
            self.update()

    def set_found(self, found: bool) -> None:
        """Be lit as one of the blocks that were looked for."""
        if found != self.found:
            self.found = found
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._metrics.card_width, self._metrics.card_height)

    def nextCheckState(self) -> None:
        """Being checked means being selected, and the document decides that."""

    # Events, passed on

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._mouse.press(self, event)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mouse.move(self, event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._mouse.release(self, event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._mouse.press(self, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()
        self.key.emit(self, event)
        if not event.isAccepted():
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu.emit(self, event.globalPos())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self._ring = event.reason() != Qt.FocusReason.MouseFocusReason
        self.focused.emit(self)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self._show_tip(event)
            return True
        return super().event(event)

    def _show_tip(self, event: QHelpEvent) -> None:
        face = self.face
        on_chip = self.chip_rect().contains(event.pos())
        text = face.why if on_chip else f"{face.block.purpose}\n{face.line}"
        QToolTip.showText(event.globalPos(), f"<p>{rich(text.strip())}</p>", self)

    # Painting

    def chip_rect(self) -> QRectF:
        """Where the output shape stands."""
        metrics = self._metrics
        if self._compact:
            return compact_chip(QRectF(self.rect()), self.face, metrics)[0]
        width = QFontMetrics(metrics.font("mono_small")).horizontalAdvance(self.face.chip)
        height = metrics(24)
        full = width + metrics(20)
        right = self.width() - chip_margin(self.face, metrics)
        return QRectF(right - full, (self.height() - height) / 2, full, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._face is None:
            return
        painter = QPainter(self)
        painter.setOpacity(0.35 if self.lifted else 1.0)
        painter.drawPixmap(0, 0, self._picture())
        painter.end()

    def _picture(self) -> QPixmap:
        """The card as it looks now; drawn anew only if that is another look than the last time.

        While a gap opens every card in view moves on every frame, and text is slow to draw.
        """
        ratio, palette = self.devicePixelRatioF(), theme()
        zoom, state = self._metrics.zoom, self._state()
        look = (self.face, self.size(), zoom, state, ratio, palette.dark, palette.typeface)
        picture = QPixmap()
        known = self._drawn is not None and look == self._look
        if known and QPixmapCache.find(self._drawn, picture):
            return picture
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_card(painter, QRectF(self.rect()), self.face, self._metrics, state)
        painter.end()
        if self._drawn is not None:
            QPixmapCache.remove(self._drawn)
        self._look, self._drawn = look, QPixmapCache.insert(picture)
        return picture

    def _state(self) -> frozenset[str]:
        state = set()
        if self.isChecked():
            state.add("selected")
        if self.found:
            state.add("found")
        if self.underMouse():
            state.add("hover")
        if self.hasFocus() and self._ring:
            state.add("focus")
        if self._compact:
            state.add("compact")
        return frozenset(state)


def chip_margin(face: Face, metrics: Metrics) -> int:
    """Right of the chip: a container's chevron stands there (px)."""
    return metrics(8) + 28 if isinstance(face.block, Container) else metrics.pad


def paint_card(
    painter: QPainter, rect: QRectF, face: Face, metrics: Metrics, state: frozenset[str]
) -> None:
    """Paint a card; also used for the picture that follows a drag."""
    palette = theme()
    role = palette.role(face.block.role)
    fill = palette.tint(face.block.role)
    if face.disabled:  # colours fade, words stay readable
        role, fill = mix(palette.color("background"), role, 0.35), palette.color("background")
    if "hover" in state:
        fill = mix(fill, role, 0.06)
    edge = severity_color(face.severity) if face.severity in ("error", "warning") else role
    line = mix(palette.color("line"), role, 0.18)
    width = 1.0
    if "found" in state:
        fill, width = palette.color("selection"), 2.0
        line = mix(palette.color("accent"), fill, 0.4)
    if "selected" in state:
        line, width = palette.color("accent"), 3.0 if "found" in state else 2.0
    if face.collapsed and "carried" not in state:
        rect = _paint_pile(painter, rect, fill, line, metrics)
    card_body(painter, rect, fill, edge, line, width)
    if "focus" in state and "selected" not in state:
        painter.setPen(QPen(palette.color("accent"), 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 7, 7)
    _paint_share(painter, rect, face)
    if "compact" in state:
        paint_compact(painter, rect, face, metrics)
        return
    left = rect.left() + EDGE + metrics.pad - metrics(2)
    square = QRectF(left, rect.center().y() - metrics.icon / 2, metrics.icon, metrics.icon)
    painter.save()
    painter.setOpacity(painter.opacity() * (0.4 if face.disabled else 1))
    tile(painter, square, type(face.block), metrics(18))
    painter.restore()
    carried = "carried" in state  # what shape it gives depends on where it lands
    right = rect.right() if carried else _paint_chip(painter, rect, face, metrics)
    _paint_words(painter, rect, face, metrics, square.right() + metrics.pad, right)


def _paint_pile(
    painter: QPainter, rect: QRectF, fill: QColor, line: QColor, metrics: Metrics
) -> QRectF:
    """The rims of the cards that lie under a folded container's; returns what is left of it."""
    step = metrics(3)
    painter.setPen(QPen(line, 1))
    painter.setBrush(fill)
    for layer in (2, 1):
        inset = metrics(6) * layer
        under = rect.adjusted(inset + 0.5, step, -inset - 0.5, (layer - 2) * step - 0.5)
        painter.drawRoundedRect(under, CARD_RADIUS, CARD_RADIUS)
    return rect.adjusted(0, 0, 0, -2 * step)


def _paint_share(painter: QPainter, rect: QRectF, face: Face) -> None:
    """The hair-thin bar: this block's part of all parameters."""
    if face.share <= 0:
        return
    inner = rect.adjusted(EDGE + 2, 0, -8, 0)
    length = max(2.0, inner.width() * face.share)
    bar = QRectF(inner.left(), rect.bottom() - 3, length, 2)
    painter.fillRect(bar, theme().role(face.block.role))


def _paint_chip(painter: QPainter, rect: QRectF, face: Face, metrics: Metrics) -> float:
    """The output shape at the right, a sign before it where something is wrong; its left end."""
    font = metrics.font("mono_small")
    width = QFontMetrics(font).horizontalAdvance(face.chip) + metrics(20)
    height = metrics(24)
    chip = QRectF(rect.right() - chip_margin(face, metrics) - width, 0, width, height)
    chip.moveTop(round(rect.center().y() - height / 2))
    pill(painter, chip, face.chip, font, faint=face.output is None or face.disabled)
    if not face.severity:
        return chip.left()
    pixels = metrics(18)
    sign = QRectF(chip.left() - pixels - metrics(8), rect.center().y() - pixels / 2, pixels, pixels)
    paint_sign(painter, sign, face.severity)
    return sign.left()


def _paint_words(
    painter: QPainter, rect: QRectF, face: Face, metrics: Metrics, left: float, right: float
) -> None:
    """Kind and name above, telling arguments below."""
    palette = theme()
    strong, small = metrics.font("strong"), metrics.font("small")
    room = right - left - metrics(8)
    line_height = metrics(18)
    top = rect.center().y() - line_height
    if not face.line:
        top += line_height / 2
    middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.setPen(palette.color("muted" if face.disabled else "text"))
    painter.setFont(strong)
    kind = elided(face.title, strong, room)
    painter.drawText(QRectF(left, top, room, line_height), middle, kind)
    if face.block.name:
        mono = metrics.font("mono_small")
        start = left + QFontMetrics(strong).horizontalAdvance(kind) + metrics(8)
        painter.setFont(mono)
        painter.setPen(palette.color("muted"))
        text = elided(face.block.name, mono, right - start - metrics(8))
        painter.drawText(QRectF(start, top, right - start, line_height), middle, text)
    painter.setFont(small)
    painter.setPen(palette.color("muted"))
    below = QRectF(left, top + line_height, room, line_height)
    painter.drawText(below, middle, elided(face.line, small, room))
