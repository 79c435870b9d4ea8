"""Pictures in words: what a source is, what a scan found, how far a job has come."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from core.data.names import shown
from core.data.places import unpacked_home
from core.data.report import ClassCount, Report
from core.data.source import CIFAR10, CIFAR100, MNIST, DataSource, FashionMNIST, Folder
from core.engine.events import DataProgress
from gui.data.desk import Job
from gui.widgets.figures import count, data_size

READY_MADE: dict[type, tuple[str, str]] = {
    MNIST: ("70,000 handwritten digits", "10 classes, 28 × 28, grey. They come with Layerloom."),
    FashionMNIST: ("70,000 pieces of clothing", "10 classes, 28 × 28, grey, by Zalando."),
    CIFAR10: ("60,000 small photographs", "10 classes of animals and vehicles, 32 × 32, colour."),
    CIFAR100: ("60,000 photographs of 100 kinds", "100 classes, 32 × 32, colour."),
}
"""Title and sentence for each ready-made set."""
LAYOUTS = {
    "look": "not scanned yet",
    "classes": "one folder per class",
    "splits": "train and test folders, then one per class",
    "labels": "classes from labels.csv",
    "prefixes": "class from the start of each file's name",
}
_MODES = {
    "1": "black and white",
    "L": "grey",
    "LA": "grey with transparency",
    "I": "16-bit grey",
    "I;16": "16-bit grey",
    "I;16B": "16-bit grey",
    "I;16L": "16-bit grey",
    "F": "grey in fractions",
    "P": "palette",
    "PA": "palette with transparency",
    "RGB": "colour",
    "RGBA": "colour with transparency",
    "YCbCr": "colour",
    "LAB": "colour",
}
"""Pillow's modes in words."""
_DOING = {
    "look": "Looking at the folder",
    "scan": "Scanning the pictures",
    "download": "Fetching",
    "measure": "Measuring pixels",
}


def title_of(source: DataSource, report: Report | None) -> str:
    """What the project uses, in a few words with numbers."""
    if not isinstance(source, Folder):
        return READY_MADE[type(source)][0]
    if report is None:
        return f"Your pictures in {count_classes(len(source.class_names))}"
    return f"{count(sum(report.parts), 'picture')} in {count_classes(len(report.classes))}"


def about(source: DataSource, report: Report | None) -> str:
    """The sentence below the title."""
    if not isinstance(source, Folder):
        return f"{source.title}: {READY_MADE[type(source)][1]}"
    words = [place_of(source), LAYOUTS[report.layout if report is not None else source.layout]]
    return "  ·  ".join(words)


def place_of(source: Folder) -> str:
    """Where a folder is; one of our own tells that it came from a zip."""
    unpacked = Path(source.path).is_relative_to(unpacked_home())
    return f"“{shown(source.title)}”, unpacked from a zip" if unpacked else shown(source.path)


def source_count(number: int) -> str:
    """``1 picture``, ``12 pictures``."""
    return count(number, "picture")


def count_classes(number: int) -> str:
    """``1 class``, ``4 classes``."""
    return f"{number:,} {'class' if number == 1 else 'classes'}"


def listed_classes(report: Report) -> tuple[ClassCount, ...]:
    """Every class that lies in the folder, in its place whether it is left out or not."""
    if not report.left_out:
        return report.classes
    return tuple(sorted((*report.classes, *report.left_out), key=lambda one: one.name))


def class_at(report: Report | None, row: int) -> tuple[ClassCount | None, int]:
    """The class in a row of the list, and its number in the report: −1 where it is left out.

    Without a report the number is the row.
    """
    if report is None:
        return None, row
    listed = listed_classes(report)
    if not 0 <= row < len(listed):
        return None, -1
    one = listed[row]
    if not report.left_out:
        return one, row
    kinds = (kind for kind, other in enumerate(report.classes) if other.name == one.name)
    return one, next(kinds, -1)


def facts(report: Report) -> list[tuple[str, str]]:
    """Sizes, colours and formats, each with its heading."""
    found = [("Sizes", _sizes(report)), ("Colours", _shares(report.modes, _MODES))]
    found.append(("Formats", _shares(report.formats, {})))
    if report.bytes:
        found.append(("On disk", data_size(report.bytes)))
    if report.ignored:
        found.append(("Passed over", f"{count(report.ignored, 'hidden or system file')}"))
    return [(name, words) for name, words in found if words]


def _sizes(report: Report) -> str:
    if not report.sizes:
        return ""
    width, height, most = max(report.sizes, key=lambda size: size[2])
    if report.distinct_sizes == 1:
        return f"all {width} × {height}"
    return f"{report.distinct_sizes:,} different; {width} × {height} most often ({most:,} pictures)"


def _shares(counts: dict[str, int], names: dict[str, str]) -> str:
    named: Counter[str] = Counter()
    for key, number in counts.items():
        named[names.get(key, key)] += number
    ordered = named.most_common()
    if len(ordered) == 1:
        return f"all {ordered[0][0]}"
    return ", ".join(f"{number:,} {name}" for name, number in ordered)


def job_words(job: Job, ready: bool) -> str:
    """What is under way, and how far it has come."""
    if job.stopping:
        return "Stopping…"
    if job.progress is None:
        return f"{_DOING[job.kind]}…" if ready else "Starting…"
    return progress_words(job.progress)


def progress_words(progress: DataProgress) -> str:
    """``Reading headers: 1,200 of 5,000 pictures, 3,100 a second``."""
    done, total = f"{progress.done:,}", f"{progress.total:,}"
    if progress.unit == "bytes":
        done, total = data_size(progress.done), data_size(progress.total)
    words = f"{progress.doing}: {done}"
    if progress.total:
        words += f" of {total}"
    if progress.unit != "bytes":
        words += f" {progress.unit}"
        if progress.per_second >= 1:
            words += f", {progress.per_second:,.0f} a second"
    elif progress.per_second >= 1:
        words += f", {data_size(progress.per_second)} a second"
    return words
