"""Fashion-MNIST, CIFAR-10 and CIFAR-100: downloaded once, checked, kept.

Only formats of plain numbers are taken (IDX and CIFAR's binary version); the more usual Python
versions of CIFAR are pickles, which can run code.
"""

from __future__ import annotations

import gzip
import tarfile
import urllib.error
import zlib
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.data.download import DamagedError, Tell, fetch, free_bytes, network_words
from core.data.errors import DataError
from core.data.places import datasets_home
from core.data.set_files import FILES, is_there, key_of
from core.data.source import KERAS_SETS, KerasSet
from core.words import data_size

Arrays = tuple[
    npt.NDArray[np.uint8], npt.NDArray[np.int32], npt.NDArray[np.uint8], npt.NDArray[np.int32]
]


def download(key: str, tell: Tell = lambda done, total: None) -> Path:
    """Fetch a set unless it is there.

    Args:
        key: Of `FILES`.
        tell: Told of the progress; may raise to stop, and nothing half-fetched stays.

    Returns:
        The folder that holds it.

    Raises:
        DataError: It cannot be fetched; says why and what to do.
    """
    if key not in FILES:
        raise DataError(f"There is no set “{key}”. There are: {', '.join(FILES)}.")
    folder = datasets_home() / key
    total = sum(remote.bytes for remote in FILES[key])
    done = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _check_room(key, folder, total)
        for remote in FILES[key]:
            if not (folder / remote.name).is_file():
                fetch(remote, folder, partial(_told, tell, done, total))
            done += remote.bytes
            tell(done, total)
    except DamagedError as error:
        raise DataError(str(error)) from error
    except (urllib.error.URLError, TimeoutError) as error:
        raise DataError(_offline(key, error)) from error
    except OSError as error:
        raise DataError(
            f"{KERAS_SETS[key].title} could not be kept in {folder}: {error.strerror or error}."
        ) from error
    return folder


def load_keras_set(source: KerasSet) -> Arrays:
    """All of a set that was downloaded.

    Returns:
        Training pictures ``(n, height, width, channels)`` uint8, their classes ``(n,)`` int32,
        then the same for the test pictures.

    Raises:
        DataError: It was not downloaded, or is damaged.
    """
    key = key_of(source)
    folder = datasets_home() / key
    if not is_there(key):
        raise DataError(
            f"{source.title} has not been downloaded yet. Choose it on the Data page, or run "
            f"main.py train --data {key} with a network."
        )
    try:
        if key == "fashion-mnist":
            return _fashion(folder)
        return _cifar(folder / FILES[key][0].name, labels=1 if key == "cifar-10" else 2)
    except (OSError, ValueError, KeyError, EOFError, tarfile.TarError, zlib.error) as error:
        raise DataError(
            f"{source.title} in {folder} is damaged ({error}). Delete that folder and download it "
            "again."
        ) from error


def _check_room(key: str, folder: Path, total: int) -> None:
    free = free_bytes(folder)
    if free < 2 * total and not is_there(key):
        raise DataError(
            f"{KERAS_SETS[key].title} needs {data_size(2 * total)} in {folder}, and "
            f"{data_size(free)} are free there. Free some space first."
        )


def _told(tell: Tell, before: int, total: int, read: int, _size: int) -> None:
    tell(before + read, total)


def _offline(key: str, error: Exception) -> str:
    urls = " and ".join(remote.url for remote in FILES[key][:1])
    return (
        f"{KERAS_SETS[key].title} could not be downloaded: {network_words(error)}. Check the "
        f"network and try again, or fetch {urls} yourself and put it into "
        f"{datasets_home() / key}. MNIST comes with Layerloom and needs no network."
    )


def _fashion(folder: Path) -> Arrays:
    train_x, train_y, test_x, test_y = (
        _idx(folder / remote.name) for remote in (FILES["fashion-mnist"][at] for at in range(4))
    )
    return (
        train_x[..., None],
        train_y.astype(np.int32),
        test_x[..., None],
        test_y.astype(np.int32),
    )


def _idx(path: Path) -> npt.NDArray[np.uint8]:
    """An array in the IDX format: two zero bytes, type, rank, sizes, values."""
    with gzip.open(path, "rb") as stream:
        data = stream.read(200 * 2**20)
    rank = data[3]
    sizes = np.frombuffer(data, ">u4", rank, 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * rank).reshape(*map(int, sizes))


def _cifar(archive: Path, labels: int) -> Arrays:
    """Both parts of a binary CIFAR: rows of labels (the last is the class) and 32 × 32 × 3 values.

    Args:
        archive: The ``.tar.gz``.
        labels: Label bytes before each picture.
    """
    parts: dict[str, npt.NDArray[np.uint8]] = {}
    with tarfile.open(archive, "r:gz") as tar:
        for member in tar:
            stream = tar.extractfile(member) if member.isfile() else None
            if stream is not None and member.name.endswith(".bin") and member.size < 2**28:
                data = np.frombuffer(stream.read(), np.uint8)
                parts[member.name.rpartition("/")[2]] = data.reshape(-1, labels + 3072)
    train = np.concatenate([parts[name] for name in sorted(parts) if not name.startswith("test")])
    test = parts["test_batch.bin" if labels == 1 else "test.bin"]
    return (*_pictures(train, labels), *_pictures(test, labels))


def _pictures(
    rows: npt.NDArray[np.uint8], labels: int
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int32]]:
    pixels = rows[:, labels:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return np.ascontiguousarray(pixels), rows[:, labels - 1].astype(np.int32)
