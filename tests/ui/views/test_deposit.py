"""Deposit form: CF-015, CF-040, CF-043, CF-050, CF-051, CF-055, CF-058 (the screen's part)."""

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QGuiApplication, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDateEdit,
    QLabel,
    QLineEdit,
    QRadioButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.domain.deposit import CheckReport, Conversion, Reason, Verdict
from desktop.domain.errors import Code, Failure
from desktop.domain.record import Level
from desktop.ui.views.deposit import DepositView
from desktop.ui.views.deposit_model import DepositPhase, FilledForm
from desktop.ui.views.verdict_box import FileModel
from tests.answers import present

from . import samples

BAD = CheckReport(
    Verdict.NONCONFORMING,
    None,
    None,
    (Reason("font_missing", 2, "6.3.4"), Reason("font_missing", 3, "6.3.4")),
    3,
)


@pytest.fixture
def view(qtbot: QtBot) -> DepositView:
    made = DepositView()
    qtbot.addWidget(made)
    made.resize(1366, 900)
    made.show()
    made.begin(samples.deposit_model())
    return made


def _words(view: QWidget, name: str) -> str:
    label = view.findChild(QLabel, name)
    assert label is not None
    return label.text() if label.isVisibleTo(view) else ""


def _fill(view: DepositView, title: str = "Consultation") -> None:
    view._category.setCurrentIndex(2)
    view._title.setText(title)


def test_confirmation_shows_everything_together(view: DepositView) -> None:
    """CF-050: patient, category, level, author and mandate, beside the one button."""
    _fill(view)
    assert "MULLER Anne" in _words(view, "deposit-verify-patient")
    assert "12.05.1993" in _words(view, "deposit-verify-patient")
    assert _words(view, "deposit-verify-category") == samples.categories()[2].labels[0]
    assert _words(view, "deposit-verify-level") == "standard"
    assert _words(view, "deposit-verify-author") == "Dr Claire WEBER"
    assert "consultation" in _words(view, "deposit-verify-mandate")
    assert view.primary() is not None and view.primary().isVisible()  # type: ignore[union-attr]


def test_level_is_standard_when_nobody_chose(view: DepositView) -> None:
    """CF-040."""
    assert view.form().level is Level.STANDARD


def test_prive_is_never_offered(view: DepositView) -> None:
    names = {radio.objectName() for radio in view.findChildren(QRadioButton)}
    assert names == {"deposit-level-standard", "deposit-level-confidentiel", "deposit-level-annonce"}


def test_annonce_explains_itself(view: DepositView) -> None:
    """CF-043: only here can a document be put under announcement."""
    view.document.levels[Level.ANNONCE].setChecked(True)
    assert "provisoire" in _words(view, "deposit-level-hint")
    assert _words(view, "deposit-verify-level") == "annonce"


def test_only_the_given_categories_are_offered(view: DepositView) -> None:
    """CF-055, CF-056."""
    box = view.findChild(QComboBox, "deposit-category")
    assert box is not None
    offered = {box.itemData(n) for n in range(box.count())}
    assert offered == {category.slug for category in samples.categories()}
    assert "expression-titulaire" not in offered
    assert "resume-prestations" not in offered


def test_no_field_allows_another_author(view: DepositView) -> None:
    """CF-015."""
    inputs = view.findChildren(QLineEdit) + view.findChildren(QComboBox)
    assert not any("author" in widget.objectName() for widget in inputs)


def test_a_typed_category_must_exist(view: DepositView, qtbot: QtBot) -> None:
    view._title.setText("Titre")
    view._category.setEditText("quelque chose")
    with qtbot.assertNotEmitted(view.deposit_confirmed):
        view._summary.button.click()
    assert "liste" in _words(view, "deposit-category-error")


@pytest.mark.parametrize("typed", ["resultats dexamens", "RÉSULTATS D’EXAMENS", "resultats d'ex"])
def test_a_category_is_found_as_it_is_typed(view: DepositView, typed: str) -> None:
    """Without accents, with any apostrophe, a part of it."""
    view._category.clear()
    for label in ("Rapports médicaux", "Résultats d'examens"):
        view._category.addItem(label, label)
    view._category.setEditText(typed)
    present(view._category.lineEdit()).editingFinished.emit()
    expected = "" if "dexamens" in typed else "Résultats d'examens"
    assert view.form().category == expected


def test_the_filled_form_is_handed_over(view: DepositView, qtbot: QtBot) -> None:
    _fill(view)
    view._title.setFocus()
    with qtbot.waitSignal(view.deposit_confirmed) as caught:
        QTest.keyClick(view._title, Qt.Key.Key_Return)
    expected = FilledForm(samples.categories()[2].slug, "Consultation", samples.TODAY, Level.STANDARD)
    assert caught.args == [expected]


