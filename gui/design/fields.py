"""What the inspector needs to know of a field, read from the block's class and nowhere else."""

from __future__ import annotations

from functools import lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

from core.blocks import Block
from core.blocks.base import is_hidden
from core.words import capitalised


class FieldSpec(NamedTuple):
    """A field as the inspector shows it.

    Attributes:
        name: Keras's argument name.
        annotation: Its type with limits, without the outermost "or None".
        optional: Whether it may be unset.
        default: Its value when nothing is said.
        title: Its plain name.
        description: What it does, one or two sentences.
        limits: Its limits in words; may be empty.
        advanced: Whether it is folded away at first.
        follows: What an unset value follows: another field's name, or ``classes``; may be empty.
        unit: Of its numbers, such as ``px``; may be empty.
    """

    name: str
    annotation: Any
    optional: bool
    default: Any
    title: str
    description: str
    limits: str
    advanced: bool
    follows: str
    unit: str = ""

    @property
    def tip(self) -> str:
        """Title, description and limits, for a tooltip."""
        limits = f"<br>{capitalised(self.limits)}." if self.limits else ""
        return f"<p><b>{self.title}</b><br>{self.description}{limits}</p>"


@lru_cache(maxsize=256)
def field_specs(kind: type[Block]) -> tuple[FieldSpec, ...]:
    """The fields of a kind, in the order people meet them."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(
        _spec(info, hints[info.name]) for info in kind.ordered_fields() if not is_hidden(info)
    )


@lru_cache(maxsize=64)
def struct_specs(kind: type[msgspec.Struct]) -> tuple[FieldSpec, ...]:
    """The fields of a struct that is no block, such as a step of the augmentation."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(_spec(info, hints[info.name]) for info in msgspec.structs.fields(kind))


def _spec(info: msgspec.structs.FieldInfo, hint: Any) -> FieldSpec:
    metas = [meta for meta in _metas(hint) if meta.title or meta.description]
    extras: dict[str, Any] = {}
    for meta in _metas(hint):
        extras.update(meta.extra or {})
    inner, optional = without_none(hint)
    return FieldSpec(
        name=info.name,
        annotation=inner,
        optional=optional,
        default=info.default if info.default is not msgspec.NODEFAULT else None,
        title=next((meta.title for meta in metas if meta.title), info.name),
        description=next((meta.description for meta in metas if meta.description), ""),
        limits=limits_in_words(inner),
        advanced=bool(extras.get("advanced")),
        follows=str(extras.get("follows", "")),
        unit=str(extras.get("unit", "")),
    )


def _metas(hint: Any) -> list[Meta]:
    return [meta for meta in getattr(hint, "__metadata__", ()) if isinstance(meta, Meta)]


def bare(hint: Any) -> Any:
    """A type without its annotations."""
    while get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    return hint


def without_none(hint: Any) -> tuple[Any, bool]:
    """A type without "or None", and whether it had that."""
    inner = bare(hint)
    if get_origin(inner) in (Union, UnionType):
        rest = [part for part in get_args(inner) if part is not NoneType]
        if len(rest) == 1 and len(get_args(inner)) == 2:
            return rest[0], True
    return hint, False


def choices(hint: Any) -> tuple[Any, ...]:
    """The values of a Literal in the order written; empty for other types."""
    inner = bare(hint)
    return get_args(inner) if get_origin(inner) is Literal else ()


def extra(hint: Any, name: str) -> bool:
    """Whether a field's annotation says something of its editor: ``choices``, ``file``."""
    return any(bool((meta.extra or {}).get(name)) for meta in _metas(hint))


def parts(hint: Any) -> tuple[Any, ...]:
    """The types of a tuple of fixed length; empty for other types."""
    inner = bare(hint)
    arguments = get_args(inner)
    return arguments if get_origin(inner) is tuple and Ellipsis not in arguments else ()


def element(hint: Any) -> Any:
    """The type of the elements of a tuple of any length; None for other types."""
    inner = bare(hint)
    arguments = get_args(inner)
    if get_origin(inner) is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return arguments[0]
    return None


def sides(hint: Any) -> tuple[tuple[str, str], ...]:
    """What each number of each pair stands for; empty where that needs no words."""
    found: tuple[tuple[str, str], ...] = ()
    for meta in _metas(hint):
        found = (meta.extra or {}).get("sides", found)
    return found


class Bounds(NamedTuple):
    """Limits of a number."""

    ge: float | None
    gt: float | None
    le: float | None
    lt: float | None


def bounds(hint: Any) -> Bounds:
    """The limits written in an annotation."""
    found: dict[str, float | None] = dict.fromkeys(("ge", "gt", "le", "lt"))
    for meta in _metas(hint):
        for name in found:
            value = getattr(meta, name)
            found[name] = value if value is not None else found[name]
    return Bounds(**found)


def limits_in_words(hint: Any) -> str:
    """Limits for people: ``1 to 65,536``, ``0 to below 1``, ``above 0, at most 1``."""
    kind = bare(hint)
    if kind in (int, float):
        return _range(bounds(hint))
    inner = element(hint)
    fixed = parts(hint)
    if inner is None and fixed and len({str(part) for part in fixed}) == 1:
        inner = fixed[0]
    words = limits_in_words(inner) if inner is not None else ""
    return f"each {words}" if words and not words.startswith("each") else words


def _range(limit: Bounds) -> str:
    low = f"{limit.ge:,g}" if limit.ge is not None else None
    high = f"{_number(limit.le)}" if limit.le is not None else None
    if low and high:
        return f"{_number(limit.ge)} to {high}"
    if low and limit.lt is not None:
        return f"{_number(limit.ge)} to below {_number(limit.lt)}"
    words = []
    if limit.gt is not None:
        words.append(f"above {_number(limit.gt)}")
    if low:
        words.append(f"at least {low}")
    if high:
        words.append(f"at most {high}")
    if limit.lt is not None:
        words.append(f"below {_number(limit.lt)}")
    return ", ".join(words)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else f"{value:,g}"


def complaint(hint: Any, value: Any) -> str:
    """Why a value is not allowed, in a short sentence; empty if it is."""
    try:
        msgspec.convert(value, hint)
    except msgspec.ValidationError as error:
        return _plain(hint, value, str(error))
    return ""


def _plain(hint: Any, value: Any, message: str) -> str:
    if isinstance(value, str):
        for meta in _metas(hint):
            if meta.max_length is not None and len(value) > meta.max_length:
                return f"At most {meta.max_length} characters."
            if meta.pattern is not None:
                return "Letters, digits and _ only, starting with a letter."
    words = limits_in_words(hint)
    if words:
        return f"Must be {words.removeprefix('each ')}."
    return message.split(" - at ")[0] + "."
