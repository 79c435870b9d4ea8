"""Project files: what was saved comes back, and whatever else lies there is refused in words."""

from __future__ import annotations

import json
import os
import random
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import project_file
from core.blocks import CATALOGUE
from core.data.source import MAX_FILES, Folder, exclude
from core.project import Project
from core.project_file import (
    MAX_BYTES,
    ProjectError,
    decode_project,
    depth_of,
    encode_project,
    load_project,
    open_project,
    save_project,
    template_names,
)
from core.training.plan import TrainingPlan
from tests import strategies

WHOLE = encode_project(project_file.starter())


def refusal(data: bytes) -> str:
    """What is said of the bytes of a file that is no project."""
    with pytest.raises(ProjectError) as caught:
        decode_project(data)
    return str(caught.value)


def with_block(**fields) -> bytes:
    """A project file of one block, written by hand."""
    project = {"stack": [{"kind": "Flatten"}, fields]}
    return json.dumps({"format": "layerloom-project", "version": 1, "project": project}).encode()


class TestComesBack:
    @given(strategies.stacks(), st.text(min_size=1, max_size=200))
    def test_any_project(self, drawn: tuple, name: str) -> None:
        picture, stack = drawn
        # JSON has no lone surrogates; nothing that is typed or read from a file has them either.
        name = name.encode("utf-8", "replace").decode()
        data = Folder(path="/home/人/🌸", class_names=("a", "b"))
        project = Project(name=name, input=picture, stack=stack, data=data)
        assert decode_project(encode_project(project)) == project

    def test_every_setting_of_the_plan(self) -> None:
        plan = TrainingPlan(optimizer="sgd", learning_rate=0.1, early_stopping=3, seed=2**31 - 1)
        project = Project(plan=plan)
        assert decode_project(encode_project(project)).plan == plan

    @pytest.mark.parametrize("name", template_names())
    def test_templates(self, name: str, tmp_path: Path) -> None:
        project = open_project(name)
        save_project(project, tmp_path / "copy.layerloom")
        assert load_project(tmp_path / "copy.layerloom") == project

    def test_a_file_wins_over_a_template_of_its_name(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        save_project(Project(name="mine"), Path("mnist-cnn"))
        assert open_project("mnist-cnn").name == "mine"

    def test_ten_thousand_blocks(self) -> None:
        project = Project(stack=(CATALOGUE["Conv2D"](),) * 10_000)
        data = encode_project(project)
        assert len(data) < MAX_BYTES
        assert decode_project(data) == project


class TestRefusals:
    @pytest.mark.parametrize("data", [b"", b"  \n", b"\0" * 100])
    def test_empty(self, data: bytes) -> None:
        assert refusal(data)

    def test_cut_anywhere(self) -> None:
        for end in range(1, len(WHOLE.rstrip()) - 1, 7):
            words = refusal(WHOLE[:end])
            assert "damaged" in words or "not a Layerloom project" in words

    @given(st.binary(max_size=300))
    def test_any_bytes(self, data: bytes) -> None:
        assert refusal(data)

    @given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255))
    def test_one_byte_changed_anywhere(self, place: int, byte: int) -> None:
        changed = bytearray(WHOLE)
        changed[place] = byte
        try:
            project = decode_project(bytes(changed))
        except ProjectError:
            return
        assert decode_project(encode_project(project)) == project

    @pytest.mark.parametrize("opening", [b"[", b'{"a":', b'{"project":'])
    def test_nested_ten_thousand_deep(self, opening: bytes) -> None:
        assert "nested too deeply" in refusal(opening * 10_000)

    def test_brackets_in_text_are_not_nesting(self) -> None:
        project = Project(name='[{"' * 50)
        assert decode_project(encode_project(project)) == project

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"kind": "Conv2D", "filters": 10**12}, "block 2 (Conv2D), filters"),
            ({"kind": "Conv2D", "filters": 10**400}, "block 2 (Conv2D), filters"),
            ({"kind": "Conv2D", "filters": -1}, "block 2 (Conv2D), filters"),
            ({"kind": "Conv2D", "filters": 2.5}, "block 2 (Conv2D), filters"),
            ({"kind": "Conv2D", "filters": "many"}, "block 2 (Conv2D), filters"),
            ({"kind": "Conv2D", "kernel_size": [3]}, "block 2 (Conv2D), kernel_size"),
            ({"kind": "Conv2D", "padding": "some"}, "block 2 (Conv2D), padding"),
            ({"kind": "Dropout", "rate": 1.0}, "block 2 (Dropout), rate"),
            ({"kind": "Conv2D", "name": "a b"}, "block 2 (Conv2D), name"),
            ({"kind": "Conv2D", "colour": "red"}, "unknown field"),
            ({"kind": "Lambda", "function": "…"}, "“Lambda” is not known"),
            ({"kind": 7}, "block 2"),
            ({}, "block 2"),
        ],
    )
    def test_values_no_block_can_have_name_the_block(self, fields: dict, words: str) -> None:
        assert words in refusal(with_block(**fields))

    @pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400"])
    def test_numbers_that_are_none(self, number: str) -> None:
        data = with_block(kind="Dropout", rate=0.125).replace(b"0.125", number.encode())
        assert refusal(data)

    @pytest.mark.parametrize(
        ("document", "words"),
        [
            ({"format": "layerloom-project", "version": 2, "project": {}}, "newer Layerloom"),
            ({"format": "layerloom-project", "version": 0, "project": {}}, "damaged"),
            ({"format": "layerloom-project", "version": 1}, "project is missing"),
            ({"format": "layerloom-project", "version": 1, "project": None}, "is missing"),
            ({"format": "something", "version": 1, "project": {}}, "not a Layerloom project"),
            ({"version": 1}, "not a Layerloom project"),
            ([1, 2], "not a Layerloom project"),
            (
                {"format": "layerloom-project", "version": 1, "project": {"colour": 1}},
                "unknown field",
            ),
        ],
    )
    def test_foreign_or_newer(self, document: object, words: str) -> None:
        assert words in refusal(json.dumps(document).encode())

    @pytest.mark.parametrize(
        ("once", "twice", "words"),
        [
            (b'"filters": 3', b'"filters": 3, "filters": 4', "“filters” is written twice in a"),
            (b'"version": 1', b'"version": 1, "version": 1', "“version” is written twice,"),
            (b'"stack": [', b'"stack": [], "stack": [', "“stack” is written twice,"),
        ],
    )
    def test_a_key_written_twice(self, once: bytes, twice: bytes, words: str) -> None:
        data = with_block(kind="Conv2D", filters=3)
        assert words in refusal(data.replace(once, twice, 1))

    def test_not_utf8(self) -> None:
        assert refusal(WHOLE.replace(b"MNIST", b"MN\xff\xfe", 1))

    def test_the_file_is_never_changed(self, tmp_path: Path) -> None:
        path = tmp_path / "p.layerloom"
        newer = json.dumps({"format": "layerloom-project", "version": 99, "project": {}})
        path.write_text(newer)
        with pytest.raises(ProjectError, match=r"p\.layerloom: .*newer"):
            load_project(path)
        assert path.read_text() == newer


