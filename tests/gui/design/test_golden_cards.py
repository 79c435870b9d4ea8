"""What every kind's card looks like, against a picture that somebody has looked at.

This makes the pictures anew; look at them before they are committed::

    .venv/bin/python -m tests.gui.design.test_golden_cards [KIND…]

Compared are softened pictures within a tolerance: another release of the library that draws
letters moves edges by a fraction of a pixel, and that is no change of ours.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter
from PySide6.QtCore import QPoint
from PySide6.QtGui import QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from core.blocks import CATALOGUE, Block, Input, snake
from core.project import Project
from gui.design.card import BlockCard
from gui.design.faces import INPUT_PATH, Face
from gui.design.look import Metrics
from gui.document import Document
from gui.help.subject import about_kind
from gui.theme import theme

GOLDEN = Path(__file__).parent / "golden"
COMMAND = ".venv/bin/python -m tests.gui.design.test_golden_cards"
KINDS: dict[str, type[Block]] = {"Input": Input, **CATALOGUE}
THEMES = ("light", "dark")
WIDTH, MARGIN = 480, 8
SOFT = 1
"""How far a pixel is mixed with its neighbours before comparing (px)."""
TOLERANCE = 32
"""How far a softened pixel may be off, of 255."""
MAY_BE_OFF = 0.0001
"""Share of the pixels that may be further off."""


def faces(kind: type[Block], **fields: object) -> list[Face]:
    """A card as the palette gives it; named, warned of and selected; and disabled."""
    if kind is Input:
        return [Face(Input(), INPUT_PATH, 3, (28, 28, 1), 0.0)]
    report = about_kind(Document(Project()), kind).report
    assert report is not None
    plain = Face(kind.fresh().changed(**fields), (1,), 3, report.output, 0.4)
    named = plain._replace(block=plain.block.changed(name="stem"), severity="warning")
    lost = plain._replace(
        block=plain.block.changed(disabled=True), output=None, share=0.0, stopped_by="block 1"
    )
    return [plain, named, lost]


def picture(kind: type[Block], **fields: object) -> Image.Image:
    """A kind's cards one below the other, in the theme in force; ``fields`` as given."""
    metrics = Metrics()
    width, step = WIDTH + 2 * MARGIN, metrics.card_height + MARGIN
    shown = faces(kind, **fields)
    image = QImage(width, step * len(shown) + MARGIN, QImage.Format.Format_RGB32)
    image.fill(theme().color("background"))
    parent = QWidget()
    painter = QPainter(image)
    for number, face in enumerate(shown):
        card = BlockCard(_nobody(), parent)
        card.set_metrics(metrics)
        card.resize(WIDTH, metrics.card_height)
        card.show_face(face)
        card.setChecked(bool(face.block.name))
        at = QPoint(MARGIN, MARGIN + number * step)
        card.render(painter, at, renderFlags=QWidget.RenderFlag.DrawChildren)
    painter.end()
    parent.deleteLater()
    return _as_pillow(image)


def _nobody() -> object:
    """These cards are only looked at: no mouse works them."""
    return object()


def _as_pillow(image: QImage) -> Image.Image:
    pixels = np.frombuffer(image.constBits(), np.uint8)
    pixels = pixels.reshape(image.height(), image.bytesPerLine() // 4, 4)
    return Image.fromarray(np.ascontiguousarray(pixels[:, : image.width(), 2::-1]))


@contextmanager
def drawn_alike(mode: str) -> Iterator[None]:
    """A theme, and letters as they are designed, whatever this system does to make them crisp."""
    theme().set_mode(mode)
    for name in ("small", "body", "strong", "heading", "title", "mono", "mono_small"):
        font = theme().font(name)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        font.setStyleStrategy(QFont.StyleStrategy.NoSubpixelAntialias)
        theme()._fonts[name] = font
    try:
        yield
    finally:
        theme()._fonts.clear()
        theme().set_mode("light")


def softened(image: Image.Image) -> np.ndarray:
    """The picture with each pixel the mean of its neighbourhood."""
    return np.asarray(image.filter(ImageFilter.BoxBlur(SOFT)), np.int16)


def off(one: Image.Image, other: Image.Image) -> np.ndarray:
    """Which pixels differ by more than the tolerance: (height, width) of bool."""
    return np.abs(softened(one) - softened(other)).max(-1) > TOLERANCE


def file_of(kind: str, mode: str) -> Path:
    """Where a golden picture lies."""
    return GOLDEN / mode / f"{snake(kind)}.png"


@pytest.mark.parametrize("mode", THEMES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_card_looks_as_it_did(qapp, tmp_path, kind, mode) -> None:
    file = file_of(kind, mode)
    assert file.exists(), f"{kind} has no golden picture: {COMMAND} {kind}, then look at {file}"
    with drawn_alike(mode):
        now = picture(KINDS[kind])
    golden = Image.open(file).convert("RGB")
    assert now.size == golden.size, f"{kind}'s card has another size; if meant: {COMMAND} {kind}"
    wrong = off(now, golden)
    if wrong.mean() > MAY_BE_OFF:
        shown = np.concatenate([golden, now, np.repeat(wrong[..., None], 3, 2) * np.uint8(255)], 1)
        found = tmp_path / f"{snake(kind)}-{mode}.png"
        Image.fromarray(shown).save(found)
        pytest.fail(
            f"{kind}'s card in the {mode} theme looks different in {wrong.mean():.1%} of its "
            f"pixels: {found} shows before, now and where.  If it is meant: {COMMAND} {kind}"
        )


def test_no_golden_picture_is_left_behind() -> None:
    expected = {file_of(kind, mode) for kind in KINDS for mode in THEMES}
    assert set(GOLDEN.rglob("*.png")) == expected


@pytest.mark.parametrize("mode", THEMES)
def test_a_change_that_people_would_see_is_noticed(qapp, mode) -> None:
    """The tolerance is no blindness: one digit, one colour, one step aside is enough."""
    with drawn_alike(mode):
        golden = picture(CATALOGUE["Dropout"])
        digit = picture(CATALOGUE["Dropout"], rate=0.6)
    warmer = Image.fromarray(np.asarray(golden) // 2 + np.array([127, 0, 0], np.uint8))
    aside = Image.fromarray(np.roll(np.asarray(golden), 2, 1))
    for other in (digit, warmer, aside):
        assert off(golden, other).mean() > MAY_BE_OFF


def renew(kinds: list[str]) -> None:
    """Write the golden pictures of some kinds, or of all."""
    app = QApplication.instance() or QApplication(["golden", "-platform", "offscreen"])
    theme().install(app, "light")
    for mode in THEMES:
        with drawn_alike(mode):
            for kind in kinds or KINDS:
                file = file_of(kind, mode)
                file.parent.mkdir(parents=True, exist_ok=True)
                picture(KINDS[kind]).quantize(256).save(file, optimize=True)
                sys.stdout.write(f"{file}\n")


if __name__ == "__main__":
    renew(sys.argv[1:])
