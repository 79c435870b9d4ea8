"""The tour: four steps that point at the real thing.  Nothing is blocked while it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, QObject, QPoint, QPropertyAnimation, QRect, QRectF, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.theme import CARD_RADIUS, theme
from gui.widgets.labels import styled

if TYPE_CHECKING:
    from gui.main_window import MainWindow

BUBBLE = 320
SPACE = 12


class Step(NamedTuple):
    """A stop of the tour.

    Attributes:
        title: What is pointed at.
        words: What it is for, in two sentences.
        find: Finds it; None where the page has none.
    """

    title: str
    words: str
    find: Callable[[MainWindow], QWidget | None]


def _part(name: str) -> Callable[[MainWindow], QWidget | None]:
    """Finds a part of the page that is open."""
    return lambda window: getattr(window.page, name, None)


def _primary(window: MainWindow) -> QWidget:
    return window.top_bar.primary


STEPS = (
    Step(
        "Blocks to build with",
        "Drag a block from here into the stack, or double-click it. Press / to insert one by name.",
        _part("palette_list"),
    ),
    Step(
        "The stack, from picture to classes",
        "The picture comes in at the top. Between the blocks you see its shape change, drawn to "
        "scale, as you build.",
        _part("loom"),
    ),
    Step(
        "What a block does, in numbers",
        "Select a block: its fields stand here, its shape and its parameters are worked out. "
        "F1 explains any block or field.",
        _part("inspector"),
    ),
    Step(
        "Always the next step",
        "Train starts with one press; MNIST comes with Layerloom, so nothing needs downloading. "
        "Later the same button leads on to the export.",
        _primary,
    ),
)


class Ring(QWidget):
    """A frame around what is pointed at; the mouse goes through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tour-ring")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme().color("accent"), 3))
        box = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        painter.drawRoundedRect(box, CARD_RADIUS, CARD_RADIUS)
        painter.end()


class Bubble(QFrame):
    """What a step says, and the way on, back and out."""

    def __init__(self, tour: Tour, parent: QWidget) -> None:
        super().__init__(parent)
        self._tour = tour
        self.setObjectName("tour")
        self.setProperty("look", "bubble")
        self.setFixedWidth(BUBBLE)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(16, 14, 16, 12)
        lines.setSpacing(6)
        self._title: QLabel = styled("")
        self._title.setFont(theme().font("heading"))
        self._words = styled("", "muted")
        self._place = styled("", "faint")
        self._place.setFont(theme().font("small"))
        for label in (self._title, self._words):
            label.setWordWrap(True)
            lines.addWidget(label)
        self.skip = _button("tour-skip", "Skip", "quiet", tour.end)
        self.back = _button("tour-back", "Back", "", lambda: tour.go(-1))
        self.on = _button("tour-next", "Next", "primary", lambda: tour.go(1))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._place, 1)
        for button in (self.skip, self.back, self.on):
            button.installEventFilter(self)
            row.addWidget(button)
        lines.addSpacing(6)
        lines.addLayout(row)

    def show_step(self, step: Step, number: int, total: int) -> None:
        """Say what a step says."""
        self._title.setText(step.title)
        self._words.setText(step.words)
        self._place.setText(f"{number} of {total}")
        self.setAccessibleName(f"Tour, step {number} of {total}: {step.title}. {step.words}")
        last = number == total
        self.skip.setVisible(not last)
        self.back.setEnabled(number > 1)
        self.on.setText("Done" if last else "Next")
        self.setFixedHeight(self.heightForWidth(BUBBLE))
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows lead on and back; Qt would only move the keyboard from button to button."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        step = steps.get(Qt.Key(event.key()), 0)
        if step:
            self._tour.go(step)
        return bool(step)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._tour.end()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = self.focusWidget()
            (focused if isinstance(focused, QPushButton) else self.on).click()
        else:
            super().keyPressEvent(event)


