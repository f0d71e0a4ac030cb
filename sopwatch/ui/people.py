"""People, tokens and the property: what an administrator sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from zoneinfo import available_timezones

import streamlit as st

from sopwatch.access import ACCESS, MACHINES, Person
from sopwatch.i18n import NAMES
from sopwatch.pins import new_pin
from sopwatch.ui.bar import procedures_of
from sopwatch.ui.frame import Screen, attempt, html, nonce, note, plain, role_title
from sopwatch.ui.icons import icon
from sopwatch.ui.tongue import Tongue

LOCKS: Sequence[float] = (0, 1, 2, 5, 10, 15, 30)
"""Minutes after which a tablet may lock itself; 0: never."""


def draw(screen: Screen) -> None:
    """Draw the part that was chosen: people, tokens, or the property."""
    if not screen.may("administer"):
        return
    _ = screen.tongue
    parts = {"people": _("People"), "tokens": _("Tokens of machines"), "property": _("Property")}
    part = st.segmented_control(
        _("Part"), list(parts), format_func=lambda p: parts[p], default="people", required=True,
        key=f"people-part-{nonce()}", label_visibility="collapsed",
    )  # fmt: skip
    _secret(screen)
    if part == "tokens":
        _tokens(screen)
    elif part == "property":
        _property(screen)
    else:
        _people(screen)


def _secret(screen: Screen) -> None:
    """Draw a PIN or a token that is shown this once."""
    shown = st.session_state.get("secret")
    if not shown:
        return
    _ = screen.tongue
    body = f'<p class="sop-secret">{escape(shown[1])}</p><p>{escape(_("It is shown only now: write it down."))}</p>'
    note(shown[0], "due", body=body)
    st.button(_("I have it"), key="secret-seen", on_click=lambda: st.session_state.pop("secret", None))


# --- people ----------------------------------------------------------------------------------------------------------


def access_words(_: Tongue) -> dict[str, str]:
    """Return the access roles in words."""
    return {
        "staff": _("Staff"),
        "supervisor": _("Supervisor"),
        "auditor": _("Auditor"),
        "administrator": _("Administrator"),
    }


def _people(screen: Screen) -> None:
    _, words = screen.tongue, access_words(screen.tongue)
    for person in screen.service.access.people():
        roles = _(", ").join(role_title(screen, role) for role in person.roles)
        access = _(", ").join(words[a] for a in person.access)
        gone = "" if person.active else f' <span class="sop-tag">{escape(_("no longer active"))}</span>'
        with st.container(key=f"row-{person.id}"), st.container(horizontal=True, vertical_alignment="center"):
            html(
                f"<div><b>{icon('person')}{escape(person.name)}</b>{gone}<br>"
                f'<span class="sop-quiet">{escape(access)} · {escape(roles or "—")}</span></div>'
            )
            st.button(_("New PIN"), key=f"pin-{person.id}", on_click=_reset, args=(screen, person))
            label = _("Deactivate") if person.active else _("Activate")
            st.button(label, key=f"active-{person.id}", on_click=_switch, args=(screen, person))
            st.button(_("Roles"), key=f"roles-{person.id}", on_click=_edit, args=(person.id,))
        if st.session_state.get("edited") == person.id:
            with st.container(key=f"panel-{person.id}"):
                _form(screen, person)
    if st.session_state.get("edited") == "new":
        with st.container(key="panel-new"):
            _form(screen, None)
    else:
        st.button(_("Add a person"), type="primary", key="add-person", on_click=_edit, args=("new",))


def _edit(person_id: str | None) -> None:
    st.session_state["edited"] = None if st.session_state.get("edited") == person_id else person_id


def _roles(screen: Screen) -> list[str]:
    found: dict[str, None] = {}
    for procedure in procedures_of(screen.service):
        found |= {name: None for name, role in procedure.roles.items() if role.department is not None}
    return list(found)


def _form(screen: Screen, person: Person | None) -> None:
    _, words = screen.tongue, access_words(screen.tongue)
    key = f"person-{person.id if person else 'new'}-{nonce()}"
    name = st.text_input(_("Name") + " ＊", value=person.name if person else "", key=f"{key}-name", on_change="ignore")
    access = st.pills(
        _("May") + " ＊", list(ACCESS), selection_mode="multi", format_func=lambda a: words[a], key=f"{key}-access",
        default=list(person.access) if person else ["staff"], on_change="ignore",
    )  # fmt: skip
    roles = st.pills(
        _("Roles in the procedures"), _roles(screen), selection_mode="multi", key=f"{key}-roles", on_change="ignore",
        format_func=lambda r: plain(role_title(screen, r)), default=list(person.roles) if person else [],
    )  # fmt: skip
    language = st.segmented_control(
        _("Language"), list(screen.service.property.languages), format_func=lambda x: NAMES[x], key=f"{key}-language",
        default=person.language if person else screen.tongue.language, required=True, on_change="ignore",
    )  # fmt: skip
    with st.container(horizontal=True):
        if st.button(_("Keep"), type="primary", key=f"{key}-keep"):
            _keep(screen, person, name or "", access, roles, str(language))
            st.rerun()
        st.button(_("Leave it"), key=f"{key}-leave", on_click=_edit, args=(person.id if person else "new",))


def _keep(
    screen: Screen, person: Person | None, name: str, access: Sequence[str], roles: Sequence[str], language: str
) -> None:
    def deed() -> None:
        if person is None:
            added, pin = screen.service.access.add(screen.who, name.strip(), tuple(access), tuple(roles), language)
            st.session_state["secret"] = (screen._("PIN of {name}", name=added.name), pin)
        else:
            changed = replace(person, name=name.strip(), access=tuple(access), roles=tuple(roles), language=language)
            screen.service.access.save(screen.who, changed)
        st.session_state["edited"] = None

    attempt(screen, deed)


def _reset(screen: Screen, person: Person) -> None:
    def deed() -> None:
        pin = new_pin()
        screen.service.access.save(screen.who, person, pin)
        st.session_state["secret"] = (screen._("PIN of {name}", name=person.name), pin)

    attempt(screen, deed)


def _switch(screen: Screen, person: Person) -> None:
    changed = replace(person, active=not person.active)
    attempt(screen, lambda: screen.service.access.save(screen.who, changed))


# --- tokens ----------------------------------------------------------------------------------------------------------


def machine_words(_: Tongue) -> dict[str, str]:
    """Return the roles of machines in words."""
    return {
        "recorder": _("Records, reads cases"),
        "reader": _("Reads"),
        "auditor": _("Reads and exports"),
        "admin": _("Everything"),
    }


def _tokens(screen: Screen) -> None:
    _, words = screen.tongue, machine_words(screen.tongue)
    for name, token in sorted(screen.service.store.register("tokens").items()):
        tag = f' <span class="sop-tag">{escape(_("speaks for others"))}</span>' if token["speaks_for_others"] else ""
        with st.container(key=f"row-token-{name}"), st.container(horizontal=True, vertical_alignment="center"):
            html(f'<div><b>{escape(name)}</b> <span class="sop-quiet">{escape(words[token["role"]])}</span>{tag}</div>')
            st.button(_("End it"), key=f"end-{name}", on_click=_end, args=(screen, name))
    key = f"token-{nonce()}"
    with st.container(key="panel-token"):
        name = st.text_input(_("Name of the machine") + " ＊", key=f"{key}-name", on_change="ignore")
        role = st.segmented_control(
            _("May"), list(MACHINES), format_func=lambda r: words[r], default="recorder", required=True,
            key=f"{key}-role", on_change="ignore",
        )  # fmt: skip
        others = st.segmented_control(
            _("May it name the person who acted?"), [False, True], default=False, required=True, key=f"{key}-others",
            format_func=lambda x: _("Yes") if x else _("No"), on_change="ignore",
        )  # fmt: skip
        if st.button(_("Make a token"), type="primary", key=f"{key}-make"):
            _make(screen, (name or "").strip(), str(role), others=bool(others))
            st.rerun()


def _make(screen: Screen, name: str, role: str, *, others: bool) -> None:
    def deed() -> None:
        token = screen.service.access.make_token(screen.who, name, role, speaks_for_others=others)
        st.session_state["secret"] = (screen._("Token of {name}", name=name), token)

    if name:
        attempt(screen, deed)


def _end(screen: Screen, name: str) -> None:
    attempt(screen, lambda: screen.service.access.end_token(screen.who, name))


# --- the property ----------------------------------------------------------------------------------------------------


def _property(screen: Screen) -> None:
    _, held, key = screen.tongue, screen.service.property, f"property-{nonce()}"
    zones = sorted(available_timezones())
    name = st.text_input(_("Name of the property"), value=held.name, key=f"{key}-name", on_change="ignore")
    zone = st.selectbox(_("Zone"), zones, index=zones.index(held.zone), key=f"{key}-zone", on_change="ignore")
    languages = st.pills(
        _("Languages"), list(NAMES), selection_mode="multi", format_func=lambda x: NAMES[x], key=f"{key}-languages",
        default=list(held.languages), on_change="ignore",
    )  # fmt: skip
    currency = st.text_input(_("Currency (three letters)"), value=held.currency, key=f"{key}-currency",
                             max_chars=3, on_change="ignore")  # fmt: skip
    lock_minutes = _lock(screen, key)
    html(f"<p class='sop-quiet'>{escape(_('A new zone counts from the next start of the service.'))}</p>")
    if st.button(_("Keep"), type="primary", key=f"{key}-keep"):
        settings = held.model_copy(update={"name": (name or "").strip() or held.name, "zone": zone,
                                           "languages": tuple(languages) or held.languages,
                                           "currency": (currency or held.currency).upper(),
                                           "lock_minutes": lock_minutes})  # fmt: skip
        if attempt(screen, lambda: screen.service.change_property(screen.who, settings)):
            st.session_state["told"] = (_("Kept."), "done")
        st.rerun()


def _lock(screen: Screen, key: str) -> float:
    """Draw after how long an untouched tablet locks itself; a time of the file that is not offered is offered, too."""
    _, held = screen.tongue, screen.service.property.lock_minutes
    offered = sorted({*LOCKS, held})
    words = _.translator.forms("{n} minute", "{n} minutes")

    def said(minutes: float) -> str:
        return words[minutes != 1].format(n=_.number(minutes)) if minutes else _("Never")

    label = _("An untouched tablet locks itself after")
    return float(st.selectbox(label, offered, offered.index(held), said, key=f"{key}-lock", on_change="ignore"))
