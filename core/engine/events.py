"""What the engine and the picture process tell; `core.engine.protocol` says how."""

from __future__ import annotations

from typing import Literal

import msgspec

from core.data.source import Folder, Layout


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag=True):
    """Something the engine tells.

    Attributes:
        id: The command it answers; 0 for what the engine says of itself.
    """

    id: int = 0


class Ready(Event, frozen=True, kw_only=True):
    """The backend is loaded; commands are answered without further delay.

    Attributes:
        backend: ``tensorflow``, ``jax`` or ``torch``.
        versions: Package name to version.
        device: What training would run on, in words: ``CPU, 2 cores`` or the GPU's name.
        reason: Why that device, in a sentence.
        advice: How to use an unused GPU, if there is one; else empty.
        pid: Process id of the engine.
        kind: ``cpu`` or ``gpu``.
        memory: All memory of that device (bytes); None where it cannot be told.
    """

    backend: str
    versions: dict[str, str]
    device: str
    reason: str
    advice: str = ""
    pid: int
    kind: Literal["cpu", "gpu"] = "cpu"
    memory: int | None = None


class Heartbeat(Event, frozen=True, kw_only=True):
    """The engine is alive."""


class BuiltBlock(msgspec.Struct, frozen=True):
    """What Keras made of one block.

    Attributes:
        path: Where the block stands.
        output: Its output shape, without the batch axis.
        parameters: Weights of all its layers; in a Repeat, of the first copy.
    """

    path: tuple[int, ...]
    output: tuple[int, ...]
    parameters: int


class Summarised(Event, frozen=True, kw_only=True):
    """Keras's view of the design.

    Attributes:
        text: What ``model.summary()`` prints.
        blocks: What Keras made of each block that takes part.
    """

    text: str
    blocks: tuple[BuiltBlock, ...]


class Started(Event, frozen=True, kw_only=True):
    """Training begins.

    Attributes:
        run: Run folder.
        device: In words.
        backend: ``tensorflow``, ``jax`` or ``torch``.
        reason: Why that device.
        epochs: Epochs in the whole run.
        steps: Steps in one epoch.
        first_epoch: Epoch it begins with, from 1; above 1 when resumed.
        train, validation, test: Numbers of pictures.
        parameters: Weights of the model.
        note: What the user should know of it, in words: how the pictures differ from those that a
            resumed run was trained on so far.
    """

    run: str
    device: str
    backend: str
    reason: str
    epochs: int
    steps: int
    first_epoch: int
    train: int
    validation: int
    test: int
    parameters: int
    note: str = ""


class Progress(Event, frozen=True, kw_only=True):
    """Where training stands.

    Attributes:
        epoch: The epoch under way, from 1.
        step: Steps done in it.
        steps: Steps in one epoch.
        loss, accuracy: Means over the epoch so far.
        recent_loss, recent_accuracy: Means over the steps since the last progress.
        learning_rate: Of the last step.
        images_per_second: Over the last seconds.
        eta_seconds: Until the whole run ends, validation counted in.
        phase: ``training`` or ``validating`` or ``testing``.
    """

    epoch: int
    step: int
    steps: int
    loss: float
    accuracy: float
    recent_loss: float
    recent_accuracy: float
    learning_rate: float
    images_per_second: float
    eta_seconds: float
    phase: str = "training"


class EpochDone(Event, frozen=True, kw_only=True):
    """An epoch is complete and its checkpoint written.

    Attributes:
        epoch: From 1.
        loss, accuracy: Means over the training pictures, as they were seen.
        val_loss, val_accuracy: On the validation pictures after the epoch.
        learning_rate: Of its last step.
        seconds: Duration, validation included.
        images_per_second: Training pictures per second of training time.
        best: Whether this is the best epoch so far.
    """

    epoch: int
    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    learning_rate: float
    seconds: float
    images_per_second: float
    best: bool


class Finished(Event, frozen=True, kw_only=True):
    """Training ended and the best weights were measured on the test pictures.

    Attributes:
        run: Run folder.
        outcome: ``completed``, ``stopped`` (by the user; resumable) or ``stopped early``.
        epochs: Complete epochs.
        best_epoch: Whose weights were kept.
        test_loss, test_accuracy: Of the best weights, on pictures never trained on; None when
            stopped before the first epoch was complete.
        seconds: Training time, this process only.
        message: Anything to add, in words.
    """

    run: str
    outcome: str
    epochs: int
    best_epoch: int
    test_loss: float | None
    test_accuracy: float | None
    seconds: float
    message: str = ""


