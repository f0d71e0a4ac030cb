"""`form`: a form of a case as PDF, made from the record's files or by the service that runs over them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from checklists.errors import SopwatchError
from checklists.text import LANGUAGES
from sopwatch.cli_asking import ask_bytes
from sopwatch.cli_files import may_be_written, write_whole
from sopwatch.place import needs_record, read_property
from storage.lock import InUse


def form(
    case: Annotated[str, typer.Argument(help="The case's number.")],
    form_id: Annotated[str, typer.Argument(metavar="FORM", help="The form's id, such as repair_form.")],
    data: Annotated[Path, typer.Option(help="The directory of the record.")] = Path("var"),
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The file to write (default: CASE-FORM.pdf).")] = None,
    lang: Annotated[str | None, typer.Option(help="en, zh-Hant, zh-Hans (default: the property's first).")] = None,
    address: Annotated[str, typer.Option(help="Where people reach the service: it goes into the QR code.")] = "",
) -> int:
    """Print a form of a case as PDF: what the procedure wants on paper, as the record stands now."""
    if lang is not None and lang not in LANGUAGES:
        raise typer.BadParameter(f"{lang!r} is not one of {', '.join(LANGUAGES)}", param_hint="--lang")
    needs_record(data)
    language = lang or read_property(data).languages[0]
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in f"{case}-{form_id}")
    to = may_be_written(out or Path(f"{plain.replace('_', '-')}.pdf"), data, ".pdf")
    try:
        content = _of_files(data, case, form_id, language, address)
    except InUse as in_use:
        path = f"cases/{quote(case, safe='')}/forms/{quote(form_id, safe='')}.pdf?lang={language}"
        content = ask_bytes(data, in_use.address, path, {"for": "form", "address": address})
    write_whole(to, content)
    typer.echo(f"written to {to}")
    return 0


def _of_files(data: Path, case: str, form_id: str, language: str, address: str) -> bytes:
    from sopwatch.access import OPERATOR
    from sopwatch.reports.form import Wanted, printed_form
    from sopwatch.service import Service
    from storage.duck import DuckStore

    store = DuckStore(data)
    try:
        service = Service(store, data)
        service.clock.not_before(store.judged().until)
        paper = printed_form(service, Wanted(case, form_id, language, OPERATOR.name, address))
    finally:
        store.close()
    if isinstance(paper, str):
        raise SopwatchError(f"{data}: {paper}")
    return paper.content
