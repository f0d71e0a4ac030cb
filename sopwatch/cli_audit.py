"""`audit`: a period of the record as one page of HTML, made from its files or by the service that runs over them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import typer

from checklists.text import LANGUAGES
from sopwatch.cli_asking import ask, service_of
from sopwatch.cli_files import may_be_written, write_whole
from sopwatch.cli_options import one_of
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
        one_of(name, LANGUAGES, "--lang")
    needs_record(data)
    out = may_be_written(out, data, ".html")
    languages = list(dict.fromkeys(languages))
    try:
        page, violations, head = _of_files(data, (from_, to), procedure or (), languages)
    except InUse as in_use:
        page, violations, head = _of_service(data, in_use.address, (from_, to), procedure or (), languages)
    write_whole(out, page.encode())
    typer.echo(f"{violations:,} violations in the period; head {head}; written to {out}")
    return 1 if violations else 0


def _of_files(
    data: Path, written: tuple[str, str], procedures: Sequence[str], languages: Sequence[str]
) -> tuple[str, int, str]:
    from sopwatch.audit import audit as audit_record
    from sopwatch.audit_page import page
    from sopwatch.period import period_of

    with service_of(data) as service:
        found = audit_record(service, period_of(*written, service.property.zone_info), procedures)
    return page(found, languages), len(found.items), str(found.head)


def _of_service(
    data: Path, address: str, written: tuple[str, str], procedures: Sequence[str], languages: Sequence[str]
) -> tuple[str, int, str]:
    from sopwatch.api.auditing import CLAIM

    asked = urlencode({"from": written[0], "to": written[1], "procedure": procedures, "lang": languages}, doseq=True)
    told = ask(data, address, f"audit?{asked}", CLAIM)
    return told["page"], told["violations"], told["head"]
