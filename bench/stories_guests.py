"""How meetings and visits of important guests go in the made-up record of `bench/generate.py`."""

from __future__ import annotations

from bench.draft import Draft
from bench.stories import DAY, HOUR

# --- meeting ---------------------------------------------------------------------------------------------------------

_WISHES = ("smoking", "fruit", "banner", "plants", "towels", "projection", "podium")


def meeting(d: Draft) -> None:
    """Write a meeting: prepared in time, served, cleared and locked up."""
    important = d.chance(0.4)
    wishes = {wish: d.chance(0.5) for wish in _WISHES}
    people = d.dice.randrange(6, 60)
    start = (d.at // DAY + d.dice.randrange(1, 5)) * DAY + d.dice.randrange(32, 72) * 15
    length = d.dice.randrange(4, 14) * 15.0
    fields = {
        "title": "meeting @n@",
        "organiser": "company @n@",
        "room": f"room {d.dice.randrange(30)}",
        "attendees": people,
        "importance": "important" if important else "normal",
        "start_at": "@1@",
        "end_at": "@2@",
        **wishes,
    }
    d.opened("receptionist", fields, (start, start + length))
    d.do("needs_confirmed", d.minutes(20, 200))
    if d.chance(0.02):
        d.word("cancelled", "meeting_supervisor" if d.chance(0.9) else "attendant", d.minutes(10, 900))
        return
    moved = d.dice.randrange(-12, 40) * 15 if d.chance(0.03) else 0
    if moved:
        d.amended("receptionist", {"start_at": "@1@", "end_at": "@2@"}, (start + moved, start + moved + length))
    _set_up(d, wishes, important=important, people=people, ready=start - (11 * HOUR if important else 130))
    d.at = start + max(moved, 0) - 20
    _held(d, wishes, important=important, length=length)
    _cleared(d)
    if d.chance(0.01):
        d.amended("receptionist", {"attendees": people + d.dice.randrange(-5, 5)})
    if not d.chance(0.01):
        d.word("closed", "attendant", d.within(20 * HOUR))


def _set_up(d: Draft, wishes: dict[str, bool], *, important: bool, people: int, ready: float) -> None:
    d.at = max(d.at, ready - 100)
    if d.chance(0.03):
        d.at += 10 * HOUR
    for step, wanted in (
        ("banner_hung", wishes["banner"]),
        ("plants_placed", wishes["plants"]),
        ("signin_desk_set", True),
        ("sound_checked", True),
        ("air_conditioning_checked", True),
        ("lighting_checked", True),
        ("cups_set", True),
        ("ashtrays_set", wishes["smoking"]),
        ("fruit_knives_set", wishes["fruit"]),
        ("scented_towels_set", important),
        ("tissues_set", important),
        ("projection_ready", wishes["projection"]),
    ):
        if wanted:
            d.do(step)
    for step in ("seats_set", "paper_pens_set"):
        short = d.chance(0.03)
        d.do(step, value=people - 2 if short else people + d.dice.randrange(4))
        if short and d.chance(0.7):
            d.do(step, value=people)
    d.do("prepared", slip=0.8)


def _held(d: Draft, wishes: dict[str, bool], *, important: bool, length: float) -> None:
    d.do("door_attended", slip=1.2)
    if wishes["podium"]:
        d.do("podium_assigned")
    d.do("started", 10, slip=0.4)
    begin, end = d.at, d.at + length
    pause = begin + length / 2 if length > 110 and d.chance(0.6) else None
    _tea(d, begin, pause or end)
    if pause:
        back = pause + d.within(70)
        d.tick("break_started", pause)
        if not d.chance(0.01):
            d.tick("break_cleared", pause + d.within(12))
        d.tick("resumed", back)
        end = max(end, back + 20)
        _tea(d, back, end)
    if wishes["smoking"]:
        _every(d, "ashtray_counted", begin, end, 26)
        _every(d, "ashtrays_changed", begin, end, 55)
    if important or wishes["towels"]:
        _every(d, "towels_changed", begin, end, 55)
    if d.chance(0.15):
        name = f"Guest {d.dice.randrange(20)}"
        d.tick("message_taken", begin + 20, subject=name)
        d.tick("message_delivered", begin + 20 + d.within(8, 0.05), subject=name)
    d.at = end
    d.do("ended", 0, slip=0.4)


def _tea(d: Draft, begin: float, end: float) -> None:
    _every(d, "tea_served", begin, end, 13.5, 0.005)


def _every(d: Draft, step: str, begin: float, end: float, minutes: float, late: float = 0.02) -> None:
    at = begin
    while (at := at + minutes - d.minutes(0, 2) + (d.minutes(3, minutes) if d.chance(late) else 0)) < end:
        value = d.dice.choices((0, 1, 2, 3, 4), (30, 30, 25, 13, 2))[0] if step == "ashtray_counted" else None
        d.tick(step, at, value=value)


def _cleared(d: Draft) -> None:
    d.do("guests_seen_off", 2)
    d.do("lost_property_searched")
    if d.chance(0.12):
        thing = d.dice.choice(("umbrella", "glasses", "scarf", "telephone"))
        d.tick("lost_property_found", d.at + 1, subject=thing)
        d.tick("lost_property_handed_in", d.at + 1 + d.within(25, 0.05), subject=thing)
    for step in ("equipment_intact", "room_cleared", "equipment_removed", "power_checked", "lights_off", "door_locked"):
        d.do(step)
    d.do("recorded", d.minutes(5, 60))


# --- visit -----------------------------------------------------------------------------------------------------------


def vip(d: Draft) -> None:
    """Write a visit: applied for, prepared the day before, met, looked after, seen off, archived."""
    overnight, pr = d.chance(0.6), d.chance(0.3)
    guests = [f"Guest {d.dice.randrange(400)}-{n}" for n in range(d.dice.choices((1, 2, 3), (60, 30, 10))[0])]
    flags = {name: d.chance(0.5) for name in ("pickup", "send_off_car", "photos")}
    arrival = (d.at // DAY + d.dice.randrange(3, 8)) * DAY + d.dice.randrange(36, 72) * 15
    departure = arrival + (d.dice.randrange(1, 4) * DAY if overnight else 6 * HOUR)
    fields = {
        "guests": guests,
        "titles": "president, by the surname",
        "grade": d.dice.choice("ABC"),
        "guest_kind": "pr" if pr else "vip",
        "overnight": overnight,
        **flags,
        "transport": "flight",
        "arrival_at": "@1@",
        "departure_at": "@2@",
    }
    d.opened("senior_pr_manager", fields, (arrival, departure))
    _booked(d)
    if d.chance(0.02):
        d.word("cancelled", "senior_pr_manager" if d.chance(0.9) else "front_office", d.minutes(10, 900))
        return
    moved = d.dice.randrange(-12, 32) * 15 if d.chance(0.04) else 0
    if moved:
        d.amended("senior_pr_manager", {"arrival_at": "@1@"}, (arrival + moved,))
    _made_ready(d, arrival, overnight=overnight, pickup=flags["pickup"])
    _met(d, arrival + max(moved, 0), guests, overnight=overnight)
    _stayed(d, departure, overnight=overnight, photos=flags["photos"])
    _left(d, departure, overnight=overnight, car=flags["send_off_car"])
    _afterwards(d)


def _booked(d: Draft) -> None:
    d.do("applied")
    d.do("approved", d.minutes(30, 600), by="senior_pr_manager" if d.chance(0.02) else None)
    d.do("notice_received")
    d.do("staff_assigned", d.minutes(30, 300))
    d.do("titles_briefed")


def _made_ready(d: Draft, arrival: float, *, overnight: bool, pickup: bool) -> None:
    if overnight:
        d.at = arrival - 30 * HOUR
        d.at += 20 * HOUR if d.chance(0.02) else 0
        for step in ("room_cards_ready", "keys_ready", "envelopes_ready", "room_set", "amenities_placed"):
            d.do(step)
        d.do("room_inspected")
    d.at = max(d.at, arrival - 5 * HOUR)
    d.at += 4.2 * HOUR if d.chance(0.015) else 0
    d.do("dining_arranged")
    d.do("transport_confirmed")
    if pickup:
        d.do("pickup_notified")


def _met(d: Draft, arrival: float, guests: list[str], *, overnight: bool) -> None:
    d.at = max(d.at, arrival - (45 if d.chance(0.97) else 16))
    d.do("lobby_ready")
    d.do("door_in_order")
    d.at = max(d.at + 2, arrival)
    d.do("arrived", 0, slip=0.3)
    for step, limit in (("welcomed", 8), ("flowers_presented", 9)):
        d.tick(step, d.at + d.within(limit))
    if overnight:
        for step in ("escorted", "registered", "luggage_delivered"):
            d.tick(step, d.at + d.within(28))
    d.at += 30
    for guest in guests:
        for n in range(2 if d.chance(0.03) else d.dice.randrange(3, 6)):
            d.tick("greeted", d.at + n * d.minutes(10, 80), subject=guest, role="attendant")


def _stayed(d: Draft, departure: float, *, overnight: bool, photos: bool) -> None:
    if photos:
        d.do("photographed", d.minutes(20, 60))
    if d.chance(0.2):
        what = d.dice.choice(("heating", "pillow", "network"))
        d.tick("problem_raised", d.at + 30, subject=what)
        d.tick("problem_solved", d.at + 30 + d.within(50, 0.05), subject=what)
    if not overnight:
        return
    day = d.at // DAY
    while day * DAY + 22 * HOUR < departure:
        if not d.chance(0.02):
            d.tick("next_day_planned", day * DAY + 22 * HOUR + d.minutes(0, 60))
        day += 1


def _left(d: Draft, departure: float, *, overnight: bool, car: bool) -> None:
    d.at = max(d.at, departure - 4 * HOUR)
    d.at += 3 * HOUR if d.chance(0.02) else 0
    for step in ("departure_confirmed", "departure_notified", "bill_checked"):
        d.do(step)
    if car:
        d.do("car_arranged")
    d.at = max(d.at, departure - (50 if d.chance(0.97) else 18))
    d.do("senders_ready")
    if overnight:
        d.do("luggage_down")
    d.at = max(d.at + 2, departure)
    d.do("departed", 0, slip=0.3)
    d.tick("seen_off", d.at + d.within(8))


def _afterwards(d: Draft) -> None:
    left = d.at
    d.do("archived", d.within(100 * HOUR))
    if d.chance(0.3):
        d.do("press_drafted", d.minutes(60, 900))
        d.do("press_approved", d.minutes(60, 900), by="senior_pr_manager" if d.chance(0.04) else None, slip=2)
        d.do("press_published", d.minutes(60, 900))
    d.at = max(d.at, left)
    d.do("contacted", d.within(500 * HOUR))
    if not d.chance(0.03):
        d.word("closed", "senior_pr_manager", d.minutes(10, 600))
