"""All templates side by side."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from core.project_file import ProjectError
from core.templates import Template, load_templates
from gui.gallery.card import TemplateCard
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.labels import styled


class Gallery(QWidget):
    """The cards; arrows go from one to the next.

    Signals:
        chosen: Begin with this template; its key.
    """

    chosen = Signal(str)

    def __init__(self, compact: bool = False) -> None:
        super().__init__()
        self.setAccessibleName("Templates")
        self.cards: list[TemplateCard] = []
        flow = FlowLayout(self, 8 if compact else 12)
        for template in self._templates(flow):
            card = TemplateCard(template, compact)
            card.clicked.connect(lambda _on=False, key=template.key: self.chosen.emit(key))
            card.key.connect(self._walk)
            flow.addWidget(card)
            self.cards.append(card)

    def _templates(self, flow: FlowLayout) -> tuple[Template, ...]:
        """The templates, or a sentence where a damaged installation has none to read."""
        try:
            return load_templates()
        except ProjectError as error:
            words = styled(f"The templates cannot be shown. {error}", "error")
            flow.addWidget(words)
            return ()

    def _walk(self, card: TemplateCard, event: QKeyEvent) -> None:
        place = self.cards.index(card)
        columns = sum(1 for other in self.cards if other.y() == self.cards[0].y())
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
        }
        key = Qt.Key(event.key())
        if key in steps and 0 <= place + steps[key] < len(self.cards):
            self.cards[place + steps[key]].setFocus(Qt.FocusReason.TabFocusReason)
            event.accept()
