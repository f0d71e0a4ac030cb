"""Shows that durable-rules, which is compiled on this machine, imports and fires: a build may succeed and be no use."""

import sys

from durable import engine


def fires() -> bool:
    """Tell whether one rule fires once on the one fact that it names."""
    fired: list[int] = []
    host = engine.Host()
    rule = {"all": [{"m": {"kind": "deed"}}], "run": lambda context: fired.append(context.m.n)}
    host.set_rulesets({"trial": {"deed": rule}})
    host.assert_fact("trial", {"id": "m1", "sid": "s1", "kind": "deed", "n": 7})
    return fired == [7]


if __name__ == "__main__":
    sys.exit(not fires())
