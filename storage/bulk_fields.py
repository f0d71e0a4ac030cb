"""The fields of cases for the bulk judge: their versions, guards as bits, anchors as instants, bounds as numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from checklists.instant import day_start, local_date, parse_instant
from rules.bulk import Plan
from rules.bulk.plan import MASK_BITS
from storage.columns_of_files import INSTANT, NUMBER_TYPES, OFFSET

if TYPE_CHECKING:
    from storage.bulk import DuckEngine

JSON_NUMBER = r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?"


def make_versions(engine: DuckEngine, plan: Plan, zone: ZoneInfo) -> None:
    """Make `version` and `listed` of the cases' first events and amendments; nothing where no rule reads a field."""
    engine.make("listed", "SELECT cid, tick, pos, 0 AS field, NULL::VARCHAR AS subject FROM stopped WHERE 1 = 0")
    if not plan.reads_fields:
        return
    names = _names(plan)
    _lay(engine, plan, names)
    _make_anchor_instants(engine, plan, names, zone)
    parameters: dict[str, Any] = {}
    keys = [f"{_key(n, plan.guard_fields.get(name, {}), parameters)} AS k{n}" for n, name in enumerate(names)]
    anchors = [
        f"{'t' if not by_day else 'd'}{names.index(name)}.{'tick' if not by_day else 'day_tick'} AS a{n}"
        for (name, by_day), n in plan.anchors.items()
    ]
    bounds = [f"{_number(names.index(name), foreign=foreign)} AS x{n}" for (name, foreign), n in plan.bounds.items()]
    joins = "".join(
        f" LEFT JOIN anchor_instant {alias}{n} ON {alias}{n}.text = {_text(n)}"
        for alias, n in sorted({("d" if by_day else "t", names.index(name)) for name, by_day in plan.anchors})
    )
    columns = ", ".join([*keys, *anchors, *bounds])
    inner = f"SELECT cid, tick_, pos, {columns} FROM (SELECT * RENAME (tick AS tick_) FROM laid) l{joins}"
    masks = ", ".join(f"{_mask(plan, names, n)} AS g{n}" for n in range(plan.mask_columns))
    others = "".join(f", a{n}" for n in range(len(plan.anchors))) + "".join(f", x{n}" for n in range(len(plan.bounds)))
    engine.make("version", f"SELECT cid, tick_ AS tick, pos, {masks}{others} FROM ({inner})", parameters or None)
    _make_lists(engine, plan, names)
    engine.drop("laid", "anchor_instant")


def _names(plan: Plan) -> list[str]:
    named = [*plan.guard_fields, *(n for n, _ in plan.anchors), *(n for n, _ in plan.bounds), *plan.lists]
    return list(dict.fromkeys(named))


def _lay(engine: DuckEngine, plan: Plan, names: Sequence[str]) -> None:
    """Make `laid`: the fields after each first event and amendment, as JSON; what was not named again stays."""
    pointers = ["/" + name.replace("~", "~0").replace("/", "~1") for name in names]
    if plan.opened_first:
        rows = "SELECT cid, tick, pos, data, event = 'opened' AS first FROM life WHERE event IN ('opened', 'amended')"
    else:
        rows = (
            "SELECT s.cid, s.tick, s.pos, l.data, true AS first FROM started s JOIN log l ON l.position = s.pos"
            " UNION ALL"
            " SELECT l.cid, l.tick, l.pos, l.data, false FROM life l JOIN started s ON s.cid = l.cid"
            " WHERE l.event = 'amended' AND l.pos <> s.pos"
        )
    engine.make(
        "raw", f"SELECT cid, tick, pos, first, json_extract(data, $pointers) AS r FROM ({rows})", {"pointers": pointers}
    )
    laid = ", ".join(
        f"last_value(r[{n}] IGNORE NULLS) OVER (PARTITION BY cid ORDER BY tick, pos"
        f" ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
        for n in range(1, len(names) + 1)
    )
    amended = "SELECT cid FROM raw WHERE NOT first"
    engine.make(
        "laid",
        f"SELECT cid, tick, pos, r FROM raw WHERE cid NOT IN ({amended}) UNION ALL"
        f" SELECT cid, tick, pos, [{laid}] FROM raw WHERE cid IN ({amended})",
    )
    engine.drop("raw")


def _text(n: int) -> str:
    return f"CASE WHEN json_type(r[{n + 1}]) = 'VARCHAR' THEN json_extract_string(r[{n + 1}], '$') END"


def _number(n: int, *, foreign: bool) -> str:
    text = _text(n)
    also = f" WHEN regexp_full_match({text}, '{JSON_NUMBER}') THEN TRY_CAST({text} AS DOUBLE)" if foreign else ""
    read = f"TRY_CAST(CAST(r[{n + 1}] AS VARCHAR) AS DOUBLE)"
    return f"CASE WHEN json_type(r[{n + 1}]) IN {NUMBER_TYPES} THEN {read}{also} END"


