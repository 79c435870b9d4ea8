"""What a run says of its pictures when it goes on."""

from __future__ import annotations

import numpy as np

from core.data.fingerprint import Fingerprint, fingerprint
from core.training.trained_on import TrainedOn


def pictures(count: int) -> Fingerprint:
    files = [(f"cat/{n}.png", 0) for n in range(count)]
    sums = np.arange(1, count + 1, dtype=np.uint32)
    return fingerprint({"train": files, "validation": [], "test": []}, sums, sums > 0)


def test_what_changed_since_the_last_epoch_is_said_once_an_epoch_kept_it(tmp_path):
    TrainedOn(tmp_path, pictures(5)).keep()
    grown = TrainedOn(tmp_path, pictures(7))
    said = grown.compare(lambda line: None)
    assert said.startswith("2 pictures were added since this run last trained. It goes on with")
    # Stopped before its first epoch, it has learnt nothing from them: it is said again.
    assert TrainedOn(tmp_path, pictures(7)).compare(lambda line: None) == said
    grown.keep()
    assert TrainedOn(tmp_path, pictures(7)).compare(lambda line: None) == ""


def test_a_run_of_an_older_layerloom_goes_on_and_the_log_knows(tmp_path):
    log: list[str] = []
    assert TrainedOn(tmp_path, pictures(5)).compare(log.append) == ""
    assert "was not kept" in log[0]


def test_a_damaged_note_is_said_and_written_anew(tmp_path):
    (tmp_path / "pictures.npz").write_bytes(b"text")
    run = TrainedOn(tmp_path, pictures(5))
    assert "cannot be told" in run.compare(lambda line: None)
    run.keep()
    assert TrainedOn(tmp_path, pictures(5)).compare(lambda line: None) == ""


def test_sets_that_never_change_are_not_noted(tmp_path):
    run = TrainedOn(tmp_path, None)
    run.keep()
    assert run.compare(lambda line: None) == ""
    assert list(tmp_path.iterdir()) == []
