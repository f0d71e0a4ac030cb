"""A real browser for the tests marked `browser`: the Chromium that `make test` found, or one on the PATH."""

import os
import shutil

from playwright.sync_api import Browser, Playwright, expect

# What a page is to show, it shows at once where a machine is quiet; on one at work on much else, waiting costs no more.
expect.set_options(timeout=20_000)
# The first two draw pages of their own beside each page. The rest is what Playwright leaves out: the last list counts.
_WITHOUT = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)
# No sandbox, because CI is root in a container; the rest keeps Chromium off the network.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(_WITHOUT)}",
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
