"""`explain`: why one violation is one, and what would have complied; of a record, of a running service, or of a log."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from checklists.errors import SopwatchError
from checklists.text import LANGUAGES
from sopwatch.cli_asking import ask, service_of
from sopwatch.cli_options import AsOf, Mapped, Naive, Packs, Rules, SkipBad, Tz, instant_of, one_of, question_of
from storage.lock import InUse


def explain(
    what: Annotated[str, typer.Argument(metavar="VIOLATION_ID|LOG", help="With --data an id, else a log's file.")],
    data: Annotated[Path | None, typer.Option(help="The directory of the record that the violation stands in.")] = None,
    rule: Annotated[str | None, typer.Option(help="Of a log: the rule that was broken.")] = None,
    case: Annotated[str | None, typer.Option(help="Of a log: the case in which it was.")] = None,
    at: Annotated[str | None, typer.Option(help="Of several violations: when it broke.")] = None,
    subject: Annotated[str | None, typer.Option(help="Of several violations: whose it is.")] = None,
    pack: Packs = None,
    rules: Rules = None,
    map_: Mapped = None,
    naive: Naive = None,
    as_of: AsOf = None,
    tz: Tz = "UTC",
    skip_bad: SkipBad = False,
    lang: Annotated[str, typer.Option(help="en, zh-Hant or zh-Hans.")] = "en",
    format_: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> int:
    """Explain a violation: what set it off, the deadline, what was done, the clause, what would have complied."""
    one_of(lang, LANGUAGES, "--lang")
    one_of(format_, ("text", "json"), "--format")
    if data is not None:
        _none_of({"--rule": rule, "--case": case, "--at": at, "--subject": subject, "--rules": rules, "--map": map_})
        _print([_of_record(data, what, lang)], format_)
        return 0
    if rule is None or case is None:
        raise typer.BadParameter(
            "a log needs --rule and --case; an id of a violation needs --data", param_hint="explain"
        )
    from sopwatch.explained import as_object
    from sopwatch.explained_log import Wanted, explained_in

    question = question_of(
        Path(what), pack=pack, rules=rules, map_=map_, naive=naive, as_of=as_of, tz=tz, skip_bad=skip_bad
    )
    wanted = Wanted(rule, case, instant_of(at, "--at") if at else None, subject)
    _print([as_object(found, lang) for found in explained_in(question, wanted)], format_)
    return 0


def _none_of(options: dict[str, Any]) -> None:
    given = [name for name, value in options.items() if value is not None]
    if given:
        raise typer.BadParameter(f"{given[0]} is for a log, not for a record", param_hint="--data")


def _of_record(data: Path, violation_id: str, language: str) -> dict[str, Any]:
    from sopwatch.explained import as_object, explained_of

    try:
        with service_of(data) as service:
            explained = explained_of(service, violation_id)
    except InUse as in_use:
        return _of_service(data, in_use.address, violation_id, language)
    if explained is None:
        msg = f"{data}: there is no violation {violation_id!r} in the record"
        raise SopwatchError(msg)
    return as_object(explained, language)


def _of_service(data: Path, address: str, violation_id: str, language: str) -> dict[str, Any]:
    from sopwatch.api.explaining import CLAIM

    return ask(data, address, f"violations/{quote(violation_id, safe='')}/explanation?lang={language}", CLAIM)


def _print(explained: Sequence[dict[str, Any]], format_: str) -> None:
    from sopwatch.explained import as_lines

    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    if format_ == "json":
        for one in explained:
            sys.stdout.write(json.dumps(one, ensure_ascii=False) + "\n")
        return
    sys.stdout.write("\n\n".join("\n".join(as_lines(one)) for one in explained) + "\n")
