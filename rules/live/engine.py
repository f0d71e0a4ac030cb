"""The guard around durable-rules: all of the product's calls to the library are here, made in the one way that is safe.

Measured on 2.0.28: a state (`sid`) for every case ends in a crash at the 1,025th, so there are a few fixed ones; facts
are identified by a 32-bit hash of their id, so ids are counters and a hash in use is passed over; threads lose
firings, so one lock serves the process; only whole numbers and short text survive the way in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from threading import RLock
from typing import Any

from durable import engine as durable

from checklists.errors import SopwatchError
from rules.live.ruleset import RULES

FAR = 2**62
"""An instant, or a count, that is never reached."""

SHARDS = 16
"""How many states the cases are spread over: an index of the library has 512 buckets, whatever it holds."""

LAW = "law"
"""The state of what holds for all cases: permitted roles and delays."""

_NAME = "live"
_LARGEST = 2**63 - 1
_LONGEST = 400
_LOCK = RLock()


class EngineError(SopwatchError):
    """The live engine was asked for something that it cannot be trusted with, or gave an answer that cannot be."""


class _Host(durable.Host):  # type: ignore[misc]
    """A host without the two polling threads that the library's own would start."""

    def _run(self) -> None:
        """Start nothing."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that the engine holds, until it is let go."""

    hash: int
    body: dict[str, int | str]


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired, and the number `n` of its first fact (0 if it has none)."""

    rule: str
    n: int


class Engine:
    """One ruleset on durable-rules. Facts are held and let go; a pulse is asserted, answered and retracted."""

    def __init__(self) -> None:
        self._fired: list[Fired] = []
        self._ids = count(1)
        self._hashes: set[int] = set()
        self._host = _Host()
        rules = {name: {"all": list(patterns), "run": self._collect(name)} for name, patterns in RULES.items()}
        self._host.set_rulesets({_NAME: rules})

    def _collect(self, rule: str) -> Callable[[Any], None]:
        return lambda context: self._fired.append(Fired(rule, context.a.n or 0))

    def hold(self, sid: str, kind: str, **values: int | str) -> Fact:
        """Assert a fact and keep it; nothing may fire by it."""
        with _LOCK:
            fact, fired = self._assert(sid, kind, values)
        if fired:
            msg = f"durable-rules fired {fired} when it was given {fact.body}, which only a pulse may cause"
            raise EngineError(msg)
        return fact

    def pulse(self, sid: str, kind: str, **values: int | str) -> list[Fired]:
        """Assert something that happens, return what fired, and retract it."""
        with _LOCK:
            fact, fired = self._assert(sid, kind, values)
            self.let_go(fact)
        return fired

    def let_go(self, fact: Fact) -> None:
        """Retract a fact that is held."""
        with _LOCK:
            self._host.retract_fact(_NAME, dict(fact.body))
            self._hashes.discard(fact.hash)

    @property
    def held(self) -> int:
        """How many facts it holds."""
        return len(self._hashes)

    def _assert(self, sid: str, kind: str, values: dict[str, int | str]) -> tuple[Fact, list[Fired]]:
        name, hashed = self._new_id()
        body: dict[str, int | str] = {kind: 1, **_linted(values), "id": name, "sid": sid}
        self._fired.clear()
        try:
            state = self._host.assert_fact(_NAME, dict(body))
        except (durable.MessageNotHandledException, durable.MessageObservedException) as error:
            msg = f"durable-rules does not take {body}: {error!r}"
            raise EngineError(msg) from error
        if state and "exception" in state:
            msg = f"an action of durable-rules failed on {body}: {state['exception']}"
            raise EngineError(msg)
        self._hashes.add(hashed)
        return Fact(hashed, body), list(self._fired)

    def _new_id(self) -> tuple[str, int]:
        while (hashed := fnv1a(name := f"m{next(self._ids)}")) in self._hashes:
            pass
        return name, hashed


def fnv1a(text: str) -> int:
    """Return the 32-bit FNV-1a hash by which the library identifies a fact."""
    hashed = 0x811C9DC5
    for byte in text.encode():
        hashed = (hashed ^ byte) * 16777619 & 0xFFFFFFFF
    return hashed


def _linted(values: dict[str, int | str]) -> dict[str, int | str]:
    for name, value in values.items():
        match value:
            case bool():
                pass
            case int() if -_LARGEST <= value <= _LARGEST:
                continue
            case str() if 0 < len(value) <= _LONGEST and value.isascii():
                continue
        msg = f"{name}: {value!r} is nothing that durable-rules may be given (a 64-bit integer or short ASCII text)"
        raise EngineError(msg)
    return values
