"""A shift as people run it: two tablets on one turned clock, every deed made by tapping, in Chinese."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from io import BytesIO
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from checklists.instant import Instant, format_instant, parse_instant
from tests.tablets import LANDSCAPE, ROOT
from tests.turned import TurnedHotel

SAVED = "全部已儲存"
PORTRAIT: ViewportSize = {"width": 768, "height": 1024}
# Ask how late it is at the service, as a browser does that is online again, until the tablet reckons with `then`.
FOLLOW = """async then => {
  const asked = request => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result)
    request.onerror = () => failed(request.error)
  })
  const isThere = async () => (await indexedDB.databases()).some(found => found.name === "sopwatch")
  while (!(await isThere())) await new Promise(done => setTimeout(done, 100))
  const shelf = await asked(indexedDB.open("sopwatch"))
  for (let clock; !clock || clock.server + (Date.now() - clock.local) < then;) {
    dispatchEvent(new Event("online"))
    await new Promise(done => setTimeout(done, 100))
    clock = (await asked(shelf.transaction("notes").objectStore("notes").get("clock")))?.value
  }
  shelf.close()
}"""


class Shift:
    """One case from its opening on: who does what on which tablet, and what was tapped."""

    def __init__(self, hotel: TurnedHotel) -> None:
        self.hotel = hotel
        self.tablets: list[Hand] = []
        self.tapped: Counter[tuple[str, Any, str | None]] = Counter()
        self.case = ""

    def at(self, wall: str) -> Instant:
        """Let it become HH:MM at the property, on every tablet too; return the instant."""
        then = self.hotel.next(wall)
        self.hotel.turn_to(then)
        for each in self.tablets:
            each.page.evaluate(FOLLOW, then // 1000)
        return then

    def events(self) -> list[dict[str, Any]]:
        found = self.hotel._answers(f"/api/v1/cases/{self.case}")
        events: list[dict[str, Any]] = found["events"]
        return events

    def when(self, word: str, nth: int = 0) -> Instant:
        """Return when the nth event of a word occurred, as the record has it."""
        return parse_instant([e for e in self.events() if e["event"] == word][nth]["occurred_at"])

    def recorded(self) -> Counter[tuple[str, Any, str | None]]:
        """Return what the record holds of the case: word, value, subject; of files and signatures not the digest."""
        return Counter((e["event"], _told(e.get("value")), e.get("subject")) for e in self.events())

    def violations(self) -> list[tuple[str, str, str | None, Instant, Instant | None]]:
        """Return those of the case that stand: rule, step, subject, when it broke, when it was remedied."""
        found = self.hotel._answers(f"/api/v1/violations?case_id={self.case}&limit=1000")["violations"]
        stand = [v for v in found if v["state"] != "rescinded"]
        return sorted(
            (v["rule"], v["step"], v["subject"], parse_instant(v["at"]), _instant(v["remedied_at"])) for v in stand
        )

    def checked(self) -> list[tuple[str, str, str | None, Instant, Instant | None]]:
        """Return what `check --engine all` finds in the record of the case as a log."""
        log = self.hotel.directory / f"{self.case}.jsonl"
        events = [{k: v for k, v in e.items() if k not in ("seq", "hash") and v is not None} for e in self.events()]
        log.write_text("\n".join(json.dumps(e, ensure_ascii=False) for e in events), encoding="utf-8")
        command = [sys.executable, "-m", "sopwatch", "check", str(log), "--engine", "all", "--format", "jsonl",
                   "--tz", str(self.hotel.zone), "--as-of", format_instant(self.hotel.now)]  # fmt: skip
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 1, done.stderr
        found = [json.loads(line) for line in done.stdout.splitlines()]
        return sorted(
            (v["rule"], v["step"], v["subject"], parse_instant(v["at"]), _instant(v["remedied_at"])) for v in found
        )


def _instant(text: str | None) -> Instant | None:
    return None if text is None else parse_instant(text)


def _told(value: Any) -> Any:
    return "file" if isinstance(value, str) and value.startswith("sha256:") else value


class Hand:
    """Somebody with a tablet in hand, signed in by the pad as people do."""

    def __init__(self, shift: Shift, browser: Browser, name: str, size: ViewportSize = LANDSCAPE) -> None:
        self.shift, self.hotel = shift, shift.hotel
        self.context = browser.new_context(locale="zh-TW", viewport=size, has_touch=True)
        self.page: Page = self.context.new_page()
        self.taken: set[str] = set()
        self.page.goto(self.hotel.address)
        self.page.locator("a.sop-link").tap()
        self._sign_in(name)
        shift.tablets.append(self)

    def _sign_in(self, name: str) -> None:
        self.page.get_by_role("link", name=name).tap()
        for digit in self.hotel.pins[name]:
            self.page.locator(f".pad button[data-digit='{digit}']").tap()
        self.page.locator("button.main").tap()
        self.page.locator(".st-key-bar").wait_for(timeout=30_000)
        self.settles()

    def settles(self) -> None:
        """Wait until Streamlit has drawn all."""
        self.page.wait_for_timeout(200)
        expect(self.page.locator("[data-test-script-state='running']")).to_have_count(0, timeout=30_000)

    def hands_to(self, name: str) -> None:
        """Let somebody else sign in on this tablet, and go on at the sheet."""
        self.page.goto(f"{self.hotel.address}/sign-in?next=%2Frun%3Fcase%3D{self.shift.case}")
        self._sign_in(name)
        self.page.locator(".chip .note").wait_for(timeout=30_000)

    # --- a new case ---------------------------------------------------------------------------------------------------

    def opens(self, procedure: str, fields: Mapping[str, Any]) -> None:
        """Open a case by the form: choices and yes or no by tapping, texts and numbers typed, times from the lists."""
        self.page.goto(f"{self.hotel.address}/new?procedure={procedure}")
        self.page.get_by_role("button", name="開案", exact=True).wait_for(timeout=30_000)
        for name, value in fields.items():
            field = self.page.locator(f".field-{name}")
            if not field.is_visible():
                self.page.locator(".more-fields summary").tap()
            self._fill(field, value)
        self.page.get_by_role("button", name="開案", exact=True).tap()
        self.page.wait_for_url("**/run?case=*", timeout=30_000)
        self.shift.case = re.findall(r"case=([\w-]+)", self.page.url)[0]
        self.shift.tapped["opened", None, None] += 1
        self.page.locator(".chip .note").wait_for(timeout=30_000)
        for other in self.shift.tablets:
            if other is not self:
                other.goes_to_case()

    def _fill(self, field: Locator, value: Any) -> None:
        match value:
            case {"at": wall}:
                for part, text in zip(
                    ("year", "month", "day", "hour", "minute"), re.split(r"[-T:]", wall), strict=True
                ):
                    field.locator(f"select[name={part}]").select_option(text)
            case {"is": title}:
                field.get_by_role("radio", name=title, exact=True).tap()
                expect(field.get_by_role("radio", name=title, exact=True)).to_have_attribute("aria-checked", "true")
            case list(names):
                for name in names:
                    field.locator("input").fill(name)
                    field.get_by_role("button", name="＋ 新增").tap()
                    expect(field.get_by_text(name)).to_be_visible()
            case _:
                field.locator("textarea, input").first.fill(str(value))

    def goes_to_case(self) -> None:
        """Go to the sheet of the case."""
        self.page.goto(f"{self.hotel.address}/run?case={self.shift.case}")
        self.page.locator(".chip .note").wait_for(timeout=30_000)

    # --- the sheet ----------------------------------------------------------------------------------------------------

    def row(self, step: str) -> Locator:
        return self.page.locator(f"#row-{step}")

    def does(self, *steps: str) -> None:
        """Tick steps by one tap each; turning the clock does not pass the second of a double tap."""
        for step in steps:
            if step in self.taken:
                self.page.wait_for_timeout(1_100)
            self.taken.add(step)
            self.row(step).locator("button.tap").first.tap()
            self._is_saved(step)

    def does_all_the_same(self, step: str) -> None:
        """Tick a step that no rule can ask for."""
        for name in ("更多", "仍要記錄…", "記錄"):
            self.row(step).get_by_role("button", name=re.compile(f"^{name}")).first.tap()
        self.taken.add(step)
        self._is_saved(step)

    def writes(self, step: str, text: str, whom: str | None = None) -> None:
        """Tick a step with a text."""
        self._opens(step)
        self._says_whom(step, whom)
        self.row(step).locator("textarea").fill(text)
        self._records(step, text, whom)

    def does_for(self, step: str, whom: str) -> None:
        """Tick a step for somebody whom the person names."""
        self._opens(step)
        self._says_whom(step, whom)
        self._records(step, None, whom)

    def counts(self, step: str, figure: str) -> None:
        """Type a figure on the pad."""
        self._opens(step)
        for key in figure:
            self.row(step).locator(".keys").get_by_role("button", name=key, exact=True).tap()
        expect(self.row(step).locator("output")).to_have_text(figure)
        self._records(step, int(figure))

    def chooses(self, step: str, value: str, title: str) -> None:
        """Tap a choice, which may stand in the row or behind its button."""
        choice = self.row(step).get_by_role("button", name=title, exact=True)
        if not choice.count():
            self._opens(step)
        choice.tap()
        self._is_saved(step, value)

    def photographs(self, step: str) -> None:
        """Take a photo and keep it."""
        self._opens(step)
        picture = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photo()}
        self.row(step).locator("input[type=file]").set_input_files(picture)  # type: ignore[arg-type]
        expect(self.row(step).locator(".panel img")).to_be_visible(timeout=20_000)
        self._records(step, "file")

    def signs(self, step: str, name: str | None = None) -> None:
        """Sign with a finger; somebody from outside gives the printed name."""
        self._opens(step)
        if name:
            self.row(step).get_by_role("textbox").fill(name)
        self._draws_and_records(step)

    def greets(self, step: str, guest: str) -> None:
        """Count one more greeting of a guest, a second and more after the last: a faster one is a double tap."""
        choice = self.row(step).get_by_role("button", name=f"＋ {guest}")
        if not choice.count():
            self._opens(step)
        self.page.wait_for_timeout(1_050)
        choice.tap()
        self._is_saved(step, None, guest)

    def says_not_applicable(self, step: str, reason: str) -> None:
        """Say with a reason that a step does not apply."""
        self._gives_reason(step, reason)
        self.row(step).get_by_role("button", name="不適用", exact=True).tap()
        self._is_saved("_not_applicable")

    def takes_back(self, step: str, reason: str) -> None:
        """Take the last tick of a step back, with a reason."""
        self._gives_reason(step, reason)
        self.row(step).get_by_role("button", name=re.compile("^撤回")).first.tap()
        self._is_saved("retracted")

    def goes_to_closing(self) -> None:
        """Go to what is still missing before the case is closed."""
        self.settles()
        self.page.locator(".foot").get_by_role("button", name="結案").tap()
        expect(self.page.get_by_role("heading", name="結案前")).to_be_visible()

    def goes_back(self) -> None:
        """Go back to the checklist."""
        self.page.get_by_role("button", name="回到檢查表").tap()
        expect(self.page.get_by_role("heading", name="結案前")).to_have_count(0)

    def closes(self, button: str = "結案") -> None:
        """Close the case; what closing breaks is said before, and then the button says so too."""
        self.page.locator(".foot").get_by_role("button", name=button, exact=True).tap()
        expect(self.page.locator(".foot")).to_contain_text("已結案")
        self._is_saved("closed")

    def signs_open_pad(self, step: str, name: str | None = None) -> None:
        """Sign on the pad that stands open where a case is closed."""
        if name:
            self.row(step).get_by_role("textbox").fill(name)
        self._draws_and_records(step)

    def hands_over_to(self, step: str, name: str) -> None:
        """Let who must sign here sign in at the link of the row."""
        self.row(step).get_by_role("link").tap()
        self._sign_in(name)
        self.page.locator(".chip .note").wait_for(timeout=30_000)

    def _opens(self, step: str) -> None:
        self.row(step).locator("button.tap").first.tap()
        expect(self.row(step).locator(".panel")).to_be_visible()

    def _gives_reason(self, step: str, reason: str) -> None:
        self.row(step).get_by_role("button", name=re.compile("^更多")).tap()
        self.row(step).get_by_role("textbox").fill(reason)

    def _says_whom(self, step: str, whom: str | None) -> None:
        if whom is not None:
            self.row(step).locator("input").fill(whom)

    def _records(self, step: str, value: Any, whom: str | None = None) -> None:
        self.row(step).get_by_role("button", name="記錄", exact=True).tap()
        expect(self.row(step).locator(".panel")).to_have_count(0)
        self._is_saved(step, value, whom)

    def _draws_and_records(self, step: str) -> None:
        """Sign and record; the browser may take a tap so soon after a stroke for a part of it: then tap again."""
        row = self.row(step)
        self._draws(row.locator("canvas"))
        for _ in range(4):
            row.get_by_role("button", name="記錄", exact=True).tap()
            with suppress(AssertionError):
                expect(row.locator("canvas")).to_have_count(0, timeout=3_000)
                break
        self._is_saved(step, "file")

    def _is_saved(self, word: str, value: Any = None, subject: str | None = None) -> None:
        """Wait until the tablet says that all is saved, and count what was tapped."""
        expect(self.page.locator(".chip")).to_have_text(SAVED, timeout=30_000)
        self.shift.tapped[word, value, subject] += 1

    def _draws(self, canvas: Locator) -> None:
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        assert box
        finger = self.context.new_cdp_session(self.page)

        def touch(kind: str, *points: Sequence[float]) -> None:
            told = [{"x": x, "y": y} for x, y in points]
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": told})

        left, middle = box["x"] + 40, box["y"] + box["height"] / 2
        touch("touchStart", (left, middle))
        for n in range(12):
            touch("touchMove", (left + 20 * n, middle + (25 if n % 2 else -25)))
        touch("touchEnd")
        finger.detach()


def photo() -> bytes:
    """Return a photo as a camera makes it: a JPEG of some megapixels, turned by its EXIF."""
    picture = Image.effect_noise((1600, 1200), 40).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6
    file = BytesIO()
    picture.save(file, "JPEG", quality=80, exif=exif)
    return file.getvalue()


def wait_for_record(shift: Shift) -> None:
    """Wait until the record holds what was tapped, each once, and nothing else."""
    end = time.monotonic() + 30
    while shift.recorded() != shift.tapped and time.monotonic() < end:
        time.sleep(0.2)
    missing, strange = shift.tapped - shift.recorded(), shift.recorded() - shift.tapped
    assert not missing, missing
    assert not strange, strange
