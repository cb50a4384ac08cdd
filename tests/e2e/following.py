"""What the tests of following do and see, measured from outside of the extension."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lab import CALM, Lab, until
from playwright.sync_api import Locator

# What is at the top of the current document: the cell (in a file: the line) and how many pixels of
# it are above the window's edge.
TOP = """() => {
  const content = window.jupyterapp.shell.currentWidget?.content;
  const scroller = content?.outerNode ?? content?.node.querySelector('.cm-scroller');
  if (!scroller) {
    return null;
  }
  const lines = () => [...content.node.querySelectorAll('.cm-line')];
  const things = content.widgets ? content.widgets.map(cell => cell.node) : lines();
  const { top } = scroller.getBoundingClientRect();
  const boxes = things.map(thing => thing.getBoundingClientRect());
  const drawn = boxes.flatMap((box, at) => (box.height > 0 ? [at] : []));
  const at = drawn.find(one => boxes[one].bottom > top + 1) ?? drawn.pop();
  if (at === undefined) {
    return null;
  }
  const thing = content.widgets ? String(content.widgets[at].model.id) : things[at].textContent;
  return { thing, hidden: top - boxes[at].top, scrolled: scroller.scrollTop };
}"""

WATCH = """() => {
  const { content } = window.jupyterapp.shell.currentWidget;
  const scroller = content.outerNode ?? content.node.querySelector('.cm-scroller');
  window.e2eScrolls = 0;
  scroller.addEventListener('scroll', () => { window.e2eScrolls += 1; });
}"""

# Of notebooks that are opened from now on.
WINDOWING = """mode => {
  const factory = window.jupyterapp.docRegistry.getWidgetFactory('Notebook');
  factory.notebookConfig = { ...factory.notebookConfig, windowingMode: mode };
}"""

LAST = "This is the last notification."
GAP = 11  # pixels between two cells, which belong to neither


@dataclass(frozen=True)
class Top:
    """What is at the top of a window; ``hidden`` pixels of it are above the edge."""

    thing: str
    hidden: float
    scrolled: float

    def is_like(self, other: Top) -> bool:
        """Whether the same content is at the top, give or take a gap."""
        return self.thing == other.thing and abs(self.hidden - other.hidden) <= GAP


def top_of(lab: Lab) -> Top | None:
    """Return what is at the top of the current document; None while nothing is drawn."""
    found = lab.page.evaluate(TOP)
    return Top(**found) if found else None


def sees_what(lab: Lab, leader: Lab, what: str) -> None:
    """Wait until the same content is at the top of both windows, and the leader's is at rest."""

    def alike() -> bool:
        own, other = top_of(lab), top_of(leader)
        return bool(own and other and own.is_like(other) and top_of(leader) == other)

    try:
        until(alike, f"{lab.person} sees {what}")
    except AssertionError as error:
        raise AssertionError(f"{error}; {top_of(lab)}, {top_of(leader)}") from None


def sees_all(lab: Lab, leader: Lab, cells: int) -> None:
    """Wait until all cells of a notebook that the leader sees are in sight, wherever."""

    def all_seen() -> bool:
        seen = [cell for cell in range(cells) if leader.ask("isInSight", cell)]
        return bool(seen) and all(lab.ask("isInSight", cell) for cell in seen)

    try:
        until(all_seen, f"{lab.person} sees all cells that {leader.person} sees")
    except AssertionError as error:
        raise AssertionError(f"{error}; {top_of(lab)}, {top_of(leader)}") from None


def open_whole(lab: Lab, path: str, cells: int) -> None:
    """Open a notebook and wait until JupyterLab has drawn all of it, which it does bit by bit."""
    lab.open(path)
    drawn = "() => jupyterapp.shell.currentWidget.content.node.querySelectorAll('.jp-Cell').length"
    until(lambda: lab.page.evaluate(drawn) == cells, f"{lab.person} has all cells")


def scroll(lab: Lab, pixels: int) -> None:
    """Turn the wheel over the middle of the document, and wait until the page has scrolled."""
    before = top_of(lab)
    assert before
    box = lab.page.locator(".jp-MainAreaWidget:not(.lm-mod-hidden)").first.bounding_box()
    assert box
    lab.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    lab.page.mouse.wheel(0, pixels)

    def at_rest() -> bool:
        first = top_of(lab)
        lab.ask("frames", CALM)
        return first is not None and first == top_of(lab) and first != before

    until(at_rest, f"{lab.person} has scrolled")


