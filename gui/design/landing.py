"""Where something that is let go over the loom would land."""

from __future__ import annotations

from core.project import Path
from gui.design.layout import Layout, Spot
from gui.design.nest import Bracket, Lane, bottom, top


def landing(layout: Layout, x: int, y: int) -> Path | None:
    """Before which block something let go at a point would be put; None below everything.

    The upper half of a card is the place before it, its lower half the place after it: of an open
    container, that is the beginning of what it holds.  So the upper half of a foot is the end
    inside, the lower half the place behind the container.  Between branches that stand side by side
    the nearest counts, and all the room below a branch is its end.

    Args:
        layout: Where everything stands while no gap is open: it must not run away from the mouse.
        x: Of the point (px).
        y: Of the point (px).
    """
    return _in_lane(layout, layout.items, x, y)


def _in_lane(layout: Layout, items: Lane, x: int, y: int) -> Path | None:
    for item in items:
        spot = layout.spots[top(item)]
        if spot.row.place is not None and y <= _reach(spot):
            return spot.row.place
        if not isinstance(item, int) and y <= _reach(layout.spots[item.foot]):
            return _in_bracket(layout, item, x, y)
    return None


def _reach(spot: Spot) -> int:
    """Down to where a row means the place above it."""
    whole = spot.row.sort in ("empty", "tail", "end")
    return spot.y + (spot.height if whole else spot.height // 2)


def _in_bracket(layout: Layout, item: Bracket, x: int, y: int) -> Path | None:
    lanes = item.lanes
    if item.card in layout.beside:
        lanes = (nearest_lane(layout, item, x),)
    for inner in lanes:
        found = _in_lane(layout, inner, x, y)
        if found is not None:
            return found
    foot = layout.spots[item.foot].row.place
    return foot if foot is not None else _end(layout, lanes[-1])


def nearest_lane(layout: Layout, item: Bracket, x: int) -> Lane:
    """The branch whose middle is nearest to a point (px)."""

    def distance(inner: Lane) -> float:
        spot = layout.spots[top(inner[0])]
        return max(spot.x - x, x - spot.x - spot.width)

    return min(item.lanes, key=distance)


def _end(layout: Layout, items: Lane) -> Path | None:
    """The last place of a branch: that of its tail, or of the empty place in it."""
    places = (layout.spots[bottom(item)].row.place for item in reversed(items))
    return next((place for place in places if place is not None), None)
