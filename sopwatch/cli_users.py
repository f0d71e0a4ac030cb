"""`users`: people and machines of a property, made at the terminal while its service does not run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

from checklists.errors import SopwatchError
from sopwatch.access import OPERATOR, Access, Person
from sopwatch.cli_asking import refuse_damaged
from sopwatch.pins import new_pin
from sopwatch.place import needs_record
from storage.duck import DuckStore
from storage.lock import InUse

users = typer.Typer(
    name="users",
    help="People who sign in with a PIN, and tokens of machines.",
    rich_markup_mode=None,
)
Data = Annotated[Path, typer.Option(help="The directory of the record.")]
Name = Annotated[str, typer.Argument(help="The name.")]
VAR = Path("var")


@contextmanager
def _access(data: Path) -> Iterator[Access]:
    """Open the people and tokens of a directory. Raises SopwatchError while its service runs."""
    try:
        store = DuckStore(data)
    except InUse as error:
        holder = error.holder or "another process"
        msg = f"{data} is in use by {holder}: while its service runs, people and tokens are made on its screen People"
        raise SopwatchError(msg) from error
    try:
        refuse_damaged(store, data)
        yield Access(store, data)
    finally:
        store.close()


@users.command(epilog="Example: sopwatch users token frontdesk-pms --role recorder --data var")
def token(
    name: Name,
    role: Annotated[str, typer.Option(help="recorder, reader, auditor or admin.")],
    data: Data = VAR,
    speaks_for_others: Annotated[
        bool, typer.Option("--speaks-for-others", help="It may state actor and role of others.")
    ] = False,
) -> None:
    """Make a token and print it alone; an earlier token of the name ends."""
    with _access(data) as access:
        typer.echo(access.make_token(OPERATOR, name, role, speaks_for_others=speaks_for_others))


@users.command(epilog="Example: sopwatch users add 王小明 --access staff --role attendant --data var")
def add(
    name: Name,
    access: Annotated[list[str], typer.Option(help="staff, supervisor, auditor, administrator; may be repeated.")],
    role: Annotated[list[str] | None, typer.Option(help="A role of the procedures; may be repeated.")] = None,
    language: Annotated[str, typer.Option(help="en, zh-Hant or zh-Hans.")] = "zh-Hant",
    data: Data = VAR,
) -> None:
    """Add a person, and print the PIN, which is shown only now."""
    with _access(data) as kept:
        if any(p.name == name and p.active for p in kept.people()):
            msg = f"there is a {name!r} already: give another name, or use reset-pin"
            raise SopwatchError(msg)
        _, pin = kept.add(OPERATOR, name, tuple(access), tuple(role or ()), language)
        typer.echo(pin)


@users.command("list", epilog="Example: sopwatch users list --data var")
def list_(data: Data = VAR) -> None:
    """List people and tokens, one a line."""
    needs_record(data)
    with _access(data) as access:
        for person in access.people():
            roles = f" ({', '.join(person.roles)})" if person.roles else ""
            ended = "" if person.active else ", deactivated"
            typer.echo(f"person  {person.name}: {', '.join(person.access)}{roles}{ended}")
        for name, kept in sorted(access.store.register("tokens").items()):
            others = ", speaks for others" if kept["speaks_for_others"] else ""
            typer.echo(f"token   {name}: {kept['role']}{others}")


@users.command(epilog="Example: sopwatch users reset-pin 王小明 --data var")
def reset_pin(name: Name, data: Data = VAR) -> None:
    """Give a person a new random PIN, print it, and end their sessions."""
    needs_record(data)
    with _access(data) as access:
        pin = new_pin()
        access.save(OPERATOR, replace(_named(access, name), active=True), pin)
        typer.echo(pin)


@users.command(epilog="Example: sopwatch users deactivate 王小明 --data var")
def deactivate(name: Name, data: Data = VAR) -> None:
    """End a person's access, or a token of this name where there is no such person."""
    needs_record(data)
    with _access(data) as access:
        tokens = access.store.register("tokens")
        if name in tokens and not any(p.name == name for p in access.people()):
            access.end_token(OPERATOR, name)
            return
        person = _named(access, name)
        access.save(OPERATOR, replace(person, active=False, epoch=person.epoch + 1))


def _named(access: Access, name: str) -> Person:
    people = access.people()
    found = [p for p in people if name in (p.name, p.id)]
    if len(found) == 1:
        return found[0]
    if found:
        msg = f"there are {len(found)} people named {name!r}: use their ids {', '.join(p.id for p in found)}"
        raise SopwatchError(msg)
    near = get_close_matches(name, [p.name for p in people], 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    msg = f"there is nobody named {name!r}{hint}"
    raise SopwatchError(msg)
