"""What is wrong or remarkable about a folder's pictures, each with ways out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from core.data.classes import FEWEST
from core.data.headers import Header
from core.data.names import brief, shown
from core.data.report import (
    Exclude,
    Finding,
    LeaveOutClasses,
    MoveToClass,
    OpenFolder,
    Remedy,
    Severity,
    UseFit,
    WeighClasses,
)
from core.words import count

FEW = 10
"""A class with fewer pictures than this is hardly learnt."""
IMBALANCE = 10
"""How many times more pictures the largest class may have than the smallest."""
TOLD = 5
"""Classes that a finding about several names."""
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
        files=tuple(files),
        count=len(files),
        groups=tuple(groups),
        remedies=tuple(remedies),
        reasons=tuple(reasons),
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
            (Exclude(f"Exclude {_all(names)} for good", tuple(names)), _open(names[0])),
            reasons=reasons,
        )
    ]


def _same(groups: list[list[Record]], class_names: Sequence[str]) -> list[Finding]:
    """Equal files: under two labels, across parts, or just twice."""
    groups.sort(key=lambda group: group[0].name)
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
                    MoveToClass(f"Choose a class for {_all(names)}", tuple(names), classes),
                    Exclude(f"Exclude {_all(names)}", tuple(names)),
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
                (_keep_one(spare),),
                [len(group) for group in twice],
            )
        )
    return found


def _leak(leaks: list[list[Record]]) -> Finding:
    """Equal pictures in two parts or all three."""
    ordered = [sorted(group, key=lambda one: _RANK[one.part]) for group in leaks]
    spare = tuple(one.name for group in ordered for one in group[1:])
    tested = all(group[0].part == "test" for group in ordered)
    parts = {one.part for group in ordered for one in group}
    trained = "What was trained on is no test."
    chosen = "What the best weights are chosen by is no test."
    return _finding(
        "leak",
        "error",
        f"{count(len(leaks), 'picture')} in {_in_words(parts)}",
        f"The same picture is {_pair(ordered[0])}{_more(ordered)}. The result would be too good. "
        f"{trained if 'train' in parts else chosen}",
        _names(ordered),
        (_keep_one(spare, "Keep in test only" if tested else "Keep one of each"),),
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
            (_keep_one(spare),),
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
    few = [kind for kind, pictures in enumerate(counts) if 0 < pictures < FEW and trained[kind]]
    unlearnt = [kind for kind, pictures in enumerate(counts) if pictures and not trained[kind]]
    unread = [kind for kind, pictures in enumerate(counts) if not pictures and kind in first]
    gone = [kind for kind in range(len(counts)) if kind not in first]
    found = [
        _few(
            have,
            [(class_names[kind], counts[kind]) for kind in kinds],
            first.get(kinds[0]),
            len(counts) - len(kinds) >= FEWEST,
        )
        for have, kinds in (
            ("no picture left", gone),
            ("no picture that can be read", unread),
            ("no picture for training", unlearnt),
            (f"fewer than {FEW} pictures", few),
        )
        if kinds
    ]
    found += _parts(records)
    smallest, largest = min(counts), max(counts)
    if smallest and largest > IMBALANCE * smallest:
        ends = (class_names[counts.index(value)] for value in (smallest, largest))
        small, large = map(_class, ends)
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


def _few(have: str, classes: Sequence[tuple[str, int]], example: str | None, rest: bool) -> Finding:
    """Classes of few pictures, or of none, in one finding however many they are.

    Args:
        have: What each of them has.
        classes: Their names and how many pictures they have.
        example: A file of the first; None if there is none, or none that is of use.
        rest: Whether enough classes remain where these are left out.
    """
    name, pictures = classes[0]
    one = len(classes) == 1
    few = have.startswith("fewer")
    if one:
        only = f"only {count(pictures, 'picture')}" if few else have
        title = f"{_class(name)} has {only}"
    else:
        title = f"{len(classes):,} classes have {have}"
    ways: list[Remedy] = []
    if rest:
        label = "Leave out this class" if one else f"Leave out these {len(classes):,} classes"
        ways.append(LeaveOutClasses(label, tuple(name for name, _ in classes)))
    if example is not None:
        ways.append(_open(example))
    why = _why_few(few, example is None, one, rest)
    text = why if one else f"{_told(classes)}{why}"
    return _finding("few", "warning" if few else "error", title, text, (), ways)


def _why_few(few: bool, gone: bool, one: bool, rest: bool) -> str:
    """What too few pictures do, and the ways out."""
    them = "it" if one else "them"
    if few:
        what = f"A class with fewer than {FEW} is hardly learnt, and its figures mean little. "
    else:
        what = "A class without any for training cannot be learnt. "
    add = "Add pictures"
    if gone:
        what = f"All are left out or count as another class, or there were none. {what}"
        add = "Take some in again or add some"
    if rest:
        return f"{what}{add}, or leave {them} out: no file is touched."
    return f"{what}{add}: without {them} fewer than two classes would remain."


def _told(classes: Sequence[tuple[str, int]]) -> str:
    """The first of them, each with its pictures if it has some."""
    told = [f"{_class(name)} {n:,}" if n else _class(name) for name, n in classes[:TOLD]]
    more = f" and {len(classes) - TOLD:,} more" if len(classes) > TOLD else ""
    return f"{', '.join(told)}{more}. "


def _parts(records: Sequence[Record]) -> list[Finding]:
    """Parts that no picture is left for, without which nothing is trained."""
    usable = {record.part for record in records if not record.problem}
    names = {"train": "training", "validation": "validation", "test": "the test"}
    missing = [words for part, words in names.items() if part not in usable]
    if not missing or not records:
        return []
    return [
        _finding(
            "missing-split",
            "error",
            f"No picture for {' and '.join(missing)}",
            "Training needs some for each part, so it cannot begin. Add pictures: a class of three "
            "or more gives one to each.",
            (),
            (OpenFolder("Show in folder", ""),),
        )
    ]


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
            "size, such a picture is hard to recognise. Cropped, it keeps only its middle; padded, "
            "all of it, but small.",
            names,
            (
                UseFit("Crop instead", "crop"),
                UseFit("Pad instead", "pad"),
                Exclude(f"Exclude {_all(names)}", tuple(names)),
                _open(names[0]),
            ),
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


def _in_words(parts: set[str]) -> str:
    """Two parts or three: ``training and test``."""
    words = {"train": "training", "validation": "validation", "test": "test"}
    *first, last = (word for part, word in words.items() if part in parts)
    return f"{', '.join(first)} and {last}"


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


def _class(name: str) -> str:
    """A class's name in a sentence."""
    return brief(name, 40)


def _all(names: Sequence[str]) -> str:
    return {1: "it", 2: "both"}.get(len(names), f"all {len(names):,}")


def _keep_one(spare: tuple[str, ...], label: str = "Keep one of each") -> Exclude:
    return Exclude(f"{label}, exclude {len(spare):,}" if len(spare) > 1 else label, spare)


def _open(name: str) -> OpenFolder:
    return OpenFolder("Show in folder", name.rpartition("/")[0])
