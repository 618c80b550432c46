"""« Même pour tous »: what one document was given, for those that wait; the category of the one before."""

from datetime import date

from PySide6.QtCore import QDate

from desktop.domain.proposal import FileHints
from desktop.domain.record import Level
from desktop.ui.views.deposit_model import FilledForm
from desktop.ui.views.document_form import DocumentForm
from tests.ui.deposit.conftest import Form


def fields(form: Form) -> DocumentForm:
    return form.view.document


def show(form: Form, place: int) -> FilledForm:
    form.view.pile.list.setCurrentRow(place)
    return form.view.form()


def pile(form: Form) -> None:
    """Three documents; the last one has a day on its page."""
    form.bench.pdf.hinted[b"%PDF c"] = FileHints("Bilan", page="du 01.11.2026")
    form.choose(form.file("lettre.pdf", b"%PDF a"))
    form.add(form.file("ordonnance.pdf", b"%PDF b"), form.file("c.pdf", b"%PDF c"))


def test_category_day_and_level_are_proposed_for_the_others(form: Form) -> None:
    pile(form)
    fields(form).category.setCurrentIndex(2)
    fields(form).date.setDate(QDate(2026, 11, 10))
    fields(form).levels[Level.CONFIDENTIEL].setChecked(True)
    given = form.view.form()
    form.bench.click("deposit-pile-same")
    for place, title in ((1, "Ordonnance"), (2, "Bilan")):
        shown = show(form, place)
        assert (shown.category, shown.created, shown.level) == (
            given.category,
            date(2026, 11, 10),
            given.level,
        )
        assert shown.title == title, "each has its own"
        rows = (fields(form)._category_row, fields(form)._date_row)
        assert all("comme l'autre document" in row._hint.text() for row in rows)
        assert "comme l'autre document" in fields(form)._level_hint.text()
        assert all(
            form.bench.words_of(f"deposit-verify-{name}").endswith("(proposé)")
            for name in ("category", "date", "level")
        )
    assert form.sent() == {}, "each is confirmed on its own (CF-050)"


def test_what_was_chosen_for_another_stays(form: Form) -> None:
    pile(form)
    show(form, 1)
    fields(form).category.setCurrentIndex(4)
    fields(form).levels[Level.ANNONCE].setChecked(True)
    own = form.view.form()
    show(form, 0)
    fields(form).category.setCurrentIndex(2)
    form.bench.click("deposit-pile-same")
    shown = show(form, 1)
    assert (shown.category, shown.level) == (own.category, Level.ANNONCE), "no protection is taken away"
    assert show(form, 2).created == date(2026, 11, 1), "a day that only a file proposed is that file's"


def test_once_more_with_another_category(form: Form) -> None:
    pile(form)
    for place in (2, 3):
        fields(form).category.setCurrentIndex(place)
        form.bench.click("deposit-pile-same")
    wanted = form.view.form().category
    assert show(form, 1).category == wanted
    fields(form).category.setCurrentIndex(5)
    assert "comme l'autre" not in fields(form)._category_row._hint.text()


def test_the_category_of_the_deposit_before_stands_first(form: Form) -> None:
    plain = [fields(form).category.itemData(n) for n in range(fields(form).category.count())]
    form.choose(form.file("lettre.pdf", b"%PDF a"))
    form.describe("Lettre", 3)
    form.confirm()
    form.bench.click("deposit-another")
    form.bench.settle()
    now = [fields(form).category.itemData(n) for n in range(fields(form).category.count())]
    assert now == [plain[3], *plain[:3], *plain[4:]]
    assert form.view.form().category == "", "first, and chosen by nobody"


def test_it_is_known_at_the_next_login(form: Form) -> None:
    form.choose(form.file("lettre.pdf", b"%PDF a"))
    form.describe("Lettre", 3)
    chosen = form.view.form().category
    form.confirm()
    bench = form.bench
    bench.desks.session.log_out()
    bench.settle()
    bench.log_in()
    bench.open_record()
    bench.start_deposit("")
    assert fields(form).category.itemData(0) == chosen
