"""The screens in a real browser, on a real service: what staff tap, what the record then holds, what others see."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from urllib.request import urlopen

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from checklists.instant import HOUR, MINUTE, format_instant
from sopwatch.access import OPERATOR
from sopwatch.place import Property, write_property
from sopwatch.service import Service
from storage.duck import DuckStore

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("every_page_is_closed")]

HOUSE = Path(__file__).resolve().parent.parent
LANDSCAPE, PORTRAIT = (1024, 768), (768, 1024)
ALLOWED = {"EN", "Asia", "Taipei", "TWD", "UTC"}
READ = """() => {
  const said = []
  function read(root) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT)
    while (walker.nextNode()) {
      const node = walker.currentNode
      if (node.shadowRoot) read(node.shadowRoot)
      const parent = node.parentElement
      if (node.nodeType !== Node.TEXT_NODE || !parent) continue
      const icon = parent.closest("style, script, noscript, [data-testid=stIconMaterial]")
      const shown = parent.checkVisibility() && parseFloat(getComputedStyle(parent).fontSize)
      if (shown && !icon) said.push(node.data)
    }
  }
  read(document.body)
  return said.join(" ")
}"""
ROLES = ("receptionist", "worker", "support_supervisor", "attendant", "senior_pr_manager")
REPAIR = {
    "location": "八〇五", "scope": "public", "urgency": "normal", "description": "漏水", "channel": "phone",
    "chargeable": False, "requester": "陳先生", "address": "湖路八號", "phone": "0912", "material_by": "company",
    "under_warranty": False,
}  # fmt: skip


@dataclass(frozen=True)
class House:
    """A running service, and the PINs of its people."""

    address: str
    pins: dict[str, str]
    cases: dict[str, str]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    directory = tmp_path_factory.mktemp("house")
    pins, cases = prepare(directory)
    command = [sys.executable, "-m", "sopwatch", "serve", "--data", str(directory), "--port", "0"]
    with subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            address = re.findall(r"http\S+", process.stdout.readline())[0]
            wait_for(f"{address}/healthz")
            yield House(address, pins, cases)
        finally:
            process.send_signal(signal.SIGINT)


def wait_for(address: str) -> None:
    """Wait until the service is ready."""
    for _ in range(200):
        with suppress(OSError), urlopen(address, timeout=5):  # noqa: S310 - our own, on the loopback
            return
        time.sleep(0.1)
    raise TimeoutError(address)


def prepare(directory: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Make a property with people and a few cases; return the PINs and the cases."""
    write_property(directory, Property(id="lake", name="湖畔飯店", zone="Asia/Taipei"))
    service = Service(DuckStore(directory), directory)
    service.start()
    people = {
        "林美玲": (("staff", "supervisor"), ROLES),
        "王建國": (("staff",), ("receptionist", "attendant")),
        "何稽核": (("auditor",), ()),
        "吳管理": (("administrator",), ()),
    }
    pins, who = {}, {}
    for name, (access, roles) in people.items():
        person, pins[name] = service.access.add(OPERATOR, name, access, roles)
        who[name] = service.access.whose(service.access.sign_in(person.id, pins[name]))
    mei, now = who["林美玲"], service.clock.now()
    assert mei
    meeting = {
        "title": "年會", "importance": "normal", "start_at": format_instant(now + HOUR), "room": "明珠廳",
        "end_at": format_instant(now + 3 * HOUR), "attendees": 40, "organiser": "某公司", "smoking": True,
        "fruit": False, "banner": False, "plants": False, "towels": True, "projection": False, "podium": False,
    }  # fmt: skip
    urgent = {**REPAIR, "urgency": "emergency", "location": "大廳"}
    cases = {
        "repair": service.open_case(mei, "repair", REPAIR, now - 2 * MINUTE),
        "late": service.open_case(mei, "repair", urgent, now - 25 * HOUR),
        "meeting": service.open_case(mei, "meeting", meeting),
        "complaint": service.open_case(
            mei, "complaint", {"grade": "general", "channel": "phone", "complainant": "周太太", "phone": "02",
                               "address": "湖路", "content": "太吵"},
        ),
    }  # fmt: skip
    service.stop()
    return pins, cases


