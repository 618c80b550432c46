"""« À savoir » beside ligne de vie and list: what it says, from what, and that it fits (CF-027, 049, 062)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.key_facts import KeyFact, KeyTopic, Says, Told
from desktop.domain.record import Author, Document, Level, MandateKind
from desktop.ui.record.fact_section import FactLink
from desktop.ui.record.record_view import RecordView
from tests.fakes import FakeController
from tests.samples.record import LAST, MANDATE, NOW, documents
from tests.ui.finding import child

Open = Callable[[FakeController], RecordView]


def said(view: RecordView) -> str:
    """Every word of the column, and of the line that stands in its place."""
    words: list[str] = []
    for part in (view.overview.panel, view.overview.strip):
        words += [w.text() for w in part.findChildren(QLabel) if w.isVisibleTo(part) and part.isVisible()]
        words += [w.accessibleName() for w in part.findChildren(QPushButton) if w.isVisible()]
    return "\n".join(words)


def resume(of: FakeController) -> Document:
    return max((d for d in of.listed if d.category == "resume-patient"), key=lambda d: d.created or NOW)


def penicillin(document_id: str) -> tuple[Told, ...]:
    return (
        Told(document_id, KeyTopic.ALLERGIES, Says.LINES, (KeyFact("Pénicilline", "choc", grave=True),)),
        Told(document_id, KeyTopic.TREATMENT, Says.LINES, (KeyFact("Metformine 850 mg", "1-0-1"),)),
    )


def test_eight_rows_and_the_whole_overview_at_1366_by_740(opened: Open, qtbot: QtBot) -> None:
    """The demo's band takes 24 pixels of the 596 that the record has in such a window."""
    view = opened(FakeController())
    view.resize(1366, 572 + view.banner.height())
    QApplication.processEvents()
    rows = view.list.viewport().height() / view.list.rowHeight(0)
    assert rows >= 8, f"{rows:.1f} rows"
    assert view.line.view.isVisible() and view.overview.panel.isVisible()
    panel = view.overview.panel
    cut = [w.objectName() for w in panel.findChildren(FactLink) if w.visibleRegion().isEmpty()]
    assert not cut, "seen without scrolling"


def test_cf062_nothing_is_read_for_it_and_it_says_so(opened: Open) -> None:
    controller = FakeController()
    view = opened(controller)
    words = said(view)
    assert "Non lues" in words and "Non lu" in words and "Pénicilline" not in words
    assert controller.reads == []
    asked: list[str] = []
    view.page_asked.connect(lambda document, _: asked.append(document.id))
    child(view, QAbstractButton, "know-allergies-open").click()
    assert view.viewer.document() == resume(controller)


def test_what_a_read_resume_says_stands_there_with_its_source(opened: Open) -> None:
    controller = FakeController()
    view = opened(controller)
    view.overview.tell(penicillin(resume(controller).id))
    words = said(view)
    assert "■ Pénicilline" in words and "choc" in words and "Metformine 850 mg" in words
    assert "Traitement (1)" in "".join(b.accessibleName() for b in view.findChildren(QAbstractButton))
    assert "lu" in words and "Non lues" not in words


def test_cf074_none_known_and_not_known_are_two_things(opened: Open) -> None:
    controller = FakeController()
    view = opened(controller)
    name = resume(controller).id
    view.overview.tell((Told(name, KeyTopic.ALLERGIES, Says.NONE_KNOWN),))
    assert "Aucune allergie connue" in said(view)
    view.overview.tell((Told(name, KeyTopic.ALLERGIES, Says.UNKNOWN),))
    assert "Inconnues" in said(view) and "Aucune allergie" not in said(view)


def test_a_newer_resume_that_nobody_read_is_told_beside_what_was_read(opened: Open) -> None:
    controller = FakeController()
    view = opened(controller)
    view.overview.tell(penicillin(resume(controller).id))
    later = replace(resume(controller), id="later", created=NOW, registered=NOW)
    controller.listed = (later, *controller.listed)
    view.refresh()
    qt = view.loader.finished
    loop: list[bool] = []
    qt.connect(lambda: loop.append(True))
    while not loop:
        QApplication.processEvents()
    QApplication.processEvents()
    assert "Pénicilline" in said(view) and "Plus récent, non lu" in said(view)


def test_what_leaves_the_list_says_nothing_any_more(opened: Open, qtbot: QtBot) -> None:
    """A level was raised, or the document was disabled: its content is no fact for this user."""
    controller = FakeController()
    view = opened(controller)
    view.overview.tell(penicillin(resume(controller).id))
    controller.listed = tuple(d for d in controller.listed if d.category != "resume-patient")
    with qtbot.waitSignal(view.loaded):
        view.refresh()
    assert "Pénicilline" not in said(view)


