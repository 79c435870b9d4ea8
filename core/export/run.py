"""Write an export, prove it, and only then put it where it belongs."""

from __future__ import annotations

import math
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from core.data.rows import Pictures
from core.export.formats import Format, FormatError
from core.export.proof import Proof, ProofError, proof_bytes, prove
from core.export.registry import FORMATS, LATER
from core.files import sync_folder
from core.room import disk_words, no_room

if TYPE_CHECKING:
    import keras

    from core.project import Project

Tell = Callable[[str], None]
Result = TypeVar("Result")


class ExportError(Exception):
    """An export failed or was cancelled; the text says why.  What stood there before is intact."""


class ExportResult(msgspec.Struct, frozen=True):
    """What was written, and how it was proved.

    Attributes:
        format: Key of the format.
        output: What was written.
        bytes: Its size, of all its files.
        proof: What the clean process found.
        seconds: Writing and proving.
    """

    format: str
    output: Path
    bytes: int
    proof: Proof
    seconds: float


def find_format(key: str) -> Format:
    """The format of a key.

    Raises:
        ExportError: There is none, or not yet.
    """
    if key in FORMATS:
        return FORMATS[key]
    have = ", ".join(FORMATS)
    if key in LATER:
        raise ExportError(f"Export to {key} is not available yet. Available: {have}.")
    raise ExportError(f"There is no export format “{key}”. Available: {have}.")


def export(
    model: keras.Model,
    project: Project,
    format_key: str,
    output: Path,
    pictures: Pictures,
    labels: npt.NDArray[np.int32],
    tell: Tell = lambda doing: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> ExportResult:
    """Write a trained model in a format and prove that it predicts the same.

    Args:
        model: The trained model.
        project: What it was built from.
        format_key: Key in `FORMATS`.
        output: File or folder to write; an older export of the same kind is replaced at the end.
        pictures: Held-out pictures for the proof, uint8 ``(n, height, width, channels)``.
        labels: Their classes, int32 ``(n,)``.
        tell: Told in words what is being done.
        cancelled: Asked now and then; the export stops when it answers True.

    Raises:
        ExportError: It could not be written or does not predict the same, or was cancelled.
    """
    began = time.monotonic()
    entry = find_format(format_key)
    output = output.absolute()
    _check_place(entry, output)
    needed = sum(math.prod(weight.shape) * 4 for weight in model.weights)

    def on_disk(work: Callable[[], Result]) -> Result:
        return _on_disk(work, output, output.parent, needed)

    scratch = Path(on_disk(lambda: tempfile.mkdtemp(prefix=".layerloom-", dir=output.parent)))
    try:
        made = scratch / (output.name if entry.suffix == "" else f"export{entry.suffix}")
        tell(f"Writing {output.name}")
        on_disk(lambda: entry.write(model, project, made))
        tell(f"Proving {output.name} in a clean process")
        proof = _on_disk(
            lambda: prove(entry, made, model, pictures, labels, cancelled),
            output,
            Path(tempfile.gettempdir()),
            proof_bytes(pictures),
        )
        on_disk(lambda: _move(made, output))
    except ProofError as error:
        raise ExportError(f"{output.name} was not exported: {error}") from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return ExportResult(format_key, output, _size(output), proof, time.monotonic() - began)


def _check_place(entry: Format, output: Path) -> None:
    """Refuse places that cannot or should not be written, before any work."""
    if not output.parent.is_dir():
        raise ExportError(f"There is no folder {output.parent}. Make it first, or choose another.")
    if entry.suffix and output.suffix != entry.suffix:
        raise ExportError(
            f"{output.name} should end in {entry.suffix}; Keras and other programs go by it."
        )
    if entry.suffix and output.is_dir():
        raise ExportError(f"{output} is a folder; {entry.title} writes a file. Choose a file name.")
    if not entry.suffix and output.exists() and not (output / "saved_model.pb").is_file():
        empty = output.is_dir() and not any(output.iterdir())
        if not empty:
            raise ExportError(
                f"{output} exists and is no SavedModel, so it was left alone. Choose a new folder."
            )


def _on_disk(work: Callable[[], Result], output: Path, place: Path, needed: int) -> Result:
    """Do something that writes about so many bytes to a place, its failure in words."""
    try:
        return work()
    except FormatError as error:
        raise ExportError(str(error)) from error
    except Exception as error:  # TensorFlow has errors of its own for a full disk
        if not isinstance(error, OSError) and no_room(error) is None:
            raise
        raise ExportError(
            f"{output.name} could not be written: {disk_words(place, error, needed)}. Nothing was "
            "overwritten; free some space or choose another folder."
        ) from error


def _move(made: Path, output: Path) -> None:
    """Put the finished export in its place; an older one goes only when the new one is there."""
    if made.is_file():
        with made.open("rb+") as stream:
            os.fsync(stream.fileno())
        made.replace(output)
    else:
        old = made.parent / "old"
        if output.exists():
            output.rename(old)
        try:
            made.rename(output)
        except OSError:
            if old.exists():
                old.rename(output)
            raise
    sync_folder(output.parent)


def _size(path: Path) -> int:
    """Bytes of a file, or of all files in a folder."""
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