def enter(browser: Browser, house: House, name: str, place: str = "/", size: tuple[int, int] = LANDSCAPE) -> Page:
    """Sign in with the PIN as a person does, and go to a place."""
    context = browser.new_context(locale="zh-TW", viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.goto(f"{house.address}{place}")
    page.locator("a.sop-link").click()
    page.get_by_role("link", name=name).click()
    for digit in house.pins[name]:
        page.locator(f".pad button[data-digit='{digit}']").click()
    page.locator("button.main").click()
    page.locator(".st-key-bar").wait_for()
    settle(page)
    return page


def settle(page: Page) -> None:
    """Wait until Streamlit has drawn all."""
    page.wait_for_timeout(300)
    expect(page.locator("[data-test-script-state='running']")).to_have_count(0)
    page.wait_for_timeout(200)


def row(page: Page, step: str) -> Locator:
    return page.locator(f"#row-{step}")


def tap(page: Page, step: str, button: str = "button.tap") -> None:
    row(page, step).locator(button).first.click()


def words_of(page: Page) -> set[str]:
    """Return the Latin words that can be read on a screen, apart from numbers of cases and clauses, and icons."""
    text = page.evaluate(READ)
    text = re.sub(r"\b[A-Z]-\d{4}-\d{4}\b|\b[A-Z](\.\d+)+(\.[a-z])?", " ", text)
    return set(re.findall(r"[A-Za-z]{3,}", text)) - ALLOWED


def draw_signature(page: Page) -> None:
    box = page.locator("canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + 80)
    page.mouse.down()
    for n in range(12):
        page.mouse.move(box["x"] + 40 + 20 * n, box["y"] + 80 + (25 if n % 2 else -25))
    page.mouse.up()


def photo() -> dict[str, object]:
    file = BytesIO()
    Image.new("RGB", (640, 480), (90, 120, 150)).save(file, "PNG")
    return {"name": "done.png", "mimeType": "image/png", "buffer": file.getvalue()}


def test_a_repair_is_opened_in_chinese_ticked_to_closure_and_shows_the_one_violation_made(
    browser: Browser, house: House
) -> None:
    page = enter(browser, house, "林美玲", "/new")
    expect(page.locator(".st-key-procedures").get_by_role("button", name="交班")).to_have_count(0)

    page.get_by_role("button", name="報修", exact=True).click()
    settle(page)
    for option in ("公共設施", "急修", "電話", "公司"):
        page.get_by_role("radio", name=option, exact=True).click()
        settle(page)
    expect(page.get_by_text("急修24小時內解決")).to_be_visible()
    for label, text in (
        ("報修部位", "頂樓水塔"),
        ("報修內容", "漏水"),
        ("住戶名稱", "陳先生"),
        ("地址", "湖路"),
        ("聯絡電話", "02"),
    ):
        page.get_by_label(re.compile(f"^{label}")).fill(text)
    for field in ("chargeable", "under_warranty"):
        page.locator(f"[class*='-{field}']").get_by_role("radio", name="否").click()
        settle(page)
    page.get_by_role("button", name="開案", exact=True).click()
    expect(row(page, "form_completed")).to_be_visible()
    printed = page.get_by_role("link", name="列印：派工單")
    expect(printed).to_have_attribute("target", "_blank")
    paper = page.request.get(house.address + (printed.get_attribute("href") or ""))
    assert paper.body().startswith(b"%PDF-"), "the order is there to be printed at once, above the sheet"
    above, below = (
        part.evaluate("e => e.getBoundingClientRect().top") for part in (printed, row(page, "form_completed"))
    )
    assert above < below
    case_id = re.findall(r"case=([\w-]+)", page.url)[0]
    for step in ("form_completed", "dispatch_printed", "tools_ready"):  # the charge was never explained: on purpose
        tap(page, step)
        expect(row(page, step).get_by_text("已完成")).to_be_visible()
    tap(page, "assigned")
    row(page, "assigned").get_by_role("textbox").fill("李師傅")
    row(page, "assigned").get_by_role("button", name="記錄").click()
    expect(row(page, "assigned").get_by_text("李師傅")).to_be_visible()
    tap(page, "arrived")
    for step in ("site_noted", "materials_noted"):
        tap(page, step)
        row(page, step).get_by_role("textbox").fill("已查看")
        row(page, step).get_by_role("button", name="記錄").click()
        expect(row(page, step).get_by_text("已完成")).to_be_visible()
    tap(page, "completed")
    row(page, "completed").locator("input[type=file]").set_input_files(photo())  # type: ignore[arg-type]
    row(page, "completed").get_by_role("button", name="記錄").click()
    expect(row(page, "completed").get_by_text("已完成")).to_be_visible()
    tap(page, "signed_support_supervisor")
    draw_signature(page)
    row(page, "signed_support_supervisor").get_by_role("button", name="記錄").click()
    expect(row(page, "signed_support_supervisor").get_by_text("已完成")).to_be_visible()
    tap(page, "form_kept")
    settle(page)
    page.locator(".foot").get_by_role("button", name="結案").click()
    page.locator(".foot").get_by_role("button", name="結案", exact=True).click()
    expect(page.locator(".foot")).to_contain_text("已結案")

    page.get_by_role("link", name="違規").click()
    settle(page)
    mine = page.locator(".sop-card", has_text=case_id)
    expect(mine).to_have_count(1)
    expect(mine).to_contain_text("填妥報修單前先告知收費")


def test_two_tablets_on_one_case_see_each_others_ticks_and_keep_what_is_being_typed(
    browser: Browser, house: House
) -> None:
    place = f"/run?case={house.cases['repair']}"
    one = enter(browser, house, "林美玲", place)
    two = enter(browser, house, "王建國", place)
    tap(two, "site_noted")
    typing = row(two, "site_noted").get_by_role("textbox")
    typing.press_sequentially("水管還在")

    tap(one, "fee_explained")
    expect(row(one, "fee_explained").get_by_text("已完成")).to_be_visible()
    expect(row(two, "fee_explained").get_by_text("林美玲")).to_be_visible()
    expect(typing).to_have_value("水管還在")
    tap(two, "form_completed")

    expect(row(one, "form_completed").get_by_text("王建國")).to_be_visible()


def test_a_double_tap_is_recorded_once_and_can_be_undone(browser: Browser, house: House) -> None:
    page = enter(browser, house, "林美玲", f"/run?case={house.cases['meeting']}", PORTRAIT)

    row(page, "tea_served").locator("button.tap").dblclick()
    expect(row(page, "tea_served").locator(".more .sop-i-done")).to_have_count(1)
    page.wait_for_timeout(2_500)

    expect(row(page, "tea_served").locator(".more .sop-i-done")).to_have_count(1)
    row(page, "tea_served").get_by_role("button", name="復原").click()
    expect(row(page, "tea_served").locator(".more .sop-i-done")).to_have_count(0)


def test_the_language_is_switched_without_losing_the_place(browser: Browser, house: House) -> None:
    page = enter(browser, house, "林美玲", f"/run?case={house.cases['complaint']}")
    tap(page, "investigated")
    row(page, "investigated").get_by_role("textbox").fill("到場看過")

    page.get_by_role("radio", name="EN", exact=True).click()
    expect(page.get_by_role("link", name="My shift")).to_be_visible()

    expect(row(page, "investigated").get_by_role("textbox")).to_have_value("到場看過")
    assert f"case={house.cases['complaint']}" in page.url
    page.get_by_role("radio", name="简", exact=True).click()
    expect(row(page, "investigated").get_by_text("现场调查")).to_be_visible()
    page.get_by_role("radio", name="繁", exact=True).click()  # it is kept for the person: the next test speaks it
    expect(page.get_by_role("link", name="我的班")).to_be_visible()
    settle(page)


@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT])
def test_no_english_word_stands_on_a_chinese_screen_and_nothing_is_cut(
    browser: Browser, house: House, size: tuple[int, int]
) -> None:
    page = enter(browser, house, "林美玲", "/", size)
    late = house.cases["late"]
    places = ["/", "/new", "/new?procedure=repair", "/new?procedure=vip", f"/run?case={house.cases['meeting']}",
              f"/run?case={late}", f"/run?case={late}&view=close", "/violations", "/dashboard",
              "/violations?state=standing", "/people"]  # fmt: skip

    found: dict[str, set[str]] = {}
    for place in places:
        page.goto(house.address + place)
        page.locator(".st-key-bar").wait_for()
        settle(page)
        expect(page.get_by_test_id("stSkipToContent")).not_to_contain_text(
            "Skip", timeout=20_000
        )  # the tablet renames it
        found[place] = words_of(page)
        assert page.evaluate("document.querySelector('.stMain').scrollWidth <= innerWidth"), place

    assert found == {place: set() for place in places}


