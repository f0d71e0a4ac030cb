"""The record as the relation `log` that the bulk judge reads: its entries, each case under the texts it goes by.

A snapshot in a temporary table of the cursor: what is recorded meanwhile is not in it, and nothing is written to the
record. Personal texts stay the digests that the judges of the record see.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from storage.database import query

Packs = Mapping[str, str]


def lay_log(cursor: duckdb.DuckDBPyConnection, up_to: int | None = None) -> dict[str, Packs]:
    """Make `log` of the entries with a seq of at most `up_to` (None: of all) on a cursor of the record.

    Its column `procedure` holds a key for the pair of texts that the case was opened with; returned are these keys with
    the digests of the pair, as `opened` recorded them.
    """
    cursor.execute(query("record_texts"), {"up_to": up_to})
    found = cursor.execute("SELECT DISTINCT key, procedure, catalogue FROM log_case").fetchall()
    cursor.execute(query("record_log"), {"up_to": up_to})
    cursor.execute("DROP TABLE log_case")
    return {key: {"procedure": procedure, "catalogue": catalogue} for key, procedure, catalogue in found}
