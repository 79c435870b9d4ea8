"""A hand that builds networks in the real window: with the mouse alone, or with the keyboard alone.

Cards are told apart by what a screen reader says of them, so a step names a place as a person
would: the kind, and which block of what.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.end_to_end.desktop import App, Widget, wait_until

LOOM = "design.rows"
PALETTE = "Palette of blocks"
WHOLE = 30
"""Pixels of a card's height below which most of it is out of sight."""

Sign = Callable[[str], bool]
"""Tells a card by what is read of it."""


def sign(kind: str, *words: str) -> Sign:
    """Cards of a kind that have these words."""
    return lambda name: name.startswith(kind) and all(word in name for word in words)


class Mouse:
    """What can be done with the mouse; the keyboard is not touched."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.desktop = app.desktop

    # What is there

    def card(self, one: Sign) -> tuple[str, Widget]:
        """A card that is to be seen whole, scrolled to if need be."""
        loom = self.app.wait_for(LOOM)
        return self._reveal(loom, lambda name: "output" in name and one(name), "the card")

    def _reveal(self, area: Widget, one: Sign, what: str) -> tuple[str, Widget]:
        def seen() -> tuple[str, Widget] | None:
            for name, widget in self.app.widgets().items():
                if one(name) and widget["height"] >= WHOLE:
                    return name, widget
            return None

        found = self._settled(seen)
        if found is None:
            self._wheel(area, 4, 40)
            found = self._settled(seen)
        for _ in range(60):
            if found is not None:
                return found
            self._wheel(area, 5, 2)
            found = self._settled(seen)
        raise AssertionError(f"{what} cannot be scrolled to; there is {self.app.cards()}")

    def _settled(self, seen: Callable[[], tuple[str, Widget] | None]) -> tuple[str, Widget] | None:
        """What is seen twice in the same place, so that nothing is still moving."""
        before = seen()
        while True:
            self.desktop.xdotool("sleep", 0.15)
            now = seen()
            if now == before:
                return now
            before = now

    def _wheel(self, area: Widget, button: int, times: int) -> None:
        x, y = area["x"] + area["width"] - 120, area["y"] + area["height"] // 2
        self.desktop.xdotool("mousemove", x, y, "click", "--repeat", times, "--delay", 12, button)

    # What can be done

    def begin(self, kind: str) -> None:
        """Drag the first block into the empty stack."""
        self._pick_up(kind)
        x, y = _middle(self.app.wait_for(LOOM))
        self.desktop.xdotool("mousemove", x, y, "sleep", 0.1, "mousemove", x + 1, y, "sleep", 0.3)
        self._let_go(kind)

    def take_below(self, kind: str, one: Sign) -> None:
        """Drag a block to just below a card: after it, or into it if it is an open container."""
        self.card(one)
        self._pick_up(kind)
        above: tuple[int, int] | None = None
        while True:  # the stack may move meanwhile: go after the card, as an eye does
            _, widget = self._found(lambda name: "output" in name and one(name))
            place = widget["x"] + widget["width"] // 2, widget["y"] + widget["height"] + 12
            if place == above:
                break
            above = place
            x, y = place
            self.desktop.xdotool("mousemove", x, y, "sleep", 0.1, "mousemove", x + 1, y)
            self.desktop.xdotool("sleep", 0.4)
        self._let_go(kind)

    def take_into_branch(self, kind: str, parallel: Sign, number: int, of: int) -> None:
        """Drag a block into an empty branch, counted from 1, of those side by side below a card."""
        self._pick_up(kind)
        _, widget = self._found(lambda name: "output" in name and parallel(name))
        x = widget["x"] + round(widget["width"] * (number - 0.5) / of)
        y = widget["y"] + widget["height"] + 50
        self.desktop.xdotool("mousemove", x, y, "sleep", 0.1, "mousemove", x + 1, y, "sleep", 0.5)
        self._let_go(kind)

    def _pick_up(self, kind: str) -> None:
        area = self.app.wait_for(PALETTE)
        _, widget = self._reveal(area, lambda name: name.startswith(f"{kind}: "), kind)
        x, y = _middle(widget)
        self.desktop.xdotool("mousemove", x, y, "sleep", 0.1, "mousedown", 1)
        for step in range(1, 5):
            self.desktop.xdotool("mousemove", x + 10 * step, y, "sleep", 0.03)

    def _let_go(self, kind: str) -> None:
        before = self.app.cards()
        self.desktop.xdotool("mouseup", 1)
        wait_until(lambda: len(self.app.cards()) > len(before), f"{kind} stands in the stack")

    def _found(self, one: Sign) -> tuple[str, Widget]:
        return next((name, widget) for name, widget in self.app.widgets().items() if one(name))

    def click(self, one: Sign) -> None:
        """Select a card, and see its fields in the inspector."""
        name, widget = self.card(one)
        self.desktop.click(*_left(widget))
        place = re.sub(
            r", (has an error|has a warning|selected).*$", "", name.split(", block ", 1)[1]
        )
        wait_until(
            lambda: (self.app.find("design.place") or {}).get("text") == f"block {place}",
            f"the inspector shows block {place}",
        )

    def menu(self, one: Sign, *entries: str) -> None:
        """Choose from a card's context menu."""
        self.click(one)
        x, y = _left(self.card(one)[1])
        self.desktop.xdotool("mousemove", x, y, "click", 3)
        for entry in entries:
            self.desktop.click(*self.app.middle(f"menu-{entry}"))

    def choose(self, field: str, value: str) -> None:
        """Choose from a list in the inspector."""
        self.app.click(field)
        choice = wait_until(
            lambda: self.app.widgets().get(f"choice-{value}"), f"{value} can be chosen"
        )
        self.desktop.click(*_middle(choice))
        wait_until(lambda: (self.app.find(field) or {}).get("text") == value, f"{field} is {value}")

    def save(self) -> None:
        """Save by the menu."""
        self.app.click("menu-file")
        self.app.click("action-save")

    def step(self, field: str, value: int) -> None:
        """Bring a number to a value with the buttons beside it, looking now and then."""
        now = int(self.app.wait_for(field)["text"])
        for _ in range(60):
            if now == value:
                return
            x, y = _middle(self._beside(field, "One more" if value > now else "One less"))
            clicks = min(10, abs(value - now))
            self.desktop.xdotool("mousemove", x, y, "click", "--repeat", clicks, "--delay", 40, 1)
            now = self._at_rest(field, now)
        raise AssertionError(f"{field} does not come to {value}, it is {now}")

    def _at_rest(self, field: str, before: int) -> int:
        """A number once it has changed and then stayed the same for a while."""
        wait_until(lambda: self.app.wait_for(field)["text"] != str(before), f"{field} changes")
        while True:
            text = self.app.wait_for(field)["text"]
            self.desktop.xdotool("sleep", 0.35)
            if self.app.wait_for(field)["text"] == text:
                return int(text)

    def roll(self, field: str, value: int) -> None:
        """Bring a number to a value with the wheel over its field."""
        self.app.click(field)
        for _ in range(40):
            text = self.app.wait_for(field)["text"]
            if text == str(value):
                return
            up = not text or int(text) < value
            self.desktop.xdotool("click", 4 if up else 5)
            wait_until(
                lambda text=text: self.app.wait_for(field)["text"] != text, f"{field} is not {text}"
            )
        raise AssertionError(f"{field} does not come to {value}")

    def _beside(self, field: str, button: str) -> Widget:
        """The button in a field's line."""
        line = self.app.wait_for(field)
        return next(
            widget
            for name, widget in self.app.widgets().items()
            if name.startswith(button) and abs(widget["y"] - line["y"]) < line["height"]
        )


