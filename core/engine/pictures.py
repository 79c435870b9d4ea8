"""The picture process: ``python -m core.engine.pictures [--give-way]``.

Carries out commands about pictures, which need no Keras: so it takes a tenth of the engine's
memory, starts in a moment, and answers while the engine loads or trains.  Thumbnails have a lane of
their own, since they are wanted while a folder is scanned.  It is spoken to as the engine is, and
listens and ends as that does (`core.engine.loop`).
"""

from __future__ import annotations

import os
import threading
import traceback
from importlib.metadata import version
from typing import BinaryIO

from core.engine.commands import AnyCommand, DataCommand, MakeThumbnails
from core.engine.events import Failed, Ready
from core.engine.loop import Channel, Lane, Loop, run_process


def run(commands: BinaryIO, channel: Channel) -> int:
    """Answer commands until `Shutdown` or the end of the input; the exit code."""
    lane, thumbnails = Lane(), Lane()

    def lane_of(command: AnyCommand) -> Lane | None:
        if isinstance(command, MakeThumbnails):
            return thumbnails
        return lane if isinstance(command, DataCommand) else None

    Loop(commands, channel, [lane, thumbnails], lane_of).start()
    try:
        from core.engine.data_work import DataWork

        channel.tell(_ready())
    except Exception as error:
        channel.tell(_cannot_start(error))
        return 3
    beside = DataWork(channel.tell, thumbnails.stop_asked)
    threading.Thread(target=thumbnails.serve, args=(beside.do,), daemon=True).start()
    lane.serve(DataWork(channel.tell, lane.stop_asked).do)
    return 0


def _ready() -> Ready:
    versions = {name: version(name) for name in ("pillow", "numpy")}
    return Ready(backend="", versions=versions, device="", reason="", pid=os.getpid())


def _cannot_start(error: Exception) -> Failed:
    return Failed(
        message="Pictures cannot be looked at: numpy or Pillow is missing, broken or of another "
        f"version ({error}). Install them anew with “uv sync --reinstall” in Layerloom's folder "
        "or “pip install --upgrade --force-reinstall layerloom”. Designing and saving work "
        "without them.",
        details="".join(traceback.format_exception(error)),
    )


if __name__ == "__main__":
    run_process(run)
