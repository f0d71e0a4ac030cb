"""Every screen with how to reach it: a line each; a new one, and each state with other words, belongs here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

Act = Callable[[Page], None]


@dataclass(frozen=True)
class Stop:
    """A screen in a state: its name, the path (empty: go on from the stop before), what is done there.

    `who` looks: the walker, who may do everything, or nobody. `house`: the full property or the new one. `anew`: the
    state does not outlive a change of language, so it is reached again in each.
    """

    name: str
    path: str = ""
    act: Act | None = None
    who: str = "walker"
    house: str = "full"
    anew: bool = False
    after: Act | None = None


def tap(*selectors: str) -> Act:
    """Return an act: tap one thing after another."""

    def act(page: Page) -> None:
        for selector in selectors:
            page.locator(selector).first.click()

    return act


def compare(value: str) -> Act:
    """Return an act: give the figure of What if another value, and ask what that would change."""

    def act(page: Page) -> None:
        write(".stTextInput input", value)(page)
        page.locator(".st-key-what-if-go button").click()
        page.locator(".sop-head b, .sop-note.sop-overdue").first.wait_for()

    return act


def step(name: str, button: str = "button.tap") -> Act:
    """Return an act: tap a button of a row of the sheet."""
    return tap(f"#row-{name} .buttons {button}")


def more(name: str) -> Act:
    """Return an act: open what else can be done at a row of the sheet."""
    return step(name, "button.small >> nth=0")


def info(name: str) -> Act:
    """Return an act: open what the SOP says at a row of the sheet."""
    return tap(f"#row-{name} .line > button.small")


def write(selector: str, text: str) -> Act:
    """Return an act: write in a field, and leave it."""

    def act(page: Page) -> None:
        page.locator(selector).first.fill(text)
        page.keyboard.press("Tab")

    return act


def cut_off(page: Page) -> None:
    """Let the service be out of reach, and tap."""
    page.context.set_offline(True)
    page.locator("#row-tea_served button.tap").first.click()
    page.locator(".chip.sop-due").wait_for()


def back(page: Page) -> None:
    """Let the service be reached again."""
    page.context.set_offline(False)


def without_service(page: Page) -> None:
    """Reload without the service: the plain page stands in."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.reload()
    page.locator("main .note").first.wait_for()


def wrong_pin(page: Page) -> None:
    """Type a PIN that is none."""
    for digit in "111222":
        page.locator(f".pad button[data-digit='{digit}']").click()
    page.locator("button.main").click()
    page.locator(".wrong").wait_for()


def blank_report(page: Page) -> None:
    """Send a report that says nothing."""
    page.locator("#description").fill("  ")
    page.locator("button.main").click()
    page.locator(".wrong").wait_for()


