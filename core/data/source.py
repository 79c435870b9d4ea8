"""Where a project's pictures come from.

Pure values; the modules beside this one read the pictures.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from core.by_identity import ByIdentity

Layout = Literal["look", "classes", "splits", "labels", "prefixes"]
"""How a folder names the class of each picture.

``look``      by looking: ``splits`` if its folders are named so, else ``labels`` or ``classes``
``classes``   ``class/picture``
``splits``    ``train|validation|test/class/picture``
``labels``    pictures beside a ``labels.csv`` with the columns filename and label
``prefixes``  ``cat_1.jpg``, ``cat-2.jpg``, ``cat3.jpg``: what stands before the number
"""

MOST_CLASSES = 10_000
MAX_FILES = 200_000
"""Most pictures that a project may exclude or move one by one."""


class _Source(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag=True,
    cache_hash=True,  # lists of the user's pictures are long
):
    """What every source can tell without reading a picture."""


class MNIST(_Source, frozen=True, kw_only=True):
    """The 70,000 handwritten digits that come with Layerloom: 28 × 28, grey, 10 classes."""

    @property
    def title(self) -> str:
        """The name people know it by."""
        return "MNIST"

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes, in the order of the model's outputs."""
        return tuple("0123456789")


class FashionMNIST(_Source, frozen=True, kw_only=True):
    """70,000 pieces of clothing by Zalando: 28 × 28, grey, 10 classes; downloaded once."""

    @property
    def title(self) -> str:
        """The name people know it by."""
        return "Fashion-MNIST"

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes, in the order of the model's outputs."""
        return _FASHION


class CIFAR10(_Source, frozen=True, kw_only=True):
    """60,000 small photographs: 32 × 32, colour, 10 classes; downloaded once."""

    @property
    def title(self) -> str:
        """The name people know it by."""
        return "CIFAR-10"

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes, in the order of the model's outputs."""
        return _CIFAR10


class CIFAR100(_Source, frozen=True, kw_only=True):
    """60,000 small photographs: 32 × 32, colour, 100 classes; downloaded once."""

    @property
    def title(self) -> str:
        """The name people know it by."""
        return "CIFAR-100"

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes, in the order of the model's outputs."""
        return _CIFAR100


class Moved(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A picture that counts as another class than its place says; the file stays where it is.

    Attributes:
        file: Its name below the folder, ``/`` between.
        to: The class.
    """

    file: str
    to: str


class Folder(_Source, frozen=True, kw_only=True):
    """A folder of the user's own pictures.

    Attributes:
        path: Where it is.
        class_names: What was found there and is not left out, in the order of the model's outputs.
        classes_left_out: Classes that are left out with all their pictures, sorted.
        layout: How the class of a picture is told.
        excluded: Pictures that are left out, names below the folder with ``/`` between.
        moved: Pictures that count as another class.
        class_weights: How much a picture of each class counts in training, in the order of
            ``class_names``; empty: all the same.
        test_share: Share of each class kept for the test where the folder has no test part; the
            share for validation is the training plan's.
    """

    path: str
    class_names: Annotated[tuple[str, ...], Meta(min_length=1, max_length=MOST_CLASSES)]
    layout: Layout = "look"
    classes_left_out: Annotated[tuple[str, ...], Meta(max_length=MOST_CLASSES)] = ()
    excluded: Annotated[tuple[str, ...], Meta(max_length=MAX_FILES)] = ()
    moved: Annotated[tuple[Moved, ...], Meta(max_length=MAX_FILES)] = ()
    class_weights: Annotated[
        tuple[Annotated[float, Meta(gt=0, le=1000)], ...], Meta(max_length=MOST_CLASSES)
    ] = ()
    test_share: Annotated[
        float,
        Meta(
            gt=0,
            le=0.5,
            title="Test share",
            description="Share of the pictures kept to measure the finished model, by seed.",
        ),
    ] = 0.15

    @property
    def title(self) -> str:
        """The folder's own name."""
        return self.path.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]


KerasSet = FashionMNIST | CIFAR10 | CIFAR100
"""Sets that are downloaded once; see `core.data.keras_sets`."""

DataSource = MNIST | FashionMNIST | CIFAR10 | CIFAR100 | Folder

KERAS_SETS: dict[str, KerasSet] = {
    "fashion-mnist": FashionMNIST(),
    "cifar-10": CIFAR10(),
    "cifar-100": CIFAR100(),
}
"""By the name that commands use."""


# Edits


def exclude(source: Folder, files: Iterable[str]) -> Folder:
    """The folder without these pictures; excluding one twice does nothing."""
    known = set(source.excluded)
    new = [file for file in dict.fromkeys(files) if file not in known]
    return msgspec.structs.replace(source, excluded=(*source.excluded, *new))