def test_patient_objects_cannot_be_sent(view: DepositView, qtbot: QtBot) -> None:
    """CF-051."""
    _fill(view)
    tick = view.findChild(QCheckBox, "deposit-patient-objects")
    assert tick is not None
    tick.setChecked(True)
    assert not view._summary.button.isEnabled()
    assert "s'oppose" in _words(view, "deposit-failure-text")
    view._title.setFocus()
    with qtbot.assertNotEmitted(view.deposit_confirmed):
        QTest.keyClick(view._title, Qt.Key.Key_Return)
    tick.setChecked(False)
    assert view._summary.button.isEnabled()
    assert _words(view, "deposit-failure-text") == ""


def test_the_date_cannot_lie_in_the_future(view: DepositView) -> None:
    date_field = view.findChild(QDateEdit, "deposit-date")
    assert date_field is not None
    tomorrow = samples.TODAY + timedelta(days=1)
    date_field.setDate(date_field.maximumDate().addDays(1))
    assert view.form().created != tomorrow


@pytest.mark.parametrize(
    "file",
    [
        None,
        FileModel("a.pdf", 1, checking=True),
        FileModel("a.pdf", 1, report=BAD),
        FileModel("a.pdf", 1, report=CheckReport(Verdict.UNCONFIRMED, "1b", None, (), 1)),
        FileModel("a.pdf", 1, failure=Failure.of(Code.FILE_LOCKED)),
        FileModel("a.pdf", 1, report=BAD, conversion=Conversion(b"", samples.CONFORMING, False)),
    ],
    ids=["none", "checking", "bad", "unconfirmed", "locked", "copy-undecided"],
)
def test_only_a_confirmed_file_may_go(view: DepositView, qtbot: QtBot, file: FileModel | None) -> None:
    view.show_state(samples.deposit_model(file=file))
    _fill(view)
    with qtbot.assertNotEmitted(view.deposit_confirmed):
        view._summary.button.click()
    assert "PDF/A" in _words(view, "deposit-failure-text")


def test_an_accepted_copy_may_go(view: DepositView, qtbot: QtBot) -> None:
    conversion = Conversion(b"", samples.CONFORMING, differs=False)
    view.show_state(samples.deposit_model(file=FileModel("a.pdf", 1, report=BAD, conversion=conversion)))
    assert "comparez" in _words(view, "deposit-verdict")
    with qtbot.waitSignal(view.compare_asked):
        view.verdict._compare.click()
    view.compare.begin("a.pdf", conversion, decided=False)
    view.show_comparison()
    with qtbot.waitSignal(view.copy_accepted):
        view.compare.accept.click()
    view.leave_comparison()
    accepted = FileModel("a.pdf", 1, report=BAD, conversion=conversion, using_copy=True)
    view.show_state(samples.deposit_model(file=accepted))
    _fill(view)
    with qtbot.waitSignal(view.deposit_confirmed):
        view._summary.button.click()


def test_reasons_are_human_and_the_clause_is_on_demand(view: DepositView) -> None:
    view.show_state(samples.deposit_model(file=FileModel("a.pdf", 1, report=BAD)))

    def said() -> str:
        return " ".join(
            label.text() for label in view.verdict.findChildren(QLabel) if label.isVisibleTo(view)
        )

    assert "police" in said()
    assert "6.3.4" not in said()
    view.verdict._details.click()
    assert "6.3.4" in said()
    assert "Page 3" in said()


def test_a_failure_keeps_all_that_was_typed(view: DepositView) -> None:
    """CF-058, and "bad input": the form keeps what was typed."""
    _fill(view, "Mon titre")
    before = view.form()
    view.show_state(samples.deposit_model(phase=DepositPhase.SENDING, sent=10, total=100))
    view.show_state(samples.deposit_model(failure=Failure.of(Code.OFFLINE)))
    assert view.form() == before
    assert "n'est pas joignable" in _words(view, "deposit-failure-text")
    assert view._summary.button.isEnabled()


@pytest.mark.parametrize("phase", [DepositPhase.SENDING, DepositPhase.VERIFYING])
def test_while_travelling_nothing_pretends_to_be_shared(view: DepositView, phase: DepositPhase) -> None:
    """CF-058."""
    view.show_state(samples.deposit_model(phase=phase))
    assert "Déposé" not in _words(view, "deposit-state")
    assert not view._summary.button.isEnabled()
    assert not view._title.isEnabled()


def test_deposited_only_when_the_platform_proved_it(view: DepositView, qtbot: QtBot) -> None:
    view.show_state(samples.deposit_model(phase=DepositPhase.DEPOSITED))
    assert "Déposé" in _words(view, "deposit-state")
    with qtbot.waitSignal(view.back_asked):
        view._summary._record.click()


def test_lost_answer_warns_against_a_second_deposit(view: DepositView) -> None:
    view.show_state(samples.deposit_model(phase=DepositPhase.UNKNOWN))
    assert "deuxième fois" in _words(view, "deposit-state")


