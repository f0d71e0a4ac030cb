"""The property: `DIR/property.yaml`, its name, zone, languages and departments."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from checklists.errors import SopwatchError
from checklists.reader import read_file
from checklists.text import LANGUAGES
from storage.opening import HEAD, holds_database


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        msg = f"{name!r} is no IANA zone (such as Asia/Taipei)"
        raise ValueError(msg)
    return name


def _known_language(name: str) -> str:
    if name not in LANGUAGES:
        msg = f"{name!r} is not one of {', '.join(LANGUAGES)}"
        raise ValueError(msg)
    return name


class Property(BaseModel):
    """A hotel or an estate: what the administrator sets. `currency` is an ISO 4217 code.

    `lock_minutes`: a tablet that nobody touched for so long locks itself; 0 means never.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str = "property"
    name: str = "sopwatch"
    zone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    languages: Annotated[tuple[Annotated[str, AfterValidator(_known_language)], ...], Field(min_length=1)] = LANGUAGES
    currency: str = "TWD"
    departments: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)
    lock_minutes: Annotated[float, Field(ge=0, le=24 * 60, allow_inf_nan=False)] = 5
    escalation: tuple[Mapping[str, Any], ...] = ()

    @property
    def zone_info(self) -> ZoneInfo:
        """Its zone, in which its days are counted."""
        return ZoneInfo(self.zone)


def needs_record(directory: Path) -> None:
    """Raise SopwatchError unless there is a record in a directory, or what is left of one."""
    if not holds_database(directory) and not (directory / HEAD).exists():
        msg = f"{directory}: there is no record of sopwatch here; name its directory with --data"
        raise SopwatchError(msg)


def read_property(directory: Path) -> Property:
    """Read `property.yaml`; the defaults where there is none. Raises SopwatchError where it cannot be used."""
    path = directory / "property.yaml"
    if not path.exists():
        return Property()
    document = read_file(path, "property")
    if document.mistakes:
        raise SopwatchError(document.in_order(document.mistakes)[0])
    try:
        return Property.model_validate(document.data)
    except ValidationError as error:
        first = error.errors()[0]
        why = first["msg"].removeprefix("Value error, ")
        msg = f"{path}: {'.'.join(map(str, first['loc']))}: {why}; mend the file or remove it"
        raise SopwatchError(msg) from error


def write_property(directory: Path, settings: Property) -> None:
    """Write `property.yaml`, whole or not at all."""
    path, draft = directory / "property.yaml", directory / "property.yaml.new"
    with draft.open("w", encoding="utf-8") as file:
        yaml.safe_dump(settings.model_dump(mode="json"), file, allow_unicode=True, sort_keys=False)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
