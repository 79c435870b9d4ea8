"""What the ready-made sets are made of, who made them, and whether they are here.  No numpy."""

from __future__ import annotations

from core.data.places import datasets_home
from core.data.remote import Remote
from core.data.source import KERAS_SETS, KerasSet

_ZALANDO = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
_TORONTO = "https://www.cs.toronto.edu/~kriz/"
FILES: dict[str, tuple[Remote, ...]] = {
    "fashion-mnist": (
        Remote(
            _ZALANDO + "train-images-idx3-ubyte.gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d", 26_421_880
        ),
        Remote(_ZALANDO + "train-labels-idx1-ubyte.gz", "25c81989df183df01b3e8a0aad5dffbe", 29_515),
        Remote(
            _ZALANDO + "t10k-images-idx3-ubyte.gz", "bef4ecab320f06d8554ea6380940ec79", 4_422_102
        ),
        Remote(_ZALANDO + "t10k-labels-idx1-ubyte.gz", "bb300cfdad3c16e7a12a480ee83cd310", 5_148),
    ),
    "cifar-10": (
        Remote(
            _TORONTO + "cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530", 170_052_171
        ),
    ),
    "cifar-100": (
        Remote(
            _TORONTO + "cifar-100-binary.tar.gz", "03b5dce01913d631647c71ecec9e9cb8", 168_513_733
        ),
    ),
}
"""What each set is made of, by its key."""

_TINY_IMAGES = (
    "By A. Krizhevsky, V. Nair and G. Hinton, University of Toronto. Its page names no licence and "
    "asks to cite “Learning Multiple Layers of Features from Tiny Images” (2009)"
)
MAKERS = {
    "mnist": "By Y. LeCun, C. Cortes and C. Burges; licence CC BY-SA 3.0",
    "fashion-mnist": "By Zalando SE; MIT licence",
    "cifar-10": _TINY_IMAGES,
    "cifar-100": _TINY_IMAGES,
}
"""Who made each set, and what may be done with it."""


def key_of(source: KerasSet) -> str:
    """A set's key in `KERAS_SETS`."""
    return next(key for key, one in KERAS_SETS.items() if one == source)


def is_there(key: str) -> bool:
    """Whether a set has been downloaded."""
    return all((datasets_home() / key / remote.name).is_file() for remote in FILES[key])


def download_bytes(key: str) -> int:
    """How much a set's files come to."""
    return sum(remote.bytes for remote in FILES[key])


def host_of(key: str) -> str:
    """The machine that a set is fetched from."""
    return FILES[key][0].url.split("/")[2]