class Keyboard:
    """What can be done with the keyboard; the mouse is not touched."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.desktop = app.desktop

    def begin(self) -> None:
        """Go to the stack of the Design page."""
        self.desktop.key("ctrl+2")
        wait_until(lambda: self.app.find("design.place"), "the page is there")
        for _ in range(12):
            if self.on_card():
                return
            self.desktop.key("Tab")
            self.desktop.xdotool("sleep", 0.3)
        raise AssertionError("Tab does not come to the stack")

    def insert(self, text: str, kind: str, *words: str) -> None:
        """Type a block where the keyboard is; it stands there, with the keyboard on it."""
        before = len(self.app.cards())
        self.desktop.key("slash")
        wait_until(lambda: self._focused("Block to insert"), "a block can be typed")
        self.desktop.type(text)
        wait_until(lambda: self.app.wait_for("Block to insert")["text"] == text, f"{text} is typed")
        self.desktop.key("Return")
        wait_until(lambda: len(self.app.cards()) > before, f"{kind} stands in the stack")
        wait_until(lambda: self.on_card(kind, *words), f"the keyboard is on {kind} {words}")

    def save(self) -> None:
        """Save by the shortcut."""
        self.desktop.key("ctrl+s")

    def press(self, key: str, kind: str, *words: str) -> None:
        """Press a key that leads to a card."""
        self.desktop.key(key)
        wait_until(lambda: self.on_card(kind, *words), f"{key} leads to {kind} {words}", 10)

    def choose(self, text: str) -> None:
        """Choose from the context menu of the card, going down to the entry."""
        entry = f"menu-{text.lower().replace(' ', '-')}"
        self.desktop.key("Menu")
        wait_until(lambda: self.app.find(entry), f"the menu has {text}")
        now = self._lit()
        while not now.startswith(entry):
            self.desktop.key("Up")
            before = now
            wait_until(lambda before=before: self._lit() != before, "another entry is lit", 10)
            now = self._lit()
        self.desktop.key("Return")
        wait_until(lambda: not self.app.find(entry), "the menu is closed")

    def _lit(self) -> str:
        """The entry of an open menu that Return would choose."""
        entries = self.app.widgets().items()
        return next((name for name, widget in entries if widget.get("active")), "")

    def on_card(self, kind: str = "", *words: str) -> bool:
        """Whether the keyboard is on such a card."""
        one = sign(kind, *words)
        return any(
            widget["focused"] and "output" in name and one(name)
            for name, widget in self.app.widgets().items()
            if "focused" in widget
        )

    def _focused(self, name: str) -> bool:
        return bool((self.app.find(name) or {}).get("focused"))


def _middle(widget: Widget) -> tuple[int, int]:
    return widget["x"] + widget["width"] // 2, widget["y"] + widget["height"] // 2


def _left(widget: Widget) -> tuple[int, int]:
    """A point of a card that is neither its icon nor one of its buttons."""
    return widget["x"] + 100, widget["y"] + min(24, widget["height"] // 2)
