"""Which tablets are offline: silent without a goodbye, for which cases, since when."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from checklists.instant import SECOND
from sopwatch.presence import FORGOTTEN, MOST_PAGES, MOST_TABLETS, SILENCE, Presence
from tests.serving import House, housed

OURS = {"Origin": "http://testserver"}
PAGE = "0123456789abcdef"


class Hands:
    """A clock moved by hand: real seconds, and the service's time, which begins elsewhere."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.presence = Presence(self.now, seconds=lambda: self.seconds)

    def now(self) -> int:
        return round(self.seconds) * SECOND + 7

    def hear(self, *cases: str, source: str = "tablet/a", page: str = "p", number: int | None = None) -> None:
        told = round(self.seconds * 10) if number is None else number
        self.presence.hear(source, page, told, "林美玲", cases)

    def leave(self, source: str = "tablet/a", page: str = "p") -> None:
        self.presence.leave(source, page, round(self.seconds * 10))


@pytest.fixture
def hands() -> Hands:
    return Hands()


def test_a_silent_tablet_is_offline_since_it_was_last_heard(hands: Hands) -> None:
    hands.hear("R-1")
    hands.seconds += 5
    hands.hear("R-1", "R-2")
    last, before = hands.now(), hands.presence.number

    hands.seconds += SILENCE - 0.1
    assert (hands.presence.offline("R-1"), hands.presence.number) == (None, before)
    hands.seconds += 0.1

    assert hands.presence.offline("R-1") == hands.presence.offline("R-2") == (last, "林美玲")
    assert hands.presence.offline("R-3") is None
    assert hands.presence.number == before + 1


def test_when_it_is_heard_again_it_is_no_longer_offline_and_the_number_moves(hands: Hands) -> None:
    hands.hear("R-1")
    hands.seconds += SILENCE
    silent = hands.presence.number

    hands.hear("R-1")

    assert hands.presence.offline("R-1") is None
    assert hands.presence.number == silent + 1


def test_who_said_goodbye_is_not_offline(hands: Hands) -> None:
    hands.hear("R-1")
    hands.seconds += 1
    before = hands.presence.number

    hands.leave()
    hands.seconds += SILENCE

    assert (hands.presence.offline("R-1"), hands.presence.number) == (None, before)


def test_a_message_that_was_overtaken_by_the_goodbye_counts_for_nothing(hands: Hands) -> None:
    hands.hear("R-1", number=1)
    hands.presence.leave("tablet/a", "p", 3)
    hands.hear("R-1", number=2)

    hands.seconds += SILENCE

    assert hands.presence.offline("R-1") is None


def test_a_page_that_broke_off_while_its_tablet_goes_on_is_not_offline(hands: Hands) -> None:
    hands.hear("R-1", page="broken")
    hands.hear("R-2", page="other")
    hands.seconds += SILENCE - 1
    hands.hear("R-2", page="other")
    hands.seconds += 2
    assert hands.presence.offline("R-1") is None

    hands.leave(page="other")
    hands.seconds += SILENCE

    assert hands.presence.offline("R-1") is None
    assert hands.presence.offline("R-2") is None


def test_of_two_silent_tablets_the_first_is_named(hands: Hands) -> None:
    hands.hear("R-1")
    first = hands.now()
    hands.seconds += 5
    hands.hear("R-1", source="tablet/b")

    hands.seconds += SILENCE

    assert hands.presence.offline("R-1") == (first, "林美玲")


def test_what_is_silent_for_half_a_day_is_forgotten(hands: Hands) -> None:
    hands.hear("R-1")
    hands.seconds += SILENCE
    silent = hands.presence.number

    hands.seconds += FORGOTTEN

    assert hands.presence.offline("R-1") is None
    assert hands.presence.number == silent + 1


def test_too_many_tablets_or_pages_push_out_what_was_heard_longest_ago(hands: Hands) -> None:
    hands.hear("first")
    hands.hear("second", source="tablet/b")
    for n in range(MOST_TABLETS - 1):
        hands.seconds += 0.01
        hands.hear("many", source=f"tablet/{n}")
    for n in range(MOST_PAGES):
        hands.seconds += 0.01
        hands.hear(f"page-{n}", source="tablet/b", page=f"p{n}")

    hands.seconds += SILENCE

    told = {case: hands.presence.offline(case) is not None for case in ("first", "second", "page-0", "many")}
    assert told == {"first": False, "second": False, "page-0": True, "many": True}


# --- the route --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with housed(tmp_path_factory.mktemp("house")) as made:
        made.service.presence.silence = 0.0
        yield made


@pytest.fixture(autouse=True)
def _nobody(request: pytest.FixtureRequest) -> None:
    if "house" in request.fixturenames:
        request.getfixturevalue("house").client.cookies.clear()


def tell(house: House, headers: dict[str, str] = OURS, **told: Any) -> Any:
    here = {"source": "tablet/a1", "page": PAGE, "number": 1, "cases": ["R-1"]} | told
    return house.client.post("/tablet/here", content=json.dumps(here), headers=headers)


def test_a_tablet_is_heard_with_the_name_of_who_is_signed_in(house: House) -> None:
    house.sign_in(house.person("lin", "staff"))

    answer = tell(house, source="tablet/lin", cases=["R-7"])

    assert answer.status_code == 204
    assert house.service.presence.offline("R-7") == (house.clock.at, "lin")


def test_a_goodbye_is_heard_when_the_session_has_ended_but_of_the_page_alone(house: House) -> None:
    house.sign_in(house.person("lin", "staff"))
    tell(house, source="tablet/bye", cases=["R-8"])
    house.client.cookies.clear()

    tell(house, source="tablet/bye", page=PAGE[::-1], number=2, cases=[])
    assert house.service.presence.offline("R-8")
    tell(house, source="tablet/bye", number=2, cases=[])

    assert house.service.presence.offline("R-8") is None


def test_without_a_session_from_another_site_or_without_the_right_nothing_is_heard(house: House) -> None:
    told: dict[str, Any] = {"source": "tablet/no", "cases": ["R-9"]}

    codes = [tell(house, **told).status_code]
    house.sign_in(house.person("chen", "auditor"))
    codes.append(tell(house, **told).status_code)
    house.sign_in(house.person("lin", "staff"))
    codes.append(tell(house, {"Origin": "http://elsewhere.example"}, **told).status_code)
    codes.append(tell(house, {**OURS, "Sec-Fetch-Site": "cross-site"}, **told).status_code)

    assert codes == [401, 403, 403, 403]
    assert house.service.presence.offline("R-9") is None


@pytest.mark.parametrize(
    "told",
    [
        {"cases": [f"R-{n}" for n in range(51)]},
        {"cases": "R-10"},
        {"cases": ["x" * 201]},
        {"source": "pms"},
        {"page": "<script>"},
        {"number": -1},
        {"number": "1"},
        {"more": 1},
    ],
)
def test_rubbish_is_refused_in_one_line_that_says_where(house: House, told: dict[str, Any]) -> None:
    house.sign_in(house.person("lin", "staff"))

    answer = tell(house, **told)

    assert answer.status_code == 400
    assert answer.json()["error"].startswith(next(iter(told)))


def test_no_json_and_too_much_of_it_are_refused(house: House) -> None:
    house.sign_in(house.person("lin", "staff"))

    codes = [house.client.post("/tablet/here", content=body, headers=OURS).status_code
             for body in (b"", b"\xff\x00", b"[]", b"{" * 16_000, b" " * 20_000)]  # fmt: skip

    assert codes == [400, 400, 400, 400, 413]
