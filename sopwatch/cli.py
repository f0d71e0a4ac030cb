"""The commands: each ends with 0 (nothing violated), 1 (violations, no sound record) or 2 (one line why)."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

import sopwatch
from checklists.errors import Mistakes, SopwatchError
from checklists.instant import Instant, format_instant
from rules.violation import Violation, write_jsonl
from sopwatch.cli_audit import audit
from sopwatch.cli_explain import explain
from sopwatch.cli_form import form, shift_list
from sopwatch.cli_options import AsOf, Mapped, Naive, Packs, Rules, SkipBad, Tz, one_of, question_of
from sopwatch.cli_serve import demo, serve
from sopwatch.cli_summary import print_figures
from sopwatch.cli_users import users
from sopwatch.cli_verify import verify_record
from sopwatch.cli_whatif import what_if

if TYPE_CHECKING:
    from sopwatch.check import Answer

app = typer.Typer(
    name="sopwatch",
    help="Checklists from standard operating procedures, every tick kept, every broken rule flagged.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
say = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and leave with its exit code; an error is one line (or one a mistake), never a traceback."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run a command; return its exit code."""
    try:
        result = app(list(arguments) or ["--help"], prog_name="sopwatch", standalone_mode=False)
    except Mistakes as error:
        for mistake in error.mistakes:
            say.print(mistake)
        return 2
    except SopwatchError as error:
        say.print(f"sopwatch: {error}")
        return 2
    except typer.TyperException as error:
        asked = getattr(getattr(error, "ctx", None), "command_path", "sopwatch")
        say.print(f"sopwatch: {' '.join(error.format_message().split())} (see: {asked} --help)")
        return 2
    except typer.Exit as leaving:
        return leaving.exit_code
    except (KeyboardInterrupt, typer.Abort):
        say.print("sopwatch: interrupted")
        return 2
    except BrokenPipeError:
        sys.stdout = None  # the reader has gone: nothing can be flushed to it
        return 2
    except OSError as error:
        where, why = error.filename or "what it prints", error.strerror or error
        say.print(f"sopwatch: {where}: cannot be read or written: {why}")
        return 2
    except OverflowError as error:
        say.print(f"sopwatch: an instant is in no year from 1 to 9999: {error}")
        return 2
    except Exception as error:  # noqa: BLE001 - whoever runs a command sees one line, whatever went wrong
        say.print(f"sopwatch: this should not have happened: {type(error).__name__}: {' '.join(str(error).split())}")
        return 2
    return result if isinstance(result, int) else 0


@app.callback(invoke_without_command=True)
def _version(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        typer.echo(f"sopwatch {sopwatch.__version__}")
        raise typer.Exit


@app.command(
    epilog="Example: sopwatch check log.jsonl --as-of 2026-03-09T00:00:00+08:00 --tz Asia/Taipei --format jsonl"
)
def check(
    log: Annotated[
        Path, typer.Argument(help="JSON Lines, CSV, Parquet, XES or OCEL 2.0 (text also .gz); by the file's ending.")
    ],
    pack: Packs = None,
    rules: Rules = None,
    map_: Mapped = None,
    naive: Naive = None,
    as_of: AsOf = None,
    tz: Tz = "UTC",
    engine: Annotated[str | None, typer.Option(help="reference, live, bulk (the default), or all (compared).")] = None,
    format_: Annotated[str, typer.Option("--format", help="table or jsonl.")] = "table",
    summary: Annotated[bool, typer.Option("--summary", help="Figures by rule in place of the violations.")] = False,
    skip_bad: SkipBad = False,
) -> int:
    """Judge an event log: 0 when nothing is violated, 1 when something is, 2 when it cannot be judged."""
    from sopwatch.check import check as judge_log

    one_of(format_, ("table", "jsonl"), "--format")
    question = question_of(
        log, pack=pack, rules=rules, map_=map_, naive=naive, as_of=as_of, tz=tz, skip_bad=skip_bad, summary=summary
    )
    answer = judge_log(question, engine)
    _tell_left_out(log, answer)
    _print_found(answer, format_, question.zone, summary=summary)
    if engine == "all":
        agreed = answer.verdicts - len(answer.differing)
        say.print(f"{agreed:,} of {answer.verdicts:,} verdicts agree")
    for line in answer.differing:
        say.print(line)
    if answer.differing:
        return 2
    return 1 if answer.violations else 0


def _tell_left_out(log: Path, answer: Answer) -> None:
    if answer.mistakes:
        from storage.log import tell

        for line in tell(log, answer.mistakes):
            say.print(line)
        say.print(f"{len(answer.mistakes):,} bad left out")
    if answer.apart:
        say.print(f"{answer.apart:,} events are of no case (no object of the cases' type): left out")


def _print_found(answer: Answer, format_: str, zone: ZoneInfo, *, summary: bool) -> None:
    if summary:
        print_figures(answer.figures, format_)
    elif format_ == "jsonl":
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
        write_jsonl(answer.violations, sys.stdout.write)
    else:
        _print_table(answer.violations, zone)
    if format_ == "table":
        say.print(f"{len(answer.violations):,} violations in {answer.cases:,} cases, {answer.events:,} events")


def _print_table(violations: Sequence[Violation], zone: ZoneInfo) -> None:
    table = Table("case", "rule", "broken at", "due", "step", "subject", "remedied", "short notice", box=None)

    def local(instant: Instant | None) -> str:
        return "" if instant is None else format_instant(instant, zone)

    for v in violations:
        short = "yes" if v.short_notice else ""
        table.add_row(
            v.case_id, v.rule, local(v.at), local(v.due_at), v.step, v.subject or "", local(v.remedied_at), short
        )
    width = None if sys.stdout.isatty() else 10_000
    Console(width=width, highlight=False, markup=False).print(table)


@app.command(epilog="Example: sopwatch validate var/packs")
def validate(
    directory: Annotated[Path | None, typer.Argument(help="A pack; without one, the shipped one.")] = None,
) -> int:
    """Check a pack: schema, references, examples, coverage of clauses, verbatim texts; 2 when it is not sound."""
    from rules.validate import render
    from rules.validate import validate as validate_packs

    report = validate_packs([directory] if directory else [])
    typer.echo(render(report))
    return report.code


app.command(epilog="Example: sopwatch demo --speed 60")(demo)
app.command(epilog="Example: sopwatch serve --data var --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem")(serve)
app.command(epilog="Example: sopwatch explain log.jsonl --rule repair.emergency-24h --case R-1 --tz Asia/Taipei")(
    explain
)
app.command(epilog="Example: sopwatch audit --data var --from 2026-03-01 --to 2026-04-01 --out march.html")(audit)
app.command(epilog="Example: sopwatch form R-2026-0042 repair_form --data var -o repair.pdf --lang zh-Hant")(form)
app.command("shift-list", epilog="Example: sopwatch shift-list --data var --department engineering -o shift.pdf")(
    shift_list
)
app.command(
    "what-if", epilog="Example: sopwatch what-if log.jsonl --set meeting.important-8h.lead.by=12h --tz Asia/Taipei"
)(what_if)
app.command("verify", epilog="Example: sopwatch verify --data var")(verify_record)
app.add_typer(users)
