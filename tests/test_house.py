"""The house itself: its rooms are its own, its locks name no host, its launcher is thin."""

import ast
import re
import sys
from importlib.machinery import PathFinder
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from tests.conftest import LONGEST

HOUSE = Path(__file__).resolve().parent.parent
ROOMS = ("checklists", "rules", "storage", "sopwatch")
LOCKS = ("requirements-build.txt", "requirements.txt", "requirements-dev.txt")
LAUNCHER = HOUSE / "app.py"


def imports_of(path: Path) -> set[str]:
    """Return the top-level names that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def locked(path: Path) -> list[Requirement]:
    """Return what a lock pins."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Requirement(line.rstrip(" \\")) for line in lines if re.match(r"[A-Za-z0-9]", line)]


@pytest.mark.parametrize("room", ROOMS)
def test_nothing_on_the_path_shadows_a_room(room: str) -> None:
    elsewhere = [entry for entry in sys.path if Path(entry).resolve() != HOUSE]

    ours = PathFinder.find_spec(room, sys.path)
    another = PathFinder.find_spec(room, elsewhere)

    assert ours is not None, f"the room {room} is missing"
    assert ours.origin == str(HOUSE / room / "__init__.py")
    assert another is None, f"{another} has the name of a room: it would win wherever it stands first"


def test_the_page_of_the_tablet_names_every_script_of_it() -> None:
    told = (HOUSE / "docs" / "tablet.md").read_text(encoding="utf-8")
    scripts = [path.name for path in (HOUSE / "sopwatch" / "tablet" / "js").glob("*.mjs")]

    assert [name for name in scripts if f"`{name}`" not in told] == []
    assert [name for name in re.findall(r"`(\w+\.mjs)`", told) if name not in scripts] == []


def test_every_file_that_a_page_leads_to_is_there() -> None:
    pages = [HOUSE / "README.md", *(HOUSE / "docs").glob("*.md")]
    links = [(page, link) for page in pages for link in re.findall(r"\]\(([^)#:]+)[^):]*\)", page.read_text("utf-8"))]

    assert len(links) > 30
    assert [f"{page.name}: {link}" for page, link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_host_and_pins_everything_by_hash(name: str) -> None:
    text = (HOUSE / name).read_text(encoding="utf-8")

    pins = locked(HOUSE / name)

    assert "://" not in text
    assert not re.search(r"^\s*(-i|-f|--(extra-)?index|--find-links|--trusted-host)", text, re.MULTILINE)
    assert pins
    assert all(re.fullmatch(r"==[^,*]+", str(pin.specifier)) for pin in pins)
    assert len(re.findall(r"^[A-Za-z0-9].*\\\n +--hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)) == len(pins)


def test_the_sources_of_the_locks_name_no_host_either() -> None:
    sources = sorted(HOUSE.glob("requirements*.in"))

    assert len(sources) == len(LOCKS)
    assert not [path.name for path in sources if "://" in path.read_text(encoding="utf-8")]


def test_what_is_installed_is_what_is_locked() -> None:
    pins = [pin for pin in locked(HOUSE / "requirements-dev.txt") if pin.marker is None or pin.marker.evaluate()]

    wrong = {pin.name: version(pin.name) for pin in pins if version(pin.name) not in SpecifierSet(str(pin.specifier))}

    assert not wrong, "run make setup"


def test_the_tests_run_with_the_versions_that_the_service_runs_with() -> None:
    run_time = {str(pin) for pin in locked(HOUSE / "requirements.txt")}
    development = {str(pin) for pin in locked(HOUSE / "requirements-dev.txt")}

    assert run_time <= development


def test_the_launcher_leaves_engine_and_drivers_to_the_rooms() -> None:
    assert imports_of(LAUNCHER).isdisjoint({"durable", "duckdb", "psycopg", "pyspark"})


def test_every_file_that_is_to_begin_first_is_there() -> None:
    assert [name for name in LONGEST if not (HOUSE / "tests" / f"{name}.py").exists()] == []
