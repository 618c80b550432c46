"""What a prescriber writes on his page and is shown there, in words that stand nowhere else."""

import json
from collections.abc import Callable

from tests.e2e.tour.driver import Window, key, type_keys

# No words of the program or of the demo. On the ordonnance: a magistral preparation, what for, a note, why it
# is not substituted, an examination, and why an alert was passed over.
ON_IT = {
    "magistral": "knorzelbalsamicum",
    "indication": "plattfusswurzelig",
    "note": "kichererbsenkur",
    "not substituted": "flunderallergisch",
    "examination": "zwirbelaufnahme",
    "alert": "murmelrisiko erklaert",
}
# Typed and not taken: what is looked for among the favourites, an act, a line.
BESIDE_IT = {
    "favourite": "quarkstrudelig",
    "act": "pudelmessung",
    "line": "quetschwurzel morgens",
}
# In « Mes ordonnances »: why a line was stopped, and a reason that is not at its end.
OF_MINE = {"stopped": "rumpelstilzchenfrage", "unstopped": "gurkentruppig"}
_FIELDS = {"indication": "rx-indication", "note": "rx-note", "not substituted": "rx-not-substitutable"}
_RHYTHM = "13-0-7"
_TWO_ANTICOAGULANTS = ("acenocoumarol 4 mg cp 1-0-0 5j", "enox 8000 seringue 1-0-1 5j")


def write(window: Window, looking: Callable[[], object]) -> None:
    """Lines, all that is said of the first besides, a favourite, an act, an alert; a line is left unsaid.

    *looking* is called while a favourite is looked for.
    """
    window.click("rx-field")
    _add(window, f"magistrale {ON_IT['magistral']} {_RHYTHM} 5j")
    for words in _TWO_ANTICOAGULANTS:
        _add(window, words)
    window.click_row("rx-lines", ON_IT["magistral"])
    for name, field in (
        ("indication", "indication"),
        ("note", "note"),
        ("not substituted", "not-substitutable"),
    ):
        _type(window, f"rx-{field}", ON_IT[name])
        key("Return")
    window.until("said of it", lambda: window.row("rx-lines", ON_IT["indication"]))
    _look_for_favourite(window, looking)
    _add_act(window, ON_IT["examination"])
    _type(window, "rx-alert-0-reason", ON_IT["alert"])
    key("Return")
    window.wait_words(f"Passé outre : {ON_IT['alert']}")
    window.click_row("rx-lines", ON_IT["magistral"])
    window.wait("rx-parts-posology")
    key("ctrl+n")
    _type(window, "rx-act-words", BESIDE_IT["act"])
    window.until("what was typed", lambda: window.wait("rx-act-words").text == BESIDE_IT["act"])
    window.type_into("rx-field", BESIDE_IT["line"])
    window.until("what was typed", lambda: BESIDE_IT["line"] in (window.wait("rx-field").text or ""))


def posology(window: Window) -> str:
    """Of the line that is chosen, as its patient will read it."""
    return window.wait("rx-parts-posology").text


def issue(window: Window, pin: str) -> str:
    """Sign what was written, without what was left unsaid, and stop one of its lines; its identifier."""
    window.click("rx-field")
    key("ctrl+a", "BackSpace", "F9")
    window.wait("rx-pin")
    type_keys(pin)
    window.wait("rx-sign")
    key("Return")
    window.wait_words("Émise :")
    code = str(window.wait("rx-issue-title").text.split()[-1])
    window.click("rx-issue-new")
    window.click("rx-side")
    window.click_row("rx-mine-table", ON_IT["magistral"])
    _type(window, "rx-mine-reason", OF_MINE["stopped"])
    window.click("rx-mine-annuler")
    window.until("it is stopped", lambda: window.row("rx-mine-table", OF_MINE["stopped"]))
    window.click_row("rx-mine-table", "énoxaparine")
    _type(window, "rx-mine-reason", OF_MINE["unstopped"])
    window.until("what was typed", lambda: window.wait("rx-mine-reason").text == OF_MINE["unstopped"])
    return code


def _add(window: Window, words: str) -> None:
    before = len(window.rows("rx-lines"))
    type_keys(words)
    key("Return")
    window.until(f"« {words} » as a line", lambda: len(window.rows("rx-lines")) == before + 1)


def _type(window: Window, field: str, words: str) -> None:
    """It may stand below the window's edge: then it is not seen before it is brought there."""

    def revealed() -> bool:
        window.ask(json.dumps({"do": "reveal", "name": field}))
        return window.find(field) is not None

    window.until(f"widget {field}", revealed)
    window.type_into(field, words)


def _look_for_favourite(window: Window, looking: Callable[[], object]) -> None:
    """The first line is kept as one, and another is looked for in vain."""
    if "Garder" in (window.wait("rx-favourite-keep").text or ""):
        key("ctrl+d")
    key("alt+f")
    window.until("the favourite", lambda: window.row("rx-favourites", ON_IT["magistral"]))
    _type(window, "rx-favourite-filter", BESIDE_IT["favourite"])
    sought = BESIDE_IT["favourite"]
    window.until("what was typed", lambda: window.wait("rx-favourite-filter").text == sought)
    window.until("no favourite", lambda: window.find("rx-favourite-empty"))
    looking()
    key("Escape")
    window.until("the list closed", lambda: not window.find("rx-favourite-filter"))


def _add_act(window: Window, words: str) -> None:
    key("ctrl+n")
    _type(window, "rx-act-words", words)
    key("Return")
    window.until("the act", lambda: window.row("rx-lines", words))
