"""What is wrong or remarkable about a folder's pictures, each with ways out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from core.data.headers import Header
from core.data.names import shown
from core.data.report import (
    MOST_FILES,
    Exclude,
    Finding,
    MoveToClass,
    OpenFolder,
    Remedy,
    Severity,
    WeighClasses,
)
from core.words import count

FEW = 10
"""A class with fewer pictures than this is hardly learnt."""
IMBALANCE = 10
"""How many times more pictures the largest class may have than the smallest."""
LONG = 3.0
"""Sides that differ by more than this factor are out of the ordinary."""

_RANK = {"test": 0, "validation": 1, "train": 2}
_ORDER = {"error": 0, "warning": 1, "note": 2}


class Record(msgspec.Struct):
    """A picture as the scan knows it so far.

    Attributes:
        name: Below the folder.
        kind: Index of its class.
        part: ``train``, ``validation`` or ``test``.
        header: None before it is read.
        problem: Why it cannot be used; else empty.
    """

    name: str
    kind: int
    part: str
    header: Header | None = None
    problem: str = ""


def findings(
    records: Sequence[Record],
    class_names: Sequence[str],
    exact: Iterable[list[Record]],
    near: Iterable[list[Record]],
    notes: Iterable[str] = (),
    looked: bool = True,
) -> tuple[Finding, ...]:
    """Everything worth saying, worst first.

    Args:
        records: Every picture that is not excluded.
        class_names: In the order of their indices.
        exact: Groups of equal files.
        near: Groups that look the same, each of two or more.
        notes: Sentences from listing the folder.
        looked: Whether headers are read; before that little can be said.
    """
    found = [*_unreadable(records), *_same(list(exact), class_names), *_near(list(near))]
    if looked:
        found += [*_balance(records, class_names), *_shapes(records), *_handled(records)]
    for note in notes:
        found.append(Finding("loose", "warning", "Not everything could be used", note, (), 0))
    return tuple(sorted(found, key=lambda finding: _ORDER[finding.severity]))


def _finding(
    code: str,
    severity: Severity,
    title: str,
    text: str,
    files: Sequence[str],
    remedies: Sequence[Remedy] = (),
    groups: Sequence[int] = (),
    reasons: Sequence[str] = (),
) -> Finding:
    return Finding(
        code=code,
        severity=severity,
        title=title,
        text=text,
        files=tuple(files[:MOST_FILES]),
        count=len(files),
        groups=tuple(groups),
        remedies=tuple(remedies),
        reasons=tuple(reasons[:MOST_FILES]),
    )


def _unreadable(records: Sequence[Record]) -> list[Finding]:
    bad = [record for record in records if record.problem]
    if not bad:
        return []
    names = [record.name for record in bad]
    reasons = [record.problem for record in bad]
    told = " ".join(_placed(record) for record in bad[:3])
    return [
        _finding(
            "unreadable",
            "error",
            f"{count(len(bad), 'file')} cannot be read",
            f"{told} {_they(bad)} left out of training.",
            names,
            (Exclude("Exclude for good", tuple(names)), _open(names[0])),
            reasons=reasons,
        )
    ]


def _same(groups: list[list[Record]], class_names: Sequence[str]) -> list[Finding]:
    """Equal files: under two labels, across parts, or just twice."""
    conflicts = [group for group in groups if len({one.kind for one in group}) > 1]
    leaks = [g for g in groups if g not in conflicts and len({one.part for one in g}) > 1]
    twice = [g for g in groups if g not in conflicts and g not in leaks]
    found = []
    if conflicts:
        names = _names(conflicts)
        kinds = sorted({one.kind for group in conflicts for one in group})
        classes = tuple(class_names[kind] for kind in kinds)
        found.append(
            _finding(
                "conflict",
                "error",
                f"{count(len(conflicts), 'picture')} under two classes",
                f"The same picture is {_pair(conflicts[0])}{_more(conflicts)}. The network cannot "
                "learn both.",
                names,
                (
                    MoveToClass("Choose the class", tuple(names), classes),
                    Exclude("Exclude all of them", tuple(names)),
                ),
                [len(group) for group in conflicts],
            )
        )
    if leaks:
        found.append(_leak(leaks))
    if twice:
        names = _names(twice)
        spare = tuple(one.name for group in twice for one in group[1:])
        found.append(
            _finding(
                "duplicates",
                "warning",
                f"{count(len(twice), 'picture')} more than once",
                f"The same file is {_pair(twice[0])}{_more(twice)}. Copies count double in "
                "training.",
                names,
                (Exclude("Keep one of each", spare),),
                [len(group) for group in twice],
            )
        )
    return found


def _leak(leaks: list[list[Record]]) -> Finding:
    """Equal pictures in training and test."""
    ordered = [sorted(group, key=lambda one: _RANK[one.part]) for group in leaks]
    spare = tuple(one.name for group in ordered for one in group[1:])
    tested = all(group[0].part == "test" for group in ordered)
    return _finding(
        "leak",
        "error",
        f"{count(len(leaks), 'picture')} in training and {'test' if tested else 'validation'}",
        f"The same picture is {_pair(ordered[0])}{_more(ordered)}. The result would be too good: "
        "what was trained on is no test.",
        _names(ordered),
        (Exclude("Keep in test only" if tested else "Keep one of each", spare),),
        [len(group) for group in ordered],
    )


def _near(groups: list[list[Record]]) -> list[Finding]:
    if not groups:
        return []
    ordered = [sorted(group, key=lambda one: _RANK[one.part]) for group in groups]
    crossing = sum(len({one.part for one in group}) > 1 for group in ordered)
    mixed = sum(len({one.kind for one in group}) > 1 for group in ordered)
    text = f"They look alike, such as {_pair(ordered[0])}."
    if crossing:
        reach = "reaches" if crossing == 1 else "reach"
        text += f" {count(crossing, 'group')} {reach} across training and test, which flatters it."
    if mixed:
        stand = "stands" if mixed == 1 else "stand"
        text += f" {count(mixed, 'group')} {stand} under different classes."
    spare = tuple(one.name for group in ordered for one in group[1:])
    return [
        _finding(
            "near",
            "warning",
            f"{count(len(groups), 'group')} of nearly equal pictures",
            text,
            _names(ordered),
            (Exclude("Keep one of each", spare),),
            [len(group) for group in ordered],
        )
    ]


def _balance(records: Sequence[Record], class_names: Sequence[str]) -> list[Finding]:
    counts = [0] * len(class_names)
    trained = [0] * len(class_names)
    first: dict[int, str] = {}
    for record in records:
        first.setdefault(record.kind, record.name)
        if not record.problem:
            counts[record.kind] += 1
            trained[record.kind] += record.part == "train"
    found = []
    for kind, pictures in enumerate(counts):
        if pictures < FEW:
            found.append(_few(class_names[kind], pictures, first.get(kind, "")))
    smallest, largest = min(counts), max(counts)
    if smallest and largest > IMBALANCE * smallest:
        small, large = (class_names[counts.index(value)] for value in (smallest, largest))
        found.append(
            _finding(
                "imbalance",
                "warning",
                f"{small} has {smallest:,}, {large} {count(largest, 'picture')}",
                f"{small} will be guessed less often than it should. Weighing lets each class "
                "count the same in training.",
                (),
                (WeighClasses("Weigh classes", tuple(trained)),),
            )
        )
    return found


def _few(name: str, pictures: int, example: str) -> Finding:
    if not example:
        return _emptied(name)
    some = f"only {count(pictures, 'picture')}" if pictures else "no picture that can be read"
    return _finding(
        "few",
        "warning" if pictures else "error",
        f"{name} has {some}",
        f"A class with fewer than {FEW} is hardly learnt, and its figures mean little. Add "
        "pictures, or exclude the class by taking its folder out.",
        (),
        (_open(example),),
    )


def _emptied(name: str) -> Finding:
    """A class of which nothing is left, since the project leaves all of it out."""
    return _finding(
        "few",
        "error",
        f"{name} has no picture left",
        f"All pictures of “{name}” are left out or moved to another class, and a class without "
        "any cannot be learnt. Take some in again; or take its folder out, and the project can "
        "go on without the class.",
        (),
        (),
    )


def _shapes(records: Sequence[Record]) -> list[Finding]:
    """Pictures much longer than wide."""
    long = [
        record
        for record in records
        if (header := record.header) is not None
        and not record.problem
        and header.width
        and max(header.width, header.height) > LONG * min(header.width, header.height)
    ]
    if not long:
        return []
    names = [record.name for record in long]
    header = long[0].header
    assert header is not None
    return [
        _finding(
            "aspect",
            "warning",
            f"{count(len(long), 'picture')} much longer than wide",
            f"{shown(names[0])} is {header.width:,} × {header.height:,}. Stretched to the model's "
            "size it is hard to recognise; crop or pad instead, or exclude it.",
            names,
            (Exclude("Exclude it" if len(names) == 1 else "Exclude them", tuple(names)),),
        )
    ]


_HANDLED: tuple[tuple[str, str, str], ...] = (
    ("rotated", "carry a rotation mark", "They are shown and trained upright."),
    ("animated", "have several frames", "The first frame is used."),
    ("sixteen-bit", "have 16 bits or more per value", "They are scaled to 8 bits by their range."),
    ("cmyk", "have printing colours (CMYK)", "They are converted to red, green and blue."),
    ("palette", "have a palette of colours", "They are converted to red, green and blue."),
    ("transparent", "are partly transparent", "They are laid on white."),
)


def _handled(records: Sequence[Record]) -> list[Finding]:
    """Odd kinds that need nothing done, but should be known."""
    found = []
    for code, what, done in _HANDLED:
        names = [r.name for r in records if r.header is not None and code in r.header.marks]
        if names:
            verb = what if len(names) != 1 else _singular(what)
            if len(names) == 1:
                done = done.replace("They are", "It is").replace("their range", "its range")
            text = f"{done} The same way in training, prediction and export."
            found.append(
                _finding(code, "note", f"{count(len(names), 'picture')} {verb}", text, names)
            )
    return found


# Words


def _singular(what: str) -> str:
    first, _, rest = what.partition(" ")
    verbs: dict[str, Literal["has", "is", "carries"]] = {
        "have": "has",
        "are": "is",
        "carry": "carries",
    }
    return f"{verbs[first]} {rest}"


def _they(records: Sequence[Record]) -> str:
    return "They are" if len(records) > 1 else "It is"


def _placed(record: Record) -> str:
    """Why a file cannot be read, with the folder that it is in."""
    folder = record.name.rpartition("/")[0]
    return shown(f"{folder}/{record.problem}" if folder else record.problem)


def _pair(group: Sequence[Record]) -> str:
    return f"{shown(group[0].name)} and {shown(group[1].name)}"


def _more(groups: Sequence[object]) -> str:
    return f", and {len(groups) - 1:,} more" if len(groups) > 1 else ""


def _names(groups: Iterable[list[Record]]) -> list[str]:
    return [one.name for group in groups for one in group]


def _open(name: str) -> OpenFolder:
    return OpenFolder("Show in folder", name.rpartition("/")[0])
