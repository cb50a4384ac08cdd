"""Which Python module stands on which floor, and what is wrong with a tree of modules.

Imports point down or sideways, never up and never in a circle. The ground floor is plain calls on
plain values: no socket, no loop, no clock. A new module needs a line here and says its floor in
its docstring.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

PACKAGE = "jupyter_awareness"

FLOORS: dict[str, tuple[str, ...]] = {
    "Ground": (
        "allowance",
        "atlas",
        "awareness",
        "circles",
        "client.reconnect",
        "clients",
        "deflate",
        "feed",
        "identity",
        "journal",
        "letters",
        "listings",
        "liveness",
        "mounts",
        "nodes",
        "observers",
        "pace",
        "peers",
        "positions",
        "principals",
        "privacy",
        "proofs",
        "protocol",
        "rate",
        "relay",
        "room",
        "skim",
        "states",
        "strict_json",
        "tables",
        "tally",
        "trackers",
        "values",
        "views",
    ),
    "First": (
        "border",
        "broker",
        "brokers",
        "brokers.link",
        "brokers.pubsub",
        "brokers.redis",
        "brokers.service",
        "hub",
        "intake",
        "line",
        "outbox",
        "rooms",
        "turns",
        "wire",
    ),
    "Top": (
        "api",
        "app",
        "central",
        "cli",
        "client",
        "client.access",
        "client.awareness_client",
        "client.changes",
        "client.channel",
        "client.errors",
        "client.line",
        "client.membership",
        "client.observers",
        "client.replica",
        "client.requests",
        "client.room",
        "client.servers",
        "client.throttle",
        "demo",
        "demo_identity",
        "demo_walk",
        "doctor",
        "documents",
        "door",
        "events",
        "handlers",
        "installation",
        "keys",
        "metrics",
        "opaque",
        "options",
        "reading",
        "session",
    ),
}

NOT_ON_THE_GROUND = frozenset(
    {
        *("anyio", "asyncio", "concurrent", "selectors", "signal", "socket", "threading"),
        *("jupyter_client", "jupyter_core", "jupyter_server", "tornado", "traitlets"),
        *("jupyter_events", "prometheus_client"),
        *("datetime", "random", "time"),
    }
)

EXEMPT: dict[str, frozenset[str]] = {
    # `Awareness.start()` runs a timer because pycrdt's `Awareness` does; rooms never call it.
    "awareness": frozenset({"anyio", "asyncio", "time"}),
    # "last seen" is a time of day that `OnlineStatusManager` writes into the state.
    "trackers": frozenset({"datetime"}),
}


def own_test(module: str) -> str:
    """Name the file of a module's own tests."""
    return f"test_{module.replace('.', '_')}.py"


def imports(source: str, module: str, *, is_package: bool = False) -> Iterator[str]:
    """Give the absolute name of everything that a module of ours imports, wherever in it."""
    here = [PACKAGE, *(module.split(".") if module else [])]
    if not is_package:
        here.pop()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level + 1] if node.level else []
            origin = [*base, *([node.module] if node.module else [])]
            yield from (".".join([*origin, alias.name]) for alias in node.names)


def faults(sources: Mapping[str, str]) -> list[str]:
    """Say in plain words what is wrong with these modules; an empty list if nothing is.

    Args:
        sources: the text of each module by its name inside the package, `""` being the package
            itself, which gathers what is public: it may import all, and none may import it.
    """
    found: list[str] = []
    uses: dict[str, set[str]] = {}
    for module, source in sources.items():
        is_package = module == "" or any(name.startswith(f"{module}.") for name in sources)
        names = list(imports(source, module, is_package=is_package))
        uses[module] = {used for name in names if (used := _module_of(name, sources)) is not None}
        if module:
            found += _faults_of(
                module, source, uses[module], {name.split(".")[0] for name in names}
            )
    try:
        TopologicalSorter(uses).prepare()
    except CycleError as error:
        found.append("imports in a circle: " + " -> ".join(error.args[1]))
    return found


def _module_of(name: str, sources: Mapping[str, str]) -> str | None:
    """Find which of the modules an imported name stands in; None if it is not ours."""
    path = name.split(".")
    if path[0] != PACKAGE or path[1:2] == [
        "_version"
    ]:  # the version is generated and imports nothing
        return None
    while len(path) > 1 and ".".join(path[1:]) not in sources:
        path.pop()
    return ".".join(path[1:])


def _faults_of(module: str, source: str, used: set[str], roots: set[str]) -> Iterator[str]:
    floor = _floor_of(module)
    if floor is None:
        yield f"{module} is on no floor: list it in tests/floors.py"
        return
    if f"{floor} floor" not in (ast.get_docstring(ast.parse(source)) or ""):
        yield f'{module} does not say "{floor} floor" in its docstring'
    if "" in used:
        yield f"{module} imports the package itself"
    for other in sorted(used):
        above = _floor_of(other)
        if above and list(FLOORS).index(above) > list(FLOORS).index(floor):
            yield f"{module} ({floor}) imports {other} ({above})"
    if floor == "Ground":
        for root in sorted(roots & (NOT_ON_THE_GROUND - EXEMPT.get(module, frozenset()))):
            yield f"{module} (Ground) imports {root}"


def _floor_of(module: str) -> str | None:
    return next((floor for floor, modules in FLOORS.items() if module in modules), None)
