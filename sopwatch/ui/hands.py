"""A tablet that many share: who is signed in, who takes it over, when it locks itself, which screen stays open."""

from __future__ import annotations

from html import escape

import streamlit as st

from sopwatch.ui import parts
from sopwatch.ui.frame import Screen, html, role_title
from sopwatch.ui.icons import icon
from sopwatch.ui.tongue import Tongue

WALLS = frozenset({"dashboard"})
OPEN = "open"
"""What stands in the address of a screen that stays open to be looked at."""


def draw_watch(screen: Screen, here: str) -> None:
    """Let the tablet watch over itself on the screen that is shown."""
    who, access = screen.who, screen.service.access
    token = access.tap_token(who) if screen.may("record") else ""
    parts.watch("watch", {
        "language": screen.tongue.language,
        "appearance": who.appearance,
        "owner": {"id": who.id, "name": who.name, "token": token},
        "minutes": screen.service.property.lock_minutes,
        "kept": _may_stay(screen, here) and st.query_params.get(OPEN) == "1",
        "texts": _texts(screen.tongue),
    })  # fmt: skip


def draw_hands(screen: Screen, here: str) -> None:
    """Draw what opens under the name: who is signed in, and who takes the tablet over."""
    _, who = screen.tongue, screen.who
    access = {
        "record": _("records"),
        "supervise": _("supervises"),
        "audit": _("audits"),
        "administer": _("administers"),
    }
    rights = _(", ").join(word for right, word in access.items() if right in who.rights)
    roles = _(", ").join(role_title(screen, role) for role in who.roles) or "—"
    chosen = role_title(screen, who.chosen) if who.chosen else ""
    acting = f"<p>{escape(_('Acting as: {role}', role=chosen))}</p>" if chosen else ""
    html(
        f"<p>{icon('person')}<b>{escape(who.name)}</b> · {escape(rights)}</p>"
        f"<p>{escape(_('Roles: {roles}', roles=roles))}</p>{acting}"
    )
    parts.hands("hands", {"id": who.id.removeprefix("person:"), "texts": _texts(_)})
    if _may_stay(screen, here):
        _stay_open(screen)


def _texts(_: Tongue) -> dict[str, object]:
    return {
        "who_now": _("Who takes the tablet?"),
        "somebody_else": _("Somebody else"),
        "lock_now": _("Lock the tablet"),
        "sign_out": _("Sign out"),
        "locking": _("The tablet is being locked"),
        "soon": _.translator.forms("Nobody has touched it: it locks in {n} second.",
                                   "Nobody has touched it: it locks in {n} seconds."),
        "stay": _("Stay"),
        "asking": _("One moment: the tablet asks how late it is"),
        "unreachable": _("No connection: the tablet cannot change hands now. Go on; what is tapped is kept."),
    }  # fmt: skip


# --- a screen on the wall --------------------------------------------------------------------------------------------


def _may_stay(screen: Screen, here: str) -> bool:
    return here in WALLS and (screen.may("supervise") or screen.may("audit"))


def _stay_open(screen: Screen) -> None:
    """Offer to keep this screen open to be looked at: a touch after the time to lock still locks it."""
    _ = screen.tongue
    kept = st.query_params.get(OPEN) == "1"
    text = _("It stays open to be looked at; the first touch after a while asks for the PIN.")
    html(f'<p class="sop-quiet">{escape(text)}</p>')
    label = _("Let this screen lock itself again") if kept else _("Keep this screen open")
    st.button(label, key="stay-open", on_click=_set_open, args=(not kept,), width="stretch")


def _set_open(kept: bool) -> None:  # noqa: FBT001 - a callback of a button
    if kept:
        st.query_params[OPEN] = "1"
    else:
        st.query_params.pop(OPEN, None)
