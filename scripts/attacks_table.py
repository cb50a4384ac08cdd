"""Write the tables of attacks in docs/security.md from what the attacks got.

    python scripts/attacks_table.py --run   attack a server, note what came out, write the tables
    python scripts/attacks_table.py         write the tables from what was noted

It needs the Python of an environment that has the package and pytest; `tests/test_docs.py` fails
when the tables are behind what was noted.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import marks

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "security.md"
RESULTS = ROOT / "docs" / "attacks.json"
NAME = "attacks"  # of the marks around the table


def table(results: list[dict[str, Any]]) -> str:
    """Give what came out as a Markdown table."""
    rows = [
        f"| {one['attack']} | {one['got']} | {one['exchanged']}, none lost |"
        f" {one['median']:.0f} ms, {one['slowest']:.0f} ms |"
        for one in results
    ]
    head = "| attack | what the attacker gets | words of two honest people | median, slowest |"
    return "\n".join([head, "|---|---|---|---|", *rows])


def read() -> list[dict[str, Any]]:
    """Give what was noted."""
    noted: list[dict[str, Any]] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return noted


def main() -> int:
    """Do what was asked for."""
    if "--run" in sys.argv[1:]:
        command = [
            str(Path(sys.executable).parent / "pytest"),
            "-q",
            "tests/attacks",
            "-k",
            "not the_documents_tell",
        ]
        environ = {**os.environ, "AWARENESS_ATTACKS_RESULTS": str(RESULTS)}
        code = subprocess.call(command, cwd=ROOT, env=environ)
        if code:
            return code
    marks.write(DOCUMENT, NAME, table(read()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
