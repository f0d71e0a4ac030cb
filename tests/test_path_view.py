"""The path of a case on the screens: where what is due stands, what closing asks for, and the branches drawn."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from checklists.instant import HOUR, MINUTE, SECOND
from sopwatch.service import Service
from sopwatch.ui.closing import closing_of
from sopwatch.ui.flow import Flow, Fork, Node, flow_of, has_path
from sopwatch.ui.flow_html import flow_html
from sopwatch.ui.loops import Loop
from sopwatch.ui.path import depends_on, only_when, path_of
from sopwatch.ui.sheet import sheet_of
from sopwatch.ui.shift import card_of
from sopwatch.ui.tongue import Tongue
from tests.screens import EN, MEI, READER, REPAIR, ZH, file_of, later, row_of
from tests.tablets import Hotel, speak, tablet

COMPLAINT = {
    "grade": "general", "channel": "visit", "complainant": "Chou", "phone": "0912", "address": "8 Lake Road",
    "content": "Noise",
}  # fmt: skip
CHEN = replace(MEI, id="person:chen", name="Chen", roles=("supervisor",))


def decided(service: Service, value: str, **more: Any) -> str:
    """Open a complaint whose validity has been decided."""
    case_id = service.open_case(MEI, "complaint", COMPLAINT | more)
    service.tick(MEI, case_id, "assigned", value="Chen")
    service.tick(CHEN, case_id, "validity_decided", value=value)
    return case_id


def test_what_either_of_two_steps_would_meet_stands_at_the_one_on_the_path(service: Service) -> None:
    valid, invalid = decided(service, "valid"), decided(service, "invalid")

    def due(case_id: str) -> list[str]:
        return [step for step in ("handled", "explained") if row_of(service, case_id, step).deadlines]

    assert (due(valid), due(invalid)) == (["handled"], ["explained"])
    later(service, 3 * HOUR)
    service.let_time_pass()
    late = file_of(service, invalid)
    assert [f.due_at is not None for f in row_of(service, invalid, "explained").flags] == [True]
    assert not row_of(service, invalid, "handled").flags
    assert card_of(late, late.case.now, EN).next_step == "Explained to the owner"
    assert path_of(late)["handled"].state == "off"


def test_a_branch_is_said_by_its_guard_in_the_readers_language(service: Service) -> None:
    file = file_of(service, decided(service, "invalid"))
    places = path_of(file)

    assert only_when(places["handled"], file, EN) == "Only when Validity decided is “Valid”"
    assert only_when(places["reported_in_writing"], file, ZH) == "僅在投訴等級為「重要」時"
    assert depends_on(places["signed_owner"], file, ZH) == "視回訪業主而定"


def test_what_was_overdue_before_the_grade_was_lowered_is_asked_for_still(service: Service) -> None:
    case_id = decided(service, "valid", grade="important")
    later(service, 25 * HOUR)

    service.amend(MEI, case_id, {"grade": "general"})

    assert path_of(file_of(service, case_id))["reported_in_writing"].state == "asked"
    assert row_of(service, case_id, "reported_in_writing").state == "overdue"


def test_closing_says_with_which_value_something_would_be_asked_for(service: Service) -> None:
    case_id = service.open_case(MEI, "complaint", COMPLAINT)

    told = closing_of(file_of(service, case_id), MEI, EN)["asked"]

    firsts = {one["step"]: one["first"]["step"] for one in told if one["first"]}
    assert firsts == {
        "Explained to the owner": "Validity decided (Invalid)",
        "Complaint handled": "Validity decided (Valid)",
        "Owner signs": "Owner followed up (Visit)",
    }


# --- the view --------------------------------------------------------------------------------------------------------


def flow(service: Service, case_id: str, _: Tongue = EN) -> Flow:
    file = file_of(service, case_id)
    return flow_of(file, sheet_of(file, READER, _), _)


def parts(found: Flow) -> list[Node | Fork | Loop]:
    return [part for stage in found.stages for part in stage.parts]


def states(found: Flow) -> dict[str, str]:
    nodes = [p for p in parts(found) if isinstance(p, Node)]
    nodes += [node for p in parts(found) if isinstance(p, Fork) for way in p.ways for node in way.nodes]
    return {node.row.step.id: node.state for node in nodes}


def test_what_decides_stands_on_top_with_the_values_it_may_have(service: Service) -> None:
    (grade,) = flow(service, service.open_case(MEI, "complaint", COMPLAINT)).facts

    assert (grade.title, grade.known) == ("Grade", True)
    assert [(option.word, option.taken) for option in grade.options] == [("General", True), ("Important", False)]


def test_a_fork_is_undecided_and_then_one_way_is_taken(service: Service) -> None:
    before = flow(service, service.open_case(MEI, "complaint", COMPLAINT))
    after = flow(service, decided(service, "invalid"))

    def ways(found: Flow) -> list[tuple[str, str]]:
        (fork,) = [part for part in parts(found) if isinstance(part, Fork)]
        return [(way.condition, way.state) for way in fork.ways]

    valid, invalid = "Validity decided is “Valid”", "Validity decided is “Invalid”"
    assert ways(before) == [(valid, "undecided"), (invalid, "undecided")]
    assert ways(after) == [(valid, "off"), (invalid, "asked")]
    assert (states(after)["handled"], states(after)["explained"]) == ("not_needed", "due")


def test_a_step_done_off_the_path_is_shown_as_done_and_one_done_late_says_so(service: Service) -> None:
    case_id = decided(service, "valid")
    service.tick(CHEN, case_id, "reported_in_writing", value="written all the same")
    later(service, 3 * HOUR)
    service.tick(CHEN, case_id, "handled", value="spoken to")

    found = flow(service, case_id)

    assert (states(found)["reported_in_writing"], states(found)["explained"]) == ("done", "not_needed")
    file = file_of(service, case_id)
    assert "1 h late" in flow_html(found, file, EN)


def test_an_owner_who_is_not_satisfied_leads_back_and_the_rounds_are_counted(service: Service) -> None:
    case_id = decided(service, "valid")
    for step, value in (
        ("handled", "once"),
        ("followed_up", "phone"),
        ("outcome", "not_satisfied"),
        ("handled", "twice"),
    ):
        later(service, MINUTE)
        service.tick(MEI, case_id, step, value=value)

    found = flow(service, case_id)

    (loop,) = [part for part in parts(found) if isinstance(part, Loop)]
    assert loop.back_to == "handled"
    assert [[event.event for event in one] for one in loop.rounds] == [
        ["handled", "followed_up", "outcome"],
        ["handled"],
    ]
    assert (states(found)["handled"], states(found)["followed_up"], states(found)["outcome"]) == (
        "flagged",
        "flagged",
        "todo",
    )
    assert flow(service, decided(service, "invalid")).stages[-1].parts[-1:] != [loop]
    assert "2 rounds so far" in flow_html(found, file_of(service, case_id), EN)


def test_only_a_case_whose_rules_branch_has_a_path(service: Service) -> None:
    weekly = service.open_case(MEI, "weekly", {"week": "2026-W10"})

    assert has_path(file_of(service, service.open_case(MEI, "repair", REPAIR)))
    assert not has_path(file_of(service, weekly))


def test_a_fact_any_of_whose_values_will_do_decides_nothing_and_names_are_escaped(service: Service) -> None:
    case_id = service.open_case(MEI, "repair", {**REPAIR, "scope": "unit", "urgency": "normal"})
    service.tick(MEI, case_id, "dispatch_printed")
    service.tick(MEI, case_id, "assigned", value="<b>Wang</b>")
    found = flow(service, case_id, ZH)

    (printed,) = [p for p in parts(found) if isinstance(p, Node) and p.row.step.id == "dispatch_printed"]
    html = flow_html(found, file_of(service, case_id), ZH)

    assert printed.why == ""
    assert "<b>Wang</b>" not in html
    assert "僅在是否收費為「是」時" in html


# --- by thumb --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hotel(shared_hotel: Hotel) -> Hotel:
    return shared_hotel


def complaint(hotel: Hotel, number: str, **more: Any) -> str:
    hotel.cases[number] = number
    hotel.record(number, "opened", procedure="complaint", data=COMPLAINT | {"complainant": "周先生"} | more)
    return number


@pytest.mark.browser
def test_a_branch_is_taken_without_network_and_a_step_off_it_can_be_recorded_all_the_same(
    browser: Browser, hotel: Hotel
) -> None:
    case = complaint(hotel, "T-OFFLINE")
    one = tablet(browser, hotel, "林美玲", case)
    handling = one.page.locator("section").nth(1)
    expect(one.row("reported_in_writing")).to_contain_text("僅在投訴等級為「重要」時")
    expect(one.row("explained")).to_contain_text("視判定有效性而定")
    expect(handling).to_contain_text("0／4")
    one.context.set_offline(True)

    one.row("validity_decided").get_by_role("button", name="無效").tap()

    expect(one.row("handled")).to_contain_text("不需辦理")
    expect(one.row("handled")).to_contain_text("僅在判定有效性為「有效」時")
    expect(one.row("handled").locator("button.tap")).to_have_count(0)
    expect(handling).to_contain_text("1／3")
    one.row("handled").get_by_role("button", name="更多").tap()
    one.row("handled").get_by_role("button", name="仍要記錄").tap()
    one.row("handled").get_by_role("textbox").fill("已先處理")
    one.row("handled").get_by_role("button", name="記錄", exact=True).tap()
    expect(one.row("handled")).to_contain_text("已完成")
    expect(handling).to_contain_text("2／4")
    one.context.set_offline(False)
    expect(one.chip).to_have_text("全部已儲存", timeout=30_000)
    assert hotel.words(case) == {"validity_decided": 1, "handled": 1}


@pytest.mark.browser
def test_the_path_leads_to_the_rows_of_the_sheet(browser: Browser, hotel: Hotel) -> None:
    case = complaint(hotel, "T-PATH", grade="important")
    one = tablet(browser, hotel, "林美玲", case, viewport={"width": 768, "height": 1024})
    one.page.locator(".views").get_by_role("button", name="流程").tap()
    invalid = one.page.locator(".way").filter(has_text="判定有效性為「無效」")
    expect(invalid).to_contain_text("尚未決定", timeout=20_000)

    hotel.record(case, "validity_decided", value="invalid", actor="chen", role="supervisor")
    expect(invalid).to_contain_text("依此辦理")
    assert "view=path" in one.page.url
    one.page.locator("button[data-go='explained']").tap()

    expect(one.row("explained")).to_be_in_viewport(timeout=20_000)
    assert "row=explained" in one.page.url


@pytest.mark.browser
def test_what_waits_on_the_tablet_is_laid_over_the_path_without_network_also_after_a_reload(
    browser: Browser, hotel: Hotel
) -> None:
    case = complaint(hotel, "T-WAITS", grade="important")
    one = tablet(browser, hotel, "林美玲", case)
    views, said = one.page.locator(".views"), one.page.locator(".undrawn")
    validity = one.page.locator(".picture button[data-go='validity_decided']")
    invalid = one.page.locator(".way").filter(has_text="判定有效性為「無效」")
    one.context.set_offline(True)
    one.row("validity_decided").get_by_role("button", name="無效").tap()

    views.get_by_role("button", name="流程").tap()

    expect(said).to_contain_text("這台平板有 1 筆記錄尚未畫入此圖")
    expect(one.page.locator(".undrawn-list")).to_contain_text("判定有效性 · 已完成 · 無效")
    expect(validity.locator(".sop-mark")).to_have_text("已完成")
    expect(validity.locator(".own")).to_contain_text("留在這台平板等待")
    expect(invalid).to_contain_text("依此辦理")
    expect(one.page.locator(".picture button[data-go='handled']").first).to_contain_text("不需辦理")

    one.page.reload()

    expect(said).to_contain_text("沒有連線", timeout=20_000)
    expect(validity.locator(".own")).to_contain_text("留在這台平板等待")
    expect(invalid).to_contain_text("依此辦理")
    expect(views.locator("[aria-current]")).to_have_text("流程")
    views.get_by_role("button", name="檢查表").tap()
    expect(one.row("validity_decided")).to_contain_text("留在這台平板等待")
    views.get_by_role("button", name="流程").tap()
    one.context.set_offline(False)

    expect(one.page.locator(".st-key-language_choice")).to_be_visible(timeout=30_000)
    expect(one.chip).to_have_text("全部已儲存", timeout=30_000)
    expect(validity.locator(".sop-mark")).to_have_text("已完成", timeout=20_000)
    expect(one.page.locator(".own, .undrawn")).to_have_count(0, timeout=20_000)
    assert hotel.words(case) == {"validity_decided": 1}


@pytest.mark.browser
def test_a_fact_that_is_changed_without_network_turns_the_path_as_it_turns_the_sheet(
    browser: Browser, hotel: Hotel
) -> None:
    case = complaint(hotel, "T-GRADE")
    one = tablet(browser, hotel, "林美玲", case)
    one.context.set_offline(True)
    one.page.get_by_role("button", name="修改資料", exact=True).tap()
    one.page.locator(".field-grade").get_by_role("radio", name="重要", exact=True).tap()
    one.page.get_by_role("button", name="記錄修改", exact=True).tap()

    one.page.locator(".views").get_by_role("button", name="流程").tap()

    expect(one.page.locator(".fact .is-taken")).to_have_text("重要")
    written = one.page.locator(".picture button[data-go='reported_in_writing']")
    expect(written.locator(".sop-mark")).to_have_text("待辦")
    expect(written).not_to_contain_text("僅在")
    expect(one.page.locator(".undrawn-list")).to_contain_text("修改資料 · 投訴等級")


@pytest.mark.browser
def test_a_tick_of_another_tab_is_laid_over_the_path_and_one_that_was_refused_is_said_beside_it(
    browser: Browser, hotel: Hotel
) -> None:
    case = complaint(hotel, "T-TABS")
    one = tablet(browser, hotel, "林美玲", case)
    other = one.open(case)
    other.locator(".views").get_by_role("button", name="流程").tap()
    form, said = other.locator(".picture button[data-go='form_completed']"), other.locator(".undrawn")
    expect(form).to_be_visible()
    one.context.set_offline(True)
    before = hotel.ago(SECOND)  # the clock of a tablet may be some tenths of a second behind

    one.tap("form_completed")

    expect(form.locator(".sop-mark")).to_have_text("已完成")
    expect(said).to_contain_text("這台平板有 1 筆記錄尚未畫入此圖")

    hotel.record(case, "cancelled", occurred_at=before, data={"reason": "twice"})
    one.context.set_offline(False)

    expect(said).to_contain_text("本案有 1 筆未記錄：原因見檢查表", timeout=30_000)
    expect(form.locator(".sop-mark")).not_to_have_text("已完成")
    other.get_by_role("button", name="回到檢查表").tap()
    other.locator("#row-form_completed").get_by_role("button", name="移除").tap()
    other.locator(".views").get_by_role("button", name="流程").tap()
    expect(other.locator(".picture .flow")).to_be_visible()
    expect(said).to_have_count(0)
    assert hotel.words(case) == {"cancelled": 1}


@pytest.mark.browser
def test_the_picture_speaks_the_language_that_is_chosen_also_of_what_waits(browser: Browser, hotel: Hotel) -> None:
    case = complaint(hotel, "T-TONGUE")
    one = tablet(browser, hotel, "王建國", case)
    one.context.route("**/api/v1/events", lambda route: route.abort())
    one.tap("form_completed")
    one.page.locator(".views").get_by_role("button", name="流程").tap()
    expect(one.page.locator(".undrawn")).to_contain_text("尚未畫入此圖")

    speak(one.page, "zh-Hans")

    expect(one.page.locator(".undrawn")).to_contain_text("尚未画入此图", timeout=20_000)
    speak(one.page, "en")
    expect(one.page.locator(".undrawn")).to_contain_text("is not in this picture yet", timeout=20_000)
    expect(one.page.locator(".picture button[data-go='form_completed'] .own")).to_contain_text("waits on this tablet")
    assert "view=path" in one.page.url


@pytest.mark.browser
def test_a_turn_stands_when_the_page_puts_back_the_address_it_had_before_but_not_when_one_goes_back(
    browser: Browser, hotel: Hotel
) -> None:
    one = tablet(browser, hotel, "林美玲", complaint(hotel, "T-TURN"))
    before = one.page.url
    one.page.locator(".views").get_by_role("button", name="流程").tap()
    expect(one.page).to_have_url(re.compile("view=path"))
    one.page.wait_for_timeout(2_000)  # the service has heard of the turn, too

    one.page.evaluate("address => history.pushState({}, '', address)", before)
    hotel.record("T-TURN", "form_completed", actor="li", role="receptionist")

    expect(one.page).to_have_url(re.compile("view=path"))
    expect(one.page.locator(".picture button[data-go='form_completed']")).to_be_visible()
    one.page.evaluate("history.back()")
    one.page.evaluate("address => history.replaceState({}, '', address)", before)
    expect(one.row("form_completed")).to_be_visible()
    assert "view=path" not in one.page.url


@pytest.mark.browser
def test_the_second_tap_of_a_double_one_on_a_mark_records_nothing_at_the_row_under_it(
    browser: Browser, hotel: Hotel
) -> None:
    case = complaint(hotel, "T-TWICE")
    one = tablet(browser, hotel, "林美玲", case)
    tick = one.row("form_completed").locator("button.tap").bounding_box()
    assert tick
    x, y = tick["x"] + tick["width"] / 2, tick["y"] + tick["height"] / 2
    one.page.locator(".views").get_by_role("button", name="流程").tap()
    mark = one.page.locator(".picture button[data-go='owner_confirmed']")
    expect(mark).to_be_visible()
    mark.evaluate("(mark, y) => { mark.style.position = 'fixed'; mark.style.top = `${y - 30}px` }", y)

    one.page.touchscreen.tap(x, y)
    one.page.touchscreen.tap(x, y)

    expect(one.row("owner_confirmed")).to_be_in_viewport()
    one.row("validity_decided").get_by_role("button", name="無效").tap()
    expect(one.chip).to_have_text("全部已儲存", timeout=30_000)
    assert hotel.words(case) == {"validity_decided": 1}
