"""`audit`: a period of the record as one page of HTML, made from its files or by the service that runs over them."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import typer

from checklists.errors import SopwatchError
from checklists.text import LANGUAGES
from sopwatch.cli_asking import ask
from sopwatch.place import needs_record
from storage.lock import InUse


def audit(
    from_: Annotated[str, typer.Option("--from", help="The first day of the period, or an instant with its offset.")],
    to: Annotated[str, typer.Option(help="The first day that is no longer in it, or an instant.")],
    out: Annotated[Path, typer.Option(help="The file to write, replaced only when the audit has succeeded.")],
    data: Annotated[Path, typer.Option(help="The directory of the record.")] = Path("var"),
    procedure: Annotated[list[str] | None, typer.Option(help="Only this procedure; may be repeated.")] = None,
    lang: Annotated[
        list[str] | None, typer.Option(help="en, zh-Hant, zh-Hans; may be repeated (default: all).")
    ] = None,
) -> int:
    """Audit a period [from, to): figures, violations, clauses, agreement, head; 0 none violated, 1 violations."""
    languages = [name for given in lang or LANGUAGES for name in given.split(",")]
    for name in languages:
        if name not in LANGUAGES:
            raise typer.BadParameter(f"{name!r} is not one of {', '.join(LANGUAGES)}", param_hint="--lang")
    needs_record(data)
    out = _may_be_written(out, data)
    languages = list(dict.fromkeys(languages))
    try:
        page, violations, head = _of_files(data, (from_, to), procedure or (), languages)
    except InUse as in_use:
        page, violations, head = _of_service(data, in_use.address, (from_, to), procedure or (), languages)
    _write(out, page)
    typer.echo(f"{violations:,} violations in the period; head {head}; written to {out}")
    return 1 if violations else 0


def _of_files(
    data: Path, written: tuple[str, str], procedures: Sequence[str], languages: Sequence[str]
) -> tuple[str, int, str]:
    from sopwatch.audit import audit as audit_record
    from sopwatch.audit_page import page
    from sopwatch.audit_period import period_of
    from sopwatch.service import Service
    from storage.duck import DuckStore

    store = DuckStore(data)
    try:
        service = Service(store, data)
        service.clock.not_before(store.judged().until)
        found = audit_record(service, period_of(*written, service.property.zone_info), procedures)
    finally:
        store.close()
    return page(found, languages), len(found.items), str(found.head)


def _of_service(
    data: Path, address: str, written: tuple[str, str], procedures: Sequence[str], languages: Sequence[str]
) -> tuple[str, int, str]:
    from sopwatch.api.auditing import CLAIM

    asked = urlencode({"from": written[0], "to": written[1], "procedure": procedures, "lang": languages}, doseq=True)
    told = ask(data, address, f"audit?{asked}", CLAIM)
    return told["page"], told["violations"], told["head"]


def _may_be_written(out: Path, data: Path) -> Path:
    """Return the file behind a name. Raises SopwatchError for what is none, and for the record's own files."""
    real = out.resolve()
    if real.is_dir():
        msg = f"--out {out}: is a directory; name a file in it"
        raise SopwatchError(msg)
    if not real.parent.is_dir():
        msg = f"--out {out}: there is no directory {real.parent}"
        raise SopwatchError(msg)
    if real.exists() and not real.is_file():
        msg = f"--out {out}: is no ordinary file; name one"
        raise SopwatchError(msg)
    if real.exists() and real.suffix != ".html" and real.is_relative_to(data.resolve()):
        msg = f"--out {out}: is a file of the record; name another"
        raise SopwatchError(msg)
    return real


def _write(out: Path, page: str) -> None:
    """Write the page whole or not at all. Raises SopwatchError."""
    draft = None
    try:
        handle, draft = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(page)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).chmod(0o666 & ~_umask())
        Path(draft).replace(out)
    except OSError as error:
        if draft:
            with contextlib.suppress(OSError):
                Path(draft).unlink()
        msg = f"--out {out}: cannot be written: {error.strerror or error}"
        raise SopwatchError(msg) from error


def _umask() -> int:
    held = os.umask(0)
    os.umask(held)
    return held
