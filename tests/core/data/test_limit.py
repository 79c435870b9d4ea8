"""The room that decoded pictures may take."""

from __future__ import annotations

import pytest

from core.data.limit import LIMIT, cache_limit, forget_cache_limit, set_cache_limit


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LAYERLOOM_CACHE_GB", raising=False)
    return tmp_path / "home"


def test_a_chosen_limit_counts_and_can_be_forgotten():
    assert cache_limit() == LIMIT
    set_cache_limit(2.5)
    assert cache_limit() == 2_500_000_000
    forget_cache_limit()
    assert cache_limit() == LIMIT


def test_the_environment_wins(monkeypatch):
    set_cache_limit(2)
    monkeypatch.setenv("LAYERLOOM_CACHE_GB", "7")
    assert cache_limit() == 7_000_000_000


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff",
        b"[" * 100_000,
        b'{"gigabytes": -1}',
        b'{"gigabytes": "x"}',
        b'{"gigabytes": 1e300}',
    ],
)
def test_a_damaged_choice_is_as_none(home, content):
    home.mkdir()
    (home / "cache-limit.json").write_bytes(content)
    assert cache_limit() == LIMIT


def test_a_limit_without_end_is_no_number(monkeypatch):
    monkeypatch.setenv("LAYERLOOM_CACHE_GB", "inf")
    assert cache_limit() == LIMIT
