"""Write the table of settings in the README from the traits themselves.

`python scripts/settings_table.py` in an environment that has the package; `tests/test_docs.py`
fails when the README is behind.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import marks

from jupyter_awareness.app import AwarenessExtension

README = Path(__file__).resolve().parent.parent / "README.md"
NAME = "settings"  # of the marks around the table
LONGEST_DEFAULT = 50  # characters; longer defaults are told by their help


def table() -> str:
    """Give the settings as a Markdown table, in the order in which the class has them."""
    rows = [
        f"| `{name}` | {_default(trait)} | {_one_line(trait.help)} |"
        for name, trait in vars(AwarenessExtension).items()
        if getattr(trait, "metadata", {}).get("config")
    ]
    return "\n".join(["| setting | default | meaning |", "|---|---|---|", *rows])


def _default(trait: Any) -> str:
    value = trait.default()
    if isinstance(value, type):  # a name until somebody has asked for the class
        value = f"{value.__module__}.{value.__qualname__}"
    shown = repr(value).replace('"', "").replace("'", '"')
    return f"`{shown}`" if len(shown) <= LONGEST_DEFAULT else "…"


def _one_line(text: str) -> str:
    return re.sub(r"([|*_<])", r"\\\1", re.sub(r"\s+", " ", text)).strip()


if __name__ == "__main__":
    marks.write(README, NAME, table())
