"""One person's JupyterLab page: what they do in it, and what they see."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from playwright.sync_api import ConsoleMessage, Error, Page

Found = TypeVar("Found")
PATIENCE = 8.0  # seconds for what takes far less than one on an idle machine
CALM = 5  # frames in which nothing moves any more
OURS = ("awareness", "CodeMirror plugin crashed")
LOADED = """() => performance.getEntriesByType('resource').map(entry => entry.name)
  .filter(name => name.includes('/jupyter-awareness/static/'))"""


def until(probe: Callable[[], Found | None], what: str, seconds: float = PATIENCE) -> Found:
    """Wait until `probe` returns something true, and return that.

    Raises:
        AssertionError: it has not in time; says what was waited for and what was last seen.
    """
    deadline = time.monotonic() + seconds
    while True:
        found = probe()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: {what}; last seen: {found!r}")
        time.sleep(0.02)


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels of the window."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        """The height of its middle."""
        return (self.top + self.bottom) / 2

    def overlaps(self, other: Box) -> bool:
        """Whether the two have more than an edge in common."""
        return (
            min(self.right, other.right) - max(self.left, other.left) > 0.5
            and min(self.bottom, other.bottom) - max(self.top, other.top) > 0.5
        )


@dataclass(frozen=True)
class Caret(Box):
    """Somebody's caret (or several at one place) as it is drawn; `cell` is None in a file."""

    cell: int | None
    colors: tuple[str, ...]
    approximate: bool
    offline: bool


@dataclass(frozen=True)
class Flag(Box):
    """A name flag that can be seen; `whole` says that nothing lies over it or cuts it off."""

    text: str
    whole: bool


@dataclass(frozen=True)
class Mark:
    """Who is in a cell, as it is drawn there."""

    cell: int
    told: str
    describes: bool
    colors: tuple[str, ...]
    typing: int
    running: int
    bar: Box
    faces: Box


@dataclass(frozen=True)
class Bar:
    """The bar of the guard above a document."""

    kind: str
    serious: bool
    text: str
    buttons: tuple[str, ...]


@dataclass(frozen=True)
class Dialog:
    """An open dialog."""

    title: str
    body: str
    buttons: tuple[str, ...]


