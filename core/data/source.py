"""Where a project's pictures come from.

Pure values; the modules beside this one read the pictures.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta


class _Source(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag=True,
):
    """What every source can tell without reading a picture."""


class MNIST(_Source, frozen=True, kw_only=True):
    """The 70,000 handwritten digits that come with Layerloom: 28 × 28, grey, 10 classes."""

    @property
    def title(self) -> str:
        """The name people know it by."""
        return "MNIST"

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes, in the order of the model's outputs."""
        return tuple("0123456789")


class Folder(_Source, frozen=True, kw_only=True):
    """A folder of the user's own pictures, one folder a class.

    Attributes:
        path: Where it is.
        class_names: What was found there, in the order of the model's outputs.
    """

    path: str
    class_names: Annotated[tuple[str, ...], Meta(min_length=1, max_length=10_000)]

    @property
    def title(self) -> str:
        """The folder's own name."""
        return self.path.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]


DataSource = MNIST | Folder
