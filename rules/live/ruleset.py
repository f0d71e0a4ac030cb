"""The sixteen generic rules that durable-rules judges by; what a rule of a catalogue wants stands in the facts.

Every rule joins two patterns. The key's equality stands last in its `$and`, and a pattern that must *not* be there
last in its rule: otherwise the library reads past its heap, or answers wrongly without a word. No rule computes: due
instants come ready-made. A kind of fact never serves two patterns of one rule.

Held facts: `ob` an obligation, `br` a broken one that waits for its deed, `win` a window (`st` 1 open, 0 over), `had`
and `seen` a first event, `cnt` a count, `lim` bounds, `did` who did what, `eye` whoever may still break four eyes,
`may` a permitted role, `slack` a permitted delay. All others are pulses: asserted, answered, retracted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Pattern = Mapping[str, Any]
_SAME_KEY: Pattern = {"key": {"a": "key"}}


def _compare(how: str, own: str, other: str) -> Pattern:
    """Compare a property of the second fact with one of the first."""
    return {f"${how}": {own: {"a": other}}}


def _pair(first: str, second: str, *conditions: Pattern, same: Pattern = _SAME_KEY) -> tuple[Pattern, ...]:
    """Fire for two facts that meet the conditions."""
    return {"a": {first: 1}}, {"b": {"$and": [{second: 1}, *conditions, same]}}


def _alone(first: str, absent: str, *conditions: Pattern) -> tuple[Pattern, ...]:
    """Fire for a fact that has no partner."""
    return {"a": {first: 1}}, {"b$not": {"$and": [{absent: 1}, *conditions, _SAME_KEY]}}


RULES: dict[str, tuple[Pattern, ...]] = {
    # response, lead, recurrence: `b` is the last instant that is in time; after `lim` the clock breaks it
    "met": _pair("ob", "deed", _compare("lte", "at", "b")),
    "overdue": _pair("ob", "tick", _compare("gt", "now", "lim"), same={"n": {"a": "n"}}),
    "remedied": _pair("br", "deed"),
    # recurrence, existence
    "opens": _alone("start", "win"),
    "ends": ({"a": {"$and": [{"win": 1}, {"st": 1}]}}, {"b": {"$and": [{"end": 1}, _SAME_KEY]}}),
    "over": _pair("cnt", "hit", _compare("gte", "z", "room")),
    "fewer": _alone("fin", "cnt", {"left": 0}),
    # precedence, absence
    "missing": (
        *_pair("gate", "had", same={"key": {"a": "given"}}),
        {"c$not": {"$and": [{"seen": 1}, _compare("lte", "at", "lim"), _SAME_KEY]}},
    ),
    "barred": _pair("seen", "bar"),
    # limit: `g` says whether the rule's guard holds
    "above": _pair("lim", "meas", {"g": 1}, _compare("gt", "v", "hi")),
    "below": _pair("lim", "meas", {"g": 1}, _compare("lt", "v", "lo")),
    "within": _pair("lim", "meas", _compare("lte", "v", "hi"), _compare("gte", "v", "lo")),
    # authority, timeliness
    "unauthorised": _alone("act", "may"),
    "both": _pair("did", "twin"),
    "second": _pair("eye", "sdid"),
    "slow": _pair("slack", "lag", _compare("gt", "late", "most")),
}