class Evaluated(Event, frozen=True, kw_only=True):
    """Figures of a model on a set of pictures.

    Attributes:
        accuracy, loss: Over all pictures.
        pictures: How many.
        class_names: In the order of the model's outputs.
        confusion: Rows are true classes, columns the model's answers; numbers of pictures.
        precision, recall: Per class.
        notes: Pictures left out, with reasons, and what else to know.
    """

    accuracy: float
    loss: float
    pictures: int
    class_names: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]
    precision: tuple[float, ...]
    recall: tuple[float, ...]
    notes: tuple[str, ...] = ()


class DataProgress(Event, frozen=True, kw_only=True):
    """How far work on pictures has come: looking, scanning, unpacking, downloading, decoding.

    `Train`, `Evaluate` and `Export` tell it too, while pictures are decoded.

    Attributes:
        doing: In words, such as ``Reading headers``.
        done, total: Pictures, or bytes where ``unit`` says so; total 0 while unknown.
        unit: ``pictures``, ``files`` or ``bytes``.
        per_second: Over the last seconds; 0 while unknown.
    """

    doing: str
    done: int
    total: int
    unit: str = "pictures"
    per_second: float = 0.0


class LookedAt(Event, frozen=True, kw_only=True):
    """What a folder or zip was understood as.

    Attributes:
        source: Ready for a project; None where the layout must be chosen first or nothing fits.
        root: The folder itself, the one unpacked from a zip or the only one inside it.
        layout: How classes are told.
        words: What was understood, or why nothing fits and what to do, in a sentence.
        counts: Pictures of each class, in the order of the source's ``class_names``.
        parts: Pictures for training, validation and test.
        offers: Other layouts that would fit, each with words for a button; never applied unasked.
        notes: What else to know, such as pictures beside the class folders.
        ignored: Hidden and system files and links passed over.
    """

    source: Folder | None
    root: str
    layout: Layout
    words: str
    counts: tuple[int, ...] = ()
    parts: tuple[int, int, int] = (0, 0, 0)
    offers: tuple[tuple[Layout, str], ...] = ()
    notes: tuple[str, ...] = ()
    ignored: int = 0


class ScanPart(Event, frozen=True, kw_only=True):
    """The scan's report and pages were written with more in them.

    Attributes:
        folder: Where; see `core.data.report`.
        phase: What is under way now.
    """

    folder: str
    phase: str


class Scanned(Event, frozen=True, kw_only=True):
    """A scan has ended, its report written.

    Attributes:
        folder: Where; see `core.data.report`.
        pictures: How many were looked at.
        seconds: How long it took.
        complete: False when it was stopped; the report then holds what was found until then.
    """

    folder: str
    pictures: int
    seconds: float
    complete: bool


class ThumbnailsMade(Event, frozen=True, kw_only=True):
    """Thumbnails are on disk.

    Attributes:
        made: Name of a picture → its JPEG or PNG file.
        failed: Name → why there is none.
    """

    made: dict[str, str]
    failed: dict[str, str] = {}


class PreviewMade(Event, frozen=True, kw_only=True):
    """Pictures before and after.

    Attributes:
        before: PNG files of the prepared pictures, at the model's size.
        after: For each, PNG files of its variants.
        names: Name of each picture, and for mixed ones nothing of their partner.
    """

    before: tuple[str, ...]
    after: tuple[tuple[str, ...], ...]
    names: tuple[str, ...] = ()


class PixelsMeasured(Event, frozen=True, kw_only=True):
    """Figures for the Input block's ``mean`` and ``deviation``."""

    mean: float
    deviation: float
    pictures: int


class Downloaded(Event, frozen=True, kw_only=True):
    """A ready-made set or a file of weights is there.

    Attributes:
        name: Its key, or the file's name.
        path: The folder that holds the set, or the file.
    """

    name: str
    path: str


class SetShown(Event, frozen=True, kw_only=True):
    """What a ready-made set looks like.

    Attributes:
        name: As it was asked for.
        strips: For each class a PNG file with some of its pictures side by side.
        side: Width of one picture in them, in pixels.
        train, test: Pictures of each class in the set's two parts.
    """

    name: str
    strips: tuple[str, ...]
    side: int
    train: tuple[int, ...]
    test: tuple[int, ...]


