"""The live engine: durable-rules judges event by event and as time passes, behind a guard."""

from rules.live.compiled import Plans
from rules.live.engine import EngineError
from rules.live.journal import Change
from rules.live.live_judge import LiveJudge
from rules.live.replay import judge_log
from rules.live.selftest import self_test

__all__ = ["Change", "EngineError", "LiveJudge", "Plans", "judge_log", "self_test"]
