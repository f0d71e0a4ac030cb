"""Closing a case on the tablet: what is missing, three pads, who is absent, and what is told beforehand."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.tablets import REPAIR, Hotel, Tablet, tablet, until
from tests.test_tablet import photo, sign

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("every_page_is_closed")]

SAVED = "全部已儲存"
PORTRAIT = {"width": 768, "height": 1024}


@pytest.fixture(scope="module")
def hotel(shared_hotel: Hotel) -> Hotel:
    return shared_hotel


def unit_repair(hotel: Hotel, number: str) -> str:
    """Open a repair inside a unit, its work done."""
    hotel.cases[number] = number
    hotel.record(number, "opened", procedure="repair", data={**REPAIR, "scope": "unit", "location": "八樓五號"})
    return number


def work_done(one: Tablet) -> None:
    one.tap("completed")
    one.row("completed").locator("input[type=file]").set_input_files(photo())  # type: ignore[arg-type]
    one.row("completed").get_by_role("button", name="記錄").tap()
    expect(one.row("completed")).to_contain_text("已完成")


def to_close(one: Tablet) -> None:
    one.page.locator(".foot").get_by_role("button", name="結案").tap()
    expect(one.page.get_by_role("heading", name="結案前")).to_be_visible()


def sign_pad(one: Tablet, step: str, name: str | None = None) -> None:
    pad = one.row(step)
    if name:
        pad.get_by_role("textbox").fill(name)
    sign(one.page, pad.locator("canvas"))
    pad.get_by_role("button", name="記錄", exact=True).tap()
    expect(pad.locator("canvas")).to_have_count(0)


def foot(one: Tablet) -> Locator:
    return one.page.locator(".foot")


def broken(hotel: Hotel, case: str) -> list[str]:
    answer = hotel.violations(case)
    return sorted(v["rule"] for v in answer if v["due_at"] is None)


@pytest.mark.parametrize("size", [None, PORTRAIT])
def test_three_parties_sign_one_below_the_other_and_the_repair_is_closed(
    browser: Browser, hotel: Hotel, size: dict[str, int] | None
) -> None:
    case = unit_repair(hotel, "R-CLOSE-P" if size else "R-CLOSE-L")
    one = tablet(browser, hotel, "林美玲", case, **({"viewport": size} if size else {}))
    work_done(one)
    to_close(one)
    expect(foot(one)).to_contain_text("現在結案將違反")
    expect(foot(one)).to_contain_text("業主簽名、維修人員簽名、維修主管簽名")

    sign_pad(one, "signed_owner", "周先生")
    sign_pad(one, "signed_worker")
    supervisor = one.row("signed_repair_supervisor")
    expect(supervisor.get_by_role("link", name="請維修主管在此登入")).to_be_visible()
    expect(supervisor.locator("canvas")).to_have_count(0)
    expect(one.chip).to_have_text(SAVED)
    supervisor.get_by_role("link").tap()
    one.page.get_by_role("link", name="張主管").tap()
    for digit in hotel.pins["張主管"]:
        one.page.locator(f".pad button[data-digit='{digit}']").tap()
    one.page.locator("button.main").tap()
    expect(supervisor.locator("canvas")).to_be_visible(timeout=20_000)
    sign_pad(one, "signed_repair_supervisor")
    one.row("form_returned").locator("button.tap").tap()
    expect(foot(one)).to_contain_text("沒有遺漏")
    foot(one).get_by_role("button", name="結案").tap()

    expect(foot(one)).to_contain_text("已結案")
    expect(one.chip).to_have_text(SAVED)
    signed = {e["event"]: (e["actor"], e["role"]) for e in hotel.events(case) if e["event"].startswith("signed")}
    assert signed == {
        "signed_owner": ("周先生", "owner"),
        "signed_worker": (hotel.ids["林美玲"], "worker"),
        "signed_repair_supervisor": (hotel.ids["張主管"], "repair_supervisor"),
    }
    assert hotel.words(case)["closed"] == 1
    assert not {rule for rule in broken(hotel, case) if "signature" in rule or "form-back" in rule}


def test_an_absent_owner_is_a_reason_never_a_signature_and_what_closing_breaks_is_said_before(
    browser: Browser, hotel: Hotel
) -> None:
    case = unit_repair(hotel, "R-ABSENT")
    one = tablet(browser, hotel, "林美玲", case)
    work_done(one)
    to_close(one)
    sign_pad(one, "signed_worker")
    owner = one.row("signed_owner")

    owner.get_by_role("button", name="業主無法簽名").tap()
    expect(owner.locator(".breaks")).to_contain_text("室內維修經業主、維修人員、維修主管簽名方可結案")
    owner.get_by_role("button", name="記錄原因").tap()
    expect(owner.get_by_role("alert").last).to_have_text("請填寫原因。")
    owner.locator("textarea, .panel:not(.open-pad) input").fill("業主出國，下週回來")
    owner.get_by_role("button", name="記錄原因").tap()
    expect(owner).to_contain_text("無法辦理")
    expect(owner).to_contain_text("業主出國，下週回來")
    expect(owner.locator("canvas")).to_have_count(0)
    told = foot(one).locator("li").all_inner_texts()
    foot(one).get_by_role("button", name="仍要結案").tap()
    expect(foot(one)).to_contain_text("已結案")
    expect(one.chip).to_have_text(SAVED)

    assert told == [
        "室內維修經業主、維修人員、維修主管簽名方可結案（缺：業主簽名、維修主管簽名）",
        "室內維修結案前報修單交回接待（缺：報修單交回接待）",
    ]
    until(lambda: "repair.unit-signatures" in broken(hotel, case))
    assert [rule for rule in broken(hotel, case) if rule in ("repair.unit-signatures", "repair.form-back")] == [
        "repair.form-back",
        "repair.unit-signatures",
        "repair.unit-signatures",
    ]
    words = hotel.words(case)
    assert (words["signed_owner"], words["_cannot_do"]) == (0, 1)


def test_a_case_is_closed_without_the_service_and_a_double_tap_closes_it_once(browser: Browser, hotel: Hotel) -> None:
    case = unit_repair(hotel, "R-OFFLINE")
    one = tablet(browser, hotel, "林美玲", case)
    one.context.set_offline(True)
    work_done(one)
    to_close(one)
    sign_pad(one, "signed_owner", "周先生")
    one.page.reload()
    expect(one.row("signed_owner")).to_contain_text("周先生", timeout=20_000)
    expect(one.page.get_by_role("heading", name="結案前")).to_be_visible()

    close = foot(one).get_by_role("button", name="仍要結案")
    close.scroll_into_view_if_needed()
    box = close.bounding_box()
    assert box
    for _ in range(2):
        one.page.touchscreen.tap(box["x"] + 30, box["y"] + 30)
    expect(foot(one)).to_contain_text("留在這台平板等待")
    one.context.set_offline(False)
    expect(one.chip).to_have_text(SAVED, timeout=40_000)

    assert hotel.words(case) == {"completed": 1, "signed_owner": 1, "closed": 1}


def test_each_face_of_the_sheet_keeps_its_place(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "meeting")
    main = one.page.locator(".stMain")
    one.page.locator(".foot button").first.scroll_into_view_if_needed()
    before = main.evaluate("it => it.scrollTop")

    to_close(one)
    at_top = one.page.get_by_role("button", name="回到檢查表")
    expect(at_top).to_be_in_viewport()
    at_top.tap()
    expect(one.page.locator(".foot button").first).to_be_in_viewport()

    assert abs(main.evaluate("it => it.scrollTop") - before) < 40
    assert "view=close" not in one.page.url


def test_the_chooser_of_views_and_the_sheets_own_buttons_agree(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "meeting")
    views = one.page.get_by_role("navigation", name="檢視方式")
    chosen = views.locator("[aria-current]")

    views.get_by_role("button", name="結案").tap()
    expect(one.page.get_by_role("heading", name="結案前")).to_be_visible()
    one.page.get_by_role("button", name="回到檢查表").tap()
    expect(chosen).to_have_text("檢查表")
    views.get_by_role("button", name="結案").tap()
    expect(one.page.get_by_role("heading", name="結案前")).to_be_visible()
    views.get_by_role("button", name="檢查表").tap()

    expect(one.row("tea_served")).to_be_visible()
    expect(one.page.get_by_role("heading", name="結案前")).to_have_count(0)

    one.context.set_offline(True)
    views.get_by_role("button", name="結案").tap()
    expect(one.page.get_by_role("heading", name="結案前")).to_be_visible()
    expect(chosen).to_have_text("結案")
    one.page.get_by_role("button", name="回到檢查表").tap()
    expect(chosen).to_have_text("檢查表")


def test_a_case_is_cancelled_without_network_with_a_reason_and_not_without_one(browser: Browser, hotel: Hotel) -> None:
    case = unit_repair(hotel, "R-CANCEL")
    one = tablet(browser, hotel, "林美玲", case)
    one.context.set_offline(True)

    foot(one).get_by_role("button", name="取消案件…").tap()
    foot(one).get_by_role("button", name="確定取消案件").tap()
    expect(foot(one).get_by_role("alert")).to_have_text("請填寫原因。")
    foot(one).get_by_role("textbox").fill("重複報修")
    foot(one).get_by_role("button", name="確定取消案件").tap()
    expect(foot(one)).to_contain_text("重複報修")
    expect(one.row("completed").locator("button.tap")).to_have_count(0)
    one.context.set_offline(False)
    expect(one.chip).to_have_text(SAVED, timeout=30_000)

    (cancelled,) = (e for e in hotel.events(case) if e["event"] == "cancelled")
    assert cancelled["data"]["reason"] == "重複報修"
