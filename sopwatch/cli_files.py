"""The file that a command writes: never one of the record's own, and whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from checklists.errors import SopwatchError


def may_be_written(out: Path, data: Path, ending: str) -> Path:
    """Return the file behind a name. Raises SopwatchError for what is none, and for the record's own files."""
    real = out.resolve()
    if real.is_dir():
        msg = f"--out {out}: is a directory; name a file in it"
        raise SopwatchError(msg)
    if not real.parent.is_dir():
        msg = f"--out {out}: there is no directory {real.parent}"
        raise SopwatchError(msg)
    if real.exists() and not real.is_file():
        msg = f"--out {out}: is no ordinary file; name one"
        raise SopwatchError(msg)
    if real.exists() and real.suffix != ending and real.is_relative_to(data.resolve()):
        msg = f"--out {out}: is a file of the record; name another"
        raise SopwatchError(msg)
    return real


def write_whole(out: Path, content: bytes) -> None:
    """Write a file whole or not at all. Raises SopwatchError."""
    draft = None
    try:
        handle, draft = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).chmod(0o666 & ~_umask())
        Path(draft).replace(out)
    except OSError as error:
        if draft:
            with contextlib.suppress(OSError):
                Path(draft).unlink()
        msg = f"--out {out}: cannot be written: {error.strerror or error}"
        raise SopwatchError(msg) from error


def _umask() -> int:
    held = os.umask(0)
    os.umask(held)
    return held
