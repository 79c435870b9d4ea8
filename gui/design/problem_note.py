"""A problem in words with its ways out, one click each."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from functools import reduce

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from core.fixes import apply_fix, describe_fix
from core.library_uses import Use
from core.problems import Fix, Problem
from core.project import Path, Project
from core.words import capitalised, uncapitalised
from gui.design.faces import worse
from gui.design.library.offers import OfferRow, Offers, offer_key, show_at_once
from gui.design.look import card_body, severity_color
from gui.design.wording import rich
from gui.document import Document
from gui.theme import mix, theme
from gui.widgets.buttons import link
from gui.widgets.clearing import clear
from gui.widgets.flow_layout import FlowLayout

NARROW = 420
"""Below this width of a note (px) its longest buttons take several lines."""
FOLDED = 32
"""Most letters in such a line."""
_TINTS = {"error": "error_tint", "warning": "warning_tint", "unfinished": "info_tint"}


class FixButton(QPushButton):
    """Carries out one way out of a problem, as one undoable step."""

    def __init__(self, document: Document, fix: Fix, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.fix = fix
        self._folded = False
        self._described: Project | None = None
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.describe()
        self.clicked.connect(self._carry_out)

    def describe(self) -> None:
        """Name the fix and what it leads to, for the project as it is now."""
        project = self._document.project
        if project is not self._described:  # a whole analysis; folding needs no second one
            self._described, self._words = project, describe_fix(project, self.fix)
        text = self._words
        label, arrow, count = text.partition(" → ")
        lines = [*textwrap.wrap(label, FOLDED), *([f"→ {count}"] if arrow else [])]
        self.setText("\n".join(lines) if self._folded else text)
        self.setAccessibleName(f"Fix: {text}")

    def fold(self, folded: bool) -> None:
        """Put what it leads to on a line of its own, where there is little room."""
        if folded != self._folded:
            self._folded = folded
            self.describe()

    def _carry_out(self) -> None:
        before = self._document.project
        text = uncapitalised(self.fix.label)
        self._document.edit(text, apply_fix(before, self.fix), self._new(before))

    def _new(self, before: Project) -> tuple[Path, ...] | None:
        """What to select after it: the blocks it brings; None where the selection may stay."""
        if not self.fix.path or self.fix.also:
            return None
        original, index = before.block(self.fix.path), self.fix.path[-1]
        return tuple(
            (*self.fix.path[:-1], index + offset)
            for offset, block in enumerate(self.fix.replacement)
            if block != original
        )


class ProblemNote(QFrame):
    """Problems of one block: what is wrong, optionally why, and buttons that put it right."""

    def __init__(
        self, document: Document, with_reason: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._with_reason = with_reason
        self._shown: tuple[Problem, ...] = ()
        self._where = ""
        self._offer: OfferRow | None = None
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 8, 12, 10)
        whole.setSpacing(6)
        self._lines, self._offers = QVBoxLayout(), QVBoxLayout()
        for lines in (self._lines, self._offers):
            lines.setSpacing(6)
            whole.addLayout(lines)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What it shows."""
        return self._shown

    def show_problems(self, problems: Sequence[Problem]) -> bool:
        """Show these problems; returns whether that changed its size."""
        shown = tuple(problems)
        if shown == self._shown:
            for button in self.findChildren(FixButton):
                button.describe()
            return False
        self._shown = shown
        self._build()
        return True

    def show_place(self, where: str) -> None:
        """Say which block it is about; empty where it stands right under that block's card."""
        if where != self._where:
            self._where = where
            self._build()

    def _build(self) -> None:
        clear(self._lines)
        if self._where and (self._shown or self._offer is not None):
            self._lines.addWidget(_small(capitalised(self._where)))
        for problem in self._shown:
            self._add(problem)
        # At once: Qt shows new children of a visible parent later, and till then they take no room.
        for child in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            child.show()
        offer = (self._offer.text,) if self._offer is not None else ()
        self.setAccessibleName(" ".join((*(one.message for one in self._shown), *offer)))

    @property
    def offer(self) -> OfferRow | None:
        """What the library offers here."""
        return self._offer

    def show_offer(self, use: Use | None, offers: Offers | None) -> None:
        """Show what the library offers to a use, below the problems."""
        key = offer_key(use, len(offers.like(use))) if use is not None and offers else None
        if key == (self._offer.key if self._offer is not None else None):
            return
        clear(self._offers)
        self._offer = None
        if use is not None and offers is not None:
            self._offer = offers.row(use)
            self._offers.addWidget(self._offer)
            show_at_once(self._offer)
        self._build()
        self.update()

    def heightForWidth(self, width: int) -> int:
        self._fold(width)
        # A button with other words makes Qt forget the outer layout's heights, not the inner ones'.
        for lines in (self._lines, self._offers):
            lines.invalidate()
        return super().heightForWidth(width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold(self.width())

    def _fold(self, width: int) -> None:
        for button in self.findChildren(FixButton):
            button.fold(width < NARROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._shown:
            tone = reduce(worse, (problem.tone for problem in self._shown))
            tint, edge = theme().color(_TINTS[tone]), severity_color(tone)
        else:
            tint, edge = theme().color("info_tint"), theme().color("accent")
        card_body(painter, QRectF(self.rect()), tint, edge, mix(tint, edge, 0.25))
        painter.end()

    def _add(self, problem: Problem) -> None:
        message = QLabel(problem.message)
        message.setWordWrap(True)
        message.setFont(theme().font("strong" if self._with_reason else "body"))
        message.setToolTip(f"<p>{rich(problem.reason)}</p>" if problem.reason else "")
        self._lines.addWidget(message)
        if self._with_reason and problem.reason:
            self._lines.addWidget(_small(problem.reason))
        if problem.fixes:
            row = FlowLayout()
            for fix in problem.fixes:
                row.addWidget(FixButton(self._document, fix, self))
            self._fold(NARROW - 1 if self._with_reason else self.width())
            self._lines.addLayout(row)
        if self._with_reason and problem.severity == "warning":
            mute = link(
                "Mute warnings of this kind",
                "In this project they are not shown any more. The list of problems below the "
                "stack brings them back.",
            )
            mute.clicked.connect(lambda: self._mute(problem.code))
            self._lines.addWidget(mute, 0, Qt.AlignmentFlag.AlignLeft)

    def _mute(self, code: str) -> None:
        project = self._document.project
        muted = tuple(sorted({*project.muted, code}))
        self._document.edit("mute warnings", project.changed(muted=muted))


def _small(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setFont(theme().font("small"))
    label.setProperty("look", "muted")
    return label
