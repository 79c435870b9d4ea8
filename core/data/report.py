"""What a scan of a folder found, as values.  Pure: no picture is read here.

A scan writes into a folder of its own (`core.data.places.scan_folder`), each file whole:

``report.json``           a `Report`; written again whenever more is known
``files-KEY.json``        all files of a finding or remedy of many, so that the report stays short
``pictures-C-P.json``     page P of the pictures of class C, a list of `Picture`
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from core.blocks.input import Fit
from core.data.classes import leave_out_classes
from core.data.places import digest
from core.data.source import Folder, exclude, weigh_classes
from core.files import write_whole

PAGE = 2_000
"""Pictures in one page file; read in a millisecond."""

Severity = Literal["error", "warning", "note"]
Phase = Literal["listing", "headers", "duplicates", "looking", "done"]
Part = Literal["train", "validation", "test"]


class Picture(msgspec.Struct, frozen=True, array_like=True):
    """One picture file.

    Attributes:
        name: Path below the folder, ``/`` between.
        part: ``train``, ``validation`` or ``test``.
        width, height: In pixels, upright; 0 while unknown or unreadable.
        mode: Pillow's name of its colours, such as ``RGB`` or ``L``; empty while unknown.
        format: ``JPEG``, ``PNG``, …; empty while unknown.
        bytes: Size of the file.
        modified: When it was last changed, nanoseconds.
        problem: Why it cannot be read, a sentence; else empty.
        excluded: Whether the project leaves it out.
    """

    name: str
    part: str
    width: int = 0
    height: int = 0
    mode: str = ""
    format: str = ""
    bytes: int = 0
    modified: int = 0
    problem: str = ""
    excluded: bool = False


class ClassCount(msgspec.Struct, frozen=True):
    """How many usable pictures a class has.

    Attributes:
        name: The class.
        train, validation, test: Pictures in each part, excluded and unreadable ones not counted.
        pages: How many page files its pictures fill.
        files: How many pictures these hold, excluded and unreadable ones included.
    """

    name: str
    train: int
    validation: int
    test: int
    pages: int
    files: int

    @property
    def total(self) -> int:
        """All parts together."""
        return self.train + self.validation + self.test


class Exclude(msgspec.Struct, frozen=True, tag=True):
    """Leave files out of the project; they stay where they are.

    Attributes:
        label: For the button.
        files: Which; none in a report that was kept, where they are many.
        kept: The file beside the report that then holds them: `whole` reads it.
    """

    label: str
    files: tuple[str, ...]
    kept: str = ""


class MoveToClass(msgspec.Struct, frozen=True, tag=True):
    """Let files count as a class that the user chooses; they stay where they are.

    Attributes:
        label: For the button.
        files: Which; none in a report that was kept, where they are many.
        classes: Among which to choose, the likeliest first.
        kept: The file beside the report that then holds them: `whole` reads it.
    """

    label: str
    files: tuple[str, ...]
    classes: tuple[str, ...]
    kept: str = ""


class WeighClasses(msgspec.Struct, frozen=True, tag=True):
    """Let pictures of small classes count more in training."""

    label: str
    counts: tuple[int, ...]


class UseFit(msgspec.Struct, frozen=True, tag=True):
    """Bring pictures of another shape to the model's size in another way (the Input block's fit).

    Attributes:
        label: For the button.
        fit: Offered only while the project has another.
    """

    label: str
    fit: Fit


class OpenFolder(msgspec.Struct, frozen=True, tag=True):
    """Show a folder in the system's file manager (the window does that).

    Attributes:
        label: For the button.
        folder: Name below the root; empty for the root.
    """

    label: str
    folder: str


class LeaveOutClasses(msgspec.Struct, frozen=True, tag=True):
    """Leave whole classes out of the project; their folders stay as they are.

    Attributes:
        label: For the button.
        classes: Which.
    """

    label: str
    classes: tuple[str, ...]


Remedy = Exclude | MoveToClass | WeighClasses | UseFit | OpenFolder | LeaveOutClasses


class Finding(msgspec.Struct, frozen=True):
    """Something that the user should know about the pictures.

    Attributes:
        code: A short name that stays the same: ``unreadable``, ``duplicates``, ``near``,
            ``leak``, ``conflict``, ``few``, ``imbalance``, ``aspect``, ``rotated``, ``animated``,
            ``sixteen-bit``, ``cmyk``, ``palette``, ``transparent``, ``links``, ``loose``,
            ``missing-split``.
        severity: ``error``: harms the result.  ``warning``: likely not meant.  ``note``: handled.
        title: What, a few words with numbers.
        text: What it means and what happens, one or two sentences.
        files: The files it is about, for duplicates group by group; in a report that was kept,
            only the first `MOST_FILES`.
        groups: For duplicates: how many of ``files`` belong to each group, in order.
        count: How many files in all.
        remedies: Ways out, the best first.
        reasons: For unreadable files: why, in the order of ``files``.
        kept: The file beside the report that holds all files and reasons where these are only
            the first: `whole_finding` reads it.
    """

    code: str
    severity: Severity
    title: str
    text: str
    files: tuple[str, ...]
    count: int
    groups: tuple[int, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    reasons: tuple[str, ...] = ()
    kept: str = ""


class _Files(msgspec.Struct, frozen=True, array_like=True):
    """What is kept of a finding of many files."""

    files: tuple[str, ...]
    reasons: tuple[str, ...]


MOST_FILES = 1_000
"""Files that a finding or remedy in a kept report names; all of them are kept beside it."""


class Suggestion(msgspec.Struct, frozen=True):
    """The preparation that suits the pictures.

    Attributes:
        height, width, channels, fit: As the Input block has them.
        why: In a sentence.
    """

    height: int
    width: int
    channels: Literal[1, 3]
    fit: Fit
    why: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A scan, as far as it has come.

    Attributes:
        root: The folder.
        words: What was understood, one sentence: ``4 classes, 2,310 pictures, no split given: …``.
        layout: How classes were told.
        classes: In the order of the model's outputs.
        ignored: Hidden and system files and links that were passed over.
        unreadable: Files that cannot be read as pictures.
        sizes: The most frequent (width, height, pictures), at most 50.
        distinct_sizes: How many sizes there are.
        formats: Format → pictures.
        modes: Pillow's name of the colours (``RGB``, ``L``, …) → pictures.
        bytes: Of all picture files together.
        findings: Worst first.
        suggestion: Preparation; None before the headers are read.
        phase: What is under way; ``done`` when all is.
        complete: Whether everything was looked at (False when stopped).
        seconds: How long it took so far.
        seed: Of the split.
        drawn: Parts that the folder does not give, so that their share can be chosen.
        left_out: Classes that lie there and are left out; of their figures only ``files`` is known.
    """

    root: str
    words: str
    layout: str
    classes: tuple[ClassCount, ...]
    ignored: int = 0
    unreadable: int = 0
    sizes: tuple[tuple[int, int, int], ...] = ()
    distinct_sizes: int = 0
    formats: dict[str, int] = {}
    modes: dict[str, int] = {}
    bytes: int = 0
    findings: tuple[Finding, ...] = ()
    suggestion: Suggestion | None = None
    phase: Phase = "listing"
    complete: bool = False
    seconds: float = 0.0
    seed: int = 7
    drawn: tuple[str, ...] = ("validation", "test")
    left_out: tuple[ClassCount, ...] = ()

    @property
    def parts(self) -> tuple[int, int, int]:
        """Usable pictures for training, validation and test."""
        return (
            sum(one.train for one in self.classes),
            sum(one.validation for one in self.classes),
            sum(one.test for one in self.classes),
        )


