"""Who may do what: people with PINs, machines with tokens, and the sessions of both.

Access roles decide what is refused; the roles of the SOP are recorded and judged, never refused.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from checklists.errors import NotAllowed, SopwatchError
from checklists.text import LANGUAGES
from sopwatch.appearance import APPEARANCES
from sopwatch.ended import Ended
from sopwatch.pins import fits, new_pin, stored_pin
from sopwatch.refusals import because
from sopwatch.signing import Signer
from storage.store import Store

Right = Literal["record", "supervise", "audit", "administer", "read"]
ACCESS: Mapping[str, frozenset[Right]] = {
    "staff": frozenset({"record", "read"}),
    "supervisor": frozenset({"record", "supervise", "read"}),
    "auditor": frozenset({"audit", "read"}),
    "administrator": frozenset({"administer", "read"}),
}
MACHINES: Mapping[str, frozenset[Right]] = {
    "recorder": frozenset({"record"}),
    "reader": frozenset({"read"}),
    "auditor": frozenset({"read", "audit"}),
    "admin": frozenset({"record", "read", "supervise", "audit", "administer"}),
}
SESSION_SECONDS = 12 * 3600
TAP_SECONDS = 3600
WRONG_BEFORE_PAUSE = 5


class Paused(NotAllowed):
    """Too many wrong PINs: nobody signs in as this person for some seconds."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(*because("pin_paused", seconds=seconds))


class OwnerNeeded(NotAllowed):
    """A tick that came too late to be brought by somebody else: it waits until who tapped it signs in."""

    def __init__(self, name: str) -> None:
        super().__init__(*because("owner_needed", who=name))


@dataclass(frozen=True)
class Who:
    """Somebody who acts: a person, a machine, or the service itself. `roles` are roles of the SOP."""

    id: str
    name: str
    rights: frozenset[str]
    roles: tuple[str, ...] = ()
    chosen: str | None = None
    language: str = "en"
    appearance: str = "device"
    speaks_for_others: bool = False

    def needs(self, right: Right) -> None:
        """Raise NotAllowed unless this right is theirs."""
        if right not in self.rights:
            raise NotAllowed(*because("right_needed", who=self.name, right=right))

    @property
    def is_person(self) -> bool:
        """Whether it is a person who signed in."""
        return self.id.startswith("person:")


SERVICE = Who("service", "service", frozenset({"record", "read"}))
OPERATOR = Who("operator", "the operator", frozenset({"administer"}))  # whoever holds the record's own directory


@dataclass(frozen=True)
class Person:
    """Somebody who signs in with a PIN: their access roles, and the roles of the SOP that they have."""

    id: str
    name: str
    access: tuple[str, ...]
    roles: tuple[str, ...] = ()
    language: str = "zh-Hant"
    pin: str = ""
    active: bool = True
    epoch: int = 0
    appearance: str = "device"

    @property
    def rights(self) -> frozenset[str]:
        """What their access roles allow."""
        return frozenset(right for role in self.access for right in ACCESS[role])


@dataclass
class _Tries:
    wrong: int = 0
    not_before: float = 0.0


