"""Checks before Qt is loaded, so that a machine without its parts gets a sentence, not a crash.

Only the standard library here: Qt ends the process where a library or the display is missing.
"""

from __future__ import annotations

import importlib.util
import os
import socket
import sys
from pathlib import Path

WITHOUT_WINDOW = "`python main.py train` trains without a window."

PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
}
"""Libraries that every Qt window needs, each with the Debian package that holds it."""

PACKAGES_X11 = {
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
"""What an X11 window needs besides."""


def problem() -> str | None:
    """Why no window can be shown, in a sentence with the remedy; None if it can."""
    if importlib.util.find_spec("PySide6") is None:
        return (
            "PySide6, which draws the window, is not installed. Install it with "
            f"`python -m pip install PySide6`; {WITHOUT_WINDOW}"
        )
    if sys.platform != "linux":
        return None
    platform = os.environ.get("QT_QPA_PLATFORM", "").split(":")[0].split(";")[0]
    if platform and platform not in ("xcb", "wayland"):
        return _missing_libraries(PACKAGES)
    wayland = platform != "xcb" and _wayland_answers()
    if wayland or platform == "wayland":
        return _missing_libraries(PACKAGES)
    return _missing_display() or _missing_libraries(PACKAGES | PACKAGES_X11) or _silent_display()


def _missing_display() -> str | None:
    if os.environ.get("DISPLAY"):
        return None
    return (
        "There is no display to show the window on (neither DISPLAY nor WAYLAND_DISPLAY leads to "
        f"one); {WITHOUT_WINDOW}"
    )


def _missing_libraries(packages: dict[str, str]) -> str | None:
    """Which system libraries are missing, with the command that installs them."""
    # Opening them costs little: Qt opens the same files a moment later.
    import ctypes

    missing = {}
    for library, package in packages.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing[library] = package
    if not missing:
        return None
    names = ", ".join(missing)
    plural = "libraries" if len(missing) > 1 else "library"
    return (
        f"The window needs the system {plural} {names}. On Debian or Ubuntu: "
        f"`sudo apt install {' '.join(missing.values())}`; {WITHOUT_WINDOW}"
    )


def _silent_display() -> str | None:
    """Whether the X server that DISPLAY names lets us in; Qt would abort."""
    import ctypes

    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    refused = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    if not refused:
        return None
    return (
        f"The display {os.environ.get('DISPLAY')} does not answer or does not let you in; "
        f"{WITHOUT_WINDOW}"
    )


def _wayland_answers() -> bool:
    """Whether a Wayland compositor listens where WAYLAND_DISPLAY says."""
    name = os.environ.get("WAYLAND_DISPLAY")
    if not name:
        return False
    path = Path(os.environ.get("XDG_RUNTIME_DIR", "/run")) / name
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(1)
            probe.connect(str(path))
    except OSError:
        return False
    return True