def test_a_violation_tells_its_arithmetic_and_a_supervisor_acknowledges_it(browser: Browser, house: House) -> None:
    page = enter(browser, house, "林美玲", "/violations")

    page.locator("[class*='st-key-card-open']", has_text=house.cases["late"]).get_by_role("button").first.click()
    expect(page.get_by_text("尚未完成")).to_be_visible()
    page.get_by_label("備註").fill("已通知")
    page.get_by_role("button", name="確認知悉").click()

    expect(page.get_by_text("林美玲已於")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="已通知")).to_be_visible()

    page.goto(f"{house.address}/violations?lang=en")
    expect(page.get_by_test_id("stSkipToContent")).to_contain_text("Skip to the screen", timeout=20_000)
    expect(page.locator(".st-key-violations-filter").get_by_role("radio").first).to_have_text("Open")


def test_a_number_of_the_dashboard_opens_its_violations_and_staff_do_not_see_it(browser: Browser, house: House) -> None:
    page = enter(browser, house, "林美玲", "/dashboard")

    page.get_by_role("radio", name="30 天").click()
    settle(page)
    expect(page.locator(".sop-rate")).to_contain_text("÷")
    number = page.get_by_role("row", name=re.compile("急修24小時內解決")).get_by_role("link")
    expect(number).to_have_text("1")
    number.click()
    expect(page.locator(".sop-card")).to_have_count(1)
    expect(page.locator(".sop-card")).to_contain_text(house.cases["late"])
    page.get_by_role("button", name="所有違規").click()
    expect(page.get_by_role("combobox", name=re.compile("程序")).first).to_be_visible()

    for name, sees in (("何稽核", 1), ("吳管理", 1), ("王建國", 0)):
        other = enter(browser, house, name, "/dashboard")
        expect(other.locator(".sop-tiles")).to_have_count(sees)
        expect(other.get_by_text("您沒有這項權限。")).to_have_count(1 - sees)
        other.locator("[class*='st-key-menu-all'] button").click()
        expect(other.get_by_role("link", name="定時服務" if name == "王建國" else "儀表板")).to_be_visible()
        expect(other.get_by_role("link", name="儀表板")).to_have_count(sees)