def read_report(folder: Path) -> Report:
    """A scan's report.

    Raises:
        OSError: There is none.
        msgspec.DecodeError: It is damaged.
    """
    return msgspec.json.decode((folder / "report.json").read_bytes(), type=Report)


def read_page(folder: Path, kind: int, page: int) -> list[Picture]:
    """A page of the pictures of a class.

    Args:
        folder: The scan's folder.
        kind: Index of the class.
        page: From 0, below the class's ``pages``.

    Raises:
        OSError: There is none.
        msgspec.DecodeError: It is damaged.
    """
    data = (folder / f"pictures-{kind}-{page}.json").read_bytes()
    return msgspec.json.decode(data, type=list[Picture])


def write_report(folder: Path, report: Report) -> None:
    """Keep a report, long lists of files beside it.

    Raises:
        OSError: It cannot be written.
    """
    kept: set[str] = set()
    found = tuple(_short_finding(folder, one, kept) for one in report.findings)
    short = msgspec.structs.replace(report, findings=found)
    write_whole(folder / "report.json", msgspec.json.encode(short), lasting=False)
    for path in folder.glob("files-*.json"):
        if path.name not in kept:
            path.unlink(missing_ok=True)


def _short_finding(folder: Path, finding: Finding, kept: set[str]) -> Finding:
    """A finding with its first files only; all of them are kept beside the report."""
    remedies = tuple(_short_remedy(folder, one, kept) for one in finding.remedies)
    finding = msgspec.structs.replace(finding, remedies=remedies)
    if len(finding.files) <= MOST_FILES:
        return finding
    name = _keep(folder, _Files(finding.files, finding.reasons), kept)
    return msgspec.structs.replace(
        finding,
        files=finding.files[:MOST_FILES],
        reasons=finding.reasons[:MOST_FILES],
        kept=name,
    )


