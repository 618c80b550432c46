"""Bad input: each its own sentence with a next step, and nothing typed is lost."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit

from desktop.domain.deposit import OutboxState
from desktop.domain.errors import Code, Failure
from desktop.domain.network import NetworkState
from desktop.domain.texts import failure_next_step, failure_text
from desktop.pdf.service import PdfService
from desktop.services.session import SessionState
from desktop.ui.secret_field import SecretField
from tests.ui.desk.conftest import ANNE, PAUL, Bench
from tests.unit.pdf.impatience import PATIENT

TITLE = "Titre jamais perdu"


@pytest.fixture
def bench(kernel_bench: Bench) -> Bench:
    """No feature has a part in a file that cannot be deposited."""
    return kernel_bench


def told(bench: Bench, failure: Failure) -> bool:
    """True when sentence and next step stand in visible labels, in full."""
    words = "\n".join(label.text() for label in bench.shell.findChildren(QLabel) if label.isVisible())
    sentence, step = failure_text(failure), failure_next_step(failure)
    assert sentence and step
    return sentence in words and step in words


# -- files, with the real checker ------------------------------------------------------------------


@pytest.fixture
def desk(make_bench: Callable[..., Bench]) -> Iterator[Bench]:
    """A deposit form with a title, over the real PDF children."""
    pdf = PdfService(PATIENT)
    bench = make_bench(pdf)
    bench.log_in()
    bench.open_record()
    bench.start_deposit(TITLE)
    yield bench
    pdf.close()


def _text_file(folder: Path) -> Path:
    (folder / "note.pdf").write_text("ceci est un texte\n" * 20)
    return folder / "note.pdf"


def _zero_bytes(folder: Path) -> Path:
    (folder / "vide.pdf").write_bytes(b"")
    return folder / "vide.pdf"


def _blank(folder: Path) -> Path:
    """Nothing but line ends: what a scanner leaves that was switched off."""
    (folder / "blanc.pdf").write_bytes(b"\n\n   \n")
    return folder / "blanc.pdf"


def _huge(folder: Path) -> Path:
    with (folder / "énorme.pdf").open("wb") as file:
        file.write(b"%PDF-1.4\n")
        file.truncate(200 * 2**20)
    return folder / "énorme.pdf"


def _locked(folder: Path) -> Path:
    path = folder / "protégé.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(path, encryption=pikepdf.Encryption(owner="o", user="secret", R=6))
    return path


def _damaged(folder: Path) -> Path:
    (folder / "abîmé.pdf").write_bytes(b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog")
    return folder / "abîmé.pdf"


FILES: dict[Callable[[Path], Path], Failure] = {
    _text_file: Failure(Code.FILE_NOT_PDF),
    _zero_bytes: Failure(Code.FILE_EMPTY),
    _blank: Failure(Code.FILE_EMPTY),
    _huge: Failure.of(Code.FILE_TOO_LARGE, megabytes=200, limit=50),
    _locked: Failure(Code.FILE_LOCKED),
    _damaged: Failure(Code.FILE_UNREADABLE),
}


@pytest.mark.parametrize("make", list(FILES), ids=lambda f: f.__name__.strip("_"))
def test_file_that_cannot_be_deposited(desk: Bench, make: Callable[[Path], Path]) -> None:
    desk.deposit_view().file_chosen.emit(make(desk.home))
    desk.settle()
    assert told(desk, FILES[make]), desk.visible()
    assert desk.title_field().text() == TITLE
    desk.click("deposit-confirm-button")
    desk.settle()
    assert desk.store.shelf().rows == {} and desk.shell.page() == "deposit"
    assert desk.title_field().text() == TITLE


def test_each_bad_file_has_a_sentence_of_its_own() -> None:
    sentences = {failure_text(failure) for failure in FILES.values()}
    assert len(sentences) == len({failure.code for failure in FILES.values()})


def test_file_that_vanished(desk: Bench) -> None:
    desk.deposit_view().file_chosen.emit(desk.home / "parti.pdf")
    desk.settle()
    assert told(desk, Failure.of(Code.FILE_UNREADABLE, name="parti.pdf"))
    assert desk.title_field().text() == TITLE


# -- patient and code ------------------------------------------------------------------------------


def test_matricule_with_letters(bench: Bench) -> None:
    bench.log_in()
    typed = "1793O51234591"  # a letter O
    QTest.keyClicks(bench.find_a(QLineEdit, "search-field"), typed)
    bench.click("search-button")
    bench.settle()
    assert told(bench, Failure(Code.MATRICULE_FORMAT))
    assert bench.find_a(QLineEdit, "search-field").text() == typed
    assert "find" not in bench.platform.asked, "nothing is asked of the platform"


def test_cf009_wrong_code(bench: Bench) -> None:
    bench.log_in()
    bench.identify()
    bench.find_a(QAbstractButton, "identity-confirm").setChecked(True)
    bench.give_code(b"WRONG")
    bench.settle()
    assert told(bench, Failure(Code.PRESENCE_WRONG))
    assert bench.shell.page() == "identity" and ANNE.name in bench.visible()
    assert bench.find_a(SecretField, "code-field").characters() == 0
    bench.give_code()
    bench.settle()
    assert bench.shell.page() == "record"


def test_cf009_retries_are_slowed_more_each_time(bench: Bench) -> None:
    bench.log_in()
    bench.identify()
    bench.find_a(QAbstractButton, "identity-confirm").setChecked(True)
    field, second = bench.find("code-field"), bench.identity_view()._second
    pauses = []
    for _ in range(5):
        bench.give_code(b"WRONG")
        bench.settle()
        pauses.append(0)
        while not field.isEnabled():
            second.timeout.emit()
            pauses[-1] += 1
    assert pauses == [0, 3, 10, 30, 30], "seconds"
    bench.identify(PAUL)
    bench.find_a(QAbstractButton, "identity-confirm").setChecked(True)
    bench.give_code(b"WRONG")
    bench.settle()
    assert field.isEnabled(), "another patient has his own tries"


def test_cf009_locked_code_says_how_long(bench: Bench) -> None:
    locked = Failure.of(Code.PRESENCE_LOCKED, retry_after=600)
    bench.platform.refused_codes = [locked]
    bench.log_in()
    bench.identify()
    bench.find_a(QAbstractButton, "identity-confirm").setChecked(True)
    bench.give_code(b"WRONG")
    bench.settle()
    assert told(bench, locked)
    assert "10:00" in bench.find_a(QLabel, "code-wait").text() and bench.find("code-wait").isVisible()
    assert not bench.find("code-field").isEnabled()
    assert not bench.find("open-record-button").isEnabled()


# -- platform and disk -----------------------------------------------------------------------------


def _down(bench: Bench) -> None:
    bench.platform.set_network(NetworkState.OFFLINE)
    bench.settle()


def test_search_while_the_platform_is_down(bench: Bench) -> None:
    bench.log_in()
    _down(bench)
    QTest.keyClicks(bench.find_a(QLineEdit, "search-field"), "Muller")
    bench.click("search-button")
    bench.settle()
    assert told(bench, Failure(Code.OFFLINE))
    assert (
        bench.find_a(QLineEdit, "search-field").text() == "Muller" and bench.session() is SessionState.ACTIVE
    )
    bench.platform.set_network(NetworkState.ONLINE)
    bench.click("search-button")
    bench.settle()
    assert bench.shell.page() == "identity"


def test_code_given_while_the_platform_is_down(bench: Bench) -> None:
    bench.log_in()
    bench.identify()
    _down(bench)
    bench.give_code()
    bench.settle()
    assert told(bench, Failure(Code.OFFLINE)) and bench.shell.page() == "identity"


def _fill(bench: Bench) -> None:
    bench.log_in()
    bench.open_record()
    file = bench.home / "lettre.pdf"
    file.write_bytes(b"%PDF-1.4 letter")
    bench.fill_deposit(file, TITLE)


def _confirm(bench: Bench) -> None:
    bench.click("deposit-confirm-button")
    bench.settle()


def test_cf058_deposit_while_the_platform_is_down_waits_in_the_outbox(bench: Bench) -> None:
    _fill(bench)
    _down(bench)
    _confirm(bench)
    ((row, content),) = bench.store.shelf().rows.values()
    assert row.state is OutboxState.RETRYABLE and row.deposit.title == TITLE and b"letter" in content
    assert told(bench, Failure(Code.OFFLINE))
    bench.clock.advance(3600)
    bench.platform.set_network(NetworkState.ONLINE)
    bench.settle()
    ((row, _),) = bench.store.shelf().rows.values()
    assert row.state is OutboxState.SENT, "it goes by itself when the platform is back"


def test_full_disk_at_the_confirmation(bench: Bench) -> None:
    _fill(bench)
    bench.store.full = True
    _confirm(bench)
    assert told(bench, Failure(Code.DISK_FULL))
    assert bench.store.shelf().rows == {} and bench.platform.published == {}
    assert bench.shell.page() == "deposit" and bench.title_field().text() == TITLE
    bench.store.full = False
    _confirm(bench)
    ((row, _),) = bench.store.shelf().rows.values()
    assert row.state is OutboxState.SENT and row.deposit.title == TITLE


def test_full_disk_is_told_when_the_draft_cannot_be_kept(bench: Bench) -> None:
    _fill(bench)
    bench.store.full = True
    bench.title_field().setText("Encore plus long")
    bench.qtbot.waitUntil(lambda: told_together(bench, Failure(Code.DISK_FULL)))
    assert bench.title_field().text() == "Encore plus long"


def told_together(bench: Bench, failure: Failure) -> bool:
    """In one label."""
    note = f"{failure_text(failure)} {failure_next_step(failure)}"
    return any(label.text() == note and label.isVisible() for label in bench.shell.findChildren(QLabel))
