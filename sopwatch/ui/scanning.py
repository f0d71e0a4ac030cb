"""The button that scans a code, and what it says where a code leads nowhere."""

from __future__ import annotations

from sopwatch.ui.frame import Screen
from sopwatch.ui.parts import scan
from sopwatch.ui.tongue import Tongue


def draw_scan(screen: Screen, key: str, *, small: bool = False) -> None:
    """Draw the button: a code of a case, a place or a device leads to its page; a small one stands among others."""
    scan(key, scan_texts(screen.tongue), small=small)


def scan_texts(_: Tongue) -> dict[str, str]:
    """Return its words, and why a code leads nowhere, by what the service calls it."""
    return {
        "scan": _("Scan a code"),
        "reading": _("Reading the code …"),
        "none": _("No code is to be seen on this picture. Hold the tablet still, nearer, with more light."),
        "several": _("Codes of several places are on this picture. Go nearer to one of them."),
        "foreign": _("This code is not one of this property."),
        "unknown": _("This code is not known here. Please tell your supervisor."),
        "ended": _("This code is no longer in use. Please tell your supervisor."),
        "no_case": _("There is no case of this number."),
        "heic": _("This tablet’s photo format (HEIC) cannot be read here: choose JPEG in the camera’s settings."),
        "no_picture": _("This is no picture that can be read. Take it with the camera."),
        "too_large": _("This picture is too large. Take it with the camera."),
        "too_often": _("This was tried too often. Please wait a minute."),
        "signed_out": _("You are signed out. Sign in, then scan again."),
        "unreachable": _(
            "The service cannot be reached now. The code can be scanned once there is a connection again."
        ),
    }
