"""Folders understood by looking: every layout, what is offered, what is said."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from PIL import Image

from core.data import folder
from core.data.errors import DataError
from core.data.folder import list_folder, listing_of
from core.data.labels import read_labels
from core.data.layout import innermost, understand
from core.data.load import folder_source
from core.data.names import from_name, path_of, shown, to_name
from core.data.source import Folder, exclude, include, move_to_class
from tests.core.data.test_folder import fill


def touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def labels(folder: Path, *rows: str, head: str = "filename,label") -> None:
    (folder / "labels.csv").write_text("\n".join((head, *rows)) + "\n", "utf-8")


def test_class_folders_are_said_with_their_split(tmp_path):
    fill(tmp_path / "pets" / "dog", 40)
    fill(tmp_path / "pets" / "cat", 60)
    found = understand(tmp_path / "pets", validation_share=0.15)
    assert found.layout == "classes"
    assert found.counts == (60, 40)
    assert sum(found.parts) == 100
    assert found.words == (
        "2 classes, 100 pictures, no split given: 15 % validation and 15 % test, seed 7"
    )
    assert found.source == Folder(
        path=str(tmp_path / "pets"), class_names=("cat", "dog"), layout="look"
    )


@pytest.mark.parametrize("name", ["val", "valid", "Validation"])
def test_folders_of_parts_are_said(tmp_path, name):
    for part, count in (("train", 6), (name, 2), ("TEST", 3)):
        fill(tmp_path / part / "a", count)
        fill(tmp_path / part / "b", count)
    found = understand(tmp_path)
    assert found.layout == "splits"
    assert found.parts == (12, 4, 6)
    assert found.words.endswith("split by its folders: 12 train, 4 validation, 6 test")
    assert ("classes", "Read every folder as a class") in found.offers


def test_parts_beside_another_folder_are_read_as_parts_and_the_rest_is_said(tmp_path):
    for part in ("train", "test", "notes"):
        fill(tmp_path / part / "a", 3)
        fill(tmp_path / part / "b", 3)
    found = understand(tmp_path)
    assert found.layout == "splits"
    assert any("notes" in note for note in found.notes)


def test_a_lone_train_folder_beside_others_is_offered_only(tmp_path):
    for name in ("train", "bus", "tram"):
        fill(tmp_path / name, 3)
    found = understand(tmp_path)
    assert found.layout == "classes"
    assert found.source is not None
    assert found.source.class_names == ("bus", "train", "tram")
    assert "splits" in dict(found.offers)


def test_a_table_of_labels_is_followed(tmp_path):
    touch(tmp_path, "1.jpg", "2.jpg", "deep/3.jpg", "unnamed.jpg")
    labels(tmp_path, "1.jpg,cat", "2.jpg,dog", "deep/3.jpg,cat", "gone.jpg,dog")
    found = understand(tmp_path, "labels")
    assert found.counts == (2, 1)
    assert "by labels.csv" in found.words
    assert any("unnamed.jpg" in note for note in found.notes)
    assert any("gone.jpg" in note for note in found.notes)


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("filename;label", "1.jpg;kätzchen"),
        ("label\tfile", "kätzchen\t1.jpg"),
        ("\ufeffPath,Class", "./1.jpg,kätzchen"),
    ],
)
def test_tables_as_other_programs_write_them(tmp_path, head, row):
    labels(tmp_path, row, head=head)
    assert read_labels(tmp_path / "labels.csv") == {"1.jpg": "kätzchen"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"1.jpg,cat\n2.jpg,dog\n", "must name the columns"),
        (b"", "must name the columns"),
        (b"filename,label\n1.jpg\n", "line 2 has too few columns"),
        (b"filename,label\n1.jpg,\n", "has no label"),
        (b"filename,label\n1.jpg,cat\n1.jpg,dog\n", "two labels"),
        (b"filename,label\n\xff.jpg,cat\n", "not UTF-8"),
        (b"filename,label\n../secret.jpg,cat\n/etc/passwd,dog\n", "none of them lies in"),
    ],
)
def test_tables_that_cannot_be_followed_are_said(tmp_path, text, words):
    touch(tmp_path, "1.jpg")
    (tmp_path / "labels.csv").write_bytes(text)
    with pytest.raises(DataError, match=words):
        list_folder(tmp_path, "labels")


def test_classes_in_file_names_are_offered_and_never_taken_unasked(tmp_path):
    touch(tmp_path, *(f"{kind}_{n}.jpg" for kind in ("cat", "sea lion") for n in range(5)))
    found = understand(tmp_path)
    assert found.source is None
    ((layout, words),) = found.offers
    assert layout == "prefixes"
    assert "“cat” (5)" in words
    chosen = understand(tmp_path, "prefixes")
    assert chosen.source is not None
    assert chosen.source.class_names == ("cat", "sea lion")
    assert chosen.source.layout == "prefixes"
    assert listing_of(chosen.source).count == 10


@pytest.mark.parametrize(
    "names", [("IMG_1.jpg", "IMG_2.jpg", "IMG_3.jpg"), ("a.jpg", "b.jpg"), ("1.jpg", "2.jpg")]
)
def test_file_names_without_classes_offer_nothing(tmp_path, names):
    touch(tmp_path, *names)
    found = understand(tmp_path)
    assert found.source is None
    assert found.offers == ()


def test_pictures_beside_class_folders_are_said(tmp_path):
    fill(tmp_path / "cat", 3)
    fill(tmp_path / "dog", 3)
    touch(tmp_path, "loose.jpg")
    found = understand(tmp_path)
    assert found.counts == (3, 3)
    assert any("loose.jpg" in note for note in found.notes)


def test_the_only_folder_inside_is_opened_and_said(tmp_path):
    fill(tmp_path / "outer" / "inner" / "cat", 3)
    fill(tmp_path / "outer" / "inner" / "dog", 3)
    found = understand(tmp_path / "outer")
    assert found.root == tmp_path / "outer" / "inner"
    assert any("inner" in note for note in found.notes)
    assert innermost(tmp_path / "outer" / "inner" / "cat") == tmp_path / "outer" / "inner" / "cat"


def test_hidden_and_system_files_are_counted_and_passed_over(tmp_path):
    for kind in ("cat", "dog"):
        fill(tmp_path / kind, 2)
        touch(tmp_path / kind, ".DS_Store", "Thumbs.db", "desktop.ini")
    touch(tmp_path / "__MACOSX", "cat.png")
    touch(tmp_path / "@eaDir", "cat.png")
    touch(tmp_path / "cat", "Icon\r")
    touch(tmp_path, "#recycle/cat.png", "#snapshot/1/cat.png", ".git/HEAD")
    touch(tmp_path / "dog", "Picasa.ini", "ehthumbs_vista.db", "ZbThumbnail.info", "._0.png")
    found = understand(tmp_path)
    assert found.counts == (2, 2)
    assert found.ignored == 16


def test_links_are_counted_and_not_followed(tmp_path):
    fill(tmp_path / "pets" / "cat", 2)
    fill(tmp_path / "pets" / "dog", 2)
    fill(tmp_path / "outside", 5)
    (tmp_path / "pets" / "cat" / "loop").symlink_to(tmp_path / "pets")
    (tmp_path / "pets" / "cat" / "broken.png").symlink_to(tmp_path / "nowhere")
    (tmp_path / "pets" / "bird").symlink_to(tmp_path / "outside")
    found = understand(tmp_path / "pets")
    assert found.counts == (2, 2)
    assert found.ignored == 3


NAMES = [
    "with space",
    "🐈 emoji",
    "שלום",
    "x" * 250,
    "new\nline",
    "tab\tinside",
    "-dash",
    "back\\slash",
    os.fsdecode(b"not-utf8-\xff\xfe"),
]


@pytest.mark.parametrize("name", NAMES, ids=[ascii(name)[:20] for name in NAMES])
def test_every_name_works_as_class_and_as_file(tmp_path, name):
    for kind in (name, "other"):
        (tmp_path / kind).mkdir()
        for number in range(3):
            Image.new("L", (4, 4), number).save(tmp_path / kind / f"{name[:200]}{number}", "PNG")
    source = folder_source(tmp_path)
    assert to_name(name) in source.class_names
    listing = listing_of(source)
    assert listing.count == 6
    for file, _ in listing.files["all"]:
        file.encode("utf-8")
        assert path_of(source.path, file).is_file()
        assert shown(file).isprintable()
    assert from_name(to_name(name)) == name


def test_exclusions_and_moves_hold(tmp_path):
    fill(tmp_path / "cat", 4)
    fill(tmp_path / "dog", 4)
    source = folder_source(tmp_path)
    without = exclude(source, ["cat/0000.png", "cat/0000.png"])
    assert without.excluded == ("cat/0000.png",)
    assert listing_of(without).count == 7
    assert include(without, ["cat/0000.png"]) == source
    moved = move_to_class(source, ["cat/0001.png"], "dog")
    assert dict(listing_of(moved).files["all"])["cat/0001.png"] == 1
    assert (tmp_path / "cat" / "0001.png").is_file()
    with pytest.raises(ValueError, match="no class"):
        move_to_class(source, ["cat/0001.png"], "cow")


def test_a_class_excluded_whole_is_said(tmp_path):
    fill(tmp_path / "cat", 2)
    fill(tmp_path / "dog", 2)
    source = exclude(folder_source(tmp_path), ["cat/0000.png", "cat/0001.png"])
    with pytest.raises(DataError, match="all pictures of “cat” are excluded or moved"):
        listing_of(source)


def test_a_class_deleted_is_said_by_name(tmp_path):
    for kind in ("cat", "cow", "dog"):
        fill(tmp_path / kind, 2)
    source = folder_source(tmp_path)
    for file in (tmp_path / "cow").iterdir():
        file.unlink()
    (tmp_path / "cow").rmdir()
    with pytest.raises(DataError, match="“cow” is gone"):
        listing_of(source)


def test_a_test_folder_whose_pictures_have_no_class_is_said_and_a_test_drawn(tmp_path):
    """As competitions hand them out."""
    touch(tmp_path, *(f"train/{kind}/{n}.jpg" for kind in ("cat", "dog") for n in range(5)))
    touch(tmp_path, "test/1.jpg", "test/2.jpg")
    (tmp_path / "val").mkdir()
    found = understand(tmp_path)
    assert sum(found.parts) == 10
    assert all(found.parts)
    assert "15 % for the test drawn from train" in found.words
    assert any("2 files lie where no class can be told" in note for note in found.notes)


def test_a_letter_with_an_accent_is_the_same_however_it_is_written(tmp_path):
    one, other = "caf\u00e9", "cafe\u0301"
    touch(tmp_path, f"train/{one}/1.jpg", "train/dog/1.jpg", f"test/{other}/1.jpg")
    listing = list_folder(tmp_path)
    assert listing.class_names == (one, "dog")
    assert listing.files["test"] == ((f"test/{other}/1.jpg", 0),)
    touch(tmp_path / "table", f"{other}.jpg", "2.jpg")
    labels(tmp_path / "table", f"{one}.jpg,{other}", f"2.jpg,{one}s")
    assert understand(tmp_path / "table", "labels").counts == (1, 1)


def test_names_in_a_table_that_lead_to_a_file_another_way_are_followed(tmp_path):
    touch(tmp_path, "1.jpg", "2.jpg", "deep/3.jpg", "deep/4.jpg", "5.jpg", "5.png")
    rows = ("1,cat", f"{tmp_path}/2.jpg,dog", "deep/../deep/3.jpg,cat", "deep\\4,dog", "5,cat")
    labels(tmp_path, *rows, head="id,label")
    found = understand(tmp_path, "labels")
    assert found.counts == (2, 2)
    assert any("names 1 file that is not there, such as 5" in note for note in found.notes)
    labels(tmp_path, "1.jpg,cat", "./1.jpg,cat", "1,dog")
    with pytest.raises(DataError, match=r"1\.jpg has two labels"):
        list_folder(tmp_path, "labels")


def test_blank_lines_in_a_table_are_passed_over_and_counted(tmp_path):
    touch(tmp_path, "1.jpg", "2.jpg")
    labels(tmp_path, "", "1.jpg,cat", ",", " , ", "2.jpg,dog", ",,")
    assert understand(tmp_path, "labels").counts == (1, 1)
    labels(tmp_path, "", "1.jpg,cat", "", "2.jpg")
    with pytest.raises(DataError, match="line 5 has too few"):
        list_folder(tmp_path, "labels")
    labels(tmp_path)
    with pytest.raises(DataError, match="has no lines below its first"):
        list_folder(tmp_path, "labels")


def test_what_a_table_passes_over_is_counted_once(tmp_path):
    touch(tmp_path, "1.jpg", "2.jpg", ".hidden")
    labels(tmp_path, "1.jpg,cat", "2.jpg,dog")
    assert understand(tmp_path, "labels").ignored == 1


def test_classes_that_hold_folders_are_said(tmp_path):
    touch(tmp_path, "animals/cat/1.jpg", "animals/dog/1.jpg", "plants/1.jpg", "plants/rose/1.jpg")
    (note,) = understand(tmp_path).notes
    assert "“animals” holds folders of its own, such as animals/cat" in note


def test_one_folder_of_class_folders_beside_other_files_is_pointed_to(tmp_path):
    touch(tmp_path, "data/cat/1.jpg", "data/dog/1.jpg", "readme.txt")
    assert "If the classes are the folders inside “data”" in understand(tmp_path).words


def test_links_are_named_where_they_are_all_there_is(tmp_path):
    touch(tmp_path, "real/cat.jpg", "real/dog.jpg")
    for kind in ("cat", "dog"):
        (tmp_path / "links" / kind).mkdir(parents=True)
        (tmp_path / "links" / kind / "1.jpg").symlink_to(tmp_path / "real" / f"{kind}.jpg")
        (tmp_path / "linked").mkdir(exist_ok=True)
        (tmp_path / "linked" / kind).symlink_to(tmp_path / "real")
    assert "2 links lie there too; links are not followed" in understand(tmp_path / "links").words
    assert "2 links lie there too; links are not followed" in understand(tmp_path / "linked").words


def test_folders_nested_deeper_than_python_calls_are_read(tmp_path):
    deep = tmp_path / "cat" / Path(*["d"] * 400)
    touch(deep, "1.jpg")
    touch(tmp_path, "dog/1.jpg")
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(350)
    try:
        assert list_folder(tmp_path).count == 2
    finally:
        sys.setrecursionlimit(before)


def test_more_classes_than_a_project_may_have_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(folder, "MOST_CLASSES", 2)
    touch(tmp_path, "cat/1.jpg", "dog/1.jpg", "fox/1.jpg")
    with pytest.raises(DataError, match="has 3 classes, and at most 2"):
        list_folder(tmp_path)


def test_a_table_beside_class_folders_leaves_the_choice(tmp_path):
    touch(tmp_path, *(f"{kind}/{n}.jpg" for kind in ("cat", "dog") for n in range(3)))
    labels(tmp_path, "cat/0.jpg,wild", "dog/0.jpg,tame")
    found = understand(tmp_path)
    assert found.layout == "labels"
    assert found.offers == (("classes", "Read every folder as a class"),)
    assert understand(tmp_path, "classes").offers == (("labels", "Take classes from labels.csv"),)
    labels(tmp_path, "0,cat", head="index,name")  # of something else
    found = understand(tmp_path)
    assert found.source is None
    assert "must name the columns" in found.words


def test_what_is_taken_already_is_not_offered(tmp_path):
    touch(tmp_path, "train/a/1", "train/b/1", "test/a/1", "test/b/1", "notes/a/1")
    found = understand(tmp_path)
    assert [layout for layout, _ in found.offers] == ["classes"]
    assert found.notes[0].startswith("The folder “notes” is neither for training")
    touch(tmp_path / "other", "train/1", "bus/1")
    assert [layout for layout, _ in understand(tmp_path / "other").offers] == ["splits"]


@pytest.mark.parametrize(
    ("train", "val", "test"),
    [
        ("train", "validate", "test"),
        ("train", "dev", "test"),
        ("Training_Set", "validation set", "test-set"),
        ("trainset", "valset", "testset"),
    ],
)
def test_names_that_others_give_to_parts_are_known(tmp_path, train, val, test):
    for part in (train, val, test):
        touch(tmp_path / part, "a/1", "b/1")
    assert understand(tmp_path).parts == (2, 2, 2)


@pytest.mark.parametrize(
    "text",
    [
        "\n\nfilename;label\n1.jpg;cat\n",
        "sep=;\nfilename;label\n1.jpg;cat\n",
        "sep=\t\nfilename\tlabel\n1.jpg\tcat\n",
        "filename;label;x, y, w, h\n1.jpg;cat;0, 0, 9, 9\n",
        '"filename", "label"\n"1.jpg", "cat"\n',
        "filename,label\r1.jpg,cat\r",
        'id,filename,label,split\r\n7,1.jpg,"cat",train\r\n',
    ],
)
def test_tables_as_still_other_programs_write_them(tmp_path, text):
    (tmp_path / "labels.csv").write_bytes(text.encode())
    assert read_labels(tmp_path / "labels.csv") == {"1.jpg": "cat"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('filename,label\n1.jpg,"cat\n2.jpg,dog\n3.jpg,fox\n', "line 2 .* quotation mark"),
        ('filename,label\n1.jpg,cat\n2.jpg,"dog" x\n', "line 3 .* quotation mark"),
        (f"filename,label\n1.jpg,{'x' * 300}\n", "line 2 has a label of 300 letters"),
        (f"filename,label\n1.jpg,{'x' * 200_000}\n", "line 2 cannot be read"),
        ("sep=;\n", "must name the columns"),
    ],
)
def test_damaged_tables_are_said_by_line(tmp_path, text, words):
    (tmp_path / "labels.csv").write_text(text)
    with pytest.raises(DataError, match=words) as caught:
        read_labels(tmp_path / "labels.csv")
    assert len(str(caught.value)) < 500


def test_names_written_another_way_are_followed_where_they_mean_one_file_and_said(tmp_path):
    root = tmp_path / "pets"
    touch(root, "a.JPG", "images/b.jpg", "images/c.jpg", "more/c.jpg", "d.jpg", "D.JPG")
    rows = ("A.jpg,cat", "b,dog", "c.jpg,cat", "other/b.jpg,cat", "d.jpg,dog", "pets/D.JPG,cat")
    labels(root, *rows)
    found = understand(root, "labels")
    assert found.counts == (2, 2)
    assert found.notes[0].startswith("labels.csv writes 2 names another way than the folder does,")
    assert any("names 2 files that are not there, such as c.jpg" in one for one in found.notes)
    labels(root, "b.jpg,cat", "images/b.jpg,dog")
    with pytest.raises(DataError, match=r"images/b\.jpg has two labels"):
        list_folder(root, "labels")


def test_a_flat_folder_inside_another_is_opened_where_its_file_names_tell_classes(tmp_path):
    """As a zip of it unpacks."""
    touch(tmp_path, *(f"pets/{kind}_{n}.jpg" for kind in ("cat", "dog") for n in range(5)))
    found = understand(tmp_path)
    assert found.root == tmp_path / "pets"
    assert [layout for layout, _ in found.offers] == ["prefixes"]
    assert understand(found.root, "prefixes").counts == (5, 5)
    touch(tmp_path / "one", *(f"cat/IMG_{n}.jpg" for n in range(5)))
    assert "one class only (“cat”)" in understand(tmp_path / "one").words


def test_a_link_that_leads_to_itself_is_said(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(DataError, match="a link that leads to itself"):
        understand(tmp_path / "loop")


@pytest.mark.parametrize("name", ["pets.tar.gz", "pets.7z", "pets.RAR"])
def test_what_is_packed_another_way_is_to_be_unpacked_first(tmp_path, name):
    touch(tmp_path, name)
    with pytest.raises(DataError, match=r"not a folder, nor a zip\. Unpack it yourself first"):
        understand(tmp_path / name)


@pytest.mark.skipif(os.sep != "/", reason="names of bytes are POSIX")
def test_what_is_said_of_folders_can_always_be_sent_and_printed(tmp_path):
    for name in (b"pets \xff", b"pets \n"):
        root = tmp_path / os.fsdecode(name)
        with pytest.raises(DataError) as missing:
            understand(root)
        touch(root, "cat/1.jpg")
        lone = understand(root)
        (root / "do\ng").mkdir()
        empty = understand(root)
        touch(root, "dog/1.jpg")
        (root / "do\ng").rmdir()
        outer = tmp_path / os.fsdecode(b"outer " + name)
        outer.mkdir()
        root.rename(outer / root.name)
        opened = understand(outer)
        assert opened.counts == (1, 1)
        for words in (str(missing.value), lone.words, empty.words, *opened.notes):
            words.encode("utf-8")
            assert "\n" not in words


def test_a_layout_that_is_not_there_is_said_with_a_way_that_leads_on(tmp_path):
    touch(tmp_path / "flat", "a.jpg", "b.jpg")
    words = understand(tmp_path / "flat", "splits").words
    assert words.endswith("has no folders called train, validation or test.")
    touch(tmp_path / "test only", "test/cat/1.jpg", "test/dog/1.jpg")
    found = understand(tmp_path / "test only")
    assert "choose it itself to have its pictures split" in found.words
    assert found.offers == ()
    assert understand(tmp_path / "test only" / "test").counts == (1, 1)


def test_competitions_with_classes_in_names_of_files_are_led_to_their_folder(tmp_path):
    names = [f"train/{kind}.{n}.jpg" for kind in ("cat", "dog") for n in range(4)]
    touch(tmp_path / "both", *names, "test/1.jpg", "test/2.jpg")
    found = understand(tmp_path / "both")
    assert "holds no class folders. If names of files or a labels.csv tell the classes" in (
        found.words
    )
    touch(tmp_path / "one", *names)
    found = understand(tmp_path / "one")
    assert found.root == tmp_path / "one" / "train"
    assert understand(found.root, "prefixes").counts == (4, 4)


def test_a_table_under_another_name_is_pointed_to(tmp_path):
    touch(tmp_path, "1.jpg", "2.jpg", "annotations.csv")
    assert understand(tmp_path).words.endswith(
        "If annotations.csv tells the classes, call it labels.csv."
    )
