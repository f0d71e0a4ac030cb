"""Who may do what: tokens by role, people by PIN and session, other sites not at all; the set-up link works once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checklists.errors import NotAllowed, SopwatchError
from sopwatch.access import ACCESS, MACHINES, OPERATOR, SESSION_SECONDS, Access
from sopwatch.pins import new_pin
from sopwatch.running import SESSION_COOKIE
from storage.duck import DuckStore
from tests.serving import ONE, PIN, REPAIR, House, cloud, housed

OURS = {"Origin": "http://testserver"}
THEIRS = {"Origin": "http://elsewhere.example"}
DIGEST = "0" * 64
POSTS = ("events", "attachments")
GETS = ("head", "violations", "cases/R-1", f"attachments/{DIGEST}")
MAY = {
    "recorder": {"events", "attachments", "head", "violations", "cases/R-1"},
    "reader": set(GETS),
    "auditor": set(GETS),
    "admin": {*POSTS, *GETS},
}
PEOPLE = {
    "staff": {*POSTS, *GETS},
    "supervisor": {*POSTS, *GETS},
    "auditor": set(GETS),
    "administrator": set(GETS),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with housed(tmp_path_factory.mktemp("house")) as made:
        made.send(cloud("case"))
        yield made


@pytest.fixture(autouse=True)
def nobody(house: House) -> Iterator[None]:
    """Let every test begin and end signed out."""
    house.client.cookies.clear()
    yield
    house.client.cookies.clear()


def ask(house: House, path: str, headers: dict[str, str]) -> Any:
    if path in POSTS:
        body = json.dumps(cloud("case")) if path == "events" else b"a photo"
        return house.client.post(f"/api/v1/{path}", content=body, headers=headers | {"Content-Type": ONE})
    return house.client.get(f"/api/v1/{path}", headers=headers)


# --- machines ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*POSTS, *GETS])
@pytest.mark.parametrize("role", list(MAY))
def test_each_token_may_what_its_role_says(house: House, role: str, path: str) -> None:
    answer = ask(house, path, house.bearer(role))

    allowed = 404 if path.endswith(DIGEST) else 200
    assert answer.status_code == (allowed if path in MAY[role] else 403)
    assert answer.status_code == 200 or set(answer.json()) <= {"error", "code", "params"}


@pytest.mark.parametrize("path", [*POSTS, *GETS])
@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic YTpi", "Bearer sop_" + "A" * 43])
def test_nobody_may_anything(house: House, header: str, path: str) -> None:
    answer = ask(house, path, {"Authorization": header} if header else {})

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_token_is_kept_as_a_hash_alone_and_ends_when_its_name_gets_a_new_one(house: House) -> None:
    access = house.service.access
    first = access.make_token(OPERATOR, "till", "reader")

    second = access.make_token(OPERATOR, "till", "reader")

    assert first not in json.dumps(house.service.store.register("tokens"))
    assert access.machine(first) is None
    assert access.machine(second) is not None


def test_a_token_of_an_unknown_role_is_refused(house: House) -> None:
    with pytest.raises(SopwatchError, match="recorder, reader, auditor, admin"):
        house.service.access.make_token(OPERATOR, "x", "king")


# --- people -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*POSTS, *GETS])
@pytest.mark.parametrize("role", list(PEOPLE))
def test_each_person_may_what_their_access_says(house: House, role: str, path: str) -> None:
    house.sign_in(house.person(role, role))

    answer = ask(house, path, OURS)

    allowed = {404} if path.endswith(DIGEST) else {200, 422}  # a person states no event of another source again
    assert answer.status_code in allowed if path in PEOPLE[role] else answer.status_code == 403


def test_the_session_is_a_cookie_that_no_script_and_no_other_site_gets(house: House) -> None:
    answer = house.sign_in(house.person("lin", "staff"))

    cookie = answer.headers["set-cookie"].lower()
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert f"max-age={SESSION_SECONDS}" in cookie


@pytest.mark.parametrize("headers", [THEIRS, {}, OURS | {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}])
def test_a_write_that_another_site_asked_the_browser_for_is_refused(house: House, headers: dict[str, str]) -> None:
    house.sign_in(house.person("lin", "staff"))

    answer = ask(house, "attachments", headers)

    assert answer.status_code == 403
    assert ask(house, "head", headers).status_code == 200, "reading changes nothing, and no other site sees the answer"


def test_what_a_person_records_is_done_by_them_in_their_role(house: House) -> None:
    house.sign_in(house.person("lin", "staff", roles=("receptionist",)))
    event = cloud("by-lin", case_id="R-lin", data=REPAIR)

    house.client.post("/api/v1/events", content=json.dumps(event), headers=OURS | {"Content-Type": ONE})

    (told,) = house.get("cases/R-lin").json()["events"]
    assert (told["actor"], told["role"]) == ("id-lin", "receptionist")


def test_a_session_that_is_forged_or_has_ended_is_none(house: House) -> None:
    access = house.service.access
    person = house.person("lin", "staff")
    claims = {"person": person.id, "role": None, "epoch": person.epoch}
    good, ended = access.sign(claims, 60), access.sign(claims, -1)
    body, mac = good.split(".")
    other = access.sign(claims | {"person": "id-boss"}, 60)

    forged = ["", ".", "a.b", "é.é", body, f"{body}.", f"{other.split('.')[0]}.{mac}", f"{good}.x", ended]

    assert access.whose(good) is not None
    assert not [text for text in forged if access.whose(text)]
    for text in forged[1:3] + forged[-3:]:
        house.client.cookies.clear()
        answer = house.client.get("/api/v1/head", headers={"Cookie": f"{SESSION_COOKIE}={text}"})
        assert answer.status_code == 401


def test_a_session_ends_with_a_new_pin_and_with_its_person(house: House) -> None:
    access = house.service.access
    person = house.person("ann", "staff")
    first = access.sign_in(person.id, PIN)

    person = access.save(OPERATOR, person, "735190")
    second = access.sign_in(person.id, "735190")
    access.save(OPERATOR, replace(person, active=False))

    assert access.whose(first) is None
    assert access.whose(second) is None


def test_wrong_pins_pause_a_person_and_nobody_else(house: House) -> None:
    lin, ann = house.person("slow", "staff"), house.person("quick", "staff")

    def attempt(person_id: str, pin: str) -> Any:
        form = {"person": person_id, "pin": pin}
        return house.client.post("/sign-in?lang=en", data=form, headers=OURS, follow_redirects=False)

    wrong = [attempt(lin.id, "000000") for _ in range(5)]
    paused, other = attempt(lin.id, PIN), attempt(ann.id, PIN)

    assert [a.status_code for a in wrong] == [403] * 5
    assert "This PIN is wrong." in wrong[0].text
    assert paused.status_code == 429
    assert "Too many wrong PINs" in paused.text
    assert other.status_code == 303


@pytest.mark.parametrize(
    "pin", ["", "12345", "1234567890123", "111111", "121212", "123456", "987654", "12345a", "１２３４５６"]
)
def test_a_pin_that_is_short_or_easily_guessed_is_refused(house: House, pin: str) -> None:
    person = house.person("new", "staff")

    with pytest.raises(SopwatchError, match="PIN"):
        house.service.access.save(OPERATOR, person, pin)


def test_random_pins_are_never_easily_guessed(tmp_path: Path) -> None:
    access = Access(DuckStore(tmp_path), tmp_path)

    people = [access.add(OPERATOR, f"p{n}", ("staff",))[0] for n in range(5)]

    assert len({p.pin for p in people}) == 5
    assert all(len(set(new_pin())) > 2 for _ in range(500))
    access.store.close()


# --- who may let others in --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("access", [role for role in ACCESS if role != "administrator"])
def test_only_administrators_add_people_and_make_tokens(house: House, access: str) -> None:
    kept = house.service.access
    person = house.person(f"a {access}", access)
    who = kept.whose(kept.sign_in(person.id, PIN))
    assert who
    before = house.service.store.register("people"), house.service.store.register("tokens")

    deeds: list[Callable[[], object]] = [
        lambda: kept.add(who, "Mallory", ("administrator",)),
        lambda: kept.save(who, replace(person, access=("administrator",))),
        lambda: kept.make_token(who, "mallory", "admin"),
        lambda: kept.end_token(who, "admin-True"),
        lambda: house.service.change_property(who, house.service.property),
    ]
    for deed in deeds:
        with pytest.raises(NotAllowed, match=f"a {access} may not do this: it needs the right to administer"):
            deed()

    assert (house.service.store.register("people"), house.service.store.register("tokens")) == before


@pytest.mark.parametrize("role", MACHINES)
def test_only_a_token_for_everything_makes_further_ones(house: House, role: str) -> None:
    kept = house.service.access
    machine = kept.machine(kept.make_token(OPERATOR, f"m-{role}", role))
    assert machine

    def made() -> bool:
        try:
            return bool(kept.make_token(machine, "further", "reader"))
        except NotAllowed:
            return False

    assert made() == (role == "admin")


def test_nobody_becomes_the_first_administrator_after_there_is_one(tmp_path: Path) -> None:
    access = Access(DuckStore(tmp_path), tmp_path)
    first = access.first_administrator("Wang", PIN, "en")

    with pytest.raises(NotAllowed, match="it has an administrator"):
        access.first_administrator("Mallory", PIN, "en")

    assert [p.name for p in access.people()] == ["Wang"]
    assert access.whose(access.sign_in(first.id, PIN))
    access.store.close()


# --- pages ------------------------------------------------------------------------------------------------------------


def test_signing_in_from_another_site_is_refused(house: House) -> None:
    person = house.person("lin", "staff")

    answer = house.client.post("/sign-in", data={"person": person.id, "pin": PIN}, headers=THEIRS)

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("wish", "place"),
    [("/Case?id=R-1", "/Case?id=R-1"), ("//evil.example", "/"), ("/\\evil", "/"), ("https://evil", "/"), ("/a b", "/")],
)
def test_after_signing_in_one_goes_to_a_place_of_this_service_alone(house: House, wish: str, place: str) -> None:
    form = {"person": house.person("lin", "staff").id, "pin": PIN}

    answer = house.client.post("/sign-in", params={"next": wish}, data=form, headers=OURS, follow_redirects=False)

    assert answer.headers["location"] == place


def test_signing_out_ends_the_session_of_the_browser(house: House) -> None:
    house.sign_in(house.person("lin", "staff"))

    asked = house.client.get("/sign-out")
    out = house.client.post("/sign-out", headers=OURS, follow_redirects=False)

    assert (asked.status_code, out.status_code) == (200, 303)
    assert house.client.get("/api/v1/head").status_code == 401


@pytest.mark.parametrize(
    ("asked", "accepted", "words"),
    [
        ("zh-Hant", "en", "請選擇您的姓名"),
        ("zh-Hans", "en", "请选择您的姓名"),
        ("", "zh-TW,en;q=0.5", "請選擇您的姓名"),
        ("", "fr", "Who are you?"),
    ],
)
def test_pages_speak_the_language_that_is_asked_for(house: House, asked: str, accepted: str, words: str) -> None:
    house.person("林", "staff")
    params = {"lang": asked} if asked else {}

    answer = house.client.get("/sign-in", params=params, headers={"Accept-Language": accepted})

    assert words in answer.text
    assert ("lang=" in answer.headers.get("set-cookie", "")) == bool(asked)


def test_names_are_text_and_never_markup(house: House) -> None:
    person = house.person("<script>alert(1)</script>", "staff", roles=("receptionist", "worker"))

    names, pad = house.client.get("/sign-in"), house.client.get("/sign-in", params={"person": person.id, "x": '"><b>'})

    assert "<script>alert" not in names.text + pad.text
    assert '"><b>' not in pad.text
    assert "nonce-" in pad.headers["content-security-policy"]
    assert "unsafe" not in pad.headers["content-security-policy"]
    assert 'name="role"' in pad.text, "somebody with two roles chooses one"


# --- the set-up link --------------------------------------------------------------------------------------------------

FORM = {"property": "港灣", "zone": "UTC", "name": "王", "pin": PIN, "again": PIN}


@pytest.mark.parametrize(
    ("language", "pin", "said"),
    [
        ("en", "12", "A PIN has 6 to 12 digits."),
        ("zh-Hant", "12", "PIN 碼為 6 至 12 位數字。"),
        ("zh-Hans", "111111", "这组 PIN 码太容易被猜中。"),
    ],
)
def test_a_pin_that_will_not_do_is_refused_in_the_language_of_the_page(
    tmp_path: Path, language: str, pin: str, said: str
) -> None:
    with housed(tmp_path) as house:
        link = f"{house.held.set_up_link}&lang={language}"

        answer = house.client.post(link, data=FORM | {"pin": pin, "again": pin}, headers=OURS)

        assert answer.status_code == 422
        assert said in answer.text


def test_the_set_up_link_makes_the_first_administrator_and_works_once(tmp_path: Path) -> None:
    with housed(tmp_path) as house:
        link = house.held.set_up_link or ""

        shown = house.client.get(link)
        wrong_token = house.client.get("/set-up?token=guess")
        from_elsewhere = house.client.post(link, data=FORM, headers=THEIRS)
        refused = [
            house.client.post(link, data=FORM | change, headers=OURS).status_code
            for change in (
                {"again": "1"},
                {"zone": "Moon/Sea"},
                {"name": " "},
                {"property": ""},
                {"pin": "1", "again": "1"},
            )
        ]
        nobody_yet = house.service.access.has_administrator()
        made = house.client.post(link, data=FORM, headers=OURS, follow_redirects=False)
        again = house.client.post(link, data=FORM | {"name": "Mallory"}, headers=OURS)

        assert (shown.status_code, wrong_token.status_code, from_elsewhere.status_code) == (200, 403, 403)
        assert refused == [422] * 5
        assert not nobody_yet
        assert made.status_code == 303
        assert house.client.get("/api/v1/head").status_code == 200, "the administrator is signed in"
        assert again.status_code == 403
        assert [p.name for p in house.service.access.people()] == ["王"]
        assert house.service.property.name == "港灣"
        assert house.held.set_up_link is None
