"""Deposits that were begun: home names them, and leads back to the form."""

from desktop.domain.errors import Code, Failure
from desktop.ui.widgets.rows import ListRow
from tests.ui.deposit.conftest import Form
from tests.ui.desk.conftest import ANNE


def begun(form: Form) -> list[str]:
    rows = form.bench.shell.findChildren(ListRow)
    return [row.accessibleName() for row in rows if row.isVisible() and row.objectName().startswith("todo-")]


def leave(form: Form) -> None:
    """Home, by the way that closes the record."""
    form.bench.shell.back_asked.emit()
    form.bench.settle()
    form.bench.desks.record.close()
    form.bench.settle()
    assert form.bench.shell.page() == "home"


def test_home_names_a_deposit_that_was_begun(form: Form) -> None:
    form.choose(form.file("lettre.pdf"))
    form.add(form.file("b.pdf", b"%PDF b"))
    leave(form)
    (said,) = begun(form)
    assert "Dépôt commencé" in said and "(2)" in said and ANNE.name in said


def test_what_was_confirmed_is_none(form: Form) -> None:
    form.choose(form.file("lettre.pdf"))
    form.describe("Lettre")
    form.confirm()
    leave(form)
    assert begun(form) == []


def test_it_leads_to_the_form_once_the_record_is_open(form: Form) -> None:
    """CF-007: by the same way as any record; nothing is opened for it."""
    form.choose(form.file("lettre.pdf"))
    form.describe("Ma lettre")
    leave(form)
    form.bench.click("todo-0")
    form.bench.settle()
    assert form.bench.shell.page() == "identity"
    form.bench.find_a(ListRow, "todo-0")
    form.bench.click("identity-confirm")
    form.bench.click("open-record-button")
    form.bench.settle()
    form.bench.qtbot.waitUntil(lambda: form.bench.shell.page() == "deposit")
    form.bench.settle()
    assert form.view.document.title.text() == "Ma lettre"


def test_a_lock_takes_the_names_away_and_they_come_back(form: Form) -> None:
    form.choose(form.file("lettre.pdf"))
    leave(form)
    form.bench.pull()
    form.bench.settle()
    assert all(ANNE.family not in row.accessibleName() for row in form.bench.shell.findChildren(ListRow))
    form.bench.unlock()
    form.bench.settle()
    assert len(begun(form)) == 1


def test_drafts_that_cannot_be_read_say_nothing(form: Form) -> None:
    form.choose(form.file("lettre.pdf"))
    form.bench.store.answers["drafts"] = Failure(Code.STORE_DAMAGED)
    leave(form)
    assert begun(form) == []
