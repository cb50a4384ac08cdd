"""The floors of the Python package hold, and the check sees it when they do not."""

from __future__ import annotations

from pathlib import Path

import pytest
from floors import FLOORS, faults

SOURCE = Path(__file__).parent.parent / "jupyter_awareness"

GROUND = '"""A table.\n\nGround floor: pure."""\n'
FIRST = '"""A thing.\n\nFirst floor: calls down."""\n'
TOP = '"""A door.\n\nTop floor."""\n'


def module_name(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_every_module_keeps_to_its_floor() -> None:
    sources = {
        module_name(path): path.read_text(encoding="utf-8")
        for path in SOURCE.rglob("*.py")
        if path.name != "_version.py" and "labextension" not in path.parts
    }
    assert "protocol" in sources
    assert faults(sources) == []


def test_no_module_is_listed_twice() -> None:
    modules = [module for floor in FLOORS.values() for module in floor]
    assert len(modules) == len(set(modules))


def test_a_good_tree_has_no_faults() -> None:
    sources = {
        "": '"""The package."""\nfrom .app import App\nfrom .room import Room\n',
        "protocol": GROUND + "import json\nfrom ._version import __version__\n",
        "room": GROUND + "from . import protocol\nfrom .protocol import Entry\n",
        "rooms": FIRST + "import asyncio\nfrom .room import Room\n",
        "brokers": FIRST,
        "brokers.redis": FIRST + "from ..room import Room\nfrom . import clock\n",
        "app": TOP + "import tornado.web\nfrom jupyter_awareness.rooms import Rooms\n",
    }
    assert faults(sources) == []


@pytest.mark.parametrize(
    ("module", "text", "fault"),
    [
        ("room", "import tornado.web\n", "room (Ground) imports tornado"),
        ("room", "from asyncio import get_running_loop\n", "room (Ground) imports asyncio"),
        ("room", "def f():\n    import time\n", "room (Ground) imports time"),
        ("room", "from traitlets import Int\n", "room (Ground) imports traitlets"),
        ("room", "from .rooms import Rooms\n", "room (Ground) imports rooms (First)"),
        ("room", "from . import rooms\n", "room (Ground) imports rooms (First)"),
        ("room", "import jupyter_awareness.rooms\n", "room (Ground) imports rooms (First)"),
        ("room", "from . import Room\n", "room imports the package itself"),
        ("room", "import jupyter_awareness\n", "room imports the package itself"),
    ],
)
def test_a_bad_import_is_seen(module: str, text: str, fault: str) -> None:
    sources = {"": "", module: GROUND + text, "rooms": FIRST}
    assert fault in faults(sources)


def test_an_import_that_goes_up_from_the_first_floor_is_seen() -> None:
    sources = {"rooms": FIRST + "from .app import App\n", "app": TOP}
    assert faults(sources) == ["rooms (First) imports app (Top)"]


def test_a_circle_is_seen() -> None:
    sources = {"room": GROUND + "from .feed import F\n", "feed": GROUND + "from .room import R\n"}
    assert [fault.partition(":")[0] for fault in faults(sources)] == ["imports in a circle"]


def test_an_unlisted_module_is_seen() -> None:
    assert faults({"utils": TOP}) == ["utils is on no floor: list it in tests/floors.py"]


def test_a_module_says_its_floor() -> None:
    assert faults({"room": FIRST}) == ['room does not say "Ground floor" in its docstring']
