"""The hash of a signature: made again by the service, refused where it is of another, its salt erased with a name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checklists.errors import Refused
from checklists.event import Event
from checklists.instant import parse_instant
from sopwatch.demands import NewEvent
from sopwatch.service import Service
from sopwatch.signed import hash_of
from storage.duck import DuckStore
from tests.serving import REPAIR, SteppedClock
from tests.test_service import LIN

T0 = parse_instant("2026-03-02T00:00:00Z")
SIGNED = "簽名者為「業主簽名」簽名。"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    held = Service(DuckStore(tmp_path), tmp_path, SteppedClock())
    held.start()
    yield held
    held.stop()


def event(event_id: str, word: str, **more: Any) -> Event:
    return Event(0, "R-1", "repair", word, T0, T0, event_id=event_id, **more)


def test_the_hash_is_the_one_that_the_tablet_makes() -> None:
    photo = f"sha256:{hashlib.sha256(b'jpg').hexdigest()}"
    content = {"facts": "f", "role": "owner", "language": "zh-Hant", "instant": "2026-03-02T00:00:00.000Z"}
    signature = event(
        "t/3", "signed_owner", actor="周先生", data={"content": content, "meaning": SIGNED, "salt": "00ff"}
    )
    covered = [
        event("t/1", "completed", value=photo),
        event("t/2", "weighed", subject="史密斯", value=1.5),
        event("x/opened", "opened"),
    ]

    assert hash_of(signature, covered) == "f4a7036a40d63e9735410a8f63233080959669370408d319d62f849acad8aecf"


def test_changes_of_facts_that_waited_are_in_the_hash_that_the_tablet_makes() -> None:
    content = {
        "facts": "f", "changes": ["t/2"], "entries": ["t/1", "t/2", "x/opened"], "role": "owner", "language": "zh-Hant",
        "instant": "2026-03-02T00:00:00.000Z",
    }  # fmt: skip
    data = {"content": content, "meaning": SIGNED, "salt": "00ff"}
    changed = {"phone": "0933", "at": "2026-03-02T00:00:00+00:00", "note": None, "_tablet_clock": "x"}
    covered = [event("t/1", "amended"), event("t/2", "amended", data=changed), event("x/opened", "opened")]

    signature = event("t/3", "signed_owner", actor="周先生", data=data)

    assert hash_of(signature, covered) == "22a1d6f915f9c59fce70d3d83c60679cc455f43d50fd307dbaaff272ad8e9d16"


def test_a_signature_names_no_change_that_it_does_not_cover(service: Service, signature: NewEvent) -> None:
    content = {**(signature.data or {})["content"], "changes": ["x/other"]}

    with pytest.raises(Refused, match=r"content\.changes"):
        service.record_one(replace(signature, data={**(signature.data or {}), "content": content}), LIN)


@pytest.fixture
def signature(service: Service) -> NewEvent:
    """Return a signature that an owner gave on a case with one step done."""
    case_id = service.open_case(LIN, "repair", REPAIR)
    service.tick(LIN, case_id, "site_noted", "漏水")
    file = service.case_file(case_id)
    assert file
    names = [str(e.event_id) for e in file.events]
    content: dict[str, Any] = {
        "facts": "0" * 64, "entries": names, "role": "owner", "language": "zh-Hant", "instant": "2026-03-02T00:00:00Z",
    }  # fmt: skip
    data = {"meaning": SIGNED, "content": content, "salt": "00ff"}
    value = f"sha256:{service.store.keep_file(b'ink')}"
    new = NewEvent(case_id, "signed_owner", actor="周先生", role="owner", value=value, data=data)
    made = Event(0, case_id, "repair", "signed_owner", T0, T0, actor="周先生", data=data)
    return replace(new, data={**data, "content": {**content, "hash": hash_of(made, file.events)}})


def test_a_signature_is_kept_with_its_hash_and_its_salt_is_erased_with_the_name(
    service: Service, signature: NewEvent
) -> None:
    receipt = service.record_one(signature, LIN)
    again = service.record_one(replace(signature, event_id=receipt.event_id), LIN)

    *_, entry = service.store.entries()
    data = entry.event.data or {}
    assert again.duplicate
    assert data["content"]["hash"] == (signature.data or {})["content"]["hash"]
    assert "00ff" not in data["salt"]
    assert "00ff" in service.store.reveal(signature.case_id).values()
    service.store.erase(signature.case_id)
    assert service.store.reveal(signature.case_id) == {}


def content_with(**more: Any) -> Callable[[NewEvent], NewEvent]:
    def changed(new: NewEvent) -> NewEvent:
        data = dict(new.data or {})
        return replace(new, data={**data, "content": {**data["content"], **more}})

    return changed


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (content_with(hash="0" * 64), "not of what it says"),
        (content_with(hash=None), "not of what it says"),
        (content_with(facts="1" * 64), "not of what it says"),
        (content_with(language="en"), "not of what it says"),
        (content_with(instant=1 << 60), "no canonical JSON"),
        (content_with(role="worker"), "not the role of who signs"),
        (content_with(entries=[]), "not of what it says"),
        (content_with(entries="all"), "a list of event ids"),
        (lambda new: replace(new, actor="吳先生"), "not of what it says"),
        (lambda new: replace(new, data={**(new.data or {}), "meaning": "x"}), "not of what it says"),
        (lambda new: replace(new, data={**(new.data or {}), "salt": "00"}), "not of what it says"),
    ],
)
def test_a_hash_of_something_else_is_refused(
    service: Service, signature: NewEvent, change: Callable[[NewEvent], NewEvent], reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        service.record_one(change(signature), LIN)


def test_content_of_an_earlier_version_and_of_entries_that_have_not_come_is_taken(
    service: Service, signature: NewEvent
) -> None:
    plain = {k: v for k, v in (signature.data or {})["content"].items() if k in {"facts", "entries"}}

    service.record_one(replace(signature, data={"content": plain}), LIN)
    service.record_one(content_with(entries=["tablet/9/waits"])(signature), LIN)

    assert service.store.head().seq == 4
