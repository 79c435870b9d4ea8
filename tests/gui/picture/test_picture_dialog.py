"""Export picture…: a live preview, options that are remembered, files of three kinds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from core.blocks import CATALOGUE
from core.cli import main
from core.picture import MM, Options, draw
from core.project import Project
from core.project_file import load_template
from gui.document import Document
from gui.picture.dialog import PictureDialog
from gui.picture.files import KINDS, PictureError, as_image, picture_bytes, write_picture
from gui.settings import SettingsStore
from gui.theme import theme

ROOT = Path(__file__).parents[3]


@pytest.fixture
def dialog(open_window, qtbot):
    window = open_window(Document(load_template("resnet-8")))
    # Not by its keys: Qt would take them for held down once a modal dialog is before the window.
    action = window.menus.actions["picture"]
    assert action.shortcut().toString() == "Ctrl+Shift+E"
    action.trigger()
    dialog = window.findChild(PictureDialog)
    qtbot.waitUntil(lambda: dialog.drawing is not None)
    yield dialog
    dialog.close()


def chosen(qtbot, dialog: PictureDialog, work) -> None:
    """Do something that changes the picture, and wait for the new one."""
    with qtbot.waitSignal(dialog.shown):
        work()


def dark_share(image: QImage) -> float:
    """How much of a picture is darker than paper, looked at in a grid of points."""
    points = [
        image.pixelColor(x, y)
        for x in range(0, image.width(), 3)
        for y in range(0, image.height(), 3)
    ]
    return sum(one.alpha() > 0 and one.lightness() < 200 for one in points) / len(points)


class TestDialog:
    def test_every_choice_changes_the_picture(self, dialog, qtbot):
        seen = [dialog.drawing]
        for work in (
            lambda: dialog.radios["orientation", "horizontal"].click(),
            lambda: dialog.radios["width", "column"].click(),
            lambda: dialog.switches["parameters"].click(),
            lambda: dialog.switches["shapes"].click(),
            lambda: dialog.switches["compact"].click(),
        ):
            chosen(qtbot, dialog, work)
            assert dialog.drawing not in seen
            seen.append(dialog.drawing)

    def test_what_was_chosen_is_remembered(self, dialog, qtbot):
        chosen(qtbot, dialog, dialog.radios["orientation", "horizontal"].click)
        chosen(qtbot, dialog, dialog.switches["colours"].click)
        kept = SettingsStore(dialog._settings.path.parent).values.picture
        assert msgspec.convert(kept, type=Options) == Options(
            orientation="horizontal", colours=False
        )
        again = PictureDialog(dialog.parentWidget(), dialog._project, dialog._settings)
        assert again.radios["orientation", "horizontal"].isChecked()
        assert not again.switches["colours"].isChecked()
        again.close()

    def test_settings_of_another_version_are_no_obstacle(self, dialog):
        dialog._settings.values.picture = {"orientation": "sideways"}
        again = PictureDialog(dialog.parentWidget(), dialog._project, dialog._settings)
        assert again.options == Options()
        again.close()

    def test_it_says_how_large_it_is_and_what_to_do_if_it_is_hard_to_read(self, dialog, qtbot):
        assert "mm on paper" in dialog.facts.text()
        assert "hard to read" not in dialog.facts.text()
        chosen(qtbot, dialog, dialog.radios["orientation", "horizontal"].click)
        chosen(qtbot, dialog, dialog.radios["width", "column"].click)
        assert "hard to read: take the width of a page" in dialog.facts.text()

    @pytest.mark.parametrize("suffix", KINDS)
    def test_it_is_saved(self, dialog, tmp_path, suffix):
        dialog.save()
        dialog.file_dialog.fileSelected.emit(str(tmp_path / f"net.{suffix}"))
        dialog.file_dialog.close()
        assert (tmp_path / f"net.{suffix}").stat().st_size > 1_000

    def test_it_is_copied_as_pixels_and_as_svg(self, dialog):
        dialog.copy_button.click()
        mime = QApplication.clipboard().mimeData()
        assert mime.hasImage()
        assert bytes(mime.data("image/svg+xml").data()).startswith(b"<?xml")

    def test_the_preview_shows_it(self, dialog):
        assert dark_share(dialog.preview.grab().toImage()) > 0.01

    def test_everything_has_a_name(self, dialog):
        for one in (*dialog.radios.values(), *dialog.switches.values(), dialog.preview):
            assert one.accessibleName() or one.text()


class TestFiles:
    def test_svg_is_drawn_the_same_by_another_reader(self, qapp):
        drawing = draw(load_template("lenet-5"), Options())
        renderer = QSvgRenderer(QByteArray(picture_bytes("svg", drawing, Options(), "LeNet-5")))
        assert renderer.isValid()
        size = renderer.defaultSize()
        assert abs(size.width() / size.height() - drawing.width / drawing.height) < 0.02
        ours = as_image(drawing, Options(), 2)
        theirs = QImage(ours.size(), QImage.Format.Format_ARGB32_Premultiplied)
        theirs.fill(0)
        painter = QPainter(theirs)
        renderer.render(painter)
        painter.end()
        assert dark_share(theirs) == pytest.approx(dark_share(ours), rel=0.15)

    def test_svg_needs_no_typeface(self, qapp):
        drawing = draw(load_template("lenet-5"), Options())
        assert b"<text" not in picture_bytes("svg", drawing, Options(), "LeNet-5")

    def test_a_title_is_no_markup(self, qapp):
        drawing = draw(Project(), Options())
        data = picture_bytes("svg", drawing, Options(), "a < b & “c”")
        assert QSvgRenderer(QByteArray(data)).isValid()

    def test_a_title_with_control_characters_leaves_the_svg_readable(self, qapp):
        drawing = draw(Project(), Options())
        data = picture_bytes("svg", drawing, Options(), "a\x0b\x00\ud800b 😀")
        assert ElementTree.fromstring(data)[0].text == "ab 😀"

    def test_pdf_is_one_page_of_the_picture_s_size(self, qapp):
        drawing = draw(load_template("lenet-5"), Options())
        data = picture_bytes("pdf", drawing, Options(), "LeNet-5")
        assert data.startswith(b"%PDF")
        box = data.split(b"/MediaBox [")[1].split(b"]")[0].split()
        assert float(box[2]) == pytest.approx(drawing.width, abs=1)
        assert float(box[3]) == pytest.approx(drawing.height, abs=1)

    def test_png_has_600_dots_to_the_inch(self, qapp, tmp_path):
        drawing = draw(load_template("lenet-5"), Options())
        image = QImage.fromData(picture_bytes("png", drawing, Options(), "LeNet-5"))
        assert image.width() == round(drawing.width * 600 / 72)
        assert round(image.dotsPerMeterX() * 0.0254) == 600

    def test_a_huge_picture_has_fewer_pixels(self, qapp):
        stack = tuple(CATALOGUE["Conv2D"](filters=at % 9 + 1, padding="same") for at in range(300))
        options = Options(orientation="horizontal", width="free")
        drawing = draw(Project(stack=stack), options)
        image = QImage.fromData(picture_bytes("png", drawing, options, "long"))
        assert max(image.width(), image.height()) <= 12_000

    def test_no_background_is_transparent(self, qapp):
        clear = Options(transparent=True)
        drawing = draw(load_template("lenet-5"), clear)
        assert as_image(drawing, clear, 1).pixelColor(0, 0).alpha() == 0
        assert as_image(drawing, Options(), 1).pixelColor(0, 0).alpha() == 255

    def test_dark_windows_make_light_pictures(self, qapp):
        drawing = draw(load_template("lenet-5"), Options())
        light = as_image(drawing, Options(), 1)
        theme().set_mode("dark")
        assert as_image(drawing, Options(), 1) == light
        theme().set_mode("light")

    def test_grey_has_no_colour(self, qapp):
        grey = Options(colours=False)
        drawing = draw(load_template("lenet-5"), grey)
        image = as_image(drawing, grey, 1)
        colours = [
            image.pixelColor(x, y).hsvSaturation()
            for x in range(0, image.width(), 2)
            for y in range(0, image.height(), 2)
        ]
        assert max(colours) < 90

    def test_another_ending_is_refused(self, qapp, tmp_path):
        drawing = draw(Project(), Options())
        with pytest.raises(PictureError, match=r"\.svg, \.pdf or \.png"):
            write_picture(tmp_path / "x.bmp", drawing, Options(), "")


class TestCommand:
    @pytest.mark.parametrize("suffix", KINDS)
    def test_it_needs_no_display(self, tmp_path, suffix):
        path = tmp_path / f"net.{suffix}"
        hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
        done = subprocess.run(
            [sys.executable, str(ROOT / "main.py"), "picture", "lenet-5", str(path)],
            capture_output=True,
            text=True,
            env={name: value for name, value in os.environ.items() if name not in hidden},
        )
        assert done.returncode == 0, done.stderr
        assert "mm, smallest type 6.8 pt" in done.stdout
        assert path.stat().st_size > 1_000

    def test_options(self, qapp, capsys, tmp_path):
        path = str(tmp_path / "net.svg")
        flags = ["--width", "column", "--horizontal", "--parameters", "--grey", "--json"]
        assert main(["picture", "lenet-5", path, *flags]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["width_mm"] <= 85
        wanted = Options(width="column", orientation="horizontal", parameters=True)
        assert told["width_mm"] == round(draw(load_template("lenet-5"), wanted).width / MM, 1)

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["nothing-there", "x.svg"], "no template"),
            (["mlp", "x.bmp"], "give the file one of these endings"),
            (["mlp", "nowhere/x.svg"], "could not be written"),
        ],
    )
    def test_refusals_are_a_line(self, qapp, capsys, tmp_path, monkeypatch, arguments, words):
        monkeypatch.chdir(tmp_path)
        assert main(["picture", *arguments]) == 1
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.count("\n") == 1
        assert words in printed.err

    def test_small_type_is_said(self, qapp, capsys, tmp_path):
        path = str(tmp_path / "net.svg")
        assert main(["picture", "resnet-20", path, "--width", "column", "--horizontal"]) == 0
        assert "try --width page or without --horizontal" in capsys.readouterr().out
        assert main(["picture", "inception-style", path, "--width", "page"]) == 0
        assert capsys.readouterr().out.endswith("small on paper; try --horizontal.\n")
