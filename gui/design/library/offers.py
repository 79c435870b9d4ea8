"""What the library offers to the uses in the open project, in words with buttons."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from core.library import Library
from core.library_uses import Use, differing_uses
from core.project import Path, Project
from gui.design.library.shelf import Shelf
from gui.document import Document
from gui.theme import theme
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.labels import styled

if TYPE_CHECKING:
    from gui.design.library.actions import LibraryActions

KEEP_TIP = "Leave it as it is; you are asked again when the library block changes again."


class Offers(QObject):
    """The uses that differ from the library, worked out when asked for.

    Attributes:
        actions: What their buttons do.
    """

    def __init__(self, document: Document, shelf: Shelf, actions: LibraryActions) -> None:
        super().__init__(actions)
        self._document = document
        self._shelf = shelf
        self.actions = actions
        self._for: tuple[Project, Library] | None = None
        self._uses: tuple[Use, ...] = ()

    @property
    def uses(self) -> tuple[Use, ...]:
        """Every use that differs, those that the user decided to keep included."""
        project, library = self._document.project, self._shelf.library
        if self._for is None or self._for[0] is not project or self._for[1] is not library:
            self._for = project, library
            self._uses = differing_uses(project, library)
        return self._uses

    @property
    def open(self) -> tuple[Use, ...]:
        """The uses that the user has not decided about."""
        return tuple(use for use in self.uses if not use.kept)

    @property
    def updates(self) -> tuple[Use, ...]:
        """One use, the first, for each library block that was changed."""
        first: dict[str, Use] = {}
        for use in self.open:
            if use.state != "differs":
                first.setdefault(use.block.id, use)
        return tuple(first.values())

    def at(self, path: Path) -> Use | None:
        """The use at a path, if it differs."""
        return next((use for use in self.uses if use.path == path), None)

    def like(self, use: Use) -> tuple[Use, ...]:
        """The uses, this one included, whose library block was changed and that wait for it."""
        return tuple(
            other
            for other in self.open
            if other.block.id == use.block.id and other.state != "differs"
        )

    def row(self, use: Use, listed: bool = False) -> OfferRow:
        """A new row about a use, or in the list about all uses of its library block."""
        return OfferRow(use, self.like(use), self.actions, listed)


def offer_words(use: Use, count: int, listed: bool = False) -> str:
    """What is to be said about a use.

    Args:
        use: The use.
        count: How many uses wait for the changed library block, this one included.
        listed: Whether it is said for all of them at once.
    """
    name = f"“{use.block.name}”"
    if use.kept:
        return f"Differs from {name} in your library, and is kept as it is."
    if listed or (use.state == "changed" and count > 1):
        uses = "1 use" if count == 1 else f"{count} uses"
        return f"{name} in your library was changed: {uses} here."
    if use.state == "changed":
        return f"{name} in your library was changed."
    if use.state == "both":
        return f"{name} was changed here and in your library."
    return f"Differs from {name} in your library."


class OfferRow(QFrame):
    """One offer: a sentence and what can be done."""

    def __init__(
        self, use: Use, like: tuple[Use, ...], actions: LibraryActions, listed: bool = False
    ) -> None:
        super().__init__()
        self.key = offer_key(use, len(like))
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(6)
        self.text = offer_words(use, len(like), listed)
        words: QLabel = styled(self.text)
        words.setWordWrap(True)
        words.setFont(theme().font("body"))
        lines.addWidget(words)
        self._row = FlowLayout()
        lines.addLayout(self._row)
        self.buttons: dict[str, QPushButton] = {}
        self._add("differences", "Show differences", lambda: actions.show_differences(use))
        if listed:
            self._add_for_all(use, like, actions)
        else:
            self._add_for_one(use, like, actions)

    def _add_for_all(self, use: Use, like: tuple[Use, ...], actions: LibraryActions) -> None:
        many = len(like) > 1
        self._add("update", "Update all" if many else "Update", lambda: actions.update(like))
        text = "Keep all as they are" if many else "Keep"
        self._add("keep", text, lambda: actions.keep(like), KEEP_TIP)

    def _add_for_one(self, use: Use, like: tuple[Use, ...], actions: LibraryActions) -> None:
        if use.state == "changed":
            many = len(like) > 1
            self._add("update", "Update this" if many else "Update", lambda: actions.update((use,)))
            if many:
                self._add("all", f"Update all {len(like)}", lambda: actions.update(like))
        else:
            taken = "Take the library’s" if use.state == "both" else "Go back to the library’s"
            self._add("save", "Save to library", lambda: actions.save_use(use))
            self._add("update", taken, lambda: actions.update((use,)))
        if not use.kept:
            self._add("keep", "Keep", lambda: actions.keep((use,)), KEEP_TIP)

    def _add(self, name: str, text: str, work: Callable[[], object], tip: str = "") -> None:
        button = QPushButton(text)
        button.setObjectName(f"offer-{name}")
        button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        button.setAccessibleName(f"{text}: {self.text}")
        button.setToolTip(tip)
        button.clicked.connect(lambda _checked=False: work())
        self._row.addWidget(button)
        self.buttons[name] = button


def offer_key(use: Use, count: int) -> tuple[object, ...]:
    """What tells whether a row still says the right thing; its buttons know the use."""
    return use, count


def show_at_once(row: QWidget) -> None:
    """Show a row of a visible parent now: till Qt does, it takes no room."""
    row.show()
    for child in row.findChildren(QWidget):
        child.show()
