"""What the window remembers between sessions: one small JSON file in the data folder."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from core.files import write_whole

MAX_RECENT = 10
MAX_BYTES = 1 << 20
SWITCHES = {"autosave": True, "reduced-motion": False, "tour-seen": False}
"""Everything that is on or off, as it is at a first start."""


class Settings(msgspec.Struct, kw_only=True):
    """Everything remembered, with the defaults of a first start.

    Attributes:
        window: x, y, width and height of the window (px); none on a first start.
        maximized: Whether the window filled the screen.
        page: The page that was open.
        splitters: Sizes of each splitter (px), by its object name.
        recent: Project files, the newest first.
        folders: The last folder used, by purpose: ``open``, ``save``, ``export``.
        theme: ``system``, ``light`` or ``dark``.
        font: ``bundled`` for the fonts that come with Layerloom, ``system`` for the system's.
        switches: Anything that is on or off, by name.
        picture: What was chosen for pictures of architectures, by `core.picture.Options`.
        zoom: Of the Design page's stack; 1 is normal.
    """

    window: tuple[int, int, int, int] | None = None
    maximized: bool = False
    page: str = "design"
    splitters: dict[str, list[int]] = {}
    recent: list[str] = []
    folders: dict[str, str] = {}
    theme: Literal["system", "light", "dark"] = "system"
    font: Literal["bundled", "system"] = "bundled"
    switches: dict[str, bool] = {}
    picture: dict[str, str | bool] = {}
    zoom: float = 1.0


class SettingsStore:
    """The settings and their file.

    Attributes:
        values: The settings in force.
        kept_copy: Where a damaged file was moved, if there was one.
    """

    def __init__(self, folder: Path) -> None:
        """Read ``settings.json`` in ``folder``; defaults where it is missing or damaged."""
        self.path = folder / "settings.json"
        self.kept_copy: Path | None = None
        self.values = self._read()

    def switch(self, name: str) -> bool:
        """Whether something is on; as `SWITCHES` says where nobody decided."""
        return self.values.switches.get(name, SWITCHES[name])

    def set_switch(self, name: str, on: bool) -> None:
        """Turn something on or off, and remember it."""
        self.values.switches[name] = on
        self.save()

    def save(self) -> None:
        """Write the settings.  Failing to is no reason to trouble anyone."""
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self.path, msgspec.json.format(msgspec.json.encode(self.values)))

    def reset(self) -> None:
        """Back to the defaults of a first start; recent files are kept."""
        # Not at the top: what it imports is not needed for the first picture.
        from core.data.limit import forget_cache_limit

        self.values = Settings(recent=self.values.recent)
        with contextlib.suppress(OSError):
            forget_cache_limit()
        self.save()

    def add_recent(self, path: Path) -> None:
        """Put a project file first among the recent ones."""
        self._change_recent(lambda others: [str(path), *others], str(path))

    def remove_recent(self, path: str) -> None:
        """Forget a project file."""
        self._change_recent(lambda others: others, path)

    def clear_recent(self) -> None:
        """Forget every project file."""
        self.values.recent = []
        self.save()

    def _change_recent(self, change: Callable[[list[str]], list[str]], path: str) -> None:
        # Another window may have added its own meanwhile; theirs must not be lost.
        with contextlib.suppress(OSError, msgspec.DecodeError):
            self.values.recent = self._decode().recent
        others = [entry for entry in self.values.recent if entry != path]
        self.values.recent = change(others)[:MAX_RECENT]
        self.save()

    def _decode(self) -> Settings:
        if self.path.stat().st_size > MAX_BYTES:
            raise msgspec.DecodeError("settings of this size are damaged")
        return msgspec.json.decode(self.path.read_bytes(), type=Settings)

    def _read(self) -> Settings:
        try:
            return self._decode()
        except FileNotFoundError:
            return Settings()
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self._keep_damaged()
        except OSError:
            pass
        return Settings()

    def _keep_damaged(self) -> None:
        """Move a damaged file aside, without ever overwriting an earlier one."""
        for number in range(1, 100):
            copy = self.path.with_name(f"settings.damaged-{number}.json")
            if not copy.exists():
                with contextlib.suppress(OSError):
                    self.path.rename(copy)
                    self.kept_copy = copy
                return
