"""The engine process: ``python -m core.engine.worker [--give-way]``.

Carries out commands that need Keras, one after the other on its main thread; `core.engine.loop`
says how it listens and ends.  Those about pictures are for a process of their own,
`core.engine.pictures`, so that they are answered while Keras loads or trains.

With ``--give-way`` the window's process comes first wherever both want a processor: training takes
all of them, and the window would wait its turn for every picture it paints.
"""

from __future__ import annotations

import traceback
from typing import BinaryIO

from core.engine.code_pages import give_back_code
from core.engine.commands import AnyCommand, DataCommand
from core.engine.events import Failed
from core.engine.loop import Channel, Lane, Loop, run_process


def run(commands: BinaryIO, channel: Channel) -> int:
    """Answer commands until `Shutdown` or the end of the input; the exit code."""
    lane = Lane()

    def lane_of(command: AnyCommand) -> Lane | None:
        return None if isinstance(command, DataCommand) else lane

    Loop(commands, channel, [lane], lane_of).start()
    try:
        # Seven seconds of imports; commands that arrive meanwhile wait in the queue.
        from core.engine.work import Work

        work = Work(channel.tell, lane.stop_asked)
        channel.tell(work.ready())
        give_back_code()
    except Exception as error:
        channel.tell(_cannot_start(error))
        return 3
    lane.serve(work.do)
    return 0


def _cannot_start(error: Exception) -> Failed:
    """Why the engine cannot work here, in words."""
    from core.training.devices import DeviceError

    details = "".join(traceback.format_exception(error))
    if isinstance(error, DeviceError):
        return Failed(message=str(error), details=details)
    return Failed(
        message="The engine cannot start: TensorFlow or Keras is missing, broken or of another "
        f"version ({error}). Install them anew with “uv sync --reinstall” in Layerloom's folder "
        "or “pip install --upgrade --force-reinstall layerloom”. Designing and saving work "
        "without them.",
        details=details,
    )


if __name__ == "__main__":
    run_process(run)