class Tour(QObject):
    """Leads through `STEPS`; the window works on as always, and Esc ends it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._number = 0
        self._target: QWidget | None = None
        self._before: QWidget | None = None
        self._steps: tuple[Step, ...] = ()
        self.ring = Ring(window)
        self.bubble = Bubble(self, window)
        self._motion = QPropertyAnimation(self.ring, b"geometry", self)
        for part in (self.ring, self.bubble):
            part.hide()
        window.installEventFilter(self)
        window.page_shown.connect(lambda _key: self._place())
        theme().changed.connect(self._place)

    @property
    def running(self) -> bool:
        """Whether a step is shown or waits for its page."""
        return self._number > 0

    @property
    def target(self) -> QWidget | None:
        """What is pointed at."""
        return self._target

    def start(self) -> None:
        """Begin at the first step."""
        if not self.running:
            self._before = QApplication.focusWidget()
        self._window.show_page("design")
        self._steps = tuple(step for step in STEPS if step.find(self._window) is not None)
        self._number = 0
        self.go(1)
        self.bubble.on.setFocus(Qt.FocusReason.OtherFocusReason)

    def go(self, steps: int) -> None:
        """Go on, or back; past the last step the tour is over."""
        number = self._number + steps
        if number < 1:
            return
        if number > len(self._steps):
            self.end()
            return
        self._number = number
        self._window.show_page("design")
        step = self._steps[number - 1]
        self._watch(step.find(self._window))
        self.bubble.show_step(step, number, len(self._steps))
        self._place()

    def end(self) -> None:
        """Leave; the keyboard goes back to where it was."""
        held = self.bubble.isAncestorOf(QApplication.focusWidget() or self.ring)
        self._number = 0
        self._watch(None)
        self._place()
        before, self._before = self._before, None
        if held:
            back = before if before is not None and before.isVisible() else self._window.page
            if back is not None:
                back.setFocus(Qt.FocusReason.OtherFocusReason)

    def _watch(self, target: QWidget | None) -> None:
        if self._target is not None:
            self._target.removeEventFilter(self)
        self._target = target
        if target is not None:
            target.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        moved = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide)
        if event.type() in moved and self.running:
            self._place(still=True)
        return False

    def _place(self, still: bool = False) -> None:
        """Put ring and bubble where they belong now."""
        target = self._target
        seen = self.running and target is not None and target.isVisible()
        self.ring.setVisible(seen)
        self.bubble.setVisible(seen)
        if target is None or not seen:
            return
        corner = target.mapTo(self._window, QPoint(0, 0))
        frame = QRect(corner, target.size()).adjusted(-3, -3, 3, 3) & self._window.rect()
        self.bubble.move(self._beside(frame))
        duration = 0 if still else theme().motion_ms()
        self._motion.stop()
        if duration and self.ring.geometry().isValid():
            self._motion.setDuration(duration)
            self._motion.setStartValue(self.ring.geometry())
            self._motion.setEndValue(frame)
            self._motion.start()
        else:
            self.ring.setGeometry(frame)
        self.ring.raise_()
        self.bubble.raise_()

    def _beside(self, frame: QRect) -> QPoint:
        """The bubble's corner: right of what is pointed at, left, below, or inside at its foot."""
        room = self._window.rect().adjusted(SPACE, SPACE, -SPACE, -SPACE)
        size = self.bubble.size()
        middle = frame.top() + min(120, max(0, (frame.height() - size.height()) // 2))
        right = QRect(QPoint(frame.right() + SPACE, middle), size)
        left = QRect(QPoint(frame.left() - SPACE - size.width(), middle), size)
        below = QRect(QPoint(frame.right() - size.width(), frame.bottom() + SPACE), size)
        for place in (right, left, below):
            if room.contains(place):
                return place.topLeft()
        foot = frame.bottom() - size.height() - 2 * SPACE
        return QPoint(frame.center().x() - size.width() // 2, max(room.top(), foot))


def _button(name: str, text: str, look: str, work: Callable[[], object]) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setProperty("look", look)
    button.setAccessibleName(f"{text} (tour)")
    button.clicked.connect(lambda: work())
    return button