class TestPlaces:
    def test_a_hundred_megabytes_are_refused_unread(self, tmp_path: Path) -> None:
        path = tmp_path / "large.layerloom"
        with path.open("wb") as stream:
            stream.truncate(100 * 2**20)
        began = time.perf_counter()
        with pytest.raises(ProjectError, match="100 MB"):
            load_project(path)
        assert time.perf_counter() - began < 1

    def test_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(ProjectError, match="not a file"):
            load_project(tmp_path)

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
    def test_a_fifo_never_hangs(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(ProjectError, match="not a file"):
            load_project(tmp_path / "pipe")

    @pytest.mark.parametrize(("count", "letters"), [(MAX_FILES + 1, 1), (90_000, 200)])
    def test_what_could_not_be_opened_again_is_not_saved(
        self, tmp_path: Path, count: int, letters: int
    ) -> None:
        path = tmp_path / "p.layerloom"
        source = Folder(path="/pets", class_names=("cat", "dog"))
        most = Project(data=exclude(source, (f"{n}" for n in range(MAX_FILES))))
        save_project(most, path)
        assert load_project(path) == most
        before = path.read_bytes()
        more = exclude(source, (f"{'x' * letters}{n}" for n in range(count)))
        with pytest.raises(ProjectError, match=f"{count:,} pictures left out .* folder itself"):
            save_project(Project(data=more), path)
        assert path.read_bytes() == before

    def test_missing(self, tmp_path: Path) -> None:
        with pytest.raises(ProjectError, match=r"no file .* and no template"):
            load_project(tmp_path / "gone.layerloom")

    @pytest.mark.parametrize("name", ["a\0b", "x" * 5000])
    def test_impossible_names(self, name: str) -> None:
        with pytest.raises(ProjectError):
            open_project(name)

    def test_folder_gone_while_open(self, tmp_path: Path) -> None:
        folder = tmp_path / "project"
        folder.mkdir()
        folder.rmdir()
        with pytest.raises(ProjectError, match="could not be saved"):
            save_project(Project(), folder / "p.layerloom")

    @pytest.mark.skipif(
        sys.platform != "linux" or os.geteuid() != 0 or shutil.which("setpriv") is None,
        reason="becomes another user, which takes root on Linux",
    )
    def test_another_users_file(self, tmp_path: Path) -> None:
        save_project(Project(), tmp_path / "p.layerloom")
        (tmp_path / "p.layerloom").chmod(0o600)
        # pytest's folders are for their owner only; this one is to be reached, not written.
        for folder in (tmp_path, *tmp_path.parents[:2]):
            folder.chmod(0o755)
        script = (
            "import sys; from pathlib import Path; from core.project import Project\n"
            "from core.project_file import *\n"
            "path = Path(sys.argv[1])\n"
            "for act in (lambda: load_project(path), lambda: save_project(Project(), path)):\n"
            "    try: act(); print('did')\n"
            "    except ProjectError as error: print(error)\n"
        )
        nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        probe = subprocess.run(
            [*nobody, sys.executable, "-c", "import core.project_file"], check=False
        )
        if probe.returncode:
            pytest.skip("another user cannot reach this checkout")
        answer = subprocess.run(
            [*nobody, sys.executable, "-c", script, str(tmp_path / "p.layerloom")],
            capture_output=True,
            text=True,
            check=True,
        )
        read, written = answer.stdout.splitlines()
        assert "could not be read: Permission denied" in read
        assert "could not be saved" in written
        assert "cannot be written: Permission denied" in written


class TestWholeOrNotAtAll:
    WRITER = (
        "import sys; from pathlib import Path; from core.project_file import *\n"
        "project = load_project(Path(sys.argv[1]))\n"
        "print('ready', flush=True)\n"
        "while True:\n"
        "    for name in 'ab':\n"
        "        save_project(project.changed(name=name * 150), Path(sys.argv[1]))\n"
    )

    def test_killed_while_writing(self, tmp_path: Path) -> None:
        """The moments are drawn from a seed, so that a failure can be repeated."""
        path = tmp_path / "p.layerloom"
        stack = (CATALOGUE["Conv2D"](),) * 3_000
        save_project(Project(stack=stack), path)
        chance = random.Random(11)
        for _ in range(8):
            writer = subprocess.Popen(
                [sys.executable, "-c", self.WRITER, str(path)], stdout=subprocess.PIPE
            )
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            time.sleep(chance.uniform(0, 0.12))
            writer.kill()
            writer.wait()
            writer.stdout.close()
            assert load_project(path).stack == stack

    def test_an_error_leaves_the_old_file_and_no_other(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "p.layerloom"
        save_project(Project(name="old"), path)

        def full(_descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(ProjectError, match=r"the disk of .* is full \(about .* bytes needed"):
            save_project(Project(name="new"), path)
        assert load_project(path).name == "old"
        assert os.listdir(tmp_path) == ["p.layerloom"]  # noqa: PTH208

    def test_a_limit_on_file_size(self, tmp_path: Path) -> None:
        """The system itself refuses in the middle of the file, as a full disk does."""
        path = tmp_path / "p.layerloom"
        save_project(Project(name="old"), path)
        script = (
            "import resource, sys; from pathlib import Path; from core.blocks import CATALOGUE\n"
            "from core.project import Project; from core.project_file import *\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))\n"
            "stack = (CATALOGUE['Conv2D'](),) * 3000\n"
            "save_project(Project(stack=stack), Path(sys.argv[1]))\n"
        )
        command = [sys.executable, "-B", "-c", script, str(path)]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        assert f"could not be saved: the disk of {tmp_path} takes no file as large" in answer.stderr
        assert load_project(path).name == "old"
        assert os.listdir(tmp_path) == ["p.layerloom"]  # noqa: PTH208

    @pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
    def test_permissions_stay(self, tmp_path: Path) -> None:
        path = tmp_path / "p.layerloom"
        save_project(Project(), path)
        umask = os.umask(0)
        os.umask(umask)
        assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~umask
        path.chmod(0o640)
        save_project(Project(name="again"), path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o640

    def test_a_link_stays_a_link(self, tmp_path: Path) -> None:
        """People keep projects in synchronised folders and link to them."""
        target = tmp_path / "there.layerloom"
        save_project(Project(name="old"), target)
        link = tmp_path / "here.layerloom"
        link.symlink_to(target)
        save_project(Project(name="new"), link)
        assert link.is_symlink()
        assert load_project(target).name == "new"

    def test_the_longest_name_a_file_can_have(self, tmp_path: Path) -> None:
        path = tmp_path / ("ü" * 122 + ".layerloom")
        save_project(Project(name="x"), path)
        assert load_project(path).name == "x"


@pytest.mark.parametrize("byte", [b'"', b'"\\', b'\\"', b"[", b'"x'])
def test_depth_is_counted_in_one_go_whatever_the_bytes(byte):
    """Quotes that open and never close took a look at all the rest for each."""
    assert depth_of(byte * (MAX_BYTES // len(byte))) == (129 if byte == b"[" else 0)


def test_brackets_in_strings_do_not_count():
    assert depth_of(b'{"a": "[[[\\"[[", "b": [1]}') == 2


def test_a_number_of_thousands_of_digits_is_no_fault_of_python_s():
    """In a field that a newer Layerloom may have added, which is passed over."""
    digits = b"9" * 6000
    assert decode_project(WHOLE.replace(b"{", b'{"extra": ' + digits + b",", 1))
    said = refusal(WHOLE.replace(b'"version": 1', b'"version": ' + digits[:300]))
    assert said == "the file is damaged or cut short."


def test_the_mark_that_some_editors_put_in_front_is_passed_over():
    assert decode_project(b"\xef\xbb\xbf" + WHOLE) == project_file.starter()
