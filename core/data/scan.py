"""Looks at every picture of a folder, telling more and more as it goes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np

from core.data.duplicates import exact_groups, near_groups, same_sizes
from core.data.errors import DataError
from core.data.folder import Walk, check, whole_listing
from core.data.headers import (
    LOOK,
    NOWHERE,
    TINTS,
    Header,
    Look,
    hash_files,
    identity_of,
    look_at,
    opens,
    read_headers,
)
from core.data.health import Record, findings
from core.data.helpers import Helpers, equal_chunks
from core.data.layout import split_words
from core.data.listing import Listing, with_moves, without_classes, without_files
from core.data.names import from_name, path_of
from core.data.places import scan_folder
from core.data.preparation import suggest
from core.data.report import (
    PAGE,
    ClassCount,
    Phase,
    Picture,
    Report,
    write_page,
    write_report,
)
from core.data.source import Folder
from core.data.splits import ORDER, part_files
from core.files import write_whole
from core.room import disk_words

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many files of how many are; may raise to stop."""
Part = Callable[[Phase], None]
"""Told that the report holds more, and what comes next."""

HEADERS, LOOKS = 200, 100
"""Files in a chunk of work."""
KNOWN = "known.msgpack"
SCAN_BYTES = 500
"""What is kept of a picture, about."""


class Known(msgspec.Struct, array_like=True):
    """What an earlier scan found out about a file.

    Attributes:
        header: With the identity that it was read at.
        look: None where it was not decoded.
    """

    header: Header
    look: Look | None = None