class CacheMeasured(Event, frozen=True, kw_only=True):
    """Room taken, in bytes.

    Attributes:
        used: By decoded pictures and thumbnails.
        limit: What they may take in all; the longest unused go first.
        free: Left on that disk.
        folder: Where they are.
    """

    used: int
    limit: int
    free: int
    folder: str


class Prediction(msgspec.Struct, frozen=True):
    """The answer for one picture file.

    Attributes:
        image: The file.
        label: The likeliest class; empty if the picture could not be read.
        probability: Of that class.
        probabilities: Of every class, in the order of ``Predicted.class_names``.
        problem: Why the picture could not be read; else empty.
    """

    image: str
    label: str = ""
    probability: float = 0.0
    probabilities: tuple[float, ...] = ()
    problem: str = ""


class Predicted(Event, frozen=True, kw_only=True):
    """Answers, one for each picture, in the order asked."""

    class_names: tuple[str, ...]
    predictions: tuple[Prediction, ...]


class FeatureMapped(Event, frozen=True, kw_only=True):
    """What arrives at a block and what leaves it, for one picture; of large ones, a part.

    Numbers are little-endian float32, in Keras's order (channels innermost); shades are one byte a
    number, for painting: 0 to 255 from nothing to the largest, or around 128 where `signed`.

    Attributes:
        shape: Shape that arrives, without the batch axis.
        shown: The part of it that is sent: its first rows, or its first channels.
        values: The arriving numbers of that part.
        shades: Their shades.
        output: Shape that leaves.
        outputs: The leaving numbers that come from that part alone.
        output_shades: Their shades.
        signed: Whether a number is below 0.
        note: What was left out, in a sentence; empty if nothing.
        picture: Number of the picture.
        pictures: How many there are.
        class_name: What the picture shows.
        thumbnail: The picture, one byte a pixel and channel.
        thumbnail_shape: Its height, width and channels.
        trained: Whether the weights come from a run.
        weights: Whose weights these are, in words.
    """

    shape: tuple[int, ...]
    shown: tuple[int, ...]
    values: bytes
    shades: bytes
    output: tuple[int, ...]
    outputs: bytes
    output_shades: bytes
    signed: bool
    note: str = ""
    picture: int
    pictures: int
    class_name: str
    thumbnail: bytes
    thumbnail_shape: tuple[int, int, int]
    trained: bool
    weights: str


class ExportProgress(Event, frozen=True, kw_only=True):
    """What an export is doing, in words."""

    doing: str


class Exported(Event, frozen=True, kw_only=True):
    """A file was written and proved to predict the same.

    Attributes:
        format: Key of the format.
        output: What was written.
        bytes: Its size.
        pictures: How many pictures the proof compared; 0 where the format is not a model.
        largest_difference: Of any probability, against the run's model.
        agreement: Share of pictures with the same answer.
        test_accuracy: Of the exported file, on the pictures compared.
        seconds: Writing and proving.
        message: What was proved, in words.
    """

    format: str
    output: str
    bytes: int
    pictures: int
    largest_difference: float
    agreement: float
    test_accuracy: float | None
    seconds: float
    message: str


class Failed(Event, frozen=True, kw_only=True):
    """A command could not be carried out.

    Attributes:
        message: What happened, why, and what to do, in plain words.
        details: For those who want to know: exception and traceback.
        resumable: Whether the run can go on from its last complete epoch.
        batch_size: A batch size that would fit, when memory ran out.
        of_pictures: Whether the project's pictures are the cause.
    """

    message: str
    details: str = ""
    resumable: bool = False
    batch_size: int | None = None
    of_pictures: bool = False


AnyEvent = (
    Ready
    | Heartbeat
    | Summarised
    | Started
    | Progress
    | EpochDone
    | Finished
    | Evaluated
    | Predicted
    | FeatureMapped
    | ExportProgress
    | Exported
    | DataProgress
    | LookedAt
    | ScanPart
    | Scanned
    | ThumbnailsMade
    | PreviewMade
    | PixelsMeasured
    | Downloaded
    | SetShown
    | CacheMeasured
    | Failed
)
ENDINGS = (
    Summarised,
    Finished,
    Evaluated,
    Predicted,
    Exported,
    FeatureMapped,
    LookedAt,
    Scanned,
    ThumbnailsMade,
    PreviewMade,
    PixelsMeasured,
    Downloaded,
    SetShown,
    CacheMeasured,
    Failed,
)
"""Events that close a command; exactly one comes for each."""
