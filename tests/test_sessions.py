"""Sessions end for good, pages of a locked tablet, and the language that a person chooses for themselves."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from checklists.errors import NotAllowed
from sopwatch.access import OPERATOR, Access
from sopwatch.ended import Ended
from sopwatch.running import SESSION_COOKIE
from storage.memory import MemoryStore
from tests.serving import PIN, House, housed

OURS = {"Origin": "http://testserver"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with housed(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest.fixture(autouse=True)
def _nobody(house: House) -> Iterator[None]:
    house.client.cookies.clear()
    yield
    house.client.cookies.clear()


def session_of(house: House, name: str = "lin") -> str:
    house.sign_in(house.person(name, "staff"))
    return str(house.client.cookies[SESSION_COOKIE])


@pytest.mark.parametrize("path", ["/sign-out", "/lock"])
def test_a_copied_cookie_does_not_outlive_its_session(house: House, path: str) -> None:
    copied = session_of(house)

    out = house.client.post(path, headers=OURS, follow_redirects=False)
    house.client.cookies.set(SESSION_COOKIE, copied)

    assert out.status_code in (204, 303)
    assert house.client.get("/api/v1/head").status_code == 401
    assert house.service.access.whose(copied) is None


def test_another_site_cannot_lock_a_tablet(house: House) -> None:
    session = session_of(house)

    answer = house.client.post("/lock", headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403
    assert house.service.access.whose(session)


def test_who_signs_in_ends_the_session_before_them_and_nobody_elses(house: House) -> None:
    elsewhere = session_of(house)
    house.client.cookies.clear()
    before = session_of(house)

    house.sign_in(house.person("wang", "staff"))

    assert house.service.access.whose(before) is None
    assert house.service.access.whose(elsewhere)


def test_an_ended_session_stays_ended_after_a_restart(tmp_path: Path) -> None:
    access = Access(MemoryStore(), tmp_path)
    person, pin = access.add(OPERATOR, "林", ("staff",))
    session = access.sign_in(person.id, pin)
    access.end_session(session)

    again = Access(access.store, tmp_path)

    assert again.whose(session) is None
    assert again.whose(again.sign_in(person.id, pin))


def test_what_is_past_its_end_leaves_the_list_and_a_cut_line_hides_nothing(tmp_path: Path) -> None:
    ended = Ended(tmp_path)
    ended.end("old", time.time() - 1)
    ended.end("live", time.time() + 60)
    with (tmp_path / "ended-sessions").open("a") as file:
        file.write('["cut')

    again = Ended(tmp_path)

    assert "live" in again
    assert "old" not in again


def test_a_locked_tablet_says_the_time_what_waits_and_shows_the_pad_of_its_last_person(house: House) -> None:
    person = house.person("lin", "staff")
    asked = {"person": person.id, "next": "/run?case=R-1&lang=en", "locked": "3", "lang": "zh-Hant"}

    shown = house.client.get("/sign-in", params=asked).text
    odd = house.client.get("/sign-in", params=asked | {"locked": "<b>"}).text
    signed_in = house.client.post(
        "/sign-in", params=asked, data={"person": person.id, "pin": PIN}, headers=OURS, follow_redirects=False
    )

    assert "這台平板已鎖定" in shown
    assert "3 筆" in shown
    assert "data-nobody" in shown
    assert "<b>&" not in odd
    assert "筆記錄" not in odd
    assert signed_in.headers["location"] == "/run?case=R-1", "who signs in is spoken to in their own language"
    assert "data-nobody" not in house.client.get("/sign-in").text


def test_a_person_chooses_their_own_language_alone(house: House) -> None:
    access = house.service.access
    who = access.whose(session_of(house))
    assert who

    access.speak(who, "zh-Hans")

    again = access.whose(session_of_again(house))
    assert again
    assert again.language == "zh-Hans"
    with pytest.raises(NotAllowed):
        access.speak(who, "tlh")
    with pytest.raises(NotAllowed):
        access.speak(OPERATOR, "en")


def session_of_again(house: House) -> str:
    """Sign the same person in once more, as they are kept now."""
    form = {"person": "id-lin", "pin": PIN}
    house.client.post("/sign-in", data=form, headers=OURS, follow_redirects=False)
    return str(house.client.cookies[SESSION_COOKIE])
