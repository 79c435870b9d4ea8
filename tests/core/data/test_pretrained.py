"""Learnt weights: fetched whole or not at all from a server of the test's own, and read in."""

from __future__ import annotations

import base64
import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from core.blocks import CATALOGUE, Input
from core.blocks.base import NetworkFile
from core.data import download as downloads
from core.data.pretrained import WeightsError, fetch_weights
from core.data.weights import is_there, missing, weights_home, weights_path
from core.engine.commands import Download
from core.engine.data_work import DataWork
from core.engine.events import Downloaded, Event, Failed
from core.graph import lower
from core.project import Project

CONTENT = b"\x89HDF\r\n\x1a\n" + bytes(range(256)) * 2_000


class Server(http.server.BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []
    sent = CONTENT
    size = len(CONTENT)
    hashes: ClassVar[tuple[str, ...]] = ()

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", str(self.size))
        for line in self.hashes:
            self.send_header("x-goog-hash", line)
        self.end_headers()
        self.wfile.write(self.sent)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    """A server with one file; its address."""
    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    Server.asked, Server.sent, Server.size, Server.hashes = [], CONTENT, len(CONTENT), ()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    serving.server_close()
    thread.join()


def wanted(server: str, checksum: str = "") -> NetworkFile:
    return NetworkFile("Small's ImageNet weights", f"{server}/small.h5", checksum, len(CONTENT))


@pytest.mark.parametrize("kind", ["md5", "sha256", ""])
def test_weights_are_fetched_once_and_kept(server: str, kind: str) -> None:
    file = wanted(server, hashlib.new(kind, CONTENT).hexdigest() if kind else "")
    told: list[tuple[int, int]] = []
    assert not is_there(file)
    path = fetch_weights(file, lambda done, total: told.append((done, total)))
    assert path.read_bytes() == CONTENT
    assert path.parent == weights_home()
    assert all(total == len(CONTENT) for _, total in told)
    assert is_there(file)
    fetch_weights(file)
    assert len(Server.asked) == 1


def refused(file: NetworkFile) -> str:
    with pytest.raises(WeightsError) as caught:
        fetch_weights(file)
    assert list(weights_home().iterdir()) == [], "nothing half-fetched stays"
    return str(caught.value)


def test_another_file_than_keras_published_is_not_kept(server: str) -> None:
    words = refused(wanted(server, hashlib.md5(b"other").hexdigest()))
    assert "Small's ImageNet weights could not be downloaded" in words
    assert "not the file it should be" in words


def test_without_a_published_checksum_the_server_s_own_counts(server: str) -> None:
    right = base64.b64encode(hashlib.md5(CONTENT).digest()).decode()
    Server.hashes = ("crc32c=AAAAAA==", f"md5={right}")
    assert fetch_weights(wanted(server)).is_file()
    (weights_home() / "small.h5").unlink()
    Server.sent = CONTENT[:-1] + b"!"
    assert "changed on the way" in refused(wanted(server))


def test_half_a_file_is_not_kept(server: str) -> None:
    Server.sent = CONTENT[: len(CONTENT) // 2]
    refused(wanted(server))


def test_stopped_in_the_middle_nothing_stays_and_it_can_begin_again(server, monkeypatch) -> None:
    monkeypatch.setattr(downloads, "TELL_SECONDS", 0.0)

    class StoppedError(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        fetch_weights(wanted(server), stop)
    assert list(weights_home().iterdir()) == []
    assert fetch_weights(wanted(server)).read_bytes() == CONTENT


def test_offline_it_says_what_where_and_what_else() -> None:
    file = NetworkFile("Small's ImageNet weights", "http://127.0.0.1:9/small.h5", "", 9_400_000)
    words = refused(file)
    for part in (
        *("Small's ImageNet weights (9", "MB) could not be downloaded", "refused"),
        *(file.url, str(weights_home()), "weights set to none"),
    ):
        assert part in words


def test_no_room_is_said_before_anything_is_sent(server, monkeypatch) -> None:
    monkeypatch.setattr("core.data.pretrained.free_bytes", lambda folder: 100)
    assert "are free there" in refused(wanted(server))
    assert Server.asked == []


def project_of(**fields: object) -> Project:
    block = CATALOGUE["Backbone"](**fields)
    return Project(input=Input(height=96, width=96, channels=3), stack=(block, block))


def test_what_a_project_lacks_is_named_once_each() -> None:
    project = project_of()
    file = CATALOGUE["Backbone"]().download((96, 96, 3))
    assert missing(project.changed(stack=project.stack[:1])) == (file,)
    one = project.stack[0]
    branches = CATALOGUE["Parallel"](branches=((one,), (one,)))
    assert missing(project.changed(stack=(branches,))) == (file,)
    assert missing(project.changed(stack=(one.changed(disabled=True),))) == ()
    assert missing(project_of(weights="none")) == ()
    weights_home().mkdir(parents=True)
    (weights_home() / file.name).write_bytes(b"x")
    assert missing(project.changed(stack=project.stack[:1])) == ()


@pytest.fixture(scope="module")
def saved(tmp_path_factory) -> tuple[Path, Path, list[np.ndarray]]:
    """The same weights in Keras's file format of today and in that of its downloads."""
    import keras

    model = keras.applications.VGG16(include_top=False, weights=None, input_shape=(32, 32, 3))
    folder = tmp_path_factory.mktemp("weights")
    model.save_weights(folder / "vgg.weights.h5")
    model.save(folder / "old.h5")
    return folder / "vgg.weights.h5", folder / "old.h5", model.get_weights()


class TestReading:
    """Files into networks; each file made by Keras from the network itself."""

    pytestmark: ClassVar = [
        pytest.mark.keras,
        pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword"),
    ]

    def network(self, frozen: str = "all", **fields: object):
        from core.keras_model import build_model

        fields = {"application": "VGG16", "frozen": frozen, **fields}
        project = Project(
            input=Input(height=32, width=32, channels=3),
            stack=(CATALOGUE["Backbone"](**fields), CATALOGUE["Flatten"]()),
        )
        return project, build_model(project)

    def test_a_file_of_one_s_own(self, saved) -> None:
        from core.keras_pretrained import load_pretrained

        project, model = self.network(weights="file", weights_file=str(saved[0]))
        load_pretrained(model, project)
        for ours, theirs in zip(model.get_layer("backbone").get_weights(), saved[2], strict=True):
            assert np.array_equal(ours, theirs)

    def test_downloaded_ones_lie_where_keras_would_look(self, saved) -> None:
        from core.keras_pretrained import load_pretrained

        project, model = self.network(weights="imagenet")
        path = weights_path(lower(project).layers[-2].block)
        assert path.parent == weights_home()
        load_pretrained(model, project, only_if_there=True)
        with pytest.raises(WeightsError, match="cannot be read"):
            load_pretrained(model, project)
        path.parent.mkdir(parents=True)
        path.write_bytes(saved[1].read_bytes())
        load_pretrained(model, project)
        assert np.array_equal(model.get_layer("backbone").get_weights()[0], saved[2][0])

    def test_what_does_not_fit_is_named_with_cause_and_way_out(self, saved, tmp_path) -> None:
        from core.keras_pretrained import load_pretrained

        text = tmp_path / "notes.weights.h5"
        text.write_text("no weights at all")
        small = {"application": "MobileNetV2 0.35"}
        for file, fields, words in (
            (tmp_path / "gone.weights.h5", {}, "cannot be read: No such file"),
            (text, {}, "does not begin as an HDF5 file does"),
            (saved[0], small, "do not fit this network"),
            (saved[1], small, "do not fit this network"),
        ):
            project, model = self.network(weights="file", weights_file=str(file), **fields)
            with pytest.raises(WeightsError) as caught:
                load_pretrained(model, project)
            assert str(file) in str(caught.value)
            assert words in str(caught.value)
            assert str(caught.value).startswith("Backbone (block 1): ")


def test_the_engine_fetches_them_for_the_window(server: str) -> None:
    told: list[Event] = []
    DataWork(told.append, lambda: False).do(Download(id=3, name="small.h5", weights=wanted(server)))
    assert told[-1] == Downloaded(id=3, name="small.h5", path=str(weights_home() / "small.h5"))
    told.clear()
    (weights_home() / "small.h5").unlink()
    Server.sent = b"other"
    DataWork(told.append, lambda: False).do(Download(id=4, name="small.h5", weights=wanted(server)))
    assert isinstance(told[-1], Failed)
    assert "could not be downloaded" in told[-1].message
