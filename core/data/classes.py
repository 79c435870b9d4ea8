"""Classes of a folder that the project leaves out, and takes in again; the folder stays as it is.

`core.data.listing` leaves their pictures out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from core.data.names import brief
from core.data.source import Folder, balanced_weights

FEWEST = 2
"""A classifier needs that many."""
TOO_FEW = "A classifier needs at least two classes."
TOLD = 3
"""Classes told by name."""


def can_leave_out(source: Folder, names: Iterable[str]) -> bool:
    """Whether enough classes remain without these."""
    return len(set(source.class_names) - set(names)) >= FEWEST


def leave_out_classes(source: Folder, names: Iterable[str]) -> Folder:
    """The folder without these classes; leaving one out twice does nothing.

    Pictures that count as one of them by being moved go with it, those moved away stay.  Weights of
    the others keep their proportions.

    Raises:
        ValueError: Fewer than two classes would remain.
    """
    out = set(names) & set(source.class_names)
    if not out:
        return source
    if not can_leave_out(source, out):
        raise ValueError(TOO_FEW)
    weights = source.class_weights
    if len(weights) == len(source.class_names):
        pairs = zip(source.class_names, weights, strict=True)
        weights = _balanced([weight for name, weight in pairs if name not in out])
    return msgspec.structs.replace(
        source,
        class_names=tuple(name for name in source.class_names if name not in out),
        classes_left_out=tuple(sorted({*source.classes_left_out, *out})),
        class_weights=weights,
    )


def take_in_classes(source: Folder, names: Iterable[str]) -> Folder:
    """The folder with these classes again, in their old places.

    The classes are no longer weighed: nobody knows the weights of those that come back.
    """
    back = set(names) & set(source.classes_left_out)
    if not back:
        return source
    return msgspec.structs.replace(
        source,
        class_names=tuple(sorted({*source.class_names, *back})),
        classes_left_out=tuple(name for name in source.classes_left_out if name not in back),
        class_weights=(),
    )


def named(names: Sequence[str]) -> str:
    """``“eel”``, ``“ant”, “cow” and 3 more``."""
    told = [f"“{brief(name)}”" for name in names[:TOLD]]
    if len(names) > TOLD:
        return f"{', '.join(told)} and {len(names) - TOLD:,} more"
    return " and ".join(filter(None, (", ".join(told[:-1]), told[-1]))) if told else ""


def _balanced(weights: Sequence[float]) -> tuple[float, ...]:
    """Weights in the same proportions, so that the average picture counts 1 as before."""
    return balanced_weights([round(1e6 / weight) for weight in weights])