class Scanner:
    """One scan of one folder."""

    def __init__(
        self,
        source: Folder,
        seed: int,
        validation_share: float,
        progress: Progress = lambda doing, done, total: None,
        part: Part = lambda phase: None,
        pause: Callable[[], None] = lambda: None,
    ) -> None:
        """Prepare.

        Args:
            source: The folder, with its exclusions and moves.
            seed: Of the training plan.
            validation_share: Of the training plan.
            progress: Told of the progress.
            part: Told whenever the report was written.
            pause: Called ten times a second; may raise to stop.
        """
        self.folder = scan_folder(source.path)
        self._source = source
        self._seed = seed
        self._validation_share = validation_share
        self._progress = progress
        self._part = part
        self._pause = pause
        self._began = time.monotonic()
        self._records: list[Record] = []
        self._excluded: list[Record] = []
        self._known: dict[str, Known] = {}
        self._exact: list[list[Record]] = []
        self._near: list[list[Record]] = []
        self._words = ""
        self._layout = ""
        self._drawn: tuple[str, ...] = ()
        self._ignored = 0
        self._notes: tuple[str, ...] = ()
        self._left_out: tuple[ClassCount, ...] = ()
        self.report: Report | None = None
        """The report as it was last written; None before the files are listed."""

    def run(self, near: bool = True) -> Report:
        """Scan, and keep the report.

        Stopped by ``progress`` raising, it keeps what was found and lets the exception pass.

        Args:
            near: Whether to decode every picture as well.

        Raises:
            DataError: The folder cannot be listed, or went away; or the report cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._list()
            self._known = self._remembered()
            self._write("headers", pages=True)
            try:
                self._look(near)
            except DataError:  # the folder went away: no finding since then would be true
                self._remember()
                raise
            except BaseException:
                self._remember()
                self._write("looking", pages=True)
                raise
            self._remember()
            return self._write("done", pages=True, complete=True)
        except OSError as error:
            needed = SCAN_BYTES * len(self._records)
            raise DataError(
                f"What the scan found cannot be kept: {disk_words(self.folder, error, needed)}. "
                "Make room or make the folder writable, then scan again."
            ) from error

    def _look(self, near: bool) -> None:
        with Helpers(len(self._records), self._pause) as helpers:
            self._read_headers(helpers)
            self._refuse_lost()
            self._write("duplicates", pages=True)
            self._hash(helpers)
            self._refuse_lost()
            self._write("looking" if near else "done")
            if near:
                self._look_closely(helpers)
                self._refuse_lost()

    def _refuse_lost(self) -> None:
        """A folder that went away is said so, not every file of it."""
        root = Path(from_name(self._source.path))
        Walk(root).entries(root)

    # Steps

    def _list(self) -> None:
        self._progress("Listing files", 0, 0)
        source = self._source
        listing = whole_listing(source, lambda found: self._progress("Listing files", found, 0))
        there = without_classes(listing, source.classes_left_out)
        check(there, filled=False)  # a class without a picture is a finding, with its ways out
        self._class_names = there.class_names
        placed = with_moves(listing, source.moved)
        self._left_out = _counted(placed, there.left_out)
        placed = without_classes(placed, source.classes_left_out)
        used = without_files(placed, source.excluded)
        share = source.test_share
        parts = part_files(used.files, self._seed, share, self._validation_share)
        self._records = [Record(n, kind, part) for part in ORDER for n, kind in parts[part]]
        out = set(source.excluded)
        self._excluded = [
            Record(name, kind, "train" if part == "all" else part)
            for part, files in placed.files.items()
            for name, kind in files
            if name in out
        ]
        self._words = split_words(used, self._seed, share, self._validation_share)
        self._layout = listing.layout
        self._drawn = tuple(part for part in ("validation", "test") if part not in listing.files)
        self._ignored = listing.ignored
        self._notes = listing.notes

    def _read_headers(self, helpers: Helpers) -> None:
        """Headers of all files, excluded ones included: they are shown too."""
        by_name = {record.name: record for record in (*self._records, *self._excluded)}
        todo = [name for name, record in by_name.items() if not self._unchanged(record)]
        done = len(by_name) - len(todo)
        self._progress("Reading headers", done, len(by_name))

        def crashed(name: str) -> Header:
            return Header(NOWHERE, problem=_crashed(name))

        for names, headers in helpers.map(
            read_headers, self._source.path, equal_chunks(todo, HEADERS), crashed
        ):
            for name, header in zip(names, headers, strict=True):
                by_name[name].header = header
                by_name[name].problem = header.problem
                self._known[name] = Known(header)
            done += len(names)
            self._progress("Reading headers", done, len(by_name))

    def _unchanged(self, record: Record) -> bool:
        """Whether an earlier scan's header still holds; takes it over if so."""
        known = self._known.get(record.name)
        if known is None:
            return False
        try:
            info = path_of(self._source.path, record.name).stat()
        except OSError:
            return False
        if known.header.identity != identity_of(info):
            return False
        record.header, record.problem = known.header, known.header.problem
        if known.look is not None and known.look.problem:
            record.problem = known.look.problem
        return True

    def _hash(self, helpers: Helpers) -> None:
        """Hash large files whose size is another's too; small ones were hashed with the header."""
        usable = [record for record in self._records if not record.problem]
        by_name = {record.name: record for record in usable}
        sizes = [(r.name, r.header.identity[0]) for r in usable if r.header is not None]
        todo = [name for name in same_sizes(sizes) if not self._known[name].header.exact]
        done = 0
        for names, hashes in helpers.map(
            hash_files, self._source.path, equal_chunks(todo, LOOKS), lambda name: ""
        ):
            for name, exact in zip(names, hashes, strict=True):
                header = msgspec.structs.replace(self._known[name].header, exact=exact)
                self._known[name].header = by_name[name].header = header
            done += len(names)
            self._progress("Comparing files", done, len(todo))
        pairs = [(r.name, r.header.exact) for r in usable if r.header is not None]
        self._exact = [[by_name[name] for name in group] for group in exact_groups(pairs)]

    def _look_closely(self, helpers: Helpers) -> None:
        """Decode every picture: finds those cut short, and those that look alike."""
        usable = {record.name: record for record in self._records if not record.problem}
        todo = [name for name in usable if self._known[name].look is None]
        done = len(usable) - len(todo)
        self._progress("Looking at pictures", done, len(usable))

        def crashed(name: str) -> Look:
            return Look(problem=_crashed(name))

        for names, looks in helpers.map(
            look_at, self._source.path, equal_chunks(todo, LOOKS), crashed
        ):
            for name, look in zip(names, looks, strict=True):
                usable[name].problem = look.problem
                if not look.problem or opens(path_of(self._source.path, name)):
                    self._known[name].look = look
            done += len(names)
            self._progress("Looking at pictures", done, len(usable))
        self._compare([record for record in usable.values() if not record.problem])

    def _compare(self, records: list[Record]) -> None:
        looks = [look for r in records if (look := self._known[r.name].look) is not None]
        differences = np.array([look.difference for look in looks], np.uint64)
        miniatures = np.frombuffer(b"".join(look.miniature for look in looks), np.uint8)
        tints = np.frombuffer(b"".join(look.tints for look in looks), np.uint8)
        exact = [{one.name for one in group} for group in self._exact]
        same = {name: number for number, group in enumerate(exact) for name in group}
        groups = near_groups(
            differences,
            miniatures.reshape(-1, LOOK * LOOK),
            tints.reshape(-1, 2 * TINTS * TINTS),
        )
        for group in groups:
            members = [records[at] for at in group]
            # Equal files have a finding of their own.
            if len({same.get(one.name, -1 - at) for at, one in enumerate(members)}) > 1:
                self._near.append(members)

    # What is kept

    def _remembered(self) -> dict[str, Known]:
        try:
            data = (self.folder / KNOWN).read_bytes()
            return msgspec.msgpack.decode(data, type=dict[str, Known])
        except (OSError, msgspec.DecodeError):
            return {}

    def _remember(self) -> None:
        names = {record.name for record in (*self._records, *self._excluded)}
        kept = {name: known for name, known in self._known.items() if name in names}
        write_whole(self.folder / KNOWN, msgspec.msgpack.encode(kept))

    def _write(self, phase: Phase, pages: bool = False, complete: bool = False) -> Report:
        counts = self._write_pages(pages)
        usable = [r for r in self._records if r.header is not None and not r.problem]
        headers = [record.header for record in usable if record.header is not None]
        sizes = Counter((header.width, header.height) for header in headers)
        grey = sum(header.mode in ("L", "1", "I;16", "I", "F", "LA") for header in headers)
        frequent = tuple((w, h, count) for (w, h), count in sizes.most_common())
        looked = phase not in ("listing", "headers")
        report = Report(
            root=self._source.path,
            words=self._words,
            layout=self._layout,
            classes=counts,
            ignored=self._ignored,
            unreadable=sum(bool(record.problem) for record in self._records),
            sizes=frequent[:50],
            distinct_sizes=len(sizes),
            formats=dict(Counter(header.format for header in headers).most_common()),
            modes=dict(Counter(header.mode for header in headers).most_common()),
            bytes=sum(header.identity[0] for header in headers),
            findings=findings(
                self._records, self._class_names, self._exact, self._near, self._notes, looked
            ),
            suggestion=suggest(frequent, grey, len(headers)) if looked else None,
            phase=phase,
            complete=complete,
            seconds=time.monotonic() - self._began,
            seed=self._seed,
            drawn=self._drawn,
            left_out=self._left_out,
        )
        write_report(self.folder, report)
        self.report = report
        self._part(phase)
        return report

    def _write_pages(self, write: bool) -> tuple[ClassCount, ...]:
        """Each class's counts, its pages written where asked."""
        excluded = {record.name for record in self._excluded}
        by_class: list[list[Record]] = [[] for _ in self._class_names]
        for record in (*self._records, *self._excluded):
            by_class[record.kind].append(record)
        counts = []
        for kind, records in enumerate(by_class):
            usable = Counter(r.part for r in records if not r.problem and r.name not in excluded)
            pages = -(-len(records) // PAGE)
            if write:
                records.sort(key=lambda record: record.name)
                for page in range(pages):
                    part = records[page * PAGE : (page + 1) * PAGE]
                    write_page(
                        self.folder, kind, page, [_picture(r, r.name in excluded) for r in part]
                    )
            counts.append(
                ClassCount(
                    self._class_names[kind],
                    usable["train"],
                    usable["validation"],
                    usable["test"],
                    pages,
                    len(records),
                )
            )
        return tuple(counts)


def _counted(listing: Listing, names: tuple[str, ...]) -> tuple[ClassCount, ...]:
    """Classes that are left out, with their files."""
    sizes = Counter(kind for files in listing.files.values() for _, kind in files)
    kinds = {name: kind for kind, name in enumerate(listing.class_names)}
    return tuple(ClassCount(name, 0, 0, 0, 0, sizes[kinds[name]]) for name in names)


def _crashed(name: str) -> str:
    return f"{name.rpartition('/')[2]} makes the decoder crash."


def _picture(record: Record, excluded: bool) -> Picture:
    header = record.header
    if header is None:
        return Picture(record.name, record.part, excluded=excluded)
    size, modified, *_ = header.identity
    return Picture(
        record.name,
        record.part,
        header.width,
        header.height,
        header.mode,
        header.format,
        size,
        modified,
        record.problem,
        excluded,
    )
