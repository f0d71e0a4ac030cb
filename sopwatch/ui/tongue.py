"""How a screen speaks: interface text, domain text, instants and spans of time, in one language and one zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.numbers import get_currency_symbol

from checklists.instant import DAY, HOUR, MINUTE, SECOND, Instant, to_datetime
from checklists.text import say
from sopwatch.i18n import Translator

_DAY_AND_TIME = {"en": "EEE d MMM HH:mm", "zh-Hant": "M月d日 EEE HH:mm", "zh-Hans": "M月d日 EEE HH:mm"}
_WITH_YEAR = {"en": "EEE d MMM y HH:mm", "zh-Hant": "y年M月d日 EEE HH:mm", "zh-Hans": "y年M月d日 EEE HH:mm"}


@dataclass(frozen=True)
class Tongue:
    """A language, a zone and a currency; call it with an English id to get the interface text."""

    translator: Translator
    zone: ZoneInfo
    currency: str = "TWD"

    @property
    def language(self) -> str:
        """Its language: en, zh-Hant or zh-Hans."""
        return self.translator.language

    def __call__(self, text: str, /, **values: Any) -> str:
        """Return an interface text, `{name}` filled in."""
        return self.translator(text, **values)

    def of(self, text: Mapping[str, str] | str | None, default: str = "") -> str:
        """Return a domain text; the default where there is none."""
        return say(text, self.language) if text else default

    def moment(self, instant: Instant, now: Instant | None = None) -> str:
        """Return weekday, day and time; today only the time, in another year than `now`'s the year too.

        Where the clock shows that time twice, it says which of the two it is.
        """
        at = to_datetime(instant, self.zone)
        today = None if now is None else to_datetime(now, self.zone)
        if today is not None and at.date() == today.date():
            return self.translator.which(at.strftime("%H:%M"), at)
        patterns = _WITH_YEAR if today is None or at.year != today.year else _DAY_AND_TIME
        return self.translator.which(format_datetime(at, patterns[self.language], locale=self.translator.locale), at)

    def exact(self, instant: Instant) -> str:
        """Return date, time to the second and offset, for the record."""
        at = to_datetime(instant, self.zone)
        offset = at.strftime("%z")
        return at.strftime("%Y-%m-%d %H:%M:%S ") + f"{offset[:3]}:{offset[3:5]}"

    def span(self, length: int) -> str:
        """Return a length of time in its two largest units: 18 min, 2 h 05 min, 3 days 4 h."""
        _, length = self, abs(length)
        if length < MINUTE:
            return _("{n} s", n=length // SECOND)
        days, hours, minutes = length // DAY, length // HOUR, length % HOUR // MINUTE
        if hours >= 48:
            hours %= 24
            said = self.translator.ngettext("{n} day", "{n} days", days)
            return _("{days} {h} h", days=said, h=hours) if hours else said
        if hours:
            return _("{h} h {m} min", h=hours, m=f"{minutes:02}") if minutes else _("{h} h", h=hours)
        return _("{m} min", m=minutes)

    def countdown(self, due: Instant, now: Instant) -> str:
        """Return how long is left until a deadline, or since when it has passed."""
        _ = self
        if due < now:
            return _("{span} overdue", span=self.span(now - due))
        if due - now < MINUTE:
            return _("less than 1 min left")
        return _("{span} left", span=self.span(due - now))

    def number(self, value: object) -> str:
        """Return a number as people write it: 1,200 and not 1200.0."""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)

    def measured(self, value: object, unit: Mapping[str, str] | str | None) -> str:
        """Return a number with its unit; money with its sign before it: NT$1,200, NT$1,200.50."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return f"{value} {self.unit(unit)}".strip()
        said = self.number(abs(value))
        if unit == "currency" and "." in said:
            said += "0" * (2 - len(said.partition(".")[2]))
        return ("-" if value < 0 else "") + self.amount(unit).replace("{n}", said)

    def amount(self, unit: Mapping[str, str] | str | None) -> str:
        """Return how a number is written with its unit, `{n}` left open for the figure without its minus."""
        if unit == "currency":
            return f"{get_currency_symbol(self.currency, 'en')}{{n}}"  # the local one of TWD is a bare $
        return f"{{n}} {self.unit(unit)}".strip()

    def unit(self, unit: Mapping[str, str] | str | None) -> str:
        """Return the unit of a number; `currency` means the property's."""
        _ = self
        known = {"butts": _("butts"), "seats": _("seats"), "sets": _("sets"), "currency": self.currency}
        return known.get(unit, unit) if isinstance(unit, str) else self.of(unit)

    def choice(self, options: Mapping[Any, Mapping[str, str]] | None, value: object) -> str:
        """Return the title of an option."""
        for option, title in (options or {}).items():
            if option == value and isinstance(option, bool) == isinstance(value, bool):
                return self.of(title, str(option))
        return str(value)
