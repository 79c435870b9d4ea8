"""What a process has to say of itself, or how it ended, in words; nothing here touches one."""

from __future__ import annotations

import os
from collections.abc import Sequence

from core.engine.events import Failed, Ready

_SIGNALS = {
    4: "this processor lacks an instruction that the engine's packages were built with (often AVX)",
    6: "one of its native libraries gave up",
    7: "its memory or a file under it could not be reached",
    9: "by the system because memory ran out, or by someone",
    11: "one of its native libraries crashed",
    15: "someone asked it to end",
}
_BACKENDS = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}


def backend_words(ready: Ready) -> str:
    """The backend and its version: ``TensorFlow 2.21.0``."""
    name = _BACKENDS.get(ready.backend, ready.backend)
    version = ready.versions.get(ready.backend, "")
    return f"{name} {version}".strip()


def how_it_ended(name: str, code: int, crashed: bool) -> str:
    """The end of a process in words."""
    if not crashed:
        return f"The {name} ended by itself (exit code {code})."
    if os.name == "nt":
        return f"The {name} crashed (code {code & 0xFFFFFFFF:#x})."
    why = _SIGNALS.get(code)
    return f"The {name} was killed by signal {code}" + (f": {why}." if why else ".")


def what_is_missing(name: str, install: str, last_words: Failed | None, log: Sequence[str]) -> str:
    """Why a process that was never ready cannot run here; empty if nothing tells.

    Args:
        name: Of the process, for people.
        install: What to do where a package is missing.
        last_words: What it said before it ended.
        log: Its last lines.
    """
    if last_words is not None:
        return last_words.message
    for line in reversed(log):
        if line.startswith("ImportError:") or "No module named" in line:
            what = line.partition(": ")[2]
            return f"The {name} cannot run: {what.rstrip('.')}. {install}"
    return ""
