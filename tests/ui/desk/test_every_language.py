"""The language is chosen while the pages are there: each says every word in it, and none is cut."""

import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QStyle, QStyleOptionComboBox, QWidget

from desktop.common.resource_files import resource
from desktop.demo.probe import screen
from desktop.domain.record import MandateKind
from desktop.domain.texts import Language, set_language
from desktop.ui.widgets.text import ElidedLabel
from tests.samples.practice import mandate
from tests.ui.desk.conftest import Bench
from tests.ui.desk.test_small_window import named, parts, resize, squashed
from tests.waiting import LIMIT_MS

LEAST_LETTERS = 4  # of a pattern: "{date} · {name}" says nothing of a language
_OF_THE_DOCUMENT = ("summary-side",)  # what a colleague will see, in the language chosen for it
_ITS_OWN_NAME = {"Français", "Deutsch", "Lëtzebuergesch", "English"}  # of a language, in any
_AS_WIDE_AS_ITS_WORDS = (
    QComboBox.SizeAdjustPolicy.AdjustToContents, QComboBox.SizeAdjustPolicy.AdjustToContentsOnFirstShow,
)  # fmt: skip
_FACT = re.compile(r"\{[a-z_]*\}")
_KEYS = ("text", "accessible", "spoken", "title", "tip", "placeholder")


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Iterator[Bench]:
    """Anne's médecin référent before her record."""
    made = make_bench()
    made.platform.mandates["p1"] = mandate(kind=MandateKind.MEDECIN_REFERENT, end=None, grace_end=None)
    made.log_in()
    made.open_record()
    made.make_every_page()
    yield made
    set_language(Language.FR)


@cache
def words(language: Language) -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """What the program can say in *language*: texts without facts, and patterns of those with some."""
    whole, patterns = set[str](), []
    features = Path(__file__).resolve().parents[3] / "desktop" / "features"
    for path in (
        *Path(resource("translations", language.value)).glob("*.toml"),
        *features.glob(f"*/words/{language.value}.toml"),
    ):
        for said in _texts(tomllib.loads(path.read_text(encoding="utf-8"))):
            if _FACT.search(said):
                literal = _FACT.sub("", said)
                if sum(map(str.isalpha, literal)) >= LEAST_LETTERS:
                    pattern = ".+".join(map(re.escape, _FACT.split(said)))
                    patterns.append(re.compile(pattern, re.DOTALL))
            elif sum(map(str.isalpha, said)) >= LEAST_LETTERS:
                whole.add(said)
    return frozenset(whole), tuple(patterns)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)


def says(language: Language, said: str) -> bool:
    whole, patterns = words(language)
    return said in whole or said[0].lower() + said[1:] in whole or any(p.fullmatch(said) for p in patterns)


def seen(value: Any) -> Iterator[str]:
    """Every word of a picture of the window."""
    if isinstance(value, dict):
        for name, inner in value.items() if value.get("name") not in _OF_THE_DOCUMENT else ():
            if isinstance(inner, str):
                if name in _KEYS:
                    yield inner
            else:
                yield from seen(inner)
    elif isinstance(value, list):
        for inner in value:
            if isinstance(inner, str):
                yield inner
            else:
                yield from seen(inner)


def narrowed(part: QLabel) -> bool:
    """One line of words, shown in less width than it needs."""
    whole = part.wordWrap() or isinstance(part, ElidedLabel) or not part.text()
    return not whole and part.width() < part.sizeHint().width() - 1


def cut(page: QWidget) -> Iterator[str]:
    for part in parts(page):
        if squashed(part) or (isinstance(part, QLabel) and narrowed(part)):
            yield named(part)
        elif isinstance(part, QLabel) and part.wordWrap() and folded(part):
            yield f"folded {named(part)}"
        elif isinstance(part, QComboBox) and part.sizeAdjustPolicy() in _AS_WIDE_AS_ITS_WORDS:
            shown = QStyleOptionComboBox()
            part.initStyleOption(shown)
            control, field = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
            room = part.style().subControlRect(control, shown, field, part).width()
            if part.fontMetrics().horizontalAdvance(part.currentText()) > room:
                yield f"{part.objectName()} {part.currentText()!r} has {room} pixels"


def folded(label: QLabel) -> bool:
    """A few words in two lines although there would be room for one of thrice their length."""
    holder = label.parentWidget()
    line = label.fontMetrics().horizontalAdvance(label.text())
    lines = label.height() / label.fontMetrics().lineSpacing()
    return holder is not None and 3 * line < holder.width() and line > label.width() and lines > 1.5


def foreign(page: QWidget, language: Language) -> Iterator[str]:
    """What the window says in another language, and what of *page*, which is in front, is cut."""
    for said in {one for one in seen(screen()) if one} - _ITS_OWN_NAME:
        if not says(language, said):
            others = [other.value for other in Language if other is not language and says(other, said)]
            if others:
                yield f"{said!r} is {others}"
    for one in cut(page):
        yield f"cut {one}"


@pytest.mark.parametrize("language", list(Language))
def test_every_page_speaks_one_language_and_cuts_none_of_it(bench: Bench, language: Language) -> None:
    resize(bench, 1366, 740)
    pages = list(bench.shell._filled._pages.items())
    for name, _ in pages:  # all are there, and were filled, in French
        bench.shell.set_page(name)
        bench.settle()
    bench.shell.language_chosen.emit(language)
    bench.qtbot.waitUntil(lambda: bench.record_view().language is language, timeout=LIMIT_MS)
    wrong: list[str] = []
    for name, page in pages:
        bench.shell.set_page(name)
        bench.settle()
        wrong += [f"{name}: {one}" for one in foreign(page, language)]
    assert not wrong, "\n".join(sorted(wrong))
