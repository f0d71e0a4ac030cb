"""`what-if`: history judged under a changed rule beside the rule in force; of a log, a record, a running service."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from checklists.text import LANGUAGES
from sopwatch.cli_asking import ask, service_of
from sopwatch.cli_options import AsOf, Mapped, Naive, Packs, Rules, SkipBad, Tz, one_of, question_of
from storage.lock import InUse

if TYPE_CHECKING:
    from sopwatch.check import Question


def what_if(
    log: Annotated[Path | None, typer.Argument(help="A log; in its place --data names a record.")] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="RULE_ID.KIND.PARAMETER=VALUE or RULE_ID.when.FIELD=VALUE.")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="The directory of a record.")] = None,
    from_: Annotated[str | None, typer.Option("--from", help="Violations from this local day (or instant).")] = None,
    to: Annotated[str | None, typer.Option("--to", help="… and before this one.")] = None,
    pack: Packs = None,
    rules: Rules = None,
    map_: Mapped = None,
    naive: Naive = None,
    as_of: AsOf = None,
    tz: Tz = "UTC",
    skip_bad: SkipBad = False,
    limit: Annotated[int, typer.Option(min=0, max=10_000, help="How many flipping cases are shown.")] = 50,
    lang: Annotated[str, typer.Option(help="en, zh-Hant or zh-Hans.")] = "en",
    format_: Annotated[str, typer.Option("--format", help="table or jsonl.")] = "table",
) -> int:
    """Judge history under a changed rule beside the rule in force; nothing is written."""
    one_of(lang, LANGUAGES, "--lang")
    one_of(format_, ("table", "jsonl"), "--format")
    if (log is None) == (data is None):
        raise typer.BadParameter("name a log, or a record with --data", param_hint="what-if")
    asked = {"set": set_ or [], "from": from_, "to": to, "limit": limit, "lang": lang}
    if data is not None:
        only = {"--pack": pack, "--rules": rules, "--map": map_, "--naive": naive, "--as-of": as_of}
        if given_ := [name for name, value in only.items() if value]:
            raise typer.BadParameter(f"{given_[0]} is for a log, not for a record", param_hint="--data")
        _print(_of_record(data, asked), format_)
        return 0
    assert log is not None  # noqa: S101 - one of both is named
    question = question_of(log, pack=pack, rules=rules, map_=map_, naive=naive, as_of=as_of, tz=tz, skip_bad=skip_bad)
    _print(_of_log(question, asked), format_)
    return 0


def wish_of(asked: Mapping[str, Any], zone: ZoneInfo) -> Any:
    """Return what was asked for, its period in a zone. Raises SopwatchError."""
    from sopwatch.period import bound_of
    from sopwatch.whatif import Wish

    texts = ((asked[name], f"--{name}") for name in ("from", "to"))
    since, before = (None if text is None else bound_of(text, option, zone) for text, option in texts)
    return Wish(tuple(asked["set"]), since, before, asked["limit"])


def _of_log(question: Question, asked: Mapping[str, Any]) -> dict[str, Any]:
    from sopwatch.ui.deeds import Reader
    from sopwatch.whatif import what_if_log
    from sopwatch.whatif_told import as_object

    compared = what_if_log(question, wish_of(asked, question.zone))
    _tell_bad(question.log, compared.mistakes)
    return as_object(compared, Reader(None, {}, of_log=True), asked["lang"])


def _of_record(data: Path, asked: Mapping[str, Any]) -> dict[str, Any]:
    from sopwatch.whatif_told import told_of

    try:
        with service_of(data) as service:
            return told_of(service, wish_of(asked, service.property.zone_info), asked["lang"])
    except InUse as in_use:
        return _of_service(data, in_use.address, asked)


def _of_service(data: Path, address: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    from sopwatch.api.trying import CLAIM

    wanted = urlencode({k: v for k, v in asked.items() if v is not None}, doseq=True)
    return ask(data, address, f"what-if?{wanted}", CLAIM)


# --- printing --------------------------------------------------------------------------------------------------------


def _tell_bad(log: Path, mistakes: Sequence[Any]) -> None:
    from storage.log import tell

    for line in tell(log, mistakes) if mistakes else ():
        sys.stderr.write(f"{line}\n")


def _print(told: Mapping[str, Any], format_: str) -> None:
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    if format_ == "jsonl":
        for line in _lines(told):
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        return
    width = None if sys.stdout.isatty() else 10_000
    console = Console(width=width, highlight=False, markup=False)
    for name in ("rule", "department", "month"):
        table = Table(name, "before", "after", "change", box=None)
        for row in told[f"by_{name}"]:
            change = row["after"] - row["before"]
            table.add_row(row[name] or "—", f"{row['before']:,}", f"{row['after']:,}", f"{change:+,}")
        console.print(table)
        console.print()
    for flip in told["flipping"]:
        console.print(f"{flip['case_id']}  {flip['rule']}")
        for side, name in (("before", "in force"), ("after", "changed")):
            console.print(f"  {name}: {flip[side]['verdict']}")
            for violation in flip[side]["violations"]:
                console.print("\n".join(f"    - {sentence}" for sentence in violation["sentences"]))
    more = told["flips"] - len(told["flipping"])
    console.print(f"{told['flips']:,} flips" + (f", {more:,} of them not shown (--limit)" if more else ""))


def _lines(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    head = ("set", "as_of", "zone", "from", "to", "before", "after", "flips")
    rows = [{"line": name, **row} for name in ("rule", "department", "month") for row in told[f"by_{name}"]]
    return [
        {"line": "total", **{key: told[key] for key in head}},
        *rows,
        *({"line": "flip", **flip} for flip in told["flipping"]),
    ]
