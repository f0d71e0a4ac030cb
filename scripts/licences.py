"""Writes docs/licences.md: every locked package and its licence, as the package itself states it."""

import re
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
HEAD = """# Licences of what sopwatch runs with

Written by `make licences` from the metadata of the locked packages. `make setup` installs them; none is shipped.

## Shipped

| what | version | licence |
|---|---|---|
| Noto Sans CJK, Regular (`sopwatch/reports/fonts/`), for forms | 2.004 | SIL Open Font License 1.1 (`OFL.txt`) |
"""


def names_in(lock: str) -> list[str]:
    """Return the names of the packages that a lock pins."""
    return re.findall(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==", (HOUSE / lock).read_text(encoding="utf-8"), re.MULTILINE)


def licence_of(about: PackageMetadata) -> str:
    """Return the licence that a package states: as an SPDX expression, else in a few words, else by classifier."""
    expressions = about.get_all("License-Expression", [])
    in_words = [text for text in about.get_all("License", []) if len(text) < 60]
    classifiers = [text.rpartition(" :: ")[2] for text in about.get_all("Classifier", []) if text.startswith("License")]
    return ", ".join(expressions or in_words or classifiers) or "not stated"


def row(package: str) -> str:
    """Return a package's line of the table; one that this machine has no use for says so."""
    try:
        about = metadata(package)
    except PackageNotFoundError:
        return f"| {package} | | only installed on other platforms |"
    return f"| {about['Name']} | {about['Version']} | {licence_of(about)} |"


def table(title: str, packages: list[str]) -> str:
    """Return a titled table, a line a package, without repetition."""
    rows = "\n".join(row(package) for package in sorted(set(packages)))
    return f"\n## {title}\n\n| package | version | licence |\n|---|---|---|\n{rows}\n"


if __name__ == "__main__":
    run_time = names_in("requirements.txt")
    others = [*names_in("requirements-dev.txt"), *names_in("requirements-build.txt")]
    text = HEAD + table("To run", run_time) + table("To test and build", [n for n in others if n not in run_time])
    (HOUSE / "docs" / "licences.md").write_text(text, encoding="utf-8")
