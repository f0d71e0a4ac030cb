"""What other programs take for the five rules about BPI Challenge 2012, measured in an environment of their own.

    python -m bench.peers [--log FILE.parquet] [--repeats 5]

The environment is made once, below the user's cache directory, by pip from the index as it is configured. pm4py is
AGPL: no part of the product imports it, it runs in a child process of this benchmark only.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.bpic2012 import FIVE, LOG, known, present
from bench.timed import seconds_told

PACKAGES = ("pm4py==2.7.23.11", "Declare4Py==2.2", "pandas==3.1.1", "pyarrow==26.0.1")
CHILD = Path(__file__).with_name("peers_measured.py")


def peers_python() -> Path:
    """Return the Python of the peers' environment, making it if need be."""
    place = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sopwatch-bench"
    environment, made = place / "peers", place / "peers.txt"
    python = environment / "bin/python"
    wanted = "\n".join(PACKAGES)
    if not python.exists() or not made.exists() or made.read_text(encoding="utf-8") != wanted:
        print(f"bench: making the peers' environment in {environment}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(environment)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", *PACKAGES]
        if (ran := subprocess.run(install, check=False, stderr=subprocess.PIPE, text=True)).returncode:
            why = [line for line in ran.stderr.splitlines() if line.startswith("ERROR")]
            sys.exit(f"bench: the peers cannot be installed: {' '.join(why[:1])}")
        made.write_text(wanted, encoding="utf-8")
    return python


def measure(log: Path, repeats: int = 5) -> dict[str, Any]:
    """Return what the peers took: `pm4py` and `declare4py`, each with `reading`, `checking` (seconds) and `rules`."""
    command = [str(peers_python()), str(CHILD), str(log), str(repeats)]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(found.stdout))


def print_peers(measured: dict[str, Any]) -> None:
    """Print their times, and the violating cases beside ours."""
    for name, peer in measured.items():
        both = seconds_told(peer["reading"] + peer["checking"])
        print(
            f"{name:12} reading {seconds_told(peer['reading'])}  checking {seconds_told(peer['checking'])}  both {both}"
        )
    print(f"{'violating cases':28}{'ours':>8}{'pm4py':>8}{'Declare4Py':>12}")
    pm4py, declare = measured["pm4py"]["rules"], measured["declare4py"]["rules"]
    for rule, (_, cases) in known(FIVE).items():
        note = pm4py[rule]["note"]
        print(f"{rule:28}{cases:8,}{pm4py[rule]['cases']:8,}{declare[rule]['cases']:12,}  {note}")


def main() -> None:
    """Measure the peers and print what they took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--log", type=Path, default=LOG)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    measured = measure(present(options.log), options.repeats)
    if options.json:
        json.dump(measured, sys.stdout, indent=1)
    else:
        print_peers(measured)


if __name__ == "__main__":
    main()
