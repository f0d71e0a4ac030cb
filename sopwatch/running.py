"""The one service of this process: opened by the launcher, reached by screens and routes."""

from __future__ import annotations

import hmac
import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from checklists.errors import StoreError
from sopwatch.clock import Clock
from sopwatch.service import Service
from storage.duck import DuckStore

SESSION_COOKIE = "sopwatch"
LANGUAGE_COOKIE = "lang"
_log = logging.getLogger("sopwatch")


@dataclass(frozen=True)
class Launch:
    """Where the record lies, at which address people reach it, by which clock it goes, and what begins with it."""

    directory: Path = Path("var")
    address: str = "http://127.0.0.1:8501"
    clock: Clock | None = None
    begin: Callable[[Service], None] | None = None


class Running:
    """A service from its opening to its end. Raises StoreError where the record cannot be opened."""

    def __init__(self, launch: Launch) -> None:
        self.launch = launch
        self.set_up_token = secrets.token_urlsafe(24)
        self._guard = threading.Lock()
        self._service = self._open()
        self._trouble: str | None = "it is starting"
        self._starting: threading.Thread | None = None

    def _open(self) -> Service:
        store = DuckStore(self.launch.directory, self.launch.address)
        try:
            return Service(store, self.launch.directory, self.launch.clock)
        except BaseException:
            store.close()
            raise

    @property
    def service(self) -> Service:
        """The service, which may be read from the moment it is open."""
        return self._service

    @property
    def trouble(self) -> str | None:
        """Why the service is not ready; None when it is."""
        return self._trouble or self._service.fault

    @property
    def set_up_link(self) -> str | None:
        """The one-time link that makes the first administrator; None once there is one."""
        if self._service.access.has_administrator():
            return None
        return f"{self.launch.address}/set-up?token={self.set_up_token}"

    def fits_set_up(self, token: str) -> bool:
        """Whether this is the token of the set-up link, and there is still no administrator."""
        same = hmac.compare_digest(token.encode(), self.set_up_token.encode())
        return same and not self._service.access.has_administrator()

    def start(self) -> None:
        """Judge the gap since the service last ran, on a thread of its own: `trouble` says when it is done."""
        self._trouble = "it is starting"
        self._starting = threading.Thread(target=self._start, name="start", daemon=True)
        self._starting.start()

    def _start(self) -> None:
        try:
            self._service.start()
            if self.launch.begin:
                self.launch.begin(self._service)
            self._trouble = None
        except Exception as error:  # noqa: BLE001 - whatever it was, /healthz must say it
            _log.exception("the service did not start")
            self._trouble = f"it did not start: {error}"

    def stop(self) -> None:
        """Finish what was handed in, and close the record."""
        with self._guard:
            self._close()

    def restart(self) -> None:
        """Close and open the service again, as for a new zone; meanwhile nothing can be recorded."""
        with self._guard:
            self._close()
            self._service = self._open()
            self.start()

    def _close(self) -> None:
        self._trouble = "it is stopping"
        if self._starting:
            self._starting.join()
        self._service.stop()


_held: list[Running] = []


def begin(launch: Launch) -> Running:
    """Open the one service of this process. Raises StoreError where the record cannot be opened."""
    end()
    _held.append(Running(launch))
    return _held[0]


def end() -> None:
    """Stop the service of this process, if there is one."""
    while _held:
        _held.pop().stop()


def current() -> Running | None:
    """Return what runs in this process, or None."""
    return _held[0] if _held else None


def running() -> Running:
    """Return what runs in this process. Raises StoreError where nothing does."""
    if not _held:
        msg = "the service does not run"
        raise StoreError(msg)
    return _held[0]


def service() -> Service:
    """Return the one service of this process. Raises StoreError where there is none."""
    return running().service
