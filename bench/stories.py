"""How repairs, complaints, patrols and weekly reports go in the made-up record of `bench/generate.py`."""

from __future__ import annotations

from bench.draft import Draft

HOUR, DAY = 60.0, 1440.0


# --- repair ----------------------------------------------------------------------------------------------------------


def repair(d: Draft) -> None:
    """Write a repair: taken in, dispatched, done (or withdrawn, or passed to the developer), signed and closed."""
    unit, urgent = d.chance(0.6), d.chance(0.25)
    warranty = d.chance(0.12)
    chargeable, owners = d.chance(0.5), d.chance(0.4)
    visit = d.at + d.minutes(90, 300) if urgent else d.at + d.minutes(10 * HOUR, 40 * HOUR)
    channel = d.dice.choice(("visit", "phone", "patrol"))
    fields = {
        "requester": "requester @n@",
        "address": "tower @n@",
        "phone": "8@n@",
        "location": f"floor {d.dice.randrange(40)}",
        "description": "lamp out, tap drips or door sticks",
        "channel": channel,
        "scope": "unit" if unit else "public",
        "urgency": "emergency" if urgent else "normal",
        "chargeable": chargeable,
        "material_by": "owner" if owners else "company",
        "under_warranty": warranty,
    }
    appointed = unit and d.chance(0.8)
    d.opened("receptionist", fields | ({"appointment_at": "@1@"} if appointed else {}), [visit] if appointed else [])
    if channel != "patrol":
        d.do("fee_explained")
    d.do("form_completed")
    if d.chance(0.02):
        _cancelled_repair(d)
    elif d.chance(0.05):
        _withdrawn(d)
    elif warranty and unit and not d.chance(0.15):
        d.do("passed_to_developer", d.within(20 * HOUR))
    else:
        _dispatched(d, unit=unit, urgent=urgent, visit=visit)
        _worked(d, unit=unit, owners=owners)
        if urgent:
            d.do("dispatch_printed", d.minutes(10, 60))
        _signed(d, unit=unit)
        if chargeable or warranty:
            free = warranty and not d.chance(0.04)
            d.do("fee_settled", value=0 if free else d.dice.randrange(50, 900))
        if unit:
            _followed_up(d, 24 * HOUR if urgent else 72 * HOUR)
    if d.chance(0.03):
        _changed_repair(d, urgent=urgent, visit=visit if appointed else None)
    if not any(e.event == "cancelled" for e in d.entries) and not d.chance(0.01):
        d.word("closed", "receptionist", d.within(150 * HOUR))


def _cancelled_repair(d: Draft) -> None:
    d.do("withdrawal_reason", d.minutes(60, 300), slip=3)
    d.do("withdrawal_signed", slip=3)
    d.word("cancelled", "support_supervisor", d.minutes(5, 30))


def _withdrawn(d: Draft) -> None:
    d.do("withdrawal_by_owner", d.minutes(60, 900))
    d.do("withdrawal_reason")
    d.do("withdrawal_signed")
    d.do("withdrawn", slip=0)
    if d.chance(0.06):
        d.do("assigned", slip=0)


def _dispatched(d: Draft, *, unit: bool, urgent: bool, visit: float) -> None:
    if not urgent:
        d.do("dispatch_printed")
    d.do("assigned", d.minutes(5, 20 if urgent else 300))
    for step in ("owner_contacted",) if unit else ("tools_ready",):
        d.do(step, d.minutes(2, 9))
    spare = visit - d.at
    if unit and spare > 20:
        d.do("arrived", d.within(spare, 0.04), slip=0.5)
    else:
        d.do("arrived", d.within(45 if urgent else 22 * HOUR, 0.04), slip=0.5)


def _worked(d: Draft, *, unit: bool, owners: bool) -> None:
    if unit:
        wrong = d.chance(0.15)
        d.do("items_confirmed", value="mismatch" if wrong else "match")
        if wrong:
            d.do("items_corrected", slip=2)
    if owners:
        state = d.dice.choices(("pass", "fail", "poor"), (70, 16, 14))[0]
        d.do("material_checked", value=state)
        if state != "pass":
            d.do("owner_warned", slip=2)
    if not unit:
        d.do("site_noted")
        d.do("materials_noted")
    d.do("completed", d.minutes(20, 200), slip=0.8)
    if d.chance(0.02):
        d.do("completed", d.minutes(3 * DAY, 6 * DAY))


def _signed(d: Draft, *, unit: bool) -> None:
    if not unit:
        d.do("signed_support_supervisor", d.minutes(10, 200))
        d.do("form_kept")
        return
    d.do("signed_owner", d.minutes(4, 20), by="worker" if d.chance(0.02) else None)
    d.do("signed_worker")
    d.do("signed_repair_supervisor", d.minutes(30, 600), by="worker" if d.chance(0.02) else None)


