"""What is looked at on each page: accessibility, width, the policy, the keyboard."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

#: What axe calls the graver half of its findings.
SERIOUS = frozenset({"serious", "critical"})

#: All that a keyboard must be able to reach and that is seen; a group of radio buttons is one stop.
_REACHABLE = """() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, [tabindex="0"]')]
    .filter(e => !e.disabled && e.checkVisibility()).length"""

#: Which of them has the focus, and whether that can be seen.
_FOCUS = """() => {
    const all = [...document.querySelectorAll(
        'a[href], button, input:not([type=hidden]), select, textarea, [tabindex="0"]')];
    const style = getComputedStyle(document.activeElement);
    const box = document.activeElement.getBoundingClientRect();
    return [all.indexOf(document.activeElement), document.activeElement.outerHTML.slice(0, 80),
        style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0, box.width > 0 && box.bottom > 0];
}"""
#: An address with a fragment would begin at what it names.
_FROM_THE_START = """() => {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');
    window.scrollTo(0, 0);
}"""
_OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Findings:
    """What is wrong, and how much was looked at."""

    faults: list[str] = field(default_factory=list)
    #: What axe finds and calls minor or moderate.
    minor: list[str] = field(default_factory=list)
    checked: int = 0
    #: The elements that were reached with the Tab key.
    reached: int = 0


def look(page: Any, axe: Any, where: str, found: Findings) -> None:
    """Look at a page at its present width."""
    found.checked += 1
    for violation in axe.run(page).response["violations"]:
        nodes = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
        line = f"{where}: axe: {violation['id']} ({violation['impact']}): {violation['help']}: {nodes}"
        (found.faults if violation["impact"] in SERIOUS else found.minor).append(line)
    overflow = page.evaluate(_OVERFLOW)
    if overflow > 0:
        found.faults.append(f"{where}: {overflow} pixels wider than the window")


def walk(page: Any, where: str, found: Findings) -> None:
    """Go through a page with the Tab key: everything is reached and the focus is seen."""
    expected = page.evaluate(_REACHABLE)
    page.evaluate(_FROM_THE_START)
    reached: list[int] = []
    for _ in range(expected):
        page.keyboard.press("Tab")
        index, element, outlined, visible = page.evaluate(_FOCUS)
        if index == -1:
            break
        reached.append(index)
        if not outlined or not visible:
            found.faults.append(f"{where}: the focus cannot be seen on {element}")
    if len(set(reached)) != expected:
        found.faults.append(f"{where}: the Tab key reaches {len(set(reached))} of {expected} elements")
    found.reached += len(reached)


#: Everything that these checks are to find, on one page.
_BAD_PAGE = """<!doctype html><html><title>Bad</title>
<style>:focus { outline: none } p { color: #ccc; background: #fff } div { width: 5000px; height: 1px }</style>
<p>pale</p><input><div></div><a href="#" tabindex="2">second</a><a href="#" tabindex="1">first</a>
<button tabindex="-1">out of reach</button></html>"""


def prove(page: Any, axe: Any) -> None:
    """Make sure that the checks see a page on which everything is wrong."""
    page.set_content(_BAD_PAGE)
    found = Findings()
    look(page, axe, "bad", found)
    walk(page, "bad", found)
    said = "\n".join(found.faults)
    for fault in (
        "color-contrast",
        "label",
        "html-has-lang",
        "wider than",
        "cannot be seen",
        "reaches",
        "tabindex",
    ):
        assert fault in said, f"the checks do not see: {fault}\n{said}"