@dataclass
class Access:
    """People, tokens and sessions of a property; all of it is kept in the record's registers."""

    store: Store
    directory: Path
    _tries: dict[str, _Tries] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.signer = Signer(self.directory)
        self._ended = Ended(self.directory)

    # --- people ------------------------------------------------------------------------------------------------------

    def people(self) -> list[Person]:
        """Return all people, by name."""
        found = [_person(key, document) for key, document in self.store.register("people").items()]
        return sorted(found, key=lambda p: p.name)

    def person(self, person_id: str) -> Person | None:
        """Return a person."""
        document = self.store.register("people").get(person_id)
        return _person(person_id, document) if document else None

    def save(self, who: Who, person: Person, pin: str | None = None) -> Person:
        """Keep a person; a new PIN ends their sessions. Raises NotAllowed, or SopwatchError for what may not be."""
        who.needs("administer")
        return self._keep(person, pin)

    def first_administrator(self, name: str, pin: str, language: str) -> Person:
        """Keep the person who sets the property up. Raises NotAllowed once somebody can administer it."""
        if self.has_administrator():
            raise NotAllowed(*because("set_up_already", who=name))
        return self._keep(Person("first", name, ("administrator",), (), language), pin)

    def _keep(self, person: Person, pin: str | None) -> Person:
        if not person.name.strip():
            raise SopwatchError(*because("person_unnamed"))
        if not person.access or any(role not in ACCESS for role in person.access):
            raise SopwatchError(*because("access_needed", roles=", ".join(ACCESS)))
        if pin is not None:
            person = replace(person, pin=stored_pin(pin), epoch=person.epoch + 1)
        document = {k: v for k, v in asdict(person).items() if k != "id"}
        self.store.enter("people", person.id, document)
        return person

    def add(
        self, who: Who, name: str, access: tuple[str, ...], roles: tuple[str, ...] = (), language: str = "zh-Hant"
    ) -> tuple[Person, str]:
        """Add a person with a random PIN; return both: the PIN is shown once and kept only as a hash."""
        pin = new_pin()
        person_id = secrets.token_hex(4)
        return self.save(who, Person(person_id, name, access, roles, language), pin), pin

    def speak(self, who: Who, language: str) -> None:
        """Keep the language that a person chose for themselves. Raises NotAllowed for who is no person."""
        person = self._chooses(who, "language", language, LANGUAGES)
        if person.language != language:
            self._keep(replace(person, language=language), None)

    def shine(self, who: Who, appearance: str) -> None:
        """Keep how bright a person wants the screens for themselves. Raises NotAllowed for who is no person."""
        person = self._chooses(who, "appearance", appearance, APPEARANCES)
        if person.appearance != appearance:
            self._keep(replace(person, appearance=appearance), None)

    def _chooses(self, who: Who, what: str, chosen: str, offered: Sequence[str]) -> Person:
        person = self.person(who.id.removeprefix("person:")) if who.is_person else None
        if person is None or not person.active or chosen not in offered:
            raise NotAllowed(*because("own_choice", who=who.name, what=what, offered=", ".join(offered)))
        return person

    def has_administrator(self) -> bool:
        """Whether somebody can administer this property."""
        return any("administrator" in p.access and p.active for p in self.people())

    # --- signing in --------------------------------------------------------------------------------------------------

    def sign_in(self, person_id: str, pin: str, chosen: str | None = None) -> str:
        """Return a session for a person and their PIN. Raises NotAllowed; too many wrong PINs pause the person."""
        with self._lock:
            tries = self._tries.setdefault(person_id, _Tries())
            if (wait := tries.not_before - time.monotonic()) > 0:
                raise Paused(round(wait) + 1)
            person = self.person(person_id)
            if person is None or not person.active or not fits(person.pin, pin):
                tries.wrong += 1
                if tries.wrong >= WRONG_BEFORE_PAUSE:
                    tries.not_before = time.monotonic() + 30 * 2 ** min(tries.wrong - WRONG_BEFORE_PAUSE, 6)
                raise NotAllowed(*because("pin_wrong"))
            del self._tries[person_id]
        role = chosen if chosen in person.roles else None
        claims = {"person": person_id, "role": role, "epoch": person.epoch, "session": secrets.token_hex(8)}
        return self.sign(claims, SESSION_SECONDS)

    def end_session(self, session: str | None) -> None:
        """End a session for good, also where its cookie was copied; of none nothing happens. Raises OSError."""
        if claims := self.claims(session):
            self._ended.end(str(claims.get("session")), claims["until"])

    def goes_on(self, session: str | None) -> bool:
        """Whether a session was neither ended nor has reached its end; quick, it asks nothing of the record."""
        claims = self.claims(session)
        return claims is not None and str(claims.get("session")) not in self._ended

    def whose(self, session: str | None) -> Who | None:
        """Return whose session it is; None when it is none, has ended, or its person is no longer active."""
        claims = self.claims(session) if self.goes_on(session) else None
        person = self.person(str(claims["person"])) if claims and "person" in claims else None
        if claims is None or person is None or not person.active or person.epoch != claims.get("epoch"):
            return None
        chosen = claims.get("role")
        return Who(
            f"person:{person.id}", person.name, person.rights, person.roles, chosen, person.language, person.appearance
        )

    def sign(self, claims: Mapping[str, Any], seconds: float) -> str:
        """Return signed claims that hold for some seconds of real time."""
        return self.signer.sign(claims, seconds)

    def claims(self, signed: str | None) -> Mapping[str, Any] | None:
        """Return the claims of a signed text; None when it is forged or has ended."""
        return self.signer.claims(signed)

    def tap_token(self, who: Who) -> str:
        """Return what binds the taps on a tablet to who is signed in there now; for an hour anybody may bring them."""
        person = self.person(who.id.removeprefix("person:"))
        epoch = person.epoch if person else None
        return self.sign({"tap": who.id, "role": who.chosen, "epoch": epoch}, TAP_SECONDS)

    def tapped_by(self, token: object, bearer: Who) -> Who:
        """Return who tapped. Raises NotAllowed for a forged token, OwnerNeeded when only the owner may bring it now."""
        claims = self.signer.signed(token if isinstance(token, str) else None)
        if claims is None or "tap" not in claims:
            raise NotAllowed(*because("tick_of_nobody"))
        if bearer.id == claims["tap"]:
            return replace(bearer, chosen=claims.get("role"))
        person = self.person(str(claims["tap"]).removeprefix("person:"))
        still = person and person.active and person.epoch == claims.get("epoch") and claims["until"] > time.time()
        if person is None or not still:
            raise OwnerNeeded(person.name if person else "somebody unknown here")
        return Who(f"person:{person.id}", person.name, person.rights, person.roles, claims.get("role"), person.language)

    # --- machines ----------------------------------------------------------------------------------------------------

    def make_token(self, who: Who, name: str, role: str, *, speaks_for_others: bool = False) -> str:
        """Return a new token of this name; an earlier one of the name ends. Only its hash is kept."""
        who.needs("administer")
        if role not in MACHINES:
            raise SopwatchError(*because("token_role", role=role, roles=", ".join(MACHINES)))
        token = f"sop_{secrets.token_urlsafe(32)}"
        digest = hashlib.sha256(token.encode()).hexdigest()
        self.store.enter("tokens", name, {"role": role, "hash": digest, "speaks_for_others": speaks_for_others})
        return token

    def end_token(self, who: Who, name: str) -> None:
        """End the token of this name."""
        who.needs("administer")
        self.store.enter("tokens", name, None)

    def machine(self, token: str) -> Who | None:
        """Return whose token it is, or None."""
        digest = hashlib.sha256(token.encode()).hexdigest()
        for name, kept in self.store.register("tokens").items():
            if hmac.compare_digest(kept["hash"], digest):
                return Who(
                    f"token:{name}",
                    name,
                    frozenset(MACHINES[kept["role"]]),
                    speaks_for_others=kept["speaks_for_others"],
                )
        return None


def _person(person_id: str, document: Mapping[str, Any]) -> Person:
    known: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in document.items()}
    return Person(id=person_id, **known)
