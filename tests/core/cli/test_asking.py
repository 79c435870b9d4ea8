"""What Ctrl+C does to a command that the engine carries out."""

from __future__ import annotations

import signal

import pytest

from core.cli.asking import Interruption, way_on
from core.engine.client import EngineClient
from core.project import Project
from core.training.run import begin_run


def test_a_second_ctrl_c_does_not_wait_and_one_at_the_end_does_no_harm():
    with EngineClient(module="core.engine.pictures") as client:
        handler = Interruption(client)
        handler(signal.SIGINT, None)
        assert handler.asked
        with pytest.raises(KeyboardInterrupt):
            handler(signal.SIGINT, None)
        handler.over()
        handler(signal.SIGINT, None)


def test_the_way_on_is_a_command_to_copy_where_there_is_a_run(tmp_path):
    folder = tmp_path / "my runs" / "1"
    assert way_on(None) == way_on(folder) == ""
    begin_run(folder, Project(), None)
    assert way_on(folder).endswith(f"Resume with: main.py train --resume '{folder}'")
