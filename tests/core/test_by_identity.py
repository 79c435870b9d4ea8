"""What is remembered by the value itself."""

from __future__ import annotations

from core.by_identity import KEPT, ByIdentity


def test_the_same_value_is_worked_out_once_an_equal_one_anew():
    worked: list[tuple[int, ...]] = []
    total = ByIdentity(lambda value: worked.append(value) or sum(value))
    first = (1, 2, 3)
    equal = tuple(sorted(first))
    assert total(first) == total(first) == total(equal) == 6
    assert len(worked) == 2


def test_only_the_last_values_are_kept():
    worked: list[object] = []
    known = ByIdentity(lambda value: worked.append(value) or value)
    values = [object() for _ in range(KEPT + 1)]
    for value in values:
        assert known(value) is value
    known(values[-1])
    assert len(worked) == KEPT + 1
    known(values[0])
    assert len(worked) == KEPT + 2
