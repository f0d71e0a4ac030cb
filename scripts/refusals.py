"""Writes docs/refusals.md: every code with which the service refuses, its sentence, and what people are told."""

from __future__ import annotations

from pathlib import Path

from sopwatch.refusal_words import all_words
from sopwatch.refusals import GROUPS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "refusals.md"
HEAD = """# What the service refuses, by code

Written by `make texts` from `sopwatch/refusals.py` and `rules/whatif.py`. Each event that `POST /api/v1/events` refuses
is told by

```json
{"index": 0, "reason": "case R-2026-0042 is closed already", "code": "case_closed", "params": {"case": "R-2026-0042"}}
```

`reason` is a sentence for whoever reads a log. `code` says the same to a program, and stays when the sentence is
reworded; `params` are what stands in the sentence, each a text or a number (a list as one text, a long text cut). A
request that is refused as a whole, whether it writes or asks, answers `{"error", "code", "params"}`. New codes may
come: whoever does not know one shows the sentence.

People read the words that their language has for the code, on the tablet as on the screens: steps, facts and roles by
their titles, instants by the property's clock. An entry that was refused keeps its code on the tablet, and is told in
whatever language the sheet has. A code that the tablet does not know is told by its sentence, marked as English.
"""


def page() -> str:
    """Return the page as it should stand."""
    words = all_words(str)
    parts = [HEAD]
    for title, codes in GROUPS.items():
        rows = [f"| `{code}` | {_cell(text)} | {_cell(words[code])} |\n" for code, text in codes.items()]
        parts.append(f"\n## {title}\n\n| code | sentence | people read |\n|---|---|---|\n{''.join(rows)}")
    return "".join(parts)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("!r}", "}").replace(":,}", "}").replace("_noted", "\\_noted")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