chosen_and_earlier = tap(
    ".field-scope [role=radio]", ".field-urgency [role=radio]", ".field-_opening [role=radio] >> nth=1"
)
STOPS: tuple[Stop, ...] = (
    # Signed out ----------------------------------------------------------------------------------------------------
    Stop("set-up", "/set-up?token={set_up}", who="", house="new"),
    Stop("set-up-gone", "/set-up?token=none", who="", house="new"),
    Stop("sign-in-not-set-up", "/sign-in", who="", house="new"),
    Stop("sign-in-names", "/sign-in", who=""),
    Stop("sign-in-pad", "/sign-in?person=walker", who=""),
    Stop("sign-in-wrong", "/sign-in?person=walker", wrong_pin, who="", anew=True),
    Stop("locked", "/sign-in?person=walker&locked=1", who=""),
    Stop("sign-out", "/sign-out", who=""),
    Stop("code", "/q", who=""),
    Stop("code-none", "/q/none", who=""),
    Stop("report", "/q/{code}", who=""),
    Stop("report-wrong", "/q/{code}", blank_report, who="", anew=True),
    Stop("report-sent", "/report/{report}", who=""),
    Stop("report-none", "/report/none", who=""),
    Stop("signed-out", "/run?case={meeting}", who=""),
    # A property without a case -------------------------------------------------------------------------------------
    Stop("shift-empty", "/", house="new"),
    Stop("violations-empty", "/violations", house="new"),
    Stop("dashboard-empty", "/dashboard", house="new"),
    Stop("codes-none", "/codes", house="new"),
    Stop("labels-none", "/labels", house="new"),
    # Staff -----------------------------------------------------------------------------------------------------------
    Stop("shift", "/"),
    Stop("shift-by-name", "/shift"),
    Stop("who", "/", tap(".st-key-who button"), anew=True),
    Stop("more", "/", tap("[class*='st-key-menu-all'] button"), anew=True),
    Stop("shift-none-found", "/", write(".st-key-shift-filter input", "？？"), anew=True),
    Stop("cadence", "/cadence"),
    Stop("find", "/find"),
    Stop("find-words", "/find?q=水龍頭漏水"),
    Stop("find-none", "/find?q=？？"),
    Stop("new", "/new"),
    Stop("new-repair", "/new?procedure=repair"),
    Stop("new-repair-due", "/new?procedure=repair", chosen_and_earlier),
    Stop("new-repair-wrong", "/new?procedure=repair", tap("button.send"), anew=True),
    Stop("new-complaint", "/new?procedure=complaint"),
    Stop("new-meeting", "/new?procedure=meeting"),
    Stop("new-patrol", "/new?procedure=patrol"),
    Stop("new-vip", "/new?procedure=vip"),
    Stop("new-weekly", "/new?procedure=weekly"),
    Stop("run-repair", "/run?case={urgent}"),
    Stop("run-more", "", more("items_confirmed")),
    Stop("run-info", "", info("items_confirmed")),
    Stop("run-photo", "", step("completed")),
    Stop("run-signature", "", step("signed_worker")),
    Stop("run-take-back", "", more("arrived")),
    Stop("run-log", "", tap(".st-key-case-log button")),
    Stop("run-amend", "", tap(".amend button[aria-expanded]")),
    Stop("run-cancel", "", tap(".foot > button[aria-expanded]")),
    Stop("run-reason-missing", "", tap(".foot .panel button.warn")),
    Stop("run-meeting", "/run?case={meeting}"),
    Stop("run-path", "/run?case={complaint_done}&view=path"),
    Stop("run-path-repair", "/run?case={urgent}&view=path"),
    Stop("run-timeline", "/run?case={meeting}&view=timeline"),
    Stop("run-close", "/run?case={meeting}&view=close"),
    Stop("run-close-repair", "/run?case={urgent}&view=close"),
    Stop("run-number", "/run?case={meeting}", step("ashtray_counted")),
    Stop("run-subject", "", step("message_taken")),
    Stop("run-vip", "/run?case={vip}"),
    Stop("run-names", "", step("greeted")),
    Stop("run-complaint", "/run?case={complaint}"),
    Stop("run-text", "", step("assigned")),
    Stop("run-weekly", "/run?case={pumps}"),
    Stop("run-closed", "/run?case={finished}"),
    Stop("run-cancelled", "/run?case={cancelled}"),
    Stop("run-none", "/run?case=none"),
    Stop("chip-offline", "/run?case={meeting}", cut_off, anew=True, after=back),
    Stop("plain-page", "/run?case={vip}", without_service, anew=True, after=back),
    # Supervisors, auditors, administrators -------------------------------------------------------------------------
    Stop("violations", "/violations"),
    Stop("violations-all", "", tap(".st-key-violations-filter .stButtonGroup button >> nth=3")),
    Stop("violations-menu", "/violations", tap(".stSelectbox [role=group]"), anew=True),
    Stop("violations-standing", "/violations?state=standing&procedure=repair"),
    Stop("violation", "/violations", tap("[class*='st-key-card-open'] .stButton button")),
    Stop("violation-none", "/violations?case=none&violation=none"),
    Stop("dashboard", "/dashboard"),
    Stop("dashboard-own-dates", "", tap(".st-key-dashboard-period .stButtonGroup button >> nth=3")),
    Stop("what-if", "/whatif"),
    Stop("what-if-menu", "/whatif", tap(".stSelectbox >> nth=1 >> [role=group]"), anew=True),
    Stop("what-if-wrong", "/whatif", compare("12x"), anew=True),
    Stop("what-if-compared", "/whatif", compare("1m"), anew=True),
    Stop("handover", "/handover"),
    Stop("reports-of-guests", "/reports"),
    Stop("report-of-a-guest", "", tap("[class*='st-key-report-'] button")),
    Stop("codes", "/codes"),
    Stop("codes-end", "/codes", tap("[class*='st-key-row-code'] .stPopover button"), anew=True),
    Stop("codes-new", "/codes", tap(".st-key-codes-new button")),
    Stop("labels", "/labels"),
    Stop("people", "/people"),
    Stop("people-new", "", tap(".st-key-add-person button")),
    Stop("people-tokens", "/people", tap("[class*='st-key-people-part'] button >> nth=1")),
    Stop("people-property", "/people", tap("[class*='st-key-people-part'] button >> nth=2")),
)  # fmt: skip