def test_an_auditor_reads_and_nothing_can_be_tapped(browser: Browser, house: House) -> None:
    page = enter(browser, house, "何稽核", f"/run?case={house.cases['late']}")

    expect(row(page, "completed")).to_be_visible()

    expect(page.locator("button.tap")).to_have_count(0)
    expect(page.locator(".foot button")).to_have_count(0)
    page.goto(house.address + "/people")
    expect(page.get_by_text("您沒有這項權限。")).to_be_visible()


def test_an_administrator_adds_a_person_whose_pin_is_shown_once(browser: Browser, house: House) -> None:
    page = enter(browser, house, "吳管理", "/people")

    page.get_by_role("button", name="新增人員").click()
    settle(page)
    page.get_by_role("button", name="儲存").click()
    expect(page.get_by_text("請填寫人員姓名。")).to_be_visible()
    name = page.get_by_label(re.compile("^姓名"))
    expect(name).to_have_count(1)  # while the page is drawn anew, the one before stands beside it
    name.fill("新來的")
    page.get_by_role("button", name="儲存").click()
    secret = page.locator(".sop-secret")
    expect(secret).to_have_text(re.compile(r"\d{6}"))
    pin = secret.inner_text()
    page.get_by_role("button", name="已抄下").click()
    expect(secret).to_have_count(0)

    house.pins["新來的"] = pin
    other = enter(browser, house, "新來的")
    expect(other.get_by_role("heading", name="我的班")).to_be_visible()


@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT])
def test_the_bar_is_one_line_and_leads_to_every_screen_of_the_person(
    browser: Browser, house: House, size: tuple[int, int]
) -> None:
    page = enter(browser, house, "吳管理", "/", size)
    menu = page.locator("[class*='st-key-menu-all'] button")
    bar = page.locator(".st-key-bar").bounding_box()

    menu.click()
    page.get_by_role("link", name="人員").click()

    expect(page.get_by_role("button", name="新增人員")).to_be_visible()
    expect(page.get_by_role("link", name="人員")).to_be_hidden()
    expect(page.locator("[class*='st-key-menu-all'][class*='-here-']")).to_be_visible()
    assert bar
    assert bar["height"] < 72
    for part in (
        page.get_by_role("link", name="我的班"),
        menu,
        page.locator(".sop-clock"),
        page.locator(".st-key-who"),
    ):
        box = part.bounding_box()
        assert box
        assert box["height"] >= 56
        assert box["x"] + box["width"] <= size[0]


def test_an_unknown_address_says_so_in_the_reader_s_language_and_leads_back(browser: Browser, house: House) -> None:
    page = enter(browser, house, "林美玲", "/nowhere")

    expect(page.get_by_text("這個網址沒有畫面")).to_be_visible()
    expect(page.get_by_text("Skip to main content")).to_have_count(0)
    assert words_of(page) == set()
    page.get_by_role("button", name="回到我的班").click()
    expect(page.get_by_role("heading", name="我的班")).to_be_visible()

    page.goto(f"{house.address}/shift")
    expect(page.get_by_role("heading", name="我的班")).to_be_visible()
    page.goto(f"{house.address}/run/of/nothing")
    expect(page.get_by_role("heading", name="沒有這個畫面")).to_be_visible()
