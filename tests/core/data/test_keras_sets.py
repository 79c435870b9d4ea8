"""Ready-made sets: fetched whole or not at all, from a server of the test's own."""

from __future__ import annotations

import gzip
import hashlib
import http.server
import io
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from core.data import set_files
from core.data.errors import DataError
from core.data.keras_sets import download, load_keras_set
from core.data.load import load_data
from core.data.places import datasets_home
from core.data.preparation import with_source
from core.data.remote import Remote
from core.data.set_files import is_there
from core.data.source import CIFAR10, CIFAR100, FashionMNIST
from core.project_file import starter


def idx(values: np.ndarray) -> bytes:
    head = bytes([0, 0, 8, values.ndim]) + b"".join(n.to_bytes(4, "big") for n in values.shape)
    return gzip.compress(head + values.tobytes())


def cifar(parts: dict[str, np.ndarray]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        for name, rows in parts.items():
            member = tarfile.TarInfo(f"cifar/{name}")
            member.size = rows.nbytes
            tar.addfile(member, io.BytesIO(rows.tobytes()))
    return stream.getvalue()


RANDOM = np.random.default_rng(1)
IMAGES = RANDOM.integers(0, 256, (50, 28, 28), np.uint8)
LABELS = np.arange(50, dtype=np.uint8) % 10


def rows(count: int, labels: int) -> np.ndarray:
    values = RANDOM.integers(0, 256, (count, labels + 3072), np.uint8)
    values[:, :labels] = (np.arange(count) % 10)[:, None]
    return values


TRAIN, TEST = rows(40, 1), rows(20, 1)
TRAIN100, TEST100 = rows(40, 2), rows(20, 2)
CONTENT = {
    "train-images-idx3-ubyte.gz": idx(IMAGES),
    "train-labels-idx1-ubyte.gz": idx(LABELS),
    "t10k-images-idx3-ubyte.gz": idx(IMAGES[:20]),
    "t10k-labels-idx1-ubyte.gz": idx(LABELS[:20]),
    "cifar-10-binary.tar.gz": cifar(
        {"data_batch_1.bin": TRAIN[:20], "data_batch_2.bin": TRAIN[20:], "test_batch.bin": TEST}
    ),
    "cifar-100-binary.tar.gz": cifar({"train.bin": TRAIN100, "test.bin": TEST100}),
}


class Server(http.server.BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []
    damaged = False

    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2]
        self.asked.append(name)
        data = CONTENT[name]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(data[:-1] + b"!" if self.damaged else data)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def server(monkeypatch) -> Iterator[type[Server]]:
    """A server with small sets, and the module pointed at it."""
    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    Server.asked, Server.damaged = [], False
    point_at(monkeypatch, serving.server_port)
    yield Server
    serving.shutdown()
    serving.server_close()
    thread.join()


def point_at(monkeypatch, port: int) -> None:
    for key, remotes in set_files.FILES.items():
        here = tuple(
            Remote(
                f"http://127.0.0.1:{port}/{remote.name}",
                hashlib.md5(CONTENT[remote.name]).hexdigest(),
                len(CONTENT[remote.name]),
            )
            for remote in remotes
        )
        monkeypatch.setitem(set_files.FILES, key, here)


def test_fashion_mnist_is_fetched_once_and_read(server):
    told = []
    download("fashion-mnist", lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > 0
    train_x, train_y, test_x, test_y = load_keras_set(FashionMNIST())
    assert np.array_equal(train_x[..., 0], IMAGES)
    assert np.array_equal(train_y, LABELS)
    assert (test_x.shape, test_y.shape) == ((20, 28, 28, 1), (20,))
    assert train_y.dtype == np.int32
    server.asked.clear()
    download("fashion-mnist")
    assert server.asked == []


@pytest.mark.parametrize(
    ("key", "source", "train", "test"),
    [("cifar-10", CIFAR10(), TRAIN, TEST), ("cifar-100", CIFAR100(), TRAIN100, TEST100)],
)
def test_cifar_is_read_without_pickle(server, key, source, train, test):
    download(key)
    train_x, train_y, test_x, test_y = load_keras_set(source)
    wanted = train[:, -3072:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    assert np.array_equal(train_x, wanted)
    assert np.array_equal(train_y, train[:, 0])
    assert (test_x.shape, test_y.shape) == ((20, 32, 32, 3), (20,))


def test_a_set_trains_like_any_other(server):
    download("cifar-10")
    project = with_source(starter(), CIFAR10())
    assert project.input.shape == (32, 32, 3)
    data = load_data(project)
    assert len(data.train_x) + len(data.val_x) == 40
    assert data.class_names[0] == "airplane"


def test_what_is_damaged_on_the_way_is_not_kept(server):
    server.damaged = True
    with pytest.raises(DataError, match="is not the file it should be"):
        download("cifar-10")
    assert not list((datasets_home() / "cifar-10").iterdir())
    assert not is_there("cifar-10")


def test_stopped_nothing_half_fetched_stays(server):
    class StoppedError(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        download("fashion-mnist", stop)
    assert not list((datasets_home() / "fashion-mnist").glob("*.part"))


def test_without_a_network_it_says_so(server, monkeypatch):
    point_at(monkeypatch, 9)  # the discard port: nobody answers there
    with pytest.raises(DataError, match="could not be downloaded: Connection refused"):
        download("cifar-10")


def test_what_was_not_downloaded_is_said(tmp_path: Path):
    with pytest.raises(DataError, match="has not been downloaded yet"):
        load_data(with_source(starter(), CIFAR100()))


def test_a_damaged_set_is_said(server):
    folder = download("cifar-10")
    (folder / "cifar-10-binary.tar.gz").write_bytes(b"no")
    with pytest.raises(DataError, match="is damaged"):
        load_keras_set(CIFAR10())


def test_unknown_sets_are_refused():
    with pytest.raises(DataError, match="There is no set “imagenet”"):
        download("imagenet")
