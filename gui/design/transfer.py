"""Blocks on their way: as dragged data and as text on the clipboard."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QByteArray, QMimeData

from core.blocks import AnyBlock, Block
from core.library import SORT as LIBRARY
from core.library import LibraryError, decode_block
from core.project import MAX_BLOCKS
from core.project_file import MAX_DEPTH, depth_of

MIME = "application/x-layerloom-blocks"
FORMAT = "layerloom-blocks"
VERSION = 1
MAX_BYTES = 16 * 2**20


class TransferError(Exception):
    """What came is no blocks; the text is one sentence for people."""


class _Parcel(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Blocks with a version, so that another Layerloom knows what it gets."""

    format: str
    version: int
    blocks: tuple[AnyBlock, ...]


class _Label(msgspec.Struct):
    """What can be read of a parcel of any version."""

    format: str
    version: int


def encode(blocks: Sequence[Block]) -> str:
    """Blocks as JSON text."""
    parcel = {"format": FORMAT, "version": VERSION, "blocks": tuple(blocks)}
    return msgspec.json.format(msgspec.json.encode(parcel), indent=2).decode()


def decode(text: str) -> tuple[Block, ...]:
    """Blocks from JSON text.

    Raises:
        TransferError: It holds none, with a sentence that says what it holds instead.
    """
    data = text.encode("utf-8", "replace")
    if not data.strip():
        raise TransferError("There is nothing to paste: the clipboard is empty.")
    if len(data) > MAX_BYTES:
        raise TransferError("The clipboard holds too much to be blocks.")
    if depth_of(data) > MAX_DEPTH:
        raise TransferError("The clipboard holds something nested too deeply to be blocks.")
    try:
        label = msgspec.json.decode(data, type=_Label)
    except (msgspec.DecodeError, RecursionError) as error:
        raise TransferError(
            "The clipboard holds other text, not blocks. Copy blocks with Ctrl+C first."
        ) from error
    if label.format == LIBRARY.format:
        try:
            return (decode_block(data).fresh(),)
        except LibraryError as error:
            raise TransferError(f"The copied block cannot be pasted: {error}") from error
    if label.format != FORMAT:
        raise TransferError("The clipboard holds something of another program, not blocks.")
    if label.version > VERSION:
        raise TransferError("These blocks were copied from a newer Layerloom. Update to paste.")
    try:
        blocks = msgspec.json.decode(data, type=_Parcel).blocks
    except (msgspec.DecodeError, RecursionError) as error:
        raise TransferError(
            f"The copied blocks are damaged or of a kind this Layerloom does not know ({error})."
        ) from error
    if not blocks or len(blocks) > MAX_BLOCKS:
        raise TransferError("The clipboard holds no blocks, or too many of them.")
    return blocks


def to_mime(blocks: Sequence[Block]) -> QMimeData:
    """Blocks as data to drag."""
    mime = QMimeData()
    mime.setData(MIME, QByteArray(encode(blocks).encode()))
    return mime


def from_mime(mime: QMimeData) -> tuple[Block, ...]:
    """The blocks being dragged.

    Raises:
        TransferError: There are none.
    """
    if not mime.hasFormat(MIME):
        raise TransferError("Only blocks can be dropped here.")
    return decode(bytes(mime.data(MIME).data()).decode("utf-8", "replace"))