def include(source: Folder, files: Iterable[str]) -> Folder:
    """The folder with these excluded pictures again."""
    back = set(files)
    kept = tuple(file for file in source.excluded if file not in back)
    return msgspec.structs.replace(source, excluded=kept)


@ByIdentity
def left_out(source: Folder) -> frozenset[str]:
    """Names of the pictures that are left out, to look many up in (remembered)."""
    return frozenset(source.excluded)


@ByIdentity
def moved_files(source: Folder) -> tuple[str, ...]:
    """Names of the pictures that count as another class (remembered)."""
    return tuple(one.file for one in source.moved)


def move_to_class(source: Folder, files: Iterable[str], to: str) -> Folder:
    """The folder with these pictures counted as class ``to``; the files stay where they are.

    Raises:
        ValueError: The folder has no such class.
    """
    if to not in source.class_names:
        raise ValueError(f"{source.title} has no class “{to}”.")
    wanted = dict.fromkeys(files)
    kept = [one for one in source.moved if one.file not in wanted]
    return msgspec.structs.replace(source, moved=(*kept, *(Moved(file, to) for file in wanted)))


def move_back(source: Folder) -> Folder:
    """The folder with every picture counted as the class that its place says."""
    return msgspec.structs.replace(source, moved=())


def with_classes(source: Folder, names: Sequence[str]) -> Folder:
    """The folder with the classes that it has now; what was left out stays left out.

    Pictures moved to a class that is gone are of their own class again, and the classes are no
    longer weighed: weights belong to the classes that were there.
    """
    names = tuple(names)
    if names == source.class_names:
        return source
    known = {*names, *source.classes_left_out}
    moved = tuple(one for one in source.moved if one.to in known)
    return msgspec.structs.replace(source, class_names=names, moved=moved, class_weights=())


def weigh_classes(source: Folder, counts: Sequence[int]) -> Folder:
    """The folder with classes weighed against their number of training pictures.

    Args:
        source: The folder.
        counts: Training pictures of each class, in the order of ``class_names``.
    """
    return msgspec.structs.replace(source, class_weights=balanced_weights(counts))


def weigh_equally(source: Folder) -> Folder:
    """The folder without class weights."""
    return msgspec.structs.replace(source, class_weights=())


def balanced_weights(counts: Sequence[int]) -> tuple[float, ...]:
    """Weights that make every class count the same in all, and the average picture count 1.

    Args:
        counts: Pictures of each class; a class without any weighs 1.
    """
    filled = [count for count in counts if count]
    each = sum(filled) / max(1, len(filled))
    return tuple(round(min(1000.0, each / count), 4) if count else 1.0 for count in counts)


_FASHION = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
_CIFAR10 = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
_CIFAR100 = (
    "apple",
    "aquarium_fish",
    "baby",
    "bear",
    "beaver",
    "bed",
    "bee",
    "beetle",
    "bicycle",
    "bottle",
    "bowl",
    "boy",
    "bridge",
    "bus",
    "butterfly",
    "camel",
    "can",
    "castle",
    "caterpillar",
    "cattle",
    "chair",
    "chimpanzee",
    "clock",
    "cloud",
    "cockroach",
    "couch",
    "crab",
    "crocodile",
    "cup",
    "dinosaur",
    "dolphin",
    "elephant",
    "flatfish",
    "forest",
    "fox",
    "girl",
    "hamster",
    "house",
    "kangaroo",
    "keyboard",
    "lamp",
    "lawn_mower",
    "leopard",
    "lion",
    "lizard",
    "lobster",
    "man",
    "maple_tree",
    "motorcycle",
    "mountain",
    "mouse",
    "mushroom",
    "oak_tree",
    "orange",
    "orchid",
    "otter",
    "palm_tree",
    "pear",
    "pickup_truck",
    "pine_tree",
    "plain",
    "plate",
    "poppy",
    "porcupine",
    "possum",
    "rabbit",
    "raccoon",
    "ray",
    "road",
    "rocket",
    "rose",
    "sea",
    "seal",
    "shark",
    "shrew",
    "skunk",
    "skyscraper",
    "snail",
    "snake",
    "spider",
    "squirrel",
    "streetcar",
    "sunflower",
    "sweet_pepper",
    "table",
    "tank",
    "telephone",
    "television",
    "tiger",
    "tractor",
    "train",
    "trout",
    "tulip",
    "turtle",
    "wardrobe",
    "whale",
    "willow_tree",
    "wolf",
    "woman",
    "worm",
)
