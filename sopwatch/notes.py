"""What is demanded of a note: a comment or a photo, at a step or of the whole case."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from checklists.errors import Refused
from checklists.model import Procedure
from sopwatch.refusals import because

NOTED = "_noted"
LONGEST = 4000
_FILE = re.compile(r"sha256:[0-9a-f]{64}")


def check_note(data: Mapping[str, Any], procedure: Procedure, has_file: Callable[[str], bool]) -> None:
    """Check the data of `_noted`: `note` and `photo` (`sha256:HEX`), one of them at least, and `step` if it is of one.

    Raises Refused with one line that says why.
    """
    note, photo, step = data.get("note"), data.get("photo"), data.get("step")
    if step is not None and (not isinstance(step, str) or step not in procedure.steps):
        raise Refused(*because("note_of_no_step", procedure=procedure.id, step=step))
    if note is None and photo is None:
        raise Refused(*because("note_empty"))
    if note is not None and (not isinstance(note, str) or not note.strip() or len(note) > LONGEST):
        raise Refused(*because("note_unfit", most=LONGEST))
    if photo is None:
        return
    if not isinstance(photo, str) or not _FILE.fullmatch(photo):
        raise Refused(*because("note_photo_unnamed"))
    if not has_file(photo.removeprefix("sha256:")):
        raise Refused(*because("note_photo_not_come"))
