"""What many tests share: a service whose clock is set by hand, a real browser whose pages close, a hotel."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from sopwatch.place import Property, write_property
from sopwatch.service import Service
from storage.memory import MemoryStore
from tests.browser import launch
from tests.screens import T0
from tests.serving import SteppedClock
from tests.tablets import Hotel

# Side by side, what takes longest begins first, so that nothing is left to run alone at the end.
LONGEST = (
    "test_shifts", "test_walk", "test_shared", "test_tablet", "test_serve", "test_kill", "test_close_view",
    "test_change_facts", "test_cadence_browser", "test_browser", "test_outage", "test_bulk_figures", "test_bulk",
    "test_shelf", "test_staging",
)  # fmt: skip


def pytest_xdist_auto_num_workers() -> int:
    """Return how many tests run at once with `JOBS=auto`: one more than there are cores, as those in a browser wait."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item], config: pytest.Config) -> None:
    """Where tests run side by side, put the files that take longest first, and those with a browser before others."""
    if hasattr(config, "workerinput"):
        browsers = {item.path for item in items if item.get_closest_marker("browser")}
        items.sort(key=lambda item: (_rank(item.path.stem), item.path not in browsers))


def _rank(name: str) -> int:
    return LONGEST.index(name) if name in LONGEST else len(LONGEST)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """Yield the service of an empty property, over a store in memory."""
    write_property(tmp_path, Property(zone="Asia/Taipei"))
    held = Service(MemoryStore(), tmp_path, SteppedClock(T0))
    held.start()
    yield held
    held.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def every_page_is_closed(browser: Browser) -> Iterator[None]:
    yield
    for context in browser.contexts:
        context.close()


@pytest.fixture
def hotel(tmp_path: Path) -> Iterator[Hotel]:
    made = Hotel(tmp_path)
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def shared_hotel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotel]:
    """Yield one property for a whole module: each test begins cases of its own, or with `begin_anew`."""
    made = Hotel(tmp_path_factory.mktemp("hotel"))
    made.start()
    yield made
    made.stop()
