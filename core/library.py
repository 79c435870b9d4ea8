"""The user's library: groups of blocks kept under a name, one small file each.

A project never depends on it.  A Group that was taken from the library holds all of it and only
remembers where it came from (`core.library_uses`).
"""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from core import nesting
from core.blocks import AnyBlock, Block, Container, Role, Stack
from core.blocks.containers import Group, LibraryUse
from core.edits import without_names
from core.files import write_whole
from core.project import MAX_BLOCKS
from core.project_file import FileSort, ProjectError, decode_contents, encode_contents
from core.room import disk_words

SUFFIX = ".layerloom-block"
SORT = FileSort("layerloom-block", 1, "block")
MAX_BYTES = 2 * 2**20
"""Largest file of one block that is read; 1,000 blocks need about 200 kB."""
MAX_FILES = 1_000
LONGEST_NAME = 60

_ID = r"^[a-z0-9][a-z0-9-]{0,58}\Z"


class LibraryError(Exception):
    """A block of the library cannot be read or written; the text is one sentence for people."""


class LibraryBlock(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, cache_hash=True
):
    """Blocks kept under a name; to the palette it is a kind like any other.

    Attributes:
        id: Stays the same when it is renamed or saved again; also names its file.
        name: What the user calls it.
        saved: When it was last saved.
        stack: What it holds.
    """

    id: Annotated[str, Meta(pattern=_ID)]
    name: Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME, pattern=r"^[^\x00-\x1f]+\Z")]
    saved: Annotated[datetime, Meta(tz=True)]
    stack: Annotated[tuple[AnyBlock, ...], Meta(min_length=1, max_length=MAX_BLOCKS)]

    @property
    def role(self) -> Role:
        """It is put into a stack as a Group."""
        return Role.CONTAINER

    def kind(self) -> str:
        """What the palette calls it."""
        return self.name

    @property
    def purpose(self) -> str:
        """What it holds, in one line."""
        return held_words(self.stack)

    @property
    def search_words(self) -> str:
        """What else people may type to find it."""
        return "my library"

    @property
    def when_to_use(self) -> str:
        """What the palette says of it."""
        return f"A block of your library, saved on {self.saved:%d %B %Y}."

    @property
    def content(self) -> str:
        """Fingerprint of what it holds."""
        return fingerprint(self.stack)

    @property
    def use(self) -> LibraryUse:
        """How a Group remembers that it holds this."""
        return LibraryUse(id=self.id, name=self.name, content=self.content)

    def fresh(self) -> Group:
        """A copy to put into a stack."""
        return Group(body=self.stack, collapsed=True, library=self.use)

    def changed(self, **fields: object) -> LibraryBlock:
        """A copy with some fields changed (values are taken as valid)."""
        return msgspec.structs.replace(self, **fields)


class Trouble(NamedTuple):
    """A file of the library that is left alone, and why."""

    path: Path
    sentence: str


class Library(msgspec.Struct, frozen=True):
    """What the library holds at one moment.

    Attributes:
        blocks: By name.
        troubles: Files that could not be read.
    """

    blocks: tuple[LibraryBlock, ...] = ()
    troubles: tuple[Trouble, ...] = ()

    def get(self, block_id: str) -> LibraryBlock | None:
        """The block of that id."""
        return next((block for block in self.blocks if block.id == block_id), None)

    def named(self, name: str) -> LibraryBlock | None:
        """The block of that name, written in capitals or not."""
        wanted = name.strip().casefold()
        return next((block for block in self.blocks if block.name.casefold() == wanted), None)

    def free_name(self, name: str) -> str:
        """That name, with a number behind it if it is taken."""
        number, free = 1, name
        while self.named(free) is not None:
            number += 1
            tail = f" {number}"
            free = name[: LONGEST_NAME - len(tail)] + tail
        return free

    def with_block(self, block: LibraryBlock) -> Library:
        """The library with a block added, or in place of the one of its id."""
        others = self.without(block.id).blocks
        return Library(_by_name((*others, block)), self.troubles)

    def without(self, block_id: str) -> Library:
        """The library without a block."""
        return Library(tuple(b for b in self.blocks if b.id != block_id), self.troubles)


@lru_cache(maxsize=4_096)
def fingerprint(stack: Stack) -> str:
    """What tells one stack from another, whatever its blocks are called and however it is shown."""
    return sha256(msgspec.json.encode(tuple(_bare(block) for block in stack))).hexdigest()[:16]


def _bare(block: Block) -> Block:
    """A block without what does not change what it does."""
    if isinstance(block, Container):
        block = block.with_stacks(tuple(tuple(map(_bare, stack)) for stack in block.stacks))
        block = block.changed(collapsed=False)
    if isinstance(block, Group):
        block = block.changed(library=None)
    return block.changed(name="") if block.name else block


def held_words(stack: Stack) -> str:
    """What a stack holds, in one line: ``2 × Conv2D, MaxPooling2D``."""
    runs: list[tuple[str, int]] = []
    for block in stack:
        kind = block.library.name if isinstance(block, Group) and block.library else block.kind()
        count = runs.pop()[1] if runs and runs[-1][0] == kind else 0
        runs.append((kind, count + 1))
    return ", ".join(kind if count == 1 else f"{count} × {kind}" for kind, count in runs)


def suggested_name(group: Group, library: Library) -> str:
    """A good name for what a Group holds; free in the library."""
    words = group.name.replace("_", " ") or held_words(group.body)
    if len(words) > 40:
        words = f"Group of {len(group.body)} blocks"
    return library.free_name(words)


