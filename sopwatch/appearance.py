"""How bright the screens are: light, dark, dark at night, or as the device has it; chosen by each person."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from sopwatch.clock import Clock

APPEARANCES = ("device", "light", "dark", "night")
APPEARANCE_COOKIE = "appearance"


def appearance_script(zone: str, clock: Clock | None = None) -> str:
    """Return the script that stands first in the head of a page; without a clock the tablet's own tells the hour."""
    told: dict[str, object] = {"zone": zone}
    if clock is not None:
        told |= {"now": clock.now() // 1000, "speed": clock.speed}
    return _script().replace("(TOLD)", f"({json.dumps(told)})")


@cache
def _script() -> str:
    return Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