def test_a_lock_empties_it(opened: Open) -> None:
    controller = FakeController()
    view = opened(controller)
    view.overview.tell(penicillin(resume(controller).id))
    view.wipe()
    everything = [w.text() for w in view.overview.panel.findChildren(QLabel)]
    everything += [w.text() + w.accessibleName() for w in view.overview.panel.findChildren(QPushButton)]
    everything += [w.text() for w in view.overview.strip.findChildren(QLabel)]
    assert not any("Pénicilline" in words or "Lettre" in words for words in everything if words != "Lettres")


def test_cf027_what_the_profession_may_not_read_leaves_no_hint(opened: Open) -> None:
    controller = FakeController()
    controller._facts = replace(controller._facts, readable=frozenset({"traitements-medicamenteux"}))
    view = opened(controller)
    panel = view.overview.panel
    for name in ("allergies", "treatment", "resume", "lab"):
        assert not child(panel, QWidget, f"know-{name}-section").isVisible(), name
    assert "Allergies" not in view.overview.strip.findChildren(QLabel)[-1].text()


def test_own_documents_say_nothing_of_allergies(opened: Open) -> None:
    """CF-026: what the author's view does not show is not said to be missing."""
    own = replace(MANDATE, kind=MandateKind.AUTEUR, end=None)
    controller = FakeController((), mandate=own, last=None)
    controller._facts = replace(controller._facts, readable=frozenset())
    assert "Allergies" not in said(opened(controller))


def test_new_is_what_others_sent_since_the_last_visit(opened: Open, qtbot: QtBot) -> None:
    controller = FakeController()
    template = documents()[0]
    after = LAST + timedelta(days=1)
    mine = replace(
        template,
        id="mine",
        unique_id="urn:mine",
        author=Author("me", "Dr Weber"),
        created=NOW,
        registered=after,
    )
    theirs = replace(mine, id="theirs", unique_id="urn:theirs", author=Author("pr9", "Dr Autre"), sha1="b")
    controller.listed = (mine, theirs)
    view = opened(controller)
    assert "1 nouveau depuis le 03.09.2026" in said(view)
    child(view, QAbstractButton, "know-new").click()
    chosen = view.list.current()
    assert chosen is not None and chosen.id == "theirs"


def test_cf049_a_pending_annonce_has_its_true_age_and_its_own_way(opened: Open, qtbot: QtBot) -> None:
    template = documents()[0]
    set_at = NOW - timedelta(days=16, hours=5)
    one = replace(
        template,
        id="wait",
        title="Scanner",
        level=Level.ANNONCE,
        annonce_at=set_at,
        registered=NOW,
        created=NOW,
    )
    view = opened(FakeController((one,)))
    assert "Scanner, depuis 16 jours" in said(view)
    with qtbot.waitSignal(view.viewer.first_page_shown):
        child(view, QAbstractButton, "know-annonce-0").click()
    assert view.viewer.document() == one


def test_folded_parts_stay_folded_at_the_next_record_but_never_the_allergies(
    opened: Open, qtbot: QtBot
) -> None:
    controller = FakeController()
    view = opened(controller)
    child(view, QAbstractButton, "know-letters-head").click()
    qtbot.keyClick(
        view, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert not child(view, QWidget, "know-letter-0").isVisible() and view.line.is_folded
    qtbot.waitUntil(lambda: set(controller.settings.get("overview", "").split()) == {"letters", "line"})
    again = FakeController()
    again.settings = {"overview": "letters line allergies"}
    other = opened(again)
    qtbot.waitUntil(lambda: other.line.is_folded)
    assert not child(other, QWidget, "know-letter-0").isVisible()
    assert child(other, QWidget, "know-allergies-open").isVisible()


def test_folded_column_leaves_one_line_and_comes_back(opened: Open, qtbot: QtBot) -> None:
    controller = FakeController()
    view = opened(controller)
    view.overview.tell(penicillin(resume(controller).id))
    qtbot.keyClick(view, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert not view.overview.panel.isVisible() and view.overview.strip.isVisible()
    assert "Pénicilline" in said(view) and "1 médicament" in said(view)
    child(view, QAbstractButton, "know-unfold").click()
    assert view.overview.panel.isVisible() and not view.overview.strip.isVisible()


@pytest.mark.parametrize("width", [700, 960])
def test_without_room_beside_the_list_it_is_one_line_that_unfolds_above_it(opened: Open, width: int) -> None:
    view = opened(FakeController())
    view.resize(width, 700)
    QApplication.processEvents()
    assert view.overview.strip.isVisible() and not view.overview.panel.isVisible()
    child(view, QAbstractButton, "know-unfold").click()
    assert view.overview.panel.isVisible()
    assert (
        view.overview.panel.y() + view.overview.panel.height()
        <= view.line.mapTo(view, view.line.rect().topLeft()).y()
    )
