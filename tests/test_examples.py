"""The example notebooks run on plain Python, and show what they print."""

from __future__ import annotations

import ast
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import nbformat
import pytest

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.ipynb"))


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def test_there_are_examples() -> None:
    assert "demo.ipynb" in [path.name for path in EXAMPLES]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_format_names_cells(path: Path) -> None:
    """Only from 4.5 on a cell has an id, by which people find each other's carets."""
    notebook = read(path)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_nothing_has_to_be_installed(path: Path) -> None:
    source = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "code")
    for node in ast.walk(ast.parse(source)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            assert name.partition(".")[0] in sys.stdlib_module_names


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_each_cell_prints_what_it_shows(path: Path) -> None:
    namespace: dict[str, Any] = {}
    for cell in read(path).cells:
        if cell.cell_type != "code":
            continue
        printed = StringIO()
        with redirect_stdout(printed):
            exec(cell.source, namespace)
        assert printed.getvalue() == "".join(output.text for output in cell.outputs), cell.id
