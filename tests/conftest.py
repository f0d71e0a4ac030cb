"""What the browser tests share: a real browser, its pages closed after each test, a property with its own service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser import launch
from tests.tablets import Hotel


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
    """Yield one property for a whole module: its tests begin with `begin_anew`."""
    made = Hotel(tmp_path_factory.mktemp("hotel"))
    made.start()
    yield made
    made.stop()