def _key(n: int, codes: dict[Any, int], parameters: dict[str, Any]) -> str:
    """Return the expression of a field's code: which of the values that guards name it has, 0 for none."""
    found = {
        "text": _text(n),
        "number": _number(n, foreign=False),
        "boolean": f"CASE WHEN json_type(r[{n + 1}]) = 'BOOLEAN' THEN r[{n + 1}] = 'true' END",
    }
    types = {"text": "VARCHAR", "number": "DOUBLE", "boolean": "BOOLEAN"}
    options = []
    for kind, expression in found.items():
        mine = {value: code for (k, value), code in codes.items() if k == kind}
        if mine:
            parameters[f"v{n}_{kind}"], parameters[f"c{n}_{kind}"] = list(mine), list(mine.values())
            place = f"list_position($v{n}_{kind}::{types[kind]}[], {expression})"
            options.append(f"list_extract($c{n}_{kind}::SMALLINT[], {place})")
    return f"coalesce({', '.join(options)}, 0)" if options else "0"


def _mask(plan: Plan, names: Sequence[str], word: int) -> str:
    bits = []
    for guard, number in plan.guards.items():
        if number // MASK_BITS == word:
            holds = " AND ".join(
                f"k{names.index(name)} IN ({', '.join(str(plan.guard_fields[name][v]) for v in values) or '-1'})"
                for name, values in guard
            )
            bits.append(f"CASE WHEN {holds} THEN {1 << number % MASK_BITS} ELSE 0 END")
    return f"CAST({' + '.join(bits) or '0'} AS BIGINT)"


def _make_anchor_instants(engine: DuckEngine, plan: Plan, names: Sequence[str], zone: ZoneInfo) -> None:
    """Make `anchor_instant` (text, tick, day_tick): the texts of anchor fields that are instants, each read once."""
    if not plan.anchors:
        return
    read = sorted({names.index(name) for name, _ in plan.anchors})
    texts = " UNION ".join(f"SELECT {_text(n)} AS text FROM laid" for n in read)
    engine.make(
        "anchor_text",
        f"SELECT text, CASE WHEN regexp_full_match(text, '{INSTANT}{OFFSET}') AND NOT starts_with(text, '0000') THEN"
        " epoch_us(TRY_CAST(replace(upper(text), ' ', 'T') AS TIMESTAMPTZ)) END AS tick"
        f" FROM ({texts}) WHERE text IS NOT NULL",
    )
    odd = [(text, _parsed(text)) for (text,) in engine.rows("SELECT text FROM anchor_text WHERE tick IS NULL")]
    engine.make("odd", "SELECT unnest($a::VARCHAR[]) AS text, unnest($b::BIGINT[]) AS tick", _columns(odd))
    days = _starts(engine, zone) if any(by_day for _, by_day in plan.anchors) else []
    engine.make("day", "SELECT unnest($a::BIGINT[]) AS start, unnest($b::BIGINT[]) AS until", _columns(days))
    engine.make(
        "anchor_instant",
        "SELECT t.text, t.tick, d.start AS day_tick FROM (SELECT a.text, coalesce(a.tick, o.tick) AS tick"
        " FROM anchor_text a LEFT JOIN odd o ON o.text = a.text) t ASOF LEFT JOIN day d ON t.tick >= d.start",
    )
    engine.drop("anchor_text", "odd", "day")


def _starts(engine: DuckEngine, zone: ZoneInfo) -> Iterator[tuple[int, int]]:
    """Yield the first instants of the local days on which the anchors lie."""
    day = 86_400_000_000
    found = {
        day_start(local_date(n * day + edge, zone), zone)
        for (n,) in engine.rows(
            f"SELECT DISTINCT tick // {day} FROM (SELECT tick FROM anchor_text UNION ALL SELECT tick FROM odd)"
            " WHERE tick IS NOT NULL"
        )
        for edge in range(0, day, day // 96)
    }
    yield from ((start, start) for start in sorted(found))


def _columns(rows: Any) -> dict[str, list[Any]]:
    rows = list(rows)
    return {"a": [r[0] for r in rows], "b": [r[1] for r in rows]}


def _parsed(text: str) -> int | None:
    try:
        return parse_instant(text)
    except ValueError:
        return None


def _make_lists(engine: DuckEngine, plan: Plan, names: Sequence[str]) -> None:
    if not plan.lists:
        return
    each = " UNION ALL ".join(
        f"SELECT DISTINCT cid, tick, pos, {field} AS field, json_extract_string(entry, '$') AS subject FROM"
        f" (SELECT cid, tick, pos, unnest(json_extract(r[{names.index(name) + 1}], '$[*]')) AS entry FROM laid"
        f" WHERE json_type(r[{names.index(name) + 1}]) = 'ARRAY') WHERE json_type(entry) = 'VARCHAR'"
        for name, field in plan.lists.items()
    )
    engine.make("listed", each)
