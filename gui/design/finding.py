"""Blocks of a project by words: kind, name, arguments, and what is wrong with them."""

from __future__ import annotations

from typing import NamedTuple

from core.analysis import analyse
from core.blocks import Block
from core.project import Path, Project
from gui.design.fields import field_specs
from gui.design.fuzzy import score
from gui.design.wording import value_text

CLOSE = 200
"""Least score of a name: letters here and there would light half of the stack."""


class _Words(NamedTuple):
    """What a block can be found by: names fuzzily, the rest as it is written."""

    names: tuple[str, ...]
    rest: str


def found(project: Project, typed: str) -> tuple[Path, ...]:
    """The blocks that every word fits, in the order of reading; also within folded containers.

    Args:
        project: Where to look.
        typed: Words such as ``conv 64``, ``kernel_size=3``, ``bn_2``, ``error``.
    """
    wanted = typed.lower().split()
    if not wanted:
        return ()
    troubles = _troubles(project)
    return tuple(
        path
        for path, block in project.walk()
        if _fits(wanted, _words(block, troubles.get(path, "")))
    )


def _troubles(project: Project) -> dict[Path, str]:
    """What is wrong with each block, in words."""
    words: dict[Path, str] = {}
    for problem in analyse(project).problems:
        if problem.path is not None:
            text = f"{problem.tone} problem {problem.message} {problem.reason}"
            words[problem.path] = f"{words.get(problem.path, '')} {text}"
    return words


def _words(block: Block, trouble: str) -> _Words:
    fields = [
        f"{spec.name}={value_text(value)} {value}"
        for spec in field_specs(type(block))
        if spec.name != "name"
        and ((value := getattr(block, spec.name)) != spec.default or not spec.advanced)
    ]
    off = "disabled" if block.disabled else ""
    rest = " ".join((*block.telling(), *fields, off, trouble)).lower()
    return _Words((block.kind(), block.name), rest)


def _fits(wanted: list[str], words: _Words) -> bool:
    return all(
        _stands(word, words.rest)
        # A number is an argument: the 2 of Conv2D says nothing.
        or (not word.isdigit() and any(score(word, name) >= CLOSE for name in words.names if name))
        for word in wanted
    )


def _stands(word: str, text: str) -> bool:
    """Whether a word of a text begins so; a number must be the whole number."""
    at = text.find(word)
    while at >= 0:
        before, after = text[max(0, at - 1) : at], text[at + len(word) : at + len(word) + 1]
        if not before.isalnum() and not (word.isdigit() and after.isdigit()):
            return True
        at = text.find(word, at + 1)
    return False
