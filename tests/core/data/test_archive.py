"""Zips: honest ones are unpacked once, hostile ones refused by name, nothing written outside."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from core.data.archive import is_zip, unpack
from core.data.errors import DataError
from core.data.layout import understand
from core.data.places import datasets_home


def png(value: int = 0) -> bytes:
    stream = io.BytesIO()
    Image.new("L", (4, 4), value).save(stream, "PNG")
    return stream.getvalue()


def make(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name) if not compression else name, data)
    return path


def everything_below(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


PETS = {f"pets/{kind}/{n}.png": png(n) for kind in ("cat", "dog") for n in range(3)}


def test_a_zip_is_unpacked_once_and_understood(tmp_path):
    extra = {"__MACOSX/pets/cat/._0.png": b"x", "pets/.DS_Store": b"x"}
    path = make(tmp_path / "my pets.zip", PETS | extra)
    seen = []
    folder = unpack(path, lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] == sum(map(len, PETS.values()))
    assert datasets_home() in folder.parents
    assert len(everything_below(folder)) == 6
    assert understand(folder).counts == (3, 3)
    assert unpack(path, lambda done, total: pytest.fail("unpacked again")) == folder


def test_a_changed_zip_is_another_one(tmp_path):
    path = make(tmp_path / "pets.zip", PETS)
    first = unpack(path)
    make(path, PETS | {"pets/cat/9.png": png(9)})
    assert unpack(path) != first


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../evil.png", "leads out of its folder"),
        ("pets/../../evil.png", "leads out of its folder"),
        ("/tmp/evil.png", "leads out of its folder"),
        ("..\\evil.png", "leads out of its folder"),
        ("C:\\evil.png", "leads out of its folder"),
    ],
)
def test_paths_that_lead_out_are_refused_by_name(tmp_path, name, words):
    path = make(tmp_path / "evil.zip", PETS | {name: b"x"})
    before = everything_below(tmp_path)
    with pytest.raises(DataError, match=words) as caught:
        unpack(path)
    assert "evil.png" in str(caught.value)
    assert everything_below(tmp_path) == before
    assert not everything_below(datasets_home())


def test_links_are_refused_by_name(tmp_path):
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        link = zipfile.ZipInfo("pets/passwords")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(DataError, match="pets/passwords is a link"):
        unpack(tmp_path / "link.zip")


def test_a_bomb_is_refused_before_it_goes_off(tmp_path):
    path = make(tmp_path / "bomb.zip", {"pets/cat/0.png": bytes(200 * 2**20)}, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 2**20
    with pytest.raises(DataError, match=r"would unpack from .* to 210 MB"):
        unpack(path)
    assert not everything_below(datasets_home())


def test_a_bomb_that_lies_about_its_size_stops_early(tmp_path):
    path = make(tmp_path / "liar.zip", {"cat/0.png": bytes(30 * 2**20)}, zipfile.ZIP_DEFLATED)
    data = bytearray(path.read_bytes())
    # Sizes in the directory at the end; the unpacked one is told as a thousand bytes.
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 1000)
    path.write_bytes(data)
    with pytest.raises(DataError, match=r"liar\.zip|longer"):
        unpack(path)
    assert not everything_below(datasets_home())


def test_a_password_is_said(tmp_path):
    path = make(tmp_path / "locked.zip", PETS)
    data = bytearray(path.read_bytes())
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 8] |= 1
        at += 4
    path.write_bytes(data)
    with pytest.raises(DataError, match="locked with a password"):
        unpack(path)


def test_the_same_name_twice_is_refused(tmp_path):
    path = make(tmp_path / "twice.zip", {"cat/0.png": b"a", "cat/1.png": b"b"})
    path.write_bytes(path.read_bytes().replace(b"cat/1.png", b"cat/0.png"))
    with pytest.raises(DataError, match=r"cat/0\.png twice"):
        unpack(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", bytes(1000)])
def test_a_damaged_zip_is_said(tmp_path, content):
    (tmp_path / "bad.zip").write_bytes(content)
    assert is_zip(tmp_path / "bad.zip")
    with pytest.raises(DataError, match="damaged or no zip"):
        unpack(tmp_path / "bad.zip")


def test_a_damaged_member_leaves_nothing_behind(tmp_path):
    path = make(tmp_path / "pets.zip", PETS)
    data = bytearray(path.read_bytes())
    at = data.find(PETS["pets/dog/2.png"])
    data[at + 10] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(DataError, match="damaged"):
        unpack(path)
    assert not everything_below(datasets_home())


def test_stopped_it_leaves_nothing_behind(tmp_path):
    class StoppedError(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        unpack(make(tmp_path / "pets.zip", PETS), stop)
    assert not everything_below(datasets_home())


def test_separators_of_windows_make_folders(tmp_path):
    members = {name.replace("/", "\\"): content for name, content in PETS.items()}
    path = tmp_path / "pets.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.filename = name  # as it stands
            archive.writestr(info, content)
    assert understand(unpack(path)).counts == (3, 3)


def test_damage_in_any_packing_is_said(tmp_path):
    path = make(tmp_path / "a.zip", {"cat/1.png": bytes(range(256)) * 9}, zipfile.ZIP_LZMA)
    content = bytearray(path.read_bytes())
    for at in range(60, content.find(b"PK\x01\x02"), 7):
        content[at] ^= 0x55
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"a\.zip cannot be unpacked"):
        unpack(path)


@pytest.mark.parametrize("name", ["pets/cat", "pets/cat/0.png/1.png", f"pets/{'x' * 300}.png"])
def test_a_name_that_no_file_can_have_is_said(tmp_path, name):
    path = make(tmp_path / "a.zip", PETS | {name: png()})
    with pytest.raises(DataError, match=name[:30]):
        unpack(path)
    assert not everything_below(datasets_home())


def test_names_that_macos_wrote_keep_their_letters(tmp_path):
    """Its zips hold UTF-8 without saying so; older programs' letters stay as they are."""
    members = {name.replace("cat", "kätzchen"): data for name, data in PETS.items()}
    path = make(tmp_path / "pets.zip", members)
    content = bytearray(path.read_bytes())
    for sign, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = -1
        while (at := content.find(sign, at + 1)) >= 0:
            content[at + flags + 1] &= ~0x08
    path.write_bytes(content)
    assert understand(unpack(path)).source.class_names == ("dog", "kätzchen")
    path.write_bytes(content.replace("kätzchen".encode(), b"k\x84tzchenx"))
    assert understand(unpack(path)).source.class_names == ("dog", "kätzchenx")


def test_a_name_that_no_file_can_have_is_no_zip(tmp_path):
    assert not is_zip(tmp_path / ("x" * 300))
