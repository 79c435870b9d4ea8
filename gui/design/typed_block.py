"""Blocks as they are typed: ``conv 64 3`` is Conv2D with 64 filters of 3 × 3.

The first word finds the kind, by a few of its letters.  Numbers fill its fields in their order, a
word is a value of a field that has such a choice, and ``field=value`` says it all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from core.blocks import CATALOGUE, Block
from gui.design.fields import FieldSpec, bare, choices, complaint, element, field_specs, parts
from gui.design.fuzzy import score

_PAIR = re.compile(r"\(\s*(\d+)\s*,\s*(\d+)\s*\)")
_NUMBER = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?|-?\.\d+")
_PAIR_WORD = re.compile(r"(\d+)[x×](\d+)")
_SWITCH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
BY_PURPOSE = 50
"""Score of a kind whose name does not fit, but what it is for."""


class Typed(NamedTuple):
    """A kind that fits what was typed.

    Attributes:
        kind: The kind.
        block: With the arguments that were typed; the others as the palette gives them.
        wrong: Why it cannot be had so, in one sentence; empty if it can.
    """

    kind: type[Block]
    block: Block
    wrong: str = ""


def typed_blocks(text: str, recent: Sequence[type[Block]] = ()) -> list[Typed]:
    """The kinds that fit a text, the best first; all of them for an empty one.

    Args:
        text: As typed.
        recent: Kinds inserted lately, the newest first; they come first among equals.
    """
    words = _PAIR.sub(r" \1x\2 ", text).replace("(", " ").replace(")", " ").replace(",", " ")
    first, *rest = words.split() or [""]
    order = {kind: place for place, kind in enumerate((*recent, *CATALOGUE.values()))}
    order |= {kind: place for place, kind in enumerate(recent)}
    ranked = []
    for kind in CATALOGUE.values():
        fits = _fits(first, kind)
        if fits:
            typed = _with_arguments(kind, rest)
            ranked.append(((bool(typed.wrong), -fits, order[kind]), typed))
    ranked.sort(key=lambda one: one[0])
    return [typed for _, typed in ranked]


def _fits(word: str, kind: type[Block]) -> int:
    return score(word, kind.kind()) or (BY_PURPOSE if word.lower() in kind.purpose.lower() else 0)


def _with_arguments(kind: type[Block], words: list[str]) -> Typed:
    """A block of a kind with the arguments in some words."""
    specs = {spec.name: spec for spec in field_specs(kind)}
    free = [spec for spec in specs.values() if not spec.advanced and _takes_number(spec)]
    values: dict[str, Any] = {}
    for word in words:
        name, equals, said = word.partition("=")
        number = _number(word)
        if equals and name not in specs:
            return Typed(kind, kind.fresh(), f"{kind.kind()} has no argument “{name}”.")
        if equals:
            values[name] = _read(specs[name], said)
            free = [spec for spec in free if spec.name != name]
        elif number is not None and free and element(free[0].annotation) is not None:
            values[free[0].name] = (*values.get(free[0].name, ()), number)
        elif number is not None and free:
            spec = free.pop(0)
            values[spec.name] = _shaped(spec.annotation, number)
        elif (choice := _choice(specs, word)) is not None:
            values[choice[0]] = choice[1]
        elif number is not None or not score(word, kind.kind()):
            return Typed(kind, kind.fresh(), f"{kind.kind()} has no argument for “{word}”.")
    for name, value in values.items():
        if wrong := complaint(specs[name].annotation, value):
            return Typed(kind, kind.fresh(), f"{name} of {kind.kind()}: {wrong}")
    return Typed(kind, kind.fresh().changed(**values))


def _takes_number(spec: FieldSpec) -> bool:
    """Whether a bare number can be meant for a field."""
    hint = spec.annotation
    fixed = parts(hint)
    while fixed:
        hint, fixed = fixed[0], parts(fixed[0])
    inner = element(hint)
    return bare(inner if inner is not None else hint) in (int, float)


def _number(word: str) -> Any:
    """A number or a pair such as ``3x5``; None if the word is neither."""
    if pair := _PAIR_WORD.fullmatch(word):
        return int(pair[1]), int(pair[2])
    if not _NUMBER.fullmatch(word):
        return None
    return int(word) if word.lstrip("-").isdigit() else float(word)


def _shaped(hint: Any, value: Any) -> Any:
    """A number in the form that a type wants: 3 is (3, 3) for a window."""
    fixed = parts(hint)
    if fixed:
        each = value if isinstance(value, tuple) and len(value) == len(fixed) else None
        return tuple(_shaped(part, each[i] if each else value) for i, part in enumerate(fixed))
    if element(hint) is not None:
        return value if isinstance(value, tuple) else (value,)
    return float(value) if bare(hint) is float and isinstance(value, int) else value


def _read(spec: FieldSpec, said: str) -> Any:
    """The value after ``field=``; what cannot be read is left to be complained of."""
    number = _number(said)
    if number is not None and spec.name != "name":
        return _shaped(spec.annotation, number)
    if bare(spec.annotation) is bool:
        return _SWITCH.get(said.lower(), said)
    return said.strip("\"'")


def _choice(specs: dict[str, FieldSpec], word: str) -> tuple[str, Any] | None:
    """The first field that has a value of this name, or the shortest value that begins so."""
    low = word.lower()
    allowed = [
        (spec.name, value)
        for spec in specs.values()
        if not spec.advanced
        for value in choices(spec.annotation)
    ]
    for name, value in allowed:
        if low == str(value):
            return name, value
    begun = [one for one in allowed if len(low) >= 3 and str(one[1]).startswith(low)]
    return min(begun, key=lambda one: len(str(one[1])), default=None)
