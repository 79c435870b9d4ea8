"""A stand-in for a file manager: a small window from which a folder can be dragged.

``python drag_source.py FOLDER RECTANGLE_FILE``; writes where it is, and ends when it is told to.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QTimer, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel


class Source(QLabel):
    """Drags its folder as soon as the mouse moves with a button down."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder.name)
        self._folder = folder
        self.setWindowFlags(Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
        self.setGeometry(200, 900, 160, 60)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.buttons() & Qt.MouseButton.LeftButton:
            data = QMimeData()
            data.setUrls([QUrl.fromLocalFile(str(self._folder))])
            drag = QDrag(self)
            drag.setMimeData(data)
            drag.exec(Qt.DropAction.CopyAction)


def main() -> int:
    """Show the window and say where it is."""
    app = QApplication(sys.argv[:1])
    source = Source(Path(sys.argv[1]))
    source.show()

    def tell() -> None:
        box = source.geometry()
        place = [box.center().x(), box.center().y()]
        Path(sys.argv[2]).write_text(json.dumps(place))

    QTimer.singleShot(500, tell)  # the window manager may have placed it elsewhere
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