def _short_remedy(folder: Path, remedy: Remedy, kept: set[str]) -> Remedy:
    """A remedy without its many files, which are kept beside the report."""
    if not isinstance(remedy, Exclude | MoveToClass) or len(remedy.files) <= MOST_FILES:
        return remedy
    return msgspec.structs.replace(remedy, files=(), kept=_keep(folder, remedy.files, kept))


def _keep(folder: Path, files: tuple[str, ...] | _Files, kept: set[str]) -> str:
    """Keep a long list beside the report, under a name that tells its contents."""
    data = msgspec.json.encode(files)
    name = f"files-{digest(data.decode())}.json"
    if name not in kept and not (folder / name).exists():
        write_whole(folder / name, data, lasting=False)
    kept.add(name)
    return name


def whole(folder: Path, remedy: Remedy) -> Remedy:
    """A remedy of a report that was read, with all its files.

    Args:
        folder: The scan's folder.
        remedy: As the report has it.

    Raises:
        OSError: The folder was scanned again meanwhile, and the list is another.
        msgspec.DecodeError: The list is damaged.
    """
    if not isinstance(remedy, Exclude | MoveToClass) or not remedy.kept:
        return remedy
    files = msgspec.json.decode((folder / remedy.kept).read_bytes(), type=tuple[str, ...])
    return msgspec.structs.replace(remedy, files=files, kept="")


def whole_finding(folder: Path, finding: Finding) -> Finding:
    """A finding of a report that was read, with all its files and reasons.

    Args:
        folder: The scan's folder.
        finding: As the report has it.

    Raises:
        OSError: The folder was scanned again meanwhile, and the list is another.
        msgspec.DecodeError: The list is damaged.
    """
    if not finding.kept:
        return finding
    found = msgspec.json.decode((folder / finding.kept).read_bytes(), type=_Files)
    return msgspec.structs.replace(finding, files=found.files, reasons=found.reasons, kept="")


def write_page(folder: Path, kind: int, page: int, pictures: list[Picture]) -> None:
    """Keep a page of the pictures of a class.

    Raises:
        OSError: It cannot be written.
    """
    # Thousands of classes are thousands of pages; a scan can be made again.
    data = msgspec.json.encode(pictures)
    write_whole(folder / f"pictures-{kind}-{page}.json", data, lasting=False)


def remedied(source: Folder, remedy: Remedy) -> Folder:
    """The source after a remedy that needs no further answer.

    `MoveToClass` needs the class: use `core.data.source.move_to_class`.  `UseFit` is about the
    Input block, and `OpenFolder` changes nothing.

    Raises:
        ValueError: Fewer than two classes would remain.
    """
    if isinstance(remedy, Exclude):
        return exclude(source, remedy.files)
    if isinstance(remedy, LeaveOutClasses):
        return leave_out_classes(source, remedy.classes)
    if isinstance(remedy, WeighClasses):
        return weigh_classes(source, remedy.counts)
    return source