def follow(lab: Lab, leader: Lab) -> None:
    """Follow somebody by command, and wait until the page says so."""
    until(lambda: can_follow(lab, leader), f"{lab.person} can follow {leader.person}")
    lab.run("jupyter-awareness:follow", username=leader.person)
    frame_says(lab, f"Following {leader.person.title()}")


def can_follow(lab: Lab, leader: Lab) -> bool:
    """Whether the command is enabled."""
    call = "username => jupyterapp.commands.isEnabled('jupyter-awareness:follow', { username })"
    enabled: bool = lab.page.evaluate(call, leader.person)
    return enabled


def frame_text(lab: Lab) -> str | None:
    """Return what the frame says; None while there is no frame."""
    said = text_of(lab, ".jp-AwarenessFollow-tab")
    return None if said is None else said.replace("\n", " ")


def text_of(lab: Lab, selector: str) -> str | None:
    """Return the text of what may go at any moment; None while it cannot be seen."""
    read = """selector => {
      const found = document.querySelector(selector);
      return found?.checkVisibility({ visibilityProperty: true }) ? found.innerText : null;
    }"""
    said: str | None = lab.page.evaluate(read, selector)
    return said


def frame_says(lab: Lab, text: str, seconds: float = 8) -> None:
    """Wait until the frame says something."""
    try:
        until(lambda: text in (frame_text(lab) or ""), f"{lab.person} reads {text!r}", seconds)
    except AssertionError as error:
        raise AssertionError(f"{error}; it says {frame_text(lab)!r}") from None


def is_free(lab: Lab) -> None:
    """Wait until a person follows nobody, on the own page and for the others."""
    until(lambda: frame_text(lab) is None, f"{lab.person} follows nobody")


def chip(lab: Lab) -> str:
    """Return what the mark in the status bar says of those who follow; empty if nobody does."""
    return text_of(lab, ".jp-AwarenessFollowers button") or ""


def path_of(lab: Lab) -> str | None:
    """Return the path of the current document."""
    call = "() => window.jupyterapp.shell.currentWidget?.context?.path ?? null"
    path: str | None = lab.page.evaluate(call)
    return path


def goes_to(lab: Lab, path: str) -> None:
    """Wait until a document is current, and drawn."""
    until(lambda: path_of(lab) == path, f"{lab.person} is in {path}")
    until(lambda: top_of(lab) is not None, f"{lab.person} sees {path}")


def row_of(lab: Lab, name: str) -> Locator:
    """Return somebody's row in the panel of people."""
    lab.show_people()
    rows = lab.page.locator("#jp-awareness-people .jp-AwarenessPerson")
    row = rows.filter(has_text=re.compile(rf"^\W*\w*{name}"))
    row.wait_for()
    return row


def toasts(lab: Lab) -> list[str]:
    """Return the notifications that can be seen."""
    shown = lab.page.locator(".Toastify__toast")
    return [text.split("\n")[0] for text in shown.all_inner_texts()]


def close_toasts(lab: Lab) -> None:
    """Close all notifications, and those that come meanwhile."""
    closing = ".jp-Notification-Toast-Close"
    click = "name => document.querySelectorAll(name).forEach(x => x.click())"

    def closed() -> bool:
        lab.page.evaluate(click, closing)
        return toasts(lab) == []

    until(closed, f"{lab.person} has no notifications")


def reads_toast(lab: Lab, text: str) -> None:
    """Wait for a notification."""
    until(lambda: any(text in toast for toast in toasts(lab)), f"{lab.person} reads {text!r}")


def reads_no_more(lab: Lab, *expected: str) -> None:
    """Check that there are these notifications and no others, by one that comes behind all."""
    lab.run("apputils:notify", message=LAST, options={"autoClose": False})
    reads_toast(lab, LAST)
    assert sorted(toasts(lab)) == sorted([*expected, LAST])


def prefer(lab: Lab, **choices: bool) -> None:
    """Choose for oneself, as the commands do."""
    for name, wanted in choices.items():
        command = {
            "followable": "jupyter-awareness:toggle-followable",
            "calls": "jupyter-awareness:toggle-calls",
        }[name]
        call = "id => window.jupyterapp.commands.isToggled(id)"
        if lab.page.evaluate(call, command) != wanted:
            lab.run(command)


def watch_scrolling(lab: Lab) -> None:
    """Count how often the current document scrolls from now on."""
    lab.page.evaluate(WATCH)


def scrolls(lab: Lab) -> int:
    """Return how often it has scrolled since."""
    count: int = lab.page.evaluate("window.e2eScrolls")
    return count


def window(lab: Lab, mode: str) -> None:
    """Draw notebooks in a windowing mode, as the settings editor has it done."""
    lab.page.evaluate(WINDOWING, mode)
