"""The log: what it cannot write it loses, and everything that is logged here goes through it."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import jupyter_awareness
from jupyter_awareness.journal import Journal

SOURCES = sorted(Path(jupyter_awareness.__file__).parent.rglob("*.py"))
WRITES = re.compile(r"\b(?:app_log|gen_log|logging\.getLogger\(\w+\)|self\.log)\b(?=[.,)])")


class FullDisk(logging.Handler):
    """A handler that does not keep its failures to itself, as Python's do."""

    def emit(self, record: logging.LogRecord) -> None:
        raise OSError(28, "No space left on device")


@pytest.fixture
def log() -> Iterator[logging.Logger]:
    """Give a log that raises."""
    log, disk = logging.getLogger("journal"), FullDisk()
    log.addHandler(disk)
    yield log
    log.removeHandler(disk)


def test_what_cannot_be_written_is_lost(log: logging.Logger, caplog) -> None:
    with pytest.raises(OSError, match="No space"):
        log.warning("a line")
    journal = Journal(log)
    journal.warning("a line")
    journal.exception("a fault")
    log.handlers.clear()
    journal.log(logging.ERROR, "%s line", "another")
    assert [record.getMessage() for record in caplog.records] == ["another line"]


def test_lines_are_those_of_who_wrote_them(caplog) -> None:
    Journal(Journal(logging.getLogger("journal"))).error("here")
    [record] = caplog.records
    assert record.getMessage() == "here"
    if sys.version_info >= (3, 11):  # before, a level is not one of the code that logs
        assert record.funcName == test_lines_are_those_of_who_wrote_them.__name__


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_nothing_is_logged_but_by_a_journal(source: Path) -> None:
    text = source.read_text(encoding="utf-8")
    if re.search(r"\blog(\(self\) ->|:) Journal\b", text):
        text = text.replace("self.log", "")
    assert WRITES.findall(re.sub(r"Journal\([\w.()]+\)", "", text)) == []
