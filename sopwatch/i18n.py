"""Interface text in a person's language: gettext catalogues with English ids, dates and durations in words."""

from __future__ import annotations

import gettext
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, get_timezone_gmt

from checklists.instant import DAY, HOUR, MINUTE, SECOND, Instant, to_datetime
from checklists.text import LANGUAGES

NAMES = {"en": "English", "zh-Hant": "繁體中文", "zh-Hans": "简体中文"}
_CATALOGUES = Path(__file__).parent / "locale"
_DATE_TIME = {"en": "d MMM y, HH:mm", "zh-Hant": "y年M月d日 HH:mm", "zh-Hans": "y年M月d日 HH:mm"}
_DATE = {"en": "EEE d MMM y", "zh-Hant": "y年M月d日 EEE", "zh-Hans": "y年M月d日 EEE"}


class Translator:
    """Speaks one language; a text that it lacks is said in English."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.locale = Locale.parse(language, sep="-")
        self._catalogue = gettext.translation("sopwatch", _CATALOGUES, [language.replace("-", "_")], fallback=True)

    def __call__(self, text: str, /, **values: Any) -> str:
        """Return an English text in this language, `{name}` filled in."""
        said = self._catalogue.gettext(text) if text else ""
        return said.format(**values) if values else said

    _ = __call__

    def ngettext(self, one: str, many: str, count: int, /, **values: Any) -> str:
        """Return the text for a count, `{n}` (the count) and `{name}` filled in."""
        return self._catalogue.ngettext(one, many, count).format(n=count, **values)

    def forms(self, one: str, many: str, /) -> list[str]:
        """Return the texts for one and for several, not filled in."""
        return [self._catalogue.ngettext(one, many, count) for count in (1, 2)]

    def when(self, instant: Instant, zone: ZoneInfo, *, named: bool = False) -> str:
        """Return the local date and time to the minute; `named` adds the zone's offset."""
        local = to_datetime(instant, zone)
        said = format_datetime(local, _DATE_TIME[self.language], locale=self.locale)
        if named:
            return f"{said} ({get_timezone_gmt(local, 'long', locale=self.locale)})"
        return self.which(said, local)

    def which(self, said: str, at: datetime) -> str:
        """Return the words of a local time; where the clock shows it twice, they tell which of the two it is."""
        if at.replace(fold=0).utcoffset() == at.replace(fold=1).utcoffset():
            return said
        # where it is not set back every year
        if (at + timedelta(days=91)).utcoffset() == (at + timedelta(days=273)).utcoffset():
            return f"{said} UTC{at.isoformat()[-6:]}"
        return self("{time} standard time", time=said) if at.fold else self("{time} summer time", time=said)

    def day(self, instant: Instant, zone: ZoneInfo) -> str:
        """Return the local date with its day of the week."""
        return format_date(to_datetime(instant, zone), _DATE[self.language], locale=self.locale)

    def time(self, instant: Instant, zone: ZoneInfo) -> str:
        """Return the local time to the minute."""
        return format_time(to_datetime(instant, zone), "HH:mm", locale=self.locale)

    def lasting(self, duration: int) -> str:
        """Return a duration (microseconds, its sign left out) in words: its two largest units."""
        rest = abs(duration)
        days, hours, minutes = rest // DAY, rest % DAY // HOUR, rest % HOUR // MINUTE
        if days:
            shown = [self._days(days), self._hours(hours)]
        elif hours:
            shown = [self._hours(hours), self._minutes(minutes)]
        elif minutes:
            shown = [self._minutes(minutes)]
        else:
            shown = [self.ngettext("{n} second", "{n} seconds", rest // SECOND)]
        return " ".join(filter(None, shown))

    def _days(self, count: int) -> str:
        return self.ngettext("{n} day", "{n} days", count)

    def _hours(self, count: int) -> str:
        return self.ngettext("{n} hour", "{n} hours", count) if count else ""

    def _minutes(self, count: int) -> str:
        return self.ngettext("{n} minute", "{n} minutes", count) if count else ""


@cache
def translator(language: str) -> Translator:
    """Return the translator of a language; English for one that is not known."""
    return Translator(language if language in LANGUAGES else "en")


def preferred(accept_language: str) -> str:
    """Return which of our languages a browser's `Accept-Language` likes best; English if none."""
    wishes = []
    for place, part in enumerate(accept_language.split(",")):
        tag, _, quality = part.strip().partition(";q=")
        try:
            wishes.append((-float(quality or 1), place, tag.strip().lower()))
        except ValueError:
            continue
    for unliked, _, tag in sorted(wishes):
        if unliked and (language := _of_tag(tag)):
            return language
    return "en"


def _of_tag(tag: str) -> str | None:
    main, *parts = tag.split("-")
    if main == "zh":
        return "zh-Hant" if {"hant", "tw", "hk", "mo"} & set(parts) and "hans" not in parts else "zh-Hans"
    return "en" if main == "en" else None
