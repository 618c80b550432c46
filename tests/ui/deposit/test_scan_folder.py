"""The watched scan folder on the form; the scanner's files are only ever read."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from desktop.common.foreign_files import read_tail
from desktop.domain.texts import counted, text
from desktop.ui.bind import scan_binding
from desktop.ui.bind.scan_binding import ScanBinding
from tests.fakes import Gate
from tests.ui.deposit.conftest import Form
from tests.ui.desk.conftest import Bench

PDF = b"%PDF-1.4 scan %%EOF\n"


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    """The whole window: its other pages come in front of the form."""
    return make_bench()


class Scanner:
    """A folder, and a clock that a test moves."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.folder = form.folder / "Scans"
        self.folder.mkdir()
        found = form.binding.findChild(ScanBinding)
        assert found is not None
        self.binding = found
        form.view.scans.folder_chosen.emit(self.folder)
        form.bench.settle()

    def look(self, seconds: float = 3.0) -> None:
        self.form.bench.clock.advance(seconds)
        self.binding.look()
        self.form.bench.settle()

    def offered(self) -> list[str]:
        rows = self.form.view.scans.findChildren(QWidget)
        named = [row for row in rows if row.objectName().startswith("deposit-scan-take")]
        return [row.accessibleName().split()[-1] for row in named if row.isVisibleTo(self.form.view)]

    def state(self) -> str:
        return str(self.form.view.scans._state.whole())


@pytest.fixture
def scanner(form: Form) -> Scanner:
    return Scanner(form)


def test_without_a_folder_nothing_is_looked_at(form: Form) -> None:
    assert form.view.scans._state.whole() == text("deposit.scan_none")


def test_a_new_scan_is_offered_and_not_taken(scanner: Scanner) -> None:
    (scanner.folder / "a.pdf").write_bytes(PDF)
    scanner.look()
    assert scanner.offered() == [] and scanner.state() == counted("deposit.scan_waiting", 1)
    scanner.look()
    assert scanner.offered() == ["a.pdf"]
    assert scanner.form.binding._chosen.file is None, "taken by itself"


def test_a_half_written_scan_waits(scanner: Scanner) -> None:
    file = scanner.folder / "a.pdf"
    for size in range(1, 4):
        file.write_bytes(PDF[: size * 3])
        scanner.look()
        assert scanner.offered() == []
    scanner.look()
    assert scanner.offered() == [], "it has no end yet"
    file.write_bytes(PDF)
    scanner.look()
    scanner.look()
    assert scanner.offered() == ["a.pdf"]


def test_taking_a_scan_fills_the_form_and_leaves_the_file(scanner: Scanner) -> None:
    """CF-059: the practice's own file stays as it is."""
    file = scanner.folder / "a.pdf"
    file.write_bytes(PDF)
    scanner.look()
    scanner.look()
    scanner.form.bench.click("deposit-scan-take")
    scanner.form.bench.settle()
    scanner.look()
    assert scanner.offered() == []
    scanner.form.describe("Scan")
    scanner.form.confirm()
    assert scanner.form.sent() == {"Scan": PDF} and file.read_bytes() == PDF


def test_a_second_scan_becomes_a_second_document(scanner: Scanner) -> None:
    for name in ("a.pdf", "b.pdf"):
        (scanner.folder / name).write_bytes(PDF)
    scanner.look()
    scanner.look()
    take = scanner.form.view.scans.scan_taken
    for line in scanner.form.view.scans._model.scans:
        take.emit(line)
        scanner.form.bench.settle()
    assert sorted(name.split(":")[0] for name in scanner.form.names()) == ["a.pdf", "b.pdf"]


def test_the_list_folds_while_a_document_has_its_file(scanner: Scanner) -> None:
    for name in ("a.pdf", "b.pdf"):
        (scanner.folder / name).write_bytes(PDF)
    scanner.look()
    scanner.look()
    scanner.form.choose(scanner.form.file("own.pdf"))
    assert scanner.offered() == [] and scanner.state() == counted("deposit.scan_new", 2)
    scanner.form.view.scans._show.click()
    scanner.form.bench.settle()
    assert len(scanner.offered()) == 2


