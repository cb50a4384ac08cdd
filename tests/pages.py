"""The code in the pages of the documentation, to be run: blocks by language, `await` anywhere.

A line ``expression  # value`` says what the expression gives; it is compared if the comment reads
as a Python literal.
"""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent.parent / "docs"


def blocks(page: str, language: str, section: str | None = None) -> list[str]:
    """Give the code blocks of a page, or of one section of it, in their order."""
    text = (DOCS / page).read_text("utf-8")
    if section is not None:
        text = text.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


async def run(program: str, names: dict[str, Any]) -> None:
    """Run a program's statements one after the other; its names are left in ``names``."""
    lines = program.splitlines()
    for statement in ast.parse(program).body:
        value = await _run_one(statement, names)
        if isinstance(statement, ast.Expr) and statement.end_lineno is not None:
            _, _, said = lines[statement.end_lineno - 1].partition("  # ")
            if said and _is_literal(said):
                assert repr(value) == said, ast.unparse(statement)


async def _run_one(statement: ast.stmt, names: dict[str, Any]) -> Any:
    names.pop("_", None)
    if isinstance(statement, ast.Expr):
        statement = ast.copy_location(
            ast.Assign([ast.Name("_", ast.Store())], statement.value), statement
        )
    module = ast.fix_missing_locations(ast.Module([statement], []))
    code = compile(module, "documentation", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    outcome = eval(code, names)
    if inspect.isawaitable(outcome):
        await outcome
    return names.get("_")


def _is_literal(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return False
    return True
