"""Every word a scenario may use: what it does, what it takes, which details go with it (docs/qa.md)."""

from dataclasses import dataclass, field
from typing import TypeAlias

from desktop.simulator.card_holders import HOLDERS
from desktop.smartcard.pause import STEPS

Value: TypeAlias = str | int | float | bool
Kinds: TypeAlias = tuple[type, ...]
_TEXT: Kinds = (str,)
_WHOLE: Kinds = (int,)
_NUMBER: Kinds = (int, float)
_YES: Kinds = (bool,)
# Cards that no holder has: one of ours without certificates, and some other chip card.
STRANGE_CARDS = ("blank", "foreign")
CARDS = (*(holder.card for holder in HOLDERS), *STRANGE_CARDS)
READERS = (1, 2)
RIGHT_OR_WRONG = ("right", "wrong")
# What is done or left out: there is no undoing it with false.
DONE = (True,)
# The same for every word that takes the detail.
DETAIL_CHOICES: dict[str, tuple[Value, ...]] = {
    "card": CARDS,
    "of": CARDS,
    "old": RIGHT_OR_WRONG,
    "reader": READERS,
}


@dataclass(frozen=True, slots=True)
class Word:
    """``takes``: types of its value; ``choices``: the only values allowed, where there are few."""

    name: str
    takes: Kinds
    details: dict[str, Kinds] = field(default_factory=dict)
    choices: tuple[Value, ...] = ()
    expectation: bool = False


_READER = {"reader": _WHOLE}
ACTIONS = (
    Word("insert", _TEXT, {**_READER, "mute": _YES, "unseen": _YES}, CARDS),
    Word("remove", _WHOLE, choices=READERS),
    Word("pause_at", _TEXT, choices=STEPS),
    Word("cut", _WHOLE, choices=READERS),
    Word("slow", _WHOLE, _READER),
    Word("silent", _WHOLE, choices=READERS),
    Word("set_tries", _WHOLE, {"card": _TEXT}),
    Word("set_puk_tries", _WHOLE, {"card": _TEXT}),
    Word("block", _TEXT, choices=CARDS),
    Word("atr", _TEXT, {"card": _TEXT}),
    Word("service", _TEXT, choices=("stop", "start", "kill", "freeze")),
    Word("readers", _TEXT, choices=("unplug", "plug")),
    Word("hold", _WHOLE, choices=READERS),
    Word("release", _YES, choices=DONE),
    Word("remote_desktop", _YES),
    Word("kill_child", _YES, choices=DONE),
    Word("pin", _TEXT, {"enter": _YES, "into": _TEXT}),
    Word("unblock", _TEXT, {"new": _TEXT}, RIGHT_OR_WRONG),
    Word("change_pin", _TEXT, {"old": _TEXT, "again": _TEXT}),
    Word("module", _TEXT, choices=("text-file", "wrong-architecture", "crashing", "missing", "good")),
    Word("click", _TEXT),
    Word("row", _TEXT, {"list": _TEXT}),
    Word("type", _TEXT, {"into": _TEXT}),
    Word("scan", _TEXT),
    Word("remember", _TEXT),
    Word("press", _TEXT),
    Word("paste", _TEXT, {"into": _TEXT}),
    Word("lock", _YES, choices=DONE),
    Word("log_in", _TEXT, _READER, CARDS),
    Word("log_out", _YES, choices=DONE),
    Word("open_patient", _WHOLE),
    Word("idle", _NUMBER),
    Word("system", _TEXT, choices=("screen-lock", "user-switch", "sleep")),
    Word("fault", _TEXT, {"path": _TEXT, "times": _WHOLE, "value": _NUMBER}),
    Word("clear_faults", _YES, choices=DONE),
    Word("end_sessions", _TEXT, choices=CARDS),
    Word("wait", _NUMBER),
)
_WITHIN = {"within": _NUMBER}
EXPECTATIONS = tuple(
    Word(name, takes, {**_WITHIN, **details}, choices, expectation=True)
    for name, takes, details, choices in (
        ("see", _TEXT, {}, ()),
        ("not_see", _TEXT, {"during": _NUMBER}, ()),
        ("code", _TEXT, {}, ()),
        ("no_code", _TEXT, {"during": _NUMBER}, ()),
        ("page", _TEXT, {}, ()),
        ("card", _TEXT, {}, ()),
        ("session", _TEXT, {}, ()),
        ("record", _TEXT, {}, ()),
        ("shown", _TEXT, {}, ()),
        ("hidden", _TEXT, {}, ()),
        ("enabled", _TEXT, {}, ()),
        ("disabled", _TEXT, {}, ()),
        ("tries_left", _WHOLE, {"of": _TEXT}, ()),
        ("platform_sessions", _WHOLE, {}, ()),
        ("patient_shown", _YES, {}, ()),
        ("ordonnance", _TEXT, {"line": _WHOLE, "state": _TEXT}, ()),
        ("calm", _WHOLE, {}, ()),
    )
)
WORDS = {word.name: word for word in (*ACTIONS, *EXPECTATIONS)}
