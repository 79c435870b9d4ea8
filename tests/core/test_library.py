"""The user's library: files that come back as they were written, or are named and left alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from core.blocks import CATALOGUE
from core.blocks.containers import Group
from core.library import (
    MAX_BYTES,
    SUFFIX,
    Library,
    LibraryError,
    decode_block,
    encode_block,
    export_block,
    fingerprint,
    held_words,
    load_block,
    new_block,
    read_library,
    remove_block,
    suggested_name,
    write_block,
)

CONV, POOL, NORM = CATALOGUE["Conv2D"], CATALOGUE["MaxPooling2D"], CATALOGUE["BatchNormalization"]
PAIR = (CONV(filters=16), CONV(filters=16))


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "library"


@pytest.fixture
def pair():
    return new_block("conv pair", PAIR)


def file_of(folder, block):
    return folder / f"{block.id}{SUFFIX}"


def test_a_block_comes_back_as_it_was_written(folder, pair):
    write_block(folder, pair)
    assert read_library(folder) == Library((pair,))
    assert file_of(folder, pair).name.startswith("conv-pair-")


def test_a_folder_that_is_not_there_is_an_empty_library(folder):
    assert read_library(folder) == Library()


def test_blocks_come_by_name(folder):
    for name in ("zig", "Anchor", "mast"):
        write_block(folder, new_block(name, PAIR))
    assert [block.name for block in read_library(folder).blocks] == ["Anchor", "mast", "zig"]


def test_blocks_in_the_library_are_nameless():
    block = new_block("named", (CONV(name="first"), Group(name="g", body=(CONV(name="inner"),))))
    assert block.stack == (CONV(), Group(body=(CONV(),)))


@pytest.mark.parametrize("name", ["…", "Ünïcode ✓", "../../etc/passwd", "x" * 60])
def test_any_name_makes_a_file_in_the_folder(folder, name):
    write_block(folder, new_block(name, PAIR))
    assert [block.name for block in read_library(folder).blocks] == [name]
    assert [path.parent for path in folder.iterdir()] == [folder]


def damaged(block) -> dict[str, bytes]:
    whole = encode_block(block)
    data = json.loads(whole)
    newer = {**data, "version": 99}
    other = {**data, "format": "layerloom-project"}
    unknown = json.loads(whole)
    unknown["block"]["stack"][1]["kind"] = "Warp9"
    empty = {**data, "block": {**data["block"], "stack": []}}
    bad_name = {**data, "block": {**data["block"], "name": "a\nb"}}
    return {
        "the file is empty": b"",
        "damaged or cut short": whole[: len(whole) // 2],
        "this is not a Layerloom block": b"\x00\xff\x00",
        "newer Layerloom": json.dumps(newer).encode(),
        "not a Layerloom block": json.dumps(other).encode(),
        "block 2 (Warp9)": json.dumps(unknown).encode(),
        "stack": json.dumps(empty).encode(),
        "name": json.dumps(bad_name).encode(),
        "its block is missing": b'{"format":"layerloom-block","version":1}',
        "nested too deeply": b"[" * 1_000,
        "at most 2 MB": b" " * (MAX_BYTES + 1),
    }


@pytest.mark.parametrize("words", list(damaged(new_block("x", PAIR))))
def test_a_damaged_file_is_named_and_left_alone(folder, pair, words):
    write_block(folder, pair)
    bad = folder / f"bad{SUFFIX}"
    data = damaged(pair)[words]
    bad.write_bytes(data)
    library = read_library(folder)
    assert library.blocks == (pair,)
    [trouble] = library.troubles
    assert trouble.path == bad
    assert trouble.sentence.startswith(bad.name)
    assert words in trouble.sentence
    assert bad.read_bytes() == data


def test_too_deep_a_nest_is_refused(pair):
    stack = PAIR
    for _ in range(16):
        stack = (Group(body=stack),)
    with pytest.raises(LibraryError, match="nested too deeply"):
        decode_block(encode_block(pair.changed(stack=stack)))


def test_other_files_in_the_folder_are_not_looked_at(folder, pair):
    write_block(folder, pair)
    (folder / "notes.txt").write_text("mine")
    assert read_library(folder) == Library((pair,))


def test_a_copied_file_is_not_taken_for_another_block(folder, pair):
    write_block(folder, pair)
    copy = folder / f"copy{SUFFIX}"
    copy.write_bytes(file_of(folder, pair).read_bytes())
    library = read_library(folder)
    assert library.blocks == (pair,)
    assert "copy of the file of “conv pair”" in library.troubles[0].sentence


class TestTwoWindows:
    def test_each_sees_what_the_other_saved(self, folder):
        mine, theirs = new_block("mine", PAIR), new_block("theirs", (POOL(),))
        write_block(folder, mine)
        write_block(folder, theirs)
        assert read_library(folder).blocks == (mine, theirs)

    def test_blocks_of_one_name_are_two_blocks(self, folder):
        for stack in (PAIR, (POOL(),)):
            write_block(folder, new_block("pair", stack))
        assert len(read_library(folder).blocks) == 2

    def test_what_the_other_saved_meanwhile_is_not_overwritten(self, folder, pair):
        write_block(folder, pair)
        theirs = pair.changed(stack=(POOL(),))
        write_block(folder, theirs, over=pair)
        with pytest.raises(LibraryError, match="meanwhile"):
            write_block(folder, pair.changed(stack=(NORM(),)), over=pair)
        assert read_library(folder).blocks == (theirs,)

    def test_what_the_other_deleted_can_be_saved_again(self, folder, pair):
        write_block(folder, pair)
        remove_block(folder, pair)
        write_block(folder, pair, over=pair)
        assert read_library(folder).blocks == (pair,)

    def test_deleting_twice_is_no_fault(self, folder, pair):
        write_block(folder, pair)
        remove_block(folder, pair)
        remove_block(folder, pair)
        assert read_library(folder) == Library()


def test_a_folder_that_cannot_be_written_says_so(folder, pair):
    folder.write_text("a file where the folder should be")
    with pytest.raises(LibraryError, match="could not be saved"):
        write_block(folder, pair)
    assert folder.read_text() == "a file where the folder should be"


def test_a_folder_that_cannot_be_read_is_said(folder):
    folder.write_text("no folder")
    [trouble] = read_library(folder).troubles
    assert "cannot be read" in trouble.sentence


def test_exported_and_loaded_it_is_the_same_block(tmp_path, pair):
    export_block(pair, tmp_path / "anything.json")
    assert load_block(tmp_path / "anything.json") == pair


def test_loading_what_is_not_there_says_so(tmp_path):
    with pytest.raises(LibraryError, match="There is no file"):
        load_block(tmp_path / "gone")


def test_a_folder_is_not_read_as_a_file(tmp_path):
    with pytest.raises(LibraryError, match="There is no file"):
        load_block(tmp_path)


def test_names_and_folding_make_no_difference_and_everything_else_does():
    plain = (Group(body=PAIR),)
    use = new_block("x", PAIR).use
    dressed = (Group(name="g", body=(CONV(filters=16, name="a"), PAIR[1]), collapsed=True),)
    assert fingerprint(dressed) == fingerprint(plain)
    assert fingerprint((Group(body=PAIR, library=use),)) == fingerprint(plain)
    assert fingerprint((Group(body=PAIR[:1]),)) != fingerprint(plain)
    assert fingerprint((Group(body=PAIR, disabled=True),)) != fingerprint(plain)
    assert fingerprint(PAIR) != fingerprint(plain)


def test_what_a_block_holds_in_a_line():
    inner = new_block("conv pair", PAIR).fresh()
    assert held_words((*PAIR, POOL())) == "2 × Conv2D, MaxPooling2D"
    assert held_words((inner, inner, NORM())) == "2 × conv pair, BatchNormalization"


def test_a_good_name_is_the_group_s_own_or_what_it_holds():
    group = Group(body=PAIR)
    assert suggested_name(group, Library()) == "2 × Conv2D"
    assert suggested_name(group.changed(name="conv_pair"), Library()) == "conv pair"
    taken = Library((new_block("Conv Pair", PAIR),))
    assert suggested_name(group.changed(name="conv_pair"), taken) == "conv pair 2"
    long = Group(body=tuple(CATALOGUE[kind].fresh() for kind in list(CATALOGUE)[:9]))
    assert suggested_name(long, Library()) == "Group of 9 blocks"


def test_a_free_name_fits():
    name = "x" * 60
    library = Library((new_block(name, PAIR),))
    assert library.free_name(name) == "x" * 58 + " 2"


def test_a_palette_entry_makes_a_use_that_remembers(pair):
    use = pair.fresh()
    assert use.body == PAIR
    assert use.collapsed
    assert use.library.id == pair.id
    assert use.library.content == pair.content


def test_times_are_in_utc(pair):
    assert pair.saved.tzinfo == UTC
    assert pair.saved <= datetime.now(UTC)
