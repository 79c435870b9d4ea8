"""Text that is pasted: whatever it is, blocks come of it or a sentence."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from gui.design import transfer

CONV = '{"kind": "Conv2D", "filters": 4}'


def parcel(blocks: str, version: int = 1) -> str:
    return f'{{"format": "{transfer.FORMAT}", "version": {version}, "blocks": [{blocks}]}}'


def nested(deep: int) -> str:
    return '{"kind": "Group", "body": [' * deep + CONV + "]}" * deep


TEXTS = {
    "nothing": ("", "empty"),
    "a script": ("import keras\nmodel = keras.Sequential([])\n", "other text"),
    "a newer version": (parcel(CONV, 99), "newer Layerloom"),
    "an unknown kind": (parcel('{"kind": "Conv9D"}'), "Conv9D"),
    "an Input": (parcel('{"kind": "Input"}'), "Input"),
    "a number past all limits": (parcel('{"kind": "Conv2D", "filters": 1e400}'), "damaged"),
    "a name with a line break": (parcel('{"kind": "Flatten", "name": "a\\n"}'), "name"),
    "a library of old": (parcel('{"kind": "Group", "library": "mine"}'), "library"),
    "17 deep": (parcel(nested(17)), "At most 16 containers"),
    "300 deep": (parcel(nested(300)), "nested too deeply"),
    "quotes without end": ('"\\' * 100_000, "other text"),
    "too many": (parcel(",".join([CONV] * 10_001)), "too many"),
    "much too much": ("x" * (transfer.MAX_BYTES + 1), "too much"),
}


@pytest.mark.parametrize("what", TEXTS)
def test_what_cannot_be_pasted_is_said(page, document, what):
    text, words = TEXTS[what]
    before, said = document.project, []
    page.actions_of.said.connect(said.append)
    QApplication.clipboard().setText(text)
    page.paste()
    assert len(said) == 1
    assert words in said[0]
    assert document.project is before


def test_sixteen_deep_can_be_pasted(page, document):
    QApplication.clipboard().setText(parcel(nested(16)))
    page.paste()
    assert document.undo_stack.undoText() == "paste Group"