@dataclass
class Lab:
    """A page in which `person` is signed in.

    Errors that the extension causes in it are noted, but for those that contain one of `expected`.
    """

    page: Page
    person: str
    expected: tuple[str, ...] = ()
    at_start: tuple[str, ...] = ()  # the extension's files that JupyterLab waited for
    _faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen for errors from now on."""
        self.page.on("console", self._on_console)
        self.page.on("pageerror", self._on_error)

    def take_faults(self) -> list[str]:
        """Return the errors that the extension has caused since the last call."""
        faults, self._faults = self._faults, []
        return faults

    def wait_until_ready(self) -> None:
        """Wait until JupyterLab is there."""
        self.page.wait_for_function("window.jupyterapp !== undefined")
        self.page.evaluate("async () => { await window.jupyterapp.restored; }")
        self.at_start = self.at_start or tuple(self.page.evaluate(LOADED))

    def ask(self, function: str, *arguments: Any) -> Any:
        """Call a function of `probe.js`."""
        return self.page.evaluate(
            "([name, values]) => window.e2e[name](...values)", [function, list(arguments)]
        )

    def run(self, command: str, **arguments: Any) -> None:
        """Execute a JupyterLab command and wait for its end."""
        call = "async ([id, args]) => { await window.jupyterapp.commands.execute(id, args); }"
        self.page.evaluate(call, [command, arguments])

    def open(self, path: str, *, with_kernel: bool = False) -> None:
        """Open a document and wait until its text is on the screen."""
        self.ask("openDocument", path, with_kernel)
        self.page.wait_for_function("path => window.e2e.isOpen(path)", arg=path)
        text = ".jp-MainAreaWidget:not(.lm-mod-hidden) .cm-content >> visible=true"
        self.page.wait_for_selector(text)

    def rename(self, old: str, new: str) -> None:
        """Rename a file, as the file browser does."""
        call = "async names => { await window.jupyterapp.serviceManager.contents.rename(...names) }"
        self.page.evaluate(call, [old, new])

    def close_all(self) -> None:
        """Close all documents without saving them."""
        self.ask("closeAll")
        until(lambda: not self.ask("documents"), f"{self.person}'s documents are closed")

    def close_dialogs(self) -> list[str]:
        """Close the dialogs that are open, and return what they say."""
        said = []
        while dialog := self.dialog():
            said.append(f"{self.person} has a dialog open: {dialog}")
            self.page.keyboard.press("Escape")
            self._until_gone(dialog)
        return said

    def put_caret(self, cell: int | None, position: int | None, anchor: int | None = None) -> float:
        """Put one's own caret, or selection, into a cell (None: the file); give the time (ms).

        No position is the end of the text, as it is then.
        """
        moved: float = self.ask("select", cell, position, anchor)
        return moved

    def type(self, text: str) -> None:
        """Type on the keyboard."""
        self.page.keyboard.type(text)

    def source(self, cell: int | None) -> str:
        """Return the text of a cell, or of the file."""
        text: str = self.ask("source", cell)
        return text

    def carets(self) -> list[Caret]:
        """Return everybody else's carets in the current document."""
        return [
            Caret(**{**caret, "colors": tuple(caret["colors"])}) for caret in self.ask("carets")
        ]

    def character(self, cell: int | None, position: int) -> Box:
        """Return where a character begins: a box without width, as the browser laid it out."""
        place = self._character(cell, position)
        assert place is not None, f"{self.person}'s page has not drawn {position} in cell {cell}"
        return place

    def resting(self, cell: int | None, position: int) -> Box:
        """Return where a character begins, when it stays there."""

        def rests() -> Box | None:
            place = self._character(cell, position)
            self.ask("frames", CALM)
            return place if self._character(cell, position) == place else None

        return until(rests, f"{self.person}'s page is at rest")

    def carets_at(self, cell: int | None, position: int) -> list[Caret]:
        """Return the carets that are drawn in front of a character, to the pixel."""
        place = self._character(cell, position)
        return [
            caret
            for caret in self.carets()
            if place is not None
            and caret.cell == cell
            and abs((caret.left + caret.right) / 2 - place.left) <= 1
            and caret.top < place.middle < caret.bottom
        ]

    def selections(self) -> list[Box]:
        """Return the rectangles of everybody else's selections, from top to bottom."""
        boxes = [Box(**box) for box in self.ask("selections")]
        return sorted(boxes, key=lambda box: box.top)

    def sees_caret(self, cell: int | None, position: int, seconds: float = PATIENCE) -> Caret:
        """Wait for exactly one caret at a place, and return it."""
        what = f"{self.person} sees a caret in cell {cell} at {position}"
        try:
            return until(lambda: self.carets_at(cell, position), what, seconds)[0]
        except AssertionError as error:
            place = self._character(cell, position)
            raise AssertionError(f"{error}; wanted at {place}; all: {self.carets()}") from None

    def flags(self) -> list[Flag]:
        """Return the name flags in the current document."""
        return [Flag(**flag) for flag in self.ask("flags")]

    def activate(self, cell: int) -> None:
        """Activate a cell in command mode."""
        self.ask("activate", cell)

    def marks(self) -> dict[int, Mark]:
        """Return the marks of the current notebook's cells that can be seen."""
        marks = [
            Mark(
                **{
                    **mark,
                    "colors": tuple(mark["colors"]),
                    "bar": Box(**mark["bar"]),
                    "faces": Box(**mark["faces"]),
                }
            )
            for mark in self.ask("cellMarks")
        ]
        return {mark.cell: mark for mark in marks}

    def part(self, cell: int, selector: str) -> Box:
        """Return where a part of a cell is."""
        return Box(**self.ask("part", cell, selector))

    def prompt(self, cell: int) -> Box:
        """Return where the text of a cell's prompt is."""
        return Box(**self.ask("promptText", cell))

    def visitors(self) -> dict[int, str]:
        """Return what is told of each cell that can be seen and has somebody in it."""
        return {cell: mark.told for cell, mark in self.marks().items()}

    def sees_visitors(self, visitors: dict[int, str]) -> dict[int, Mark]:
        """Wait until exactly that is told of cells, and return their marks."""
        return self.sees_marks(
            lambda marks: {cell: mark.told for cell, mark in marks.items()} == visitors,
            f"{self.person} sees {visitors}",
        )

    def sees_marks(self, fit: Callable[[dict[int, Mark]], bool], what: str) -> dict[int, Mark]:
        """Wait until the marks of cells are as they should, and return them as they then were."""

        def wanted() -> dict[int, Mark] | None:
            marks = self.marks()
            return marks if fit(marks) else None

        try:
            return until(wanted, what)
        except AssertionError as error:
            raise AssertionError(f"{error}; all: {self.visitors()}") from None

    def edges(self) -> dict[str, list[str]]:
        """Return what the faces at the edges of the current notebook are called."""
        edges: dict[str, list[str]] = self.ask("edges")
        return edges

    def configure(self, key: str, value: Any, plugin: str = "jupyter-awareness:plugin") -> None:
        """Change a setting; it is the server's, so others see it after a reload."""
        self.ask("configure", plugin, key, value)

    def faces(self) -> list[str]:
        """Return what the faces in the document's toolbar are called by a screen reader."""
        faces: list[str] = self.ask("faces")
        return faces

    def browse(self, folder: str) -> None:
        """Go to a folder in the file browser."""
        self.run("filebrowser:go-to-path", path=folder)

    def files(self) -> dict[str, str]:
        """Return what the file browser says of people, by the names of files and folders."""
        said: dict[str, str] = self.ask("glances", ".jp-DirListing-item", ".jp-DirListing-itemText")
        return said

    def tabs(self) -> dict[str, str]:
        """Return what the tabs say of people, by their labels."""
        tabs: dict[str, str] = self.ask(
            "glances", ".lm-DockPanel-tabBar .lm-TabBar-tab", ".lm-TabBar-tabLabel"
        )
        return tabs

    def show_people(self) -> None:
        """Open the panel of people."""
        self.run("jupyter-awareness:show-people")

    def hide_people(self) -> None:
        """Close the sidebar in which the panel of people is, if it is open."""
        self.ask("collapseRight")
        self.page.locator("#jp-awareness-people").wait_for(state="hidden")

    def people(self) -> dict[str, list[str]]:
        """Return the rows of the open panel of people, by section, as a screen reader says them."""
        people: dict[str, list[str]] = self.ask("people")
        return people

    def lists(self, *people: str) -> None:
        """Wait until the open panel has exactly these rows of people here, by how they begin."""

        def listed() -> bool:
            rows = self.people().get("In this document", [])
            fits = [row.startswith(one) for row, one in zip(rows, people, strict=False)]
            return len(rows) == len(people) and all(fits)

        until(listed, f"{self.person} sees {people} in the panel")

    def save(self) -> None:
        """Save the current document, as Ctrl+S does; a question that comes up stays open."""
        self.ask("save")

    def saves_or_asks(self) -> str:
        """Wait until `save` has come to an end ("saved"), or to a question ("asks")."""
        found: str = until(lambda: self.ask("saving"), f"{self.person}'s page saves, or asks")
        return found

    def save_at_once(self) -> None:
        """Save the current document, and wait until that is done."""
        self.run("docmanager:save")

    def bar(self) -> Bar | None:
        """Return the bar above the current document, None if there is none."""
        found = self.ask("bar")
        return found and Bar(**{**found, "buttons": tuple(found["buttons"])})

    def sees_bar(self, *words: str, kind: str = "", seconds: float = PATIENCE) -> Bar:
        """Wait for a bar with these words in it, and return it."""

        def wanted() -> Bar | None:
            bar = self.bar()
            fits = bar and all(word in bar.text for word in words) and kind in ("", bar.kind)
            return bar if fits else None

        try:
            return until(wanted, f"{self.person} sees a bar with {words}", seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}; there is {self.bar()}") from None

    def press(self, label: str) -> None:
        """Click a button of the bar above the current document."""
        bar = ".jp-MainAreaWidget:not(.lm-mod-hidden) .jp-AwarenessGuard"
        self.page.click(f'{bar} button:text-is("{label}")')

    def dialog(self) -> Dialog | None:
        """Return the open dialog, None if there is none."""
        found = self.ask("dialog")
        return found and Dialog(**{**found, "buttons": tuple(found["buttons"])})

    def answer(self, label: str) -> None:
        """Click a button of the open dialog, and wait until it is gone."""
        self.page.click(f'.jp-Dialog-footer button:has-text("{label}")')
        until(lambda: self.dialog() is None, f"{self.person}'s dialog is gone")

    def wear(self, theme: str) -> None:
        """Change JupyterLab's theme, and wait until its styles are there."""
        self.run("apputils:change-theme", theme=theme)
        worn = "document.body.dataset.jpThemeName"
        until(lambda: self.page.evaluate(worn) == theme, f"{self.person}'s page is in {theme}")

    def wake(self) -> None:
        """Tell the page that its network is back, as the browser does: it connects at once."""
        self.page.evaluate("() => { window.dispatchEvent(new Event('online')); }")

    def _character(self, cell: int | None, position: int) -> Box | None:
        found = self.ask("character", cell, position)
        return found and Box(**found)

    def _until_gone(self, dialog: Dialog) -> None:
        until(lambda: self.dialog() != dialog, f"{self.person}'s dialog is gone")

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note(f"{message.text} ({message.location.get('url')})")

    def _on_error(self, error: Error) -> None:
        self._note(f"{error.message}\n{error.stack}")

    def _note(self, text: str) -> None:
        if any(mark in text for mark in OURS) and not any(part in text for part in self.expected):
            self._faults.append(text)
