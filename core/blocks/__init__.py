"""The catalogue: every kind of block, found by importing the modules of this package."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from typing import TYPE_CHECKING, Union

from core.blocks._nesting import Composite, Container, Join, Stack
from core.blocks.base import (
    L2,
    Block,
    Cost,
    Gather,
    Pair,
    Reach,
    Remedy,
    Role,
    Shape,
    ShapeProblem,
    show_pair,
    show_shape,
    snake,
    values_in,
)
from core.blocks.input import Input

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")


def _concrete(parent: type[Block]) -> list[type[Block]]:
    """Every kind below ``parent``, in the order of definition: classes that say their purpose."""
    found: list[type[Block]] = []
    for child in parent.__subclasses__():
        if "purpose" in vars(child):
            found.append(child)
        found.extend(_concrete(child))
    return found


_ROLE_ORDER = list(Role)

CATALOGUE: dict[str, type[Block]] = {
    cls.__name__: cls
    for cls in sorted(
        _concrete(Block), key=lambda cls: (_ROLE_ORDER.index(cls.role), issubclass(cls, Composite))
    )
    if cls is not Input
}
"""Every kind that can stand in a stack, by name, in palette order."""

if TYPE_CHECKING:
    AnyBlock = Block
else:
    AnyBlock = Union[tuple(CATALOGUE.values())]  # noqa: UP007 - built at run time
    for _kind in CATALOGUE.values():
        if issubclass(_kind, Container):
            # What containers hold is written as AnyBlock in their fields, and looked up there.
            sys.modules[_kind.__module__].AnyBlock = AnyBlock

__all__ = [
    "CATALOGUE",
    "L2",
    "AnyBlock",
    "Block",
    "Composite",
    "Container",
    "Cost",
    "Gather",
    "Input",
    "Join",
    "Pair",
    "Reach",
    "Remedy",
    "Role",
    "Shape",
    "ShapeProblem",
    "Stack",
    "show_pair",
    "show_shape",
    "snake",
    "values_in",
]