def _followed_up(d: Draft, limit: float) -> None:
    d.do("form_returned", d.minutes(20, 300))
    d.do("followed_up", d.within(limit))
    d.do("outcome", value="satisfied" if d.chance(0.9) else "not_satisfied")


def _changed_repair(d: Draft, *, urgent: bool, visit: float | None) -> None:
    if visit is not None and d.chance(0.6):
        d.amended("receptionist", {"appointment_at": "@1@"}, [visit + d.minutes(-2 * HOUR, DAY)])
    elif d.chance(0.7):
        d.amended("repair_supervisor", {"urgency": "normal" if urgent else "emergency"})
    else:
        d.amended("receptionist", {"description": "and the other lamp, too", "unit_no": None})


# --- complaint -------------------------------------------------------------------------------------------------------


def complaint(d: Draft) -> None:
    """Write a complaint: taken in, investigated, handled by its grade, followed up and closed."""
    important = d.chance(0.35)
    fields = {
        "complainant": "owner @n@",
        "phone": "8@n@",
        "address": "tower @n@",
        "content": "noise at night",
        "channel": d.dice.choice(("visit", "phone", "letter")),
        "grade": "important" if important else "general",
    }
    d.opened("receptionist", fields)
    d.do("form_completed")
    d.do("owner_confirmed")
    d.do("assigned", d.within(90))
    if d.chance(0.02):
        d.word("cancelled", "supervisor" if d.chance(0.75) else "receptionist", d.minutes(30, 600))
        return
    valid = d.chance(0.75)
    d.do("investigated", d.minutes(60, 400))
    d.do("validity_decided", d.within(16 * HOUR), value="valid" if valid else "invalid")
    if important:
        d.do("reported_in_writing", d.within(24 * HOUR))
    boss = "director" if important else "supervisor"
    pause = d.within(60 * HOUR) if important else d.within(100)
    if valid:
        d.do("handled", pause, role=boss)
    else:
        d.do("explained", pause)
    visited = d.chance(0.4)
    d.do("followed_up", d.within(72 * HOUR), value="visit" if visited else "phone", by=boss if d.chance(0.02) else None)
    d.do("outcome", value="satisfied" if d.chance(0.9) else "not_satisfied")
    if visited:
        d.do("signed_owner", by="receptionist" if d.chance(0.02) else None)
    if d.chance(0.03):
        d.amended("receptionist", {"grade": "general" if important else "important"})
    if not d.chance(0.01):
        d.word("closed", "receptionist", d.within(160 * HOUR))


# --- patrol and weekly report ----------------------------------------------------------------------------------------


def patrol(d: Draft) -> None:
    """Write an area's round book over two years: rounds in time but for some, and what they found."""
    building = d.chance(0.6)
    kind = "building" if building else "utilities"
    d.opened("property_officer", {"area": "area @n@", "area_kind": kind})
    start, last = d.at, d.at + d.dice.choice((350, 700, 725)) * DAY
    role = "property_officer" if building else "repair_team_leader"
    _rounds(d, "patrolled", role, last, 7 * DAY if building else 30 * DAY)
    if not building:
        d.at = start
        _rounds(d, "checked", "worker", last, 7 * DAY)
    if last - start < 400 * DAY:
        d.at = last
        d.word("closed", "property_officer", HOUR)


def _rounds(d: Draft, step: str, role: str, last: float, every: float) -> None:
    while d.at < last:
        d.at += every + d.minutes(-0.05, 0.02) * every + (d.minutes(2, 5) * DAY if d.chance(0.006) else 0)
        d.tick(step, d.at, role=role)
        if d.chance(0.25):
            thing = d.dice.choice(("lamp", "pump", "handrail", "fire door", "drain"))
            d.tick("anomaly_found", d.at + 5, role=role, subject=thing)
            answer = "fix_arranged" if step == "checked" and d.chance(0.6) else "repair_reported"
            if not d.chance(0.01):
                d.tick(answer, d.at + 5 + d.within(50), role=role, subject=thing)


def weekly(d: Draft) -> None:
    """Write a week's report; the service opens it."""
    d.opened(None, {"week": "2026-W10"})
    d.do("compiled", d.within(20 * HOUR))
    d.do("statistics_filled")
    d.do("analysed", d.minutes(20, 200))
    d.do("reported_to_director", d.within(40 * HOUR))
    if d.chance(0.95):
        d.word("closed", "receptionist", d.minutes(10, 600))
