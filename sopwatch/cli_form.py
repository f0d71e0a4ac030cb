"""`form` and `shift-list`: papers as PDF, made from the record's files or by the service that runs over them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote, urlencode

import typer

from checklists.errors import NotThereError, SopwatchError
from checklists.text import LANGUAGES
from sopwatch.cli_asking import ask_bytes, service_of
from sopwatch.cli_files import may_be_written, write_whole
from sopwatch.cli_options import one_of
from sopwatch.place import needs_record, read_property
from storage.lock import InUse

if TYPE_CHECKING:
    from sopwatch.service import Service


def form(
    case: Annotated[str, typer.Argument(help="The case's number.")],
    form_id: Annotated[str, typer.Argument(metavar="FORM", help="The form's id, such as repair_form.")],
    data: Annotated[Path, typer.Option(help="The directory of the record.")] = Path("var"),
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The file to write (default: CASE-FORM.pdf).")] = None,
    lang: Annotated[str | None, typer.Option(help="en, zh-Hant, zh-Hans (default: the property's first).")] = None,
    address: Annotated[str, typer.Option(help="Where people reach the service: it goes into the QR code.")] = "",
) -> int:
    """Print a form of a case as PDF: what the procedure wants on paper, as the record stands now."""
    language = _language(data, lang)
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in f"{case}-{form_id}")
    to = may_be_written(out or Path(f"{plain.replace('_', '-')}.pdf"), data, ".pdf")

    def of_files(service: Service) -> bytes:
        from sopwatch.access import OPERATOR
        from sopwatch.reports.form import Wanted, printed_form

        return printed_form(service, Wanted(case, form_id, language, OPERATOR.name, address)).content

    path = f"cases/{quote(case, safe='')}/forms/{quote(form_id, safe='')}.pdf?lang={language}"
    return _print(data, to, of_files, path, address)


def shift_list(
    data: Annotated[Path, typer.Option(help="The directory of the record.")] = Path("var"),
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write.")] = Path("shift-list.pdf"),
    lang: Annotated[str | None, typer.Option(help="en, zh-Hant, zh-Hans (default: the property's first).")] = None,
    department: Annotated[list[str] | None, typer.Option(help="Its id, such as engineering; may be repeated.")] = None,
    procedure: Annotated[list[str] | None, typer.Option(help="Its id, such as repair; may be repeated.")] = None,
    place: Annotated[str, typer.Option(help="Words of the place, or a number.")] = "",
    address: Annotated[str, typer.Option(help="Where people reach the service: it goes into the QR codes.")] = "",
) -> int:
    """Print the open cases as PDF: overdue first, with codes and boxes to tick by hand, as the record stands now."""
    language = _language(data, lang)
    to = may_be_written(out, data, ".pdf")

    def of_files(service: Service) -> bytes:
        from sopwatch.access import OPERATOR
        from sopwatch.reports.shift_list import Wanted, printed_list

        wanted = Wanted(language, OPERATOR.name, address, department or (), procedure or (), place)
        return printed_list(service, wanted).content

    asked = {"lang": language, "department": department or [], "procedure": procedure or [], "place": place}
    return _print(data, to, of_files, f"shift-list.pdf?{urlencode(asked, doseq=True)}", address)


def _language(data: Path, lang: str | None) -> str:
    """Return the language of a paper: the one wished for, else the property's first. Raises BadParameter."""
    if lang is not None:
        one_of(lang, LANGUAGES, "--lang")
    needs_record(data)
    return lang or read_property(data).languages[0]


def _print(data: Path, to: Path, of_files: Callable[[Service], bytes], path: str, address: str) -> int:
    """Write a paper that is made of the record's files, or by the service that runs over them."""
    try:
        with service_of(data) as service:
            content = of_files(service)
    except NotThereError as error:
        raise SopwatchError(f"{data}: {error}") from error
    except InUse as in_use:
        content = ask_bytes(data, in_use.address, path, {"for": "form", "address": address})
    write_whole(to, content)
    typer.echo(f"written to {to}")
    return 0