def test_older_scans_are_one_click_away(scanner: Scanner) -> None:
    for number in range(7):
        (scanner.folder / f"{number}.pdf").write_bytes(PDF)
    scanner.look()
    scanner.look()
    assert len(scanner.offered()) == 4
    scanner.form.view.scans._more.click()
    scanner.form.bench.settle()
    assert len(scanner.offered()) == 7


def test_cf017_no_name_of_a_scan_stays_behind_a_lock(scanner: Scanner) -> None:
    for name in ("muller.pdf", "weiss.pdf"):
        (scanner.folder / name).write_bytes(PDF)
    scanner.look()
    scanner.look()
    bench = scanner.form.bench
    scanner.binding.take(scanner.form.view.scans._model.scans[0])
    assert "muller" in bench.words_in_widgets() or "weiss" in bench.words_in_widgets()
    bench.pull()
    bench.settle()
    kept = f"{bench.words_in_widgets()} {vars(scanner.binding)} {vars(scanner.binding._watch)}"
    assert "muller" not in kept and "weiss" not in kept


def test_a_folder_that_went_away_is_told(scanner: Scanner) -> None:
    scanner.folder.rmdir()
    scanner.look()
    assert scanner.state() == text("deposit.scan_unreadable", folder=str(scanner.folder))


def test_the_choice_is_kept_and_can_be_ended(scanner: Scanner, form: Form, tmp_path: Path) -> None:
    preferences = form.bench.office._place.preferences
    assert preferences.settings.scan_folder == str(scanner.folder)
    form.view.scans._stop.click()
    assert preferences.settings.scan_folder == "" and scanner.state() == text("deposit.scan_none")


def test_no_folder_is_looked_at_while_the_form_is_not_shown(scanner: Scanner) -> None:
    """A page that is opened over the form does not end the watch, it leads back there."""
    bench = scanner.form.bench
    bench.shell.page_chosen.emit("accesses")
    bench.settle()
    assert bench.shell.page() == "accesses" and scanner.binding._timer.isActive()
    bench.shell.back_asked.emit()
    assert bench.shell.page() == "deposit" and scanner.binding._timer.isActive()
    bench.shell.back_asked.emit()
    assert bench.shell.page() == "record" and not scanner.binding._timer.isActive()


def test_one_file_that_cannot_be_read_hides_no_other(
    scanner: Scanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scanner holds the one that it is writing; another just went away."""
    for name in ("good.pdf", "held.pdf", "photo.jpg"):
        (scanner.folder / name).write_bytes(PDF)
    (scanner.folder / "gone.pdf").symlink_to(scanner.folder / "nowhere.pdf")
    really = read_tail

    def held(path: Path, count: int) -> bytes:
        if path.name == "held.pdf":
            raise PermissionError(13, "held")
        return really(path, count)

    monkeypatch.setattr(scan_binding, "read_tail", held)
    scanner.look()
    scanner.look()
    assert sorted(scanner.offered()) == ["good.pdf", "photo.jpg"]


def test_a_share_that_hangs_is_asked_once_and_holds_nothing_up(
    scanner: Scanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    share, asked, form = Gate(), list[Path](), scanner.form

    def hung(folder: Path) -> tuple[()]:
        asked.append(folder)
        share.passes()
        return ()

    monkeypatch.setattr(scan_binding, "_list", hung)
    share.shut()
    for _ in range(3):
        scanner.binding.stop()
        scanner.binding.start()
    form.bench.qtbot.waitUntil(lambda: len(asked) == 1)
    other = form.folder / "Autres"
    form.view.scans.folder_chosen.emit(other)
    form.view.file_chosen.emit(form.file("a.pdf"))
    form.bench.qtbot.waitUntil(lambda: "✔" in form.badge())
    assert asked == [scanner.folder], "asked again before it had answered"
    share.open()
    form.bench.qtbot.waitUntil(lambda: len(asked) > 1)
    assert asked[:2] == [scanner.folder, other], (
        "the folder chosen meanwhile is looked at once the share answers"
    )
