"""What is remembered, and what happens when it cannot be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from platformdirs import user_data_dir

from gui.home import data_home
from gui.settings import MAX_RECENT, SettingsStore


def test_first_start_has_the_defaults(tmp_path):
    store = SettingsStore(tmp_path / "none")
    assert store.values.page == "design"
    assert store.values.window is None
    assert store.kept_copy is None


def test_what_is_saved_is_there_next_time(tmp_path):
    store = SettingsStore(tmp_path)
    store.values.window = (1, 2, 300, 400)
    store.values.theme = "dark"
    store.values.splitters["design"] = [200, 600, 300]
    store.save()
    again = SettingsStore(tmp_path).values
    assert again == store.values


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"\xff\xfe\x00", b"[]", b'{"theme": "pink"}', b'{"window": [1]}', b"[" * 100_000],
)
def test_damaged_settings_give_defaults_and_are_kept(tmp_path, damage):
    file = tmp_path / "settings.json"
    file.write_bytes(damage)
    store = SettingsStore(tmp_path)
    assert store.values.theme == "system"
    assert store.kept_copy is not None
    assert store.kept_copy.read_bytes() == damage
    store.save()
    file.write_bytes(b"damaged again")
    second = SettingsStore(tmp_path)
    assert second.kept_copy != store.kept_copy
    assert store.kept_copy.read_bytes() == damage


def test_settings_of_a_later_version_are_read_as_far_as_known(tmp_path):
    (tmp_path / "settings.json").write_text('{"theme": "dark", "invented_later": 3}')
    store = SettingsStore(tmp_path)
    assert store.values.theme == "dark"
    assert store.kept_copy is None


def test_recent_files_have_the_newest_first_once_and_are_few(tmp_path):
    store = SettingsStore(tmp_path)
    for number in [*range(15), 12]:
        store.add_recent(Path(f"/projects/{number}.layerloom"))
    recent = store.values.recent
    assert len(recent) == MAX_RECENT
    assert recent[:3] == [f"/projects/{number}.layerloom" for number in (12, 14, 13)]
    assert len(set(recent)) == len(recent)


def test_recent_files_of_two_windows_are_all_kept(tmp_path):
    one, other = SettingsStore(tmp_path), SettingsStore(tmp_path)
    one.add_recent(Path("/a.layerloom"))
    other.add_recent(Path("/b.layerloom"))
    assert SettingsStore(tmp_path).values.recent == ["/b.layerloom", "/a.layerloom"]


def test_reset_keeps_recent_files(tmp_path):
    store = SettingsStore(tmp_path)
    store.add_recent(Path("/a.layerloom"))
    store.values.theme = "dark"
    store.reset()
    assert SettingsStore(tmp_path).values.theme == "system"
    assert SettingsStore(tmp_path).values.recent == ["/a.layerloom"]


def test_a_home_that_cannot_be_written_troubles_nobody(tmp_path):
    (tmp_path / "file").write_text("in the way")
    SettingsStore(tmp_path / "file" / "home").save()


def test_home_is_the_one_the_command_line_uses(monkeypatch, own_home):
    assert data_home() == own_home
    monkeypatch.delenv("LAYERLOOM_HOME")
    # pytest-qt's test mode does not apply here: the path is asked for, not used.
    assert os.fspath(data_home()) == user_data_dir("Layerloom", appauthor=False)