def new_block(name: str, stack: Stack) -> LibraryBlock:
    """A block for the library that was in none before; blocks in it lose their names."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-") or "block"
    return LibraryBlock(
        id=f"{slug}-{secrets.token_hex(4)}",
        name=name,
        saved=now(),
        stack=tuple(without_names(block) for block in stack),
    )


def now() -> datetime:
    """The time to the second, in UTC."""
    return datetime.now(UTC).replace(microsecond=0)


# Files


def read_library(folder: Path) -> Library:
    """Everything in the folder; what cannot be read is named and left alone.

    A folder that is not there is an empty library.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == SUFFIX)
    except FileNotFoundError:
        return Library()
    except OSError as error:
        words = f"Your library in {folder} cannot be read: {error.strerror or error}."
        return Library((), (Trouble(folder, words),))
    blocks, troubles = [], []
    for path in paths[:MAX_FILES]:
        try:
            blocks.append(_read_own(path))
        except LibraryError as error:
            troubles.append(Trouble(path, str(error)))
    if len(paths) > MAX_FILES:
        words = f"Your library has {len(paths):,} files; the first {MAX_FILES:,} are shown."
        troubles.append(Trouble(folder, words))
    return Library(_by_name(blocks), tuple(troubles))


def load_block(path: Path) -> LibraryBlock:
    """A block from a file.

    Raises:
        LibraryError: It is missing, damaged, foreign, too large or from a newer Layerloom.
    """
    try:
        if not path.is_file():
            raise LibraryError(f"There is no file {path}.")
        if (size := path.stat().st_size) > MAX_BYTES:
            raise LibraryError(
                f"{path.name}: the file has {size / 2**20:,.1f} MB; a Layerloom block has at most "
                f"{MAX_BYTES // 2**20} MB."
            )
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        words = getattr(error, "strerror", None) or str(error)
        raise LibraryError(f"{path.name} could not be read: {words}.") from error
    try:
        return decode_block(data)
    except LibraryError as error:
        raise LibraryError(f"{path.name}: {error}") from error


def decode_block(data: bytes) -> LibraryBlock:
    """A block from the bytes of its file.

    Raises:
        LibraryError: As in `load_block`, without the file's name.
    """
    if len(data) > MAX_BYTES:
        raise LibraryError(f"a Layerloom block has at most {MAX_BYTES // 2**20} MB.")
    try:
        block = decode_contents(data, SORT, LibraryBlock)
    except ProjectError as error:
        raise LibraryError(str(error)) from error
    if nesting.count(block.stack) > MAX_BLOCKS:
        raise LibraryError(f"it holds more than {MAX_BLOCKS:,} blocks.")
    if nesting.depth(block.stack) >= nesting.MAX_NESTING:
        raise LibraryError(
            f"its containers are nested too deeply; a Group around them would be more than "
            f"{nesting.MAX_NESTING} deep."
        )
    return block


def encode_block(block: LibraryBlock) -> bytes:
    """The bytes of a block's file; also what is copied as text."""
    return encode_contents(block, SORT)


def write_block(folder: Path, block: LibraryBlock, over: LibraryBlock | None = None) -> None:
    """Put a block into the library, whole or not at all.

    Args:
        folder: The library's.
        block: What to write.
        over: The block of the same id as the caller knows it; None for a new one.

    Raises:
        LibraryError: It cannot be written, or is another by now than the caller knows: another
            window saved it meanwhile.
    """
    path = folder / f"{block.id}{SUFFIX}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if over is not None and path.exists() and _read_own(path) != over:
            raise LibraryError(
                f"“{over.name}” was changed in your library meanwhile, in another window. Look at "
                "it once more, then save again."
            )
        write_whole(path, encode_block(block))
    except OSError as error:
        raise LibraryError(
            f"“{block.name}” could not be saved to your library: {disk_words(folder, error)}. "
            "Nothing was overwritten."
        ) from error


def remove_block(folder: Path, block: LibraryBlock) -> None:
    """Take a block out of the library.

    Raises:
        LibraryError: It cannot be deleted.
    """
    try:
        (folder / f"{block.id}{SUFFIX}").unlink(missing_ok=True)
    except OSError as error:
        raise LibraryError(
            f"“{block.name}” could not be deleted: {error.strerror or error}."
        ) from error


def export_block(block: LibraryBlock, path: Path) -> None:
    """Write a block to a file of the user's choice.

    Raises:
        LibraryError: It cannot be written.
    """
    try:
        write_whole(path, encode_block(block))
    except OSError as error:
        raise LibraryError(
            f"{path} could not be saved: {error.strerror or error}. Choose another folder or free "
            "some space."
        ) from error


def _read_own(path: Path) -> LibraryBlock:
    """A block of the library's own folder, whose file must be named as it.

    Raises:
        LibraryError: As in `load_block`, or it is not.
    """
    block = load_block(path)
    if f"{block.id}{SUFFIX}" != path.name:
        raise LibraryError(
            f"{path.name} is a copy of the file of “{block.name}”. Import it to have both."
        )
    return block


def _by_name(blocks: list[LibraryBlock] | tuple[LibraryBlock, ...]) -> tuple[LibraryBlock, ...]:
    return tuple(sorted(blocks, key=lambda block: (block.name.casefold(), block.id)))
