"""What the page has to say: what a folder was understood as, or what went wrong."""

from __future__ import annotations

from functools import partial

from core.data.classes import TOO_FEW, named
from core.data.names import brief, shown
from core.data.set_files import MAKERS, download_bytes, host_of
from core.data.source import KERAS_SETS, Folder
from core.engine.events import Failed, LookedAt
from core.words import capitalised
from gui.data.desk import DataDesk
from gui.data.shelf import Shelf
from gui.data.words import READY_MADE, count_classes
from gui.widgets.figures import data_size
from gui.widgets.note import Action, NoteText

MOST_NAMED = 3
"""Classes named that are new or gone."""
MOST_CLASSES = 8
"""Classes counted one by one in a note."""
FOUND = "These are the project's classes: what was left out, moved and weighed stays as it is."
AWAY = (
    "There is no folder {} any more. Put it back and scan again, or choose where it is now. What "
    "was left out, moved or weighed is kept."
)
_FAILED = {
    "look": "That cannot be used as it is",
    "scan": "The pictures could not be scanned",
    "measure": "The pixels could not be measured",
    "download": "The set could not be fetched",
}


def note_for(desk: DataDesk, shelf: Shelf) -> tuple[NoteText | None, list[Action]]:
    """The note to show now, and its buttons."""
    if shelf.offered:
        return _offered(desk, shelf, shelf.offered)
    if desk.refused:
        return _too_few(desk)
    if desk.looked is not None:
        return _understood(desk, desk.looked)
    if desk.lost and (desk.failure is None or desk.failed_kind == "scan"):
        return _away(desk)
    if desk.failure is not None:
        return _failed(desk, shelf, desk.failure)
    if desk.changed_classes:
        return _other_classes(desk)
    if desk.pictures.state in ("missing", "frozen"):
        text = NoteText("note-warning", "Pictures cannot be looked at now", desk.pictures.words)
        return text, [Action("Restart it", desk.pictures.restart)]
    return None, []


def _away(desk: DataDesk) -> tuple[NoteText, list[Action]]:
    """The project's folder is gone; nothing that was made of it is."""
    source = desk.source
    assert isinstance(source, Folder)
    actions = [
        Action("Choose where it is now…", desk.place_wanted.emit, primary=True),
        Action("Scan again", desk.scan),
    ]
    body = AWAY.format(shown(source.path))
    return NoteText("note-error", "The folder of pictures is away", body), actions


def _other_classes(desk: DataDesk) -> tuple[NoteText, list[Action]]:
    """The folder has gained or lost classes since it was chosen."""
    source, now = desk.source, desk.changed_classes
    new = _named([name for name in now if name not in source.class_names], "new")
    gone = _named([name for name in source.class_names if name not in now], "gone")
    changes = " and ".join(filter(None, (new, gone))) or "their order is another"
    out = len(source.classes_left_out) if isinstance(source, Folder) else 0
    beside = f" beside the {out:,} left out" if out else ""
    body = (
        f"In the folder, {changes}. The project knows {count_classes(len(source.class_names))}, "
        f"and cannot be trained until it knows the folder's {len(now):,}{beside}. Or put the "
        "folder back as it was and scan again."
    )
    take = Action(f"Use {count_classes(len(now))}", desk.take_classes, primary=True)
    return NoteText("note-warning", "The folder's classes have changed", body), [take]


def _too_few(desk: DataDesk) -> tuple[NoteText, list[Action]]:
    """Classes cannot be left out, as too few would remain."""
    rest = [name for name in desk.source.class_names if name not in desk.refused]
    body = (
        f"Without {named(desk.refused)}, {f'only {named(rest)}' if rest else 'none'} would remain. "
        "Add pictures of other classes to the folder, or take a class in again first."
    )
    title = TOO_FEW.rstrip(".")
    return NoteText("note-warning", title, body), [Action("Close", desk.dismiss)]


def _named(names: list[str], what: str) -> str:
    """``“wolf” is new``, ``“cat”, “dog” and 3 classes more are gone``."""
    if not names:
        return ""
    words = ", ".join(f"“{shown(name)}”" for name in names[:MOST_NAMED])
    if len(names) > MOST_NAMED:
        words += f" and {count_classes(len(names) - MOST_NAMED)} more"
    return f"{words} {'is' if len(names) == 1 else 'are'} {what}"


def _offered(desk: DataDesk, shelf: Shelf, key: str) -> tuple[NoteText, list[Action]]:
    """What a set costs and whose it is, before anything is fetched."""
    source = KERAS_SETS[key]
    what, rest = READY_MADE[type(source)]
    size = data_size(download_bytes(key))
    body = (
        f"{rest}\n{MAKERS[key]}.\n{size} are downloaded once from {host_of(key)}, checked against "
        "the makers' checksum and kept for later."
    )
    keep = "Not now" if shelf.key == key else f"Keep {brief(desk.source.title)}"
    actions = [
        Action(f"Download {size} and use it", partial(shelf.fetch, key), primary=True),
        Action(keep, shelf.decline),
    ]
    return NoteText("card", f"{source.title}: {what}", body), actions


def _understood(desk: DataDesk, looked: LookedAt) -> tuple[NoteText, list[Action]]:
    source = looked.source
    actions = []
    if source is not None:
        actions.append(Action("Use these pictures", desk.use_looked, primary=True))
    for layout, words in looked.offers:
        actions.append(Action(capitalised(words), partial(desk.look, looked.root, layout)))
    actions.append(Action(f"Keep {brief(desk.source.title)}", desk.dismiss))
    if source is None:
        title = "How are the classes told?" if looked.offers else _FAILED["look"]
        return NoteText("note-warning", title, _body(looked)), actions
    body = _body(looked)
    if desk.found_again(looked) is not None:
        body += f"\n{FOUND}"
    return NoteText("card", f"“{shown(source.title)}” was looked at", body), actions


def _body(looked: LookedAt) -> str:
    """What was understood, the classes counted, and what else to know."""
    lines = [looked.words]
    if looked.source is not None and looked.counts:
        lines.append(_counts(looked.source, looked.counts))
    lines.extend(looked.notes)
    if looked.ignored:
        lines.append(f"Hidden and system files passed over: {looked.ignored:,}.")
    return "\n".join(lines)


def _counts(source: Folder, counts: tuple[int, ...]) -> str:
    pairs = list(zip(source.class_names, counts, strict=False))
    words = [f"{brief(name)} {number:,}" for name, number in pairs[:MOST_CLASSES]]
    if len(pairs) > MOST_CLASSES:
        words.append(f"and {count_classes(len(pairs) - MOST_CLASSES)} more")
    return "  ·  ".join(words)


def _failed(desk: DataDesk, shelf: Shelf, failure: Failed) -> tuple[NoteText, list[Action]]:
    title = _FAILED[desk.failed_kind or "look"]
    actions = []
    if desk.failed_kind == "scan":
        actions.append(Action("Scan again", desk.scan))
    if desk.failed_kind == "download":
        actions.append(Action("Try again", partial(shelf.fetch, shelf.fetched)))
    actions.append(Action("Close", desk.dismiss))
    return NoteText("note-error", title, failure.message, failure.details), actions
