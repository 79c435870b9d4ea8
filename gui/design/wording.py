"""Numbers and blocks in words, the same on every part of the page."""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence

from core.blocks import Block, Shape, show_shape, values_in
from core.words import NOTHING as NOTHING
from core.words import data_size
from core.words import value_text as value_text


def spoken(shape: Shape | None) -> str:
    """A shape as a screen reader should say it: ``26 by 26 by 32``."""
    return "unknown" if shape is None else " by ".join(map(str, shape))


def tensor_words(shape: Shape) -> str:
    """Everything about one tensor, for a tooltip."""
    values = values_in(shape)
    axes = {3: "height × width × channels", 1: "one vector"}.get(len(shape), "axes")
    product = f" = {values:,}" if len(shape) > 1 else ""
    return (
        f"{show_shape(shape)}{product} values ({axes})\n"
        f"{data_size(4 * values)} for one picture, as 32-bit numbers"
    )


def what(blocks: Sequence[Block]) -> str:
    """Blocks in an undo text: ``Conv2D`` or ``3 blocks``."""
    return blocks[0].kind() if len(blocks) == 1 else f"{len(blocks)} blocks"


def explained(kind: type[Block]) -> str:
    """What a kind of block does, Markdown from its documentation, spaced as on a page."""
    return re.sub(r"(?<=\S) {2,}", " ", inspect.cleandoc(kind.__doc__ or ""))


def rich(text: str) -> str:
    """Plain text for a rich tooltip: escaped, so that its lines wrap and nothing is markup."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return safe.replace("\n", "<br>")
