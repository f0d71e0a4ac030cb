"""The launcher: the one process with screens, API and clock over one service.

`python -m sopwatch serve` starts it; `uvicorn app:app` does so over `var/`.
"""

from __future__ import annotations

import gc
import logging
import threading
import tomllib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from streamlit.web.bootstrap import load_config_options

from sopwatch import running
from sopwatch.web import Guard, routes

HOUSE = Path(__file__).resolve().parent
PAGE = HOUSE / "sopwatch" / "ui" / "main.py"
COLLECT_SECONDS = 60.0


def make_app() -> st.App:
    """Open the service (over `var/` unless one is open already) and return the application around it."""
    held = running.current() or running.begin(running.Launch())
    load_config_options(
        {
            **_flat(tomllib.loads((HOUSE / ".streamlit" / "config.toml").read_text(encoding="utf-8"))),
            "server.cookieSecret": held.service.access.signer.derived("streamlit"),
        }
    )
    access_log = logging.getLogger("uvicorn.access")  # Streamlit switches it on; addresses may hold a set-up token
    access_log.handlers.clear()
    access_log.propagate = False
    return st.App(PAGE, lifespan=_lifespan, routes=routes(), middleware=[Middleware(Guard)])


def __getattr__(name: str) -> st.App:
    """Make `app` when it is asked for: importing this file opens nothing."""
    if name == "app":
        return make_app()
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)


@asynccontextmanager
async def _lifespan(_app: st.App) -> AsyncIterator[None]:
    held = running.running()
    held.start()
    ending = threading.Event()
    threading.Thread(target=_collect, args=(ending,), name="collector", daemon=True).start()
    if link := held.set_up_link:
        print(f"Set up this property, once, at {link}", flush=True)
    try:
        yield
    finally:
        ending.set()
        await run_in_threadpool(running.end)


def _collect(ending: threading.Event) -> None:
    """Collect garbage now and then: Streamlit's collection after every run is switched off."""
    gc.freeze()
    while not ending.wait(COLLECT_SECONDS):
        gc.collect()
    gc.unfreeze()


def _flat(options: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in options.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}{name}.")
        else:
            found[f"{prefix}{name}"] = value
    return found
