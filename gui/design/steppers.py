"""Two small arrows inside a number's field, for those who set it with the mouse alone."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QVBoxLayout, QWidget

from gui.design.icon_button import IconButton

WIDTH = 16


class Steppers(QWidget):
    """Up and down at the right end of a spin box, while the mouse or the keyboard is there.

    They stay out of Tab's round: the arrow keys do the same.
    """

    def __init__(self, box: QAbstractSpinBox) -> None:
        super().__init__(box)
        self._box = box
        self.up = self._button("chevron_up", "One more", 1)
        self.down = self._button("chevron_down", "One less", -1)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        lines.addWidget(self.up)
        lines.addWidget(self.down)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.hide()
        box.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.FocusIn):
            self._place()
            self.show()
            self.raise_()
        elif event.type() == QEvent.Type.Leave:
            self.setVisible(self._box.hasFocus())
        elif event.type() == QEvent.Type.FocusOut:
            self.setVisible(self._box.underMouse())
        elif event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        height = self._box.height() - 4
        for button in (self.up, self.down):
            button.setFixedSize(WIDTH, height // 2)
        self.setGeometry(self._box.width() - WIDTH - 2, 2, WIDTH, height)

    def _button(self, icon: str, text: str, steps: int) -> IconButton:
        button = IconButton(icon, text, WIDTH, 14, self)
        button.setIconSize(QSize(10, 10))
        button.setAutoRepeat(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda: self._box.stepBy(steps))
        return button
