"""The summary editor in the window: whose it is, what is written stays, and what is shown goes."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit

from desktop.domain.catalog import Profile
from desktop.domain.record import MandateKind
from desktop.features.summary.domain.draft import Decision, Draft
from desktop.features.summary.domain.sections import SectionKey
from desktop.features.summary.feature import SUMMARY
from desktop.features.summary.service.drafts import Drafts
from desktop.features.summary.view.editor import EditorView
from desktop.services.session import SessionState
from tests.answers import good, present
from tests.fakes import FakeKept
from tests.fakes.features import FakeSummary
from tests.samples.drafts import typical
from tests.samples.practice import ACCOUNT, mandate
from tests.ui.desk.conftest import ANNE, Bench


class Room:
    """The window with the editor in it, and what the store keeps of drafts."""

    def __init__(self, make_bench: Callable[..., Bench]) -> None:
        self.port = FakeSummary()

        def plug(made: Bench) -> tuple[object, ...]:
            self.rows = FakeKept(SUMMARY.kept, made.vault)
            return (SUMMARY.over(self.port, self.rows),)

        self.bench = make_bench(plug=plug)
        referent = mandate(kind=MandateKind.MEDECIN_REFERENT, end=None, grace_end=None)
        self.bench.platform.mandates["p1"] = referent
        self.drafts = Drafts(self.rows)

    @property
    def view(self) -> EditorView:
        return self.bench.find_a(EditorView, "summary-editor")

    def open(self, draft: Draft | None = None) -> EditorView:
        """Log in and open the editor of Anne's summary, in which *draft* was begun."""
        self.bench.log_in()
        if draft is not None:
            assert self.drafts.keep(ANNE, draft) is None
        self.bench.open_record(ANNE)
        self.bench.click("tab-summary")
        self.bench.settle()
        assert self.bench.shell.page() == "summary"
        return self.view

    def kept(self) -> Draft:
        return present(good(self.drafts.of("p1")))

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Where the keyboard is."""
        QTest.keyClick(present(self.bench.shell.focusWidget()), key, modifier)
        self.bench.settle()

    def type(self, words: str) -> None:
        QTest.keyClicks(present(self.bench.shell.focusWidget()), words)
        self.bench.settle()

    def words(self, name: str) -> str:
        return self.bench.find_a(QLabel, name).text()


@pytest.fixture
def room(make_bench: Callable[..., Bench]) -> Room:
    return Room(make_bench)


def decided(draft: Draft, key: SectionKey) -> list[Decision]:
    return [line.decision for line in draft.section(key).lines]


@pytest.mark.parametrize(
    ("kind", "profession", "there"),
    [
        (MandateKind.MEDECIN_REFERENT, "Médecin", True),
        (MandateKind.CONSULTATION, "Médecin", False),
        (MandateKind.CERCLE_MEDICAL, "Médecin", False),
        (MandateKind.MEDECIN_REFERENT, "Chirurgien-Dentiste", False),
    ],
)
def test_cf071_the_medecin_referent_alone_has_it(
    room: Room,
    kind: MandateKind,
    profession: str,
    there: bool,
) -> None:
    account = replace(ACCOUNT, profession=profession, profile=Profile.MEDECIN)
    room.bench.platform.accounts["H1"] = account
    room.bench.platform.mandates["p1"] = mandate(kind=kind)
    room.bench.log_in()
    room.bench.open_record(ANNE)
    found = room.bench.shell.findChild(QAbstractButton, "tab-summary")
    assert (found is not None) is there


def test_each_decision_is_one_key_and_the_next_line_waits(room: Room) -> None:
    view = room.open(typical())
    assert view.lines.title.text() == "Allergies et intolérances"
    assert view.lines.list.hasFocus() and view.lines.list.current() == "l1"
    room.press(Qt.Key.Key_Space)
    assert view.lines.list.current() == "l2"
    room.press(Qt.Key.Key_Delete)
    room.bench.pull()
    room.bench.settle()
    room.bench.unlock()
    assert decided(room.kept(), SectionKey.ALLERGIES) == [Decision.ACCEPTED, Decision.REFUSED]


def test_cf093_what_is_half_written_survives_a_lock(room: Room) -> None:
    """In the form, and in the field for new lines; nothing of it stays in the window."""
    view = room.open(typical())
    room.press(Qt.Key.Key_F2)
    room.bench.find_a(QLineEdit, "summary-form-allergy-note").setFocus()
    room.type("vu aux urgences")
    room.bench.pull()
    room.bench.settle()
    assert room.bench.session() is not SessionState.ACTIVE
    assert "urgences" not in room.bench.words_in_widgets() and "Latex" not in room.bench.words_in_widgets()
    assert view.lines.list.rows == ()
    room.bench.unlock()
    line = room.kept().section(SectionKey.ALLERGIES).lines[0]
    assert [entry.note for entry in (line.entry, *line.conflicts)] == ["", "vu aux urgences"]
    assert line.decision is Decision.PROPOSED, "it is asked, not published"
    assert room.bench.shell.page() == "summary" and view.lines.list.rows != ()
