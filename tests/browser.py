"""A real browser for the tests marked `browser`: the Chromium that `make test` found, or one on the PATH."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

# No sandbox, because CI is root in a container; the rest keeps Chromium off the network.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def executable() -> str:
    """Return the path of the browser; `LookupError` says what to do where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    for name in (os.environ.get("CHROMIUM", ""), *names):
        if name and (path := shutil.which(name)):
            return path
    raise LookupError("no Chromium found: run `make test`, or set CHROMIUM to the path of one")


def launch(playwright: Playwright) -> Browser:
    """Start it headless."""
    return playwright.chromium.launch(executable_path=executable(), args=list(FLAGS))
