"""The pictures of a class as a grid; only rows on screen are read, made and kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QImage, QPixmap

from core.data.names import shown
from core.data.report import PAGE, ClassCount, Picture, read_page
from core.engine.commands import MakeThumbnails
from core.engine.events import Event, Failed, ThumbnailsMade
from gui.data.desk import AT_ONCE, DataDesk

EDGE = 128
FILES = -2
"""In place of a class: files that were named one by one."""
KEPT = 1_500
"""Thumbnails kept in memory."""
OUT = Qt.ItemDataRole.UserRole + 1
WHY = Qt.ItemDataRole.UserRole + 2


class ThumbModel(QAbstractListModel):
    """The pictures of one class, page by page.

    Signals:
        loaded: A page arrived: what is on screen may be asked for again.
        kept: There are more thumbnails, or fewer.
    """

    loaded = Signal()
    kept = Signal()

    def __init__(self, desk: DataDesk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._rows = 0
        self._kind = -1
        self._round = 0
        self._pages: dict[int, list[Picture]] = {}
        self._pages_out: dict[int, bool] = {}
        self._asked: set[int] = set()
        self._files: Sequence[str] = ()
        self._reasons: Sequence[str] = ()
        self._pixmaps: OrderedDict[str, QPixmap] = OrderedDict()
        self._states: dict[str, tuple[int, int, str]] = {}
        self._failed: dict[str, str] = {}
        self._also: dict[str, Picture] = {}
        self._reading = False
        self._seen = (0, -1)
        self._command = 0
        self._asked_thumbs: tuple[str, ...] = ()
        self._out: frozenset[str] = frozenset()
        desk.pictures.event.connect(self.receive)

    def show_class(self, kind: int, count: ClassCount | None) -> None:
        """Show a class, or nothing."""
        other = kind != self._kind or count is None
        self._round += 1
        self._pages, self._pages_out, self._asked = {}, {}, set()
        rows = count.files if count is not None else 0
        if other or rows != self._rows:
            self.beginResetModel()
            self._kind, self._rows = kind, rows
            self.endResetModel()
        self._failed = {}
        self.loaded.emit()

    def show_files(self, names: Sequence[str], reasons: Sequence[str] = ()) -> None:
        """Show these, whatever their classes.

        Args:
            names: Of the pictures.
            reasons: Why each cannot be read, if that is so.
        """
        self._round += 1
        self.beginResetModel()
        self._kind, self._rows, self._failed = FILES, len(names), {}
        self._files, self._reasons = names, reasons
        self._pages, self._pages_out = {}, {}
        self._asked = set(range(-(-len(names) // PAGE)))
        self.endResetModel()
        self.loaded.emit()

    def show_excluded(self, names: frozenset[str]) -> None:
        """Dim these."""
        if names is not self._out and names != self._out:
            self._out, self._pages_out = names, {}
            self._repaint()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self._rows

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        picture = self.picture(index.row()) if index.isValid() else None
        if picture is None:
            return None
        if role == Qt.ItemDataRole.DecorationRole:
            return self._pixmaps.get(picture.name)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._words(picture)
        if role == OUT:
            return picture.name in self._out
        if role == WHY:
            return picture.problem or self._failed.get(picture.name, "")
        return None

    def picture(self, row: int) -> Picture | None:
        """A picture, if its page is here."""
        page = self._pages.get(row // PAGE)
        if page is None and self._kind == FILES:
            page = self._pages[row // PAGE] = self._named(row // PAGE)
        at = row % PAGE
        return page[at] if page is not None and at < len(page) else None

    def _named(self, page: int) -> list[Picture]:
        """A page of files that were named; made when it is looked at, as there may be many."""
        names = self._files[page * PAGE : (page + 1) * PAGE]
        reasons = self._reasons[page * PAGE : (page + 1) * PAGE] or ("",) * len(names)
        return [Picture(one, "", problem=why) for one, why in zip(names, reasons, strict=True)]

    def with_names(self, rows: Sequence[range], then: Callable[[list[str]], None]) -> None:
        """Go on with the names of the pictures in these rows, seen or not.

        Args:
            rows: Of the pictures; where they are many, or not all known, names are gathered in
                the thread.
            then: Called with the names, in order.
        """
        known, kind, folder, files = dict(self._pages), self._kind, self._desk.folder, self._files

        def page_names(page: int) -> Sequence[str]:
            if kind == FILES:
                return files[page * PAGE : (page + 1) * PAGE]
            if page not in known and folder is not None:
                known[page] = _read_page(folder, kind, page)
            return [one.name for one in known.get(page, ())]

        here = kind == FILES or all(page in known for page, _rows in _by_page(rows))
        if here and sum(map(len, rows)) <= AT_ONCE:
            then(_names(rows, page_names))
        else:
            self._desk.background.run(lambda: _names(rows, page_names), then)

    def all_out(self, rows: Sequence[range]) -> bool:
        """Whether all pictures in these rows, as far as they are here, are left out."""
        return bool(self._out) and all(self._is_out(*part) for part in _by_page(rows))

    def _is_out(self, page: int, rows: range) -> bool:
        """Whether these rows of a page are left out; of a whole page it is remembered."""
        whole = len(rows) == PAGE
        if whole and page in self._pages_out:
            return self._pages_out[page]
        if self._kind == FILES:
            names = self._files[page * PAGE + rows.start : page * PAGE + rows.stop]
        else:
            names = [one.name for one in self._pages.get(page, ())[rows.start : rows.stop]]
        out = self._out.issuperset(names)
        if whole:
            self._pages_out[page] = out
        return out

    def _words(self, picture: Picture) -> str:
        words = [shown(picture.name)]
        if picture.width:
            words.append(f"{picture.width} × {picture.height} {picture.format}, {picture.part}")
        if why := picture.problem or self._failed.get(picture.name, ""):
            words.append(why)
        if picture.name in self._out:
            words.append("left out")
        return "\n".join(words)

    # Thumbnails beside the grid

    def want_also(self, pictures: list[Picture]) -> None:
        """Thumbnails of these are wanted too, whatever the grid shows."""
        self._also |= {picture.name: picture for picture in pictures}
        self.loaded.emit()

    def want_only(self, names: set[str]) -> None:
        """Of those wanted beside the grid, the others are no longer."""
        self._also = {name: one for name, one in self._also.items() if name in names}

    def thumbnail(self, name: str) -> QPixmap | None:
        """A picture's thumbnail, if it is here."""
        return self._pixmaps.get(name)

    def has_failed(self, name: str) -> bool:
        """Whether there can be no thumbnail of it."""
        return name in self._failed

    # Fetching what is on screen

    def need(self, first: int, last: int) -> None:
        """These rows are on screen: read their page, show or make their thumbnails."""
        self._seen = (first, last)
        for page in range(first // PAGE, min(last, self._rows - 1) // PAGE + 1):
            self._need_page(page)
        if self._reading or self._command:
            return
        rows = [self.picture(row) for row in range(first, min(last + 1, self._rows))]
        named = {one.name: one for one in rows if one is not None}
        # What is on screen comes first; its own record knows more than a name.
        also = {} if None in rows else self._also
        beside = [one for name, one in also.items() if name not in named]
        wanted = [
            one
            for one in (*named.values(), *beside)
            if not one.problem and one.name not in self._pixmaps and one.name not in self._failed
        ]
        if wanted and self._desk.report is not None:
            self._reading = True
            root = self._desk.report.root
            self._desk.background.run(lambda: _read_thumbs(root, wanted), self._show_thumbs)

    def _need_page(self, page: int) -> None:
        folder = self._desk.folder
        if page in self._asked or folder is None:
            return
        self._asked.add(page)
        number, kind = self._round, self._kind
        self._desk.background.run(
            lambda: _read_page(folder, kind, page),
            lambda found: self._show_page(number, page, found),
        )

    def _show_page(self, number: int, page: int, found: list[Picture]) -> None:
        if number != self._round:
            return
        self._pages[page] = found
        self._pages_out.pop(page, None)
        self._forget_changed(found)
        self._repaint()
        self.loaded.emit()

    def _forget_changed(self, found: list[Picture]) -> None:
        """Thumbnails of files that are others than they were."""
        for one in found:
            state = (one.bytes, one.modified, one.problem)
            known = self._states.get(one.name)
            if known is not None and known[0] and known != state:
                self._pixmaps.pop(one.name, None)
            self._states[one.name] = state

    def _show_thumbs(self, found: tuple[str, dict[str, QImage], list[str]]) -> None:
        """Thumbnails that were on disk; those that were not are asked of the picture process."""
        self._reading = False
        root, images, missing = found
        report = self._desk.report
        if report is None or report.root != root:
            self._pixmaps.clear()
            return
        self._keep(images)
        if missing:
            self._asked_thumbs = tuple(missing)
            self._command = self._desk.pictures.send(
                MakeThumbnails(id=0, root=root, files=self._asked_thumbs, edge=EDGE)
            )
        elif images:
            self.loaded.emit()

    def receive(self, event: Event) -> None:
        """Take the picture process's answer."""
        if not self._command or event.id != self._command:
            return
        match event:
            case ThumbnailsMade():
                self._command = 0
                self._failed |= event.failed
                made, asked = event.made, self._asked_thumbs
                self._desk.background.run(
                    lambda: _load(made), lambda images: self._keep_made(asked, images)
                )
            case Failed():
                self._command = 0

    def _keep_made(self, asked: tuple[str, ...], images: dict[str, QImage]) -> None:
        for name in asked:
            if name not in images:  # never asked for twice
                self._failed.setdefault(name, "There is no thumbnail of it.")
        self._keep(images)
        self.loaded.emit()

    def _keep(self, images: dict[str, QImage]) -> None:
        for name, image in images.items():
            self._pixmaps[name] = QPixmap.fromImage(image)
        while len(self._pixmaps) > KEPT:
            self._pixmaps.popitem(last=False)
        self.kept.emit()
        self._repaint()

    def _repaint(self) -> None:
        """Only what is on screen: Qt goes through every row that is named."""
        first, last = self._seen[0], min(self._seen[1], self._rows - 1)
        if last >= first:
            self.dataChanged.emit(self.index(first), self.index(last))

    def forget(self) -> None:
        """Another folder is shown."""
        self._pixmaps.clear()
        self._failed, self._also, self._states = {}, {}, {}


def _by_page(rows: Sequence[range]) -> Iterator[tuple[int, range]]:
    """Rows page by page: a page's number and the rows counted from its first."""
    for part in rows:
        for page in range(part.start // PAGE, (part.stop - 1) // PAGE + 1):
            first = page * PAGE
            yield page, range(max(part.start - first, 0), min(part.stop - first, PAGE))


def _names(rows: Sequence[range], page_names: Callable[[int], Sequence[str]]) -> list[str]:
    """The names in rows, of pages that are asked for by number."""
    parts = (page_names(page)[part.start : part.stop] for page, part in _by_page(rows))
    return [name for part in parts for name in part]


def _read_page(folder: Path, kind: int, page: int) -> list[Picture]:
    """A page, or nothing: a scan under way may just be taking it away; its next part says so."""
    try:
        return read_page(folder, kind, page)
    except (OSError, msgspec.MsgspecError):
        return []


def _read_thumbs(root: str, pictures: list[Picture]) -> tuple[str, dict[str, QImage], list[str]]:
    """(root, thumbnails on disk by picture, names of pictures that have none yet)."""
    from core.data.places import thumbnail_file

    files = {
        one.name: str(thumbnail_file(root, one.name, one.bytes, one.modified, EDGE))
        for one in pictures
    }
    images = _load(files)
    return root, images, [name for name in files if name not in images]


def _load(files: dict[str, str]) -> dict[str, QImage]:
    images = {name: QImage(file) for name, file in files.items()}
    return {name: image for name, image in images.items() if not image.isNull()}
