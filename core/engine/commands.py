"""What the engine and the picture process are asked to do; `core.engine.protocol` says how."""

from __future__ import annotations

import msgspec

from core.blocks.base import NetworkFile
from core.data.source import Folder, Layout
from core.project import Path, Project


class Command(msgspec.Struct, frozen=True, kw_only=True, tag_field="command", tag=True):
    """Something the engine is asked to do.

    Attributes:
        id: Chosen by the sender; every event that answers this command carries it.
    """

    id: int


class Summarise(Command, frozen=True, kw_only=True):
    """Build the model and answer with Keras's own summary: `Summarised`."""

    project: Project


class Train(Command, frozen=True, kw_only=True):
    """Train a project into a run folder: `Started`, `Progress`, `EpochDone`, `Finished`.

    Attributes:
        project: What to train.
        run: Run folder; made if missing, must be empty unless ``resume``.
        device: ``auto``, ``cpu``, ``gpu`` or ``gpu:N``.
        resume: Go on from the folder's last complete epoch (project is then taken from the folder).
        moved_to: Where the run's folder of pictures is now, when resuming; empty: where it was.
        limit: Use only the first this many training and test pictures; for trials and tests.
        finish_if_orphaned: Finish the run even if whoever asked for it dies.
    """

    project: Project | None = None
    run: str
    device: str = "auto"
    resume: bool = False
    moved_to: str = ""
    limit: int | None = None
    finish_if_orphaned: bool = False


class Stop(Command, frozen=True, kw_only=True):
    """Stop running commands at the next step; a training run stays resumable.

    Attributes:
        only: Id of the command to stop; unset: everything under way or waiting.
    """

    only: int | None = None


class Evaluate(Command, frozen=True, kw_only=True):
    """Measure a run's best model on its test pictures: `Evaluated`.

    Attributes:
        run: Run folder.
        data: Folder of other pictures to measure on; the run's own test set if unset.
    """

    run: str
    data: str | None = None


class Predict(Command, frozen=True, kw_only=True):
    """Classify picture files: `Predicted`.

    Attributes:
        model: Run folder or exported model.
        images: Picture files.
    """

    model: str
    images: tuple[str, ...]


class Export(Command, frozen=True, kw_only=True):
    """Write a run's best model in a format: `ExportProgress`, `Exported`.

    Attributes:
        run: Run folder.
        format: A key of `core.export.registry.FORMATS`.
        output: File or folder to write.
    """

    run: str
    format: str
    output: str


class FeatureMap(Command, frozen=True, kw_only=True):
    """Work out what arrives at a block for one real picture: `FeatureMapped`.

    Only the stack down to that block is built, so what is wrong below it does not matter.

    Attributes:
        project: The design.
        path: The block.
        picture: Number of the picture; counted round.
        run: The run whose best weights to use; if unset, the latest that trained this very design,
            and freshly drawn weights where there is none.
    """

    project: Project
    path: Path
    picture: int = 0
    run: str | None = None


class LookAt(Command, frozen=True, kw_only=True):
    """Understand a folder or zip without opening pictures: `DataProgress`, `LookedAt`.

    A zip is unpacked into the application's own folder first, unless that was done before.

    Attributes:
        path: Folder or zip file.
        layout: How to read it; ``look`` finds out.
        seed, validation_share: Of the training plan, for the words about the split.
    """

    path: str
    layout: Layout = "look"
    seed: int = 7
    validation_share: float = 0.1


class Scan(Command, frozen=True, kw_only=True):
    """Look at every picture of a project's folder: `DataProgress`, `ScanPart`, `Scanned`.

    Attributes:
        source: The folder, with its exclusions and moves.
        seed, validation_share: Of the training plan: they decide which part a picture is in.
        near: Whether to open every picture as well, which finds truncated ones and near
            duplicates; without it only headers are read.
    """

    source: Folder
    seed: int = 7
    validation_share: float = 0.1
    near: bool = True


class MakeThumbnails(Command, frozen=True, kw_only=True):
    """Small upright pictures of some files: `ThumbnailsMade`.

    Attributes:
        root: The folder, as the source's ``path``.
        files: Names below it; at most a few hundred at a time.
        edge: Longest side in pixels.
    """

    root: str
    files: tuple[str, ...]
    edge: int = 128


class PreviewAugmentation(Command, frozen=True, kw_only=True):
    """Real pictures before and after the project's preparation and augmentation: `PreviewMade`.

    Attributes:
        project: Whose data, input and augmentation.
        files: Names of pictures of its folder; empty: a few of its own choice.
        variants: How many versions of each.
        seed: Another seed, other versions.
    """

    project: Project
    files: tuple[str, ...] = ()
    variants: int = 4
    seed: int = 0


class MeasurePixels(Command, frozen=True, kw_only=True):
    """Mean and deviation of a folder's training pictures, to standardise: `PixelsMeasured`."""

    project: Project


class Download(Command, frozen=True, kw_only=True):
    """Fetch a ready-made set or weights, if not there yet: `DataProgress`, `Downloaded`.

    Attributes:
        name: A key of `core.data.source.KERAS_SETS`, or the name of the file of weights.
        weights: The weights to fetch; None for a set.
    """

    name: str
    weights: NetworkFile | None = None


class ShowSet(Command, frozen=True, kw_only=True):
    """Some pictures of each class of a ready-made set that is here: `SetShown`.

    Attributes:
        name: ``mnist``, or a key of `core.data.source.KERAS_SETS`.
    """

    name: str


class MeasureCache(Command, frozen=True, kw_only=True):
    """How much room decoded pictures and thumbnails take: `CacheMeasured`."""


class ClearCache(Command, frozen=True, kw_only=True):
    """Delete decoded pictures and thumbnails; they come back when needed: `CacheMeasured`."""


class Shutdown(Command, frozen=True, kw_only=True):
    """Stop whatever runs and end the process."""


DataCommand = (
    LookAt
    | Scan
    | MakeThumbnails
    | PreviewAugmentation
    | MeasurePixels
    | Download
    | ShowSet
    | MeasureCache
    | ClearCache
)
"""For the picture process, which needs no Keras; all others are for the engine."""
AnyCommand = (
    Summarise | Train | Stop | Evaluate | Predict | Export | FeatureMap | Shutdown | DataCommand
)