def test_the_patient_cannot_change_under_the_form(view: DepositView) -> None:
    with pytest.raises(ValueError, match="another patient"):
        view.show_state(samples.deposit_model(patient=samples.patient("p2")))


def test_a_draft_comes_back(view: DepositView) -> None:
    draft = FilledForm(samples.categories()[4].slug, "Brouillon", samples.TODAY, Level.CONFIDENTIEL, True)
    view.begin(samples.deposit_model(), draft)
    assert view.form() == draft


def test_each_change_is_told_for_the_draft(view: DepositView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.form_changed) as caught:
        QTest.keyClicks(view._title, "x")
    assert caught.args and caught.args[0].title == "x"


def _drop(view: DepositView, mime: QMimeData) -> None:
    zone = view._drop
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    zone.dropEvent(event)


def test_a_dropped_file_is_taken_and_nothing_is_sent(view: DepositView, qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(b"x")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file))])
    view.show_state(samples.deposit_model(file=None))
    with qtbot.waitSignal(view.file_chosen) as caught, qtbot.assertNotEmitted(view.deposit_confirmed):
        _drop(view, mime)
    assert caught.args == [file]


def test_a_drop_stands_beside_a_good_file(view: DepositView, qtbot: QtBot, tmp_path: Path) -> None:
    """It never takes its place; a refused file it does replace."""
    file = tmp_path / "b.pdf"
    file.write_bytes(b"x")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file))])
    with qtbot.waitSignal(view.files_added) as caught, qtbot.assertNotEmitted(view.file_chosen):
        _drop(view, mime)
    assert caught.args == [(file,)]
    refused = FileModel("a.pdf", 1, failure=Failure.of(Code.FILE_LOCKED), convertible=False)
    view.show_state(samples.deposit_model(file=refused))
    with qtbot.waitSignal(view.file_chosen):
        _drop(view, mime)


def test_a_file_may_be_dropped_anywhere_on_the_form(view: DepositView, qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(b"x")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file))])
    view.show_state(samples.deposit_model(file=None))
    event = QDropEvent(
        QPointF(700, 600), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    with qtbot.waitSignal(view.file_chosen):
        view.dropEvent(event)
    view.show_state(samples.deposit_model(file=None, phase=DepositPhase.SENDING))
    with qtbot.assertNotEmitted(view.file_chosen):
        view.dropEvent(event)


@pytest.mark.parametrize("name", ["deposit-category", "deposit-date"])
def test_the_wheel_never_changes_a_value(view: DepositView, name: str) -> None:
    """It scrolls the form; a category that changed unseen would go to the platform."""
    _fill(view)
    field = view.findChild(QWidget, name)
    assert field is not None
    field.setFocus()
    before = view.form()
    at = QPointF(20, 10)
    for notches in (-120, 120, 120):
        turned = QWheelEvent(
            at, at, QPoint(), QPoint(0, notches), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(field, turned)
    assert view.form() == before


def test_several_dropped_files_become_several_documents(
    view: DepositView, qtbot: QtBot, tmp_path: Path
) -> None:
    files = tuple(tmp_path / name for name in ("a.pdf", "b.jpg", "c.pdf"))
    for file in files:
        file.write_bytes(b"x")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    view.show_state(samples.deposit_model(file=None))
    with qtbot.waitSignals([view.file_chosen, view.files_added]):
        _drop(view, mime)


def test_a_dropped_folder_is_refused(view: DepositView, qtbot: QtBot, tmp_path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    with qtbot.assertNotEmitted(view.file_chosen):
        _drop(view, mime)


def test_a_picture_can_be_pasted(view: DepositView, qtbot: QtBot) -> None:
    picture = QImage(8, 8, QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    QGuiApplication.clipboard().setImage(picture)
    with qtbot.waitSignal(view.image_pasted) as caught:
        view._drop.paste()
    assert caught.args and caught.args[0].size() == picture.size(), "written as a file in the GUI thread"


def test_an_empty_clipboard_says_so(view: DepositView) -> None:
    QGuiApplication.clipboard().clear()
    view._drop.paste()
    assert "presse-papiers" in _words(view, "deposit-note")


def test_typing_is_not_announced_at_each_key(view: DepositView, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken: list[str] = []
    monkeypatch.setattr("desktop.ui.widgets.message.announce", lambda _, words: spoken.append(words))
    view.show_state(samples.deposit_model(failure=Failure.of(Code.OFFLINE)))
    QTest.keyClicks(view._title, "abcdef")
    assert len(spoken) == 1


def test_sending_does_not_throw_the_focus_around(view: DepositView, qtbot: QtBot) -> None:
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view._summary.button.setFocus()
    view.show_state(samples.deposit_model(phase=DepositPhase.SENDING))
    assert view.focusWidget() is view._summary
    view.show_state(samples.deposit_model(phase=DepositPhase.DEPOSITED))
    assert view.focusWidget() is view._summary._record
