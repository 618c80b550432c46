"""Pages of all features: the tabs of the window show which one is in front."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton

from desktop.domain.record import MandateKind
from desktop.kernel.page import Entry
from tests.samples.practice import ACCOUNT, mandate
from tests.ui.desk.conftest import Bench


def _marked(bench: Bench) -> list[str]:
    """The tabs of the window; a page may have some of its own."""
    buttons = bench.shell.findChildren(QPushButton)
    tabs = [b for b in buttons if b.objectName().startswith("tab-") and b.property("kind") == "tab"]
    return [b.objectName() for b in tabs if b.isChecked() and b.isVisible()]


def test_only_the_page_in_front_is_marked(bench: Bench) -> None:
    """« Mes accès » over the historique: the historique is not what is looked at."""
    standing = mandate(kind=MandateKind.MEDECIN_REFERENT, end=None, grace_end=None)
    bench.platform.mandates["p1"] = standing
    bench.log_in()
    bench.open_record()
    every = [page for feature in bench.plugged for page in feature.pages]
    pages = [
        page
        for page in every
        if page.entry is not Entry.DOCUMENT
        and page.audience.has(ACCOUNT)  # the first stands over its document
    ]
    assert {page.entry for page in pages} >= {Entry.RECORD, Entry.USER_MENU}
    before = "history"
    bench.find_a(QPushButton, "tab-history").click()
    for page in pages:
        if page.entry is Entry.USER_MENU:
            bench.find_a(QAction, f"user-{page.name}").trigger()
            bench.settle()
            assert bench.shell.page() == page.name and _marked(bench) == []
            bench.shell.back_asked.emit()
            assert bench.shell.page() == before and _marked(bench) == [f"tab-{before}"]
        elif page.entry is not Entry.DOCUMENT:  # that has no tab of its own
            before = page.name
            bench.find_a(QPushButton, f"tab-{page.name}").click()
            bench.settle()
            assert bench.shell.page() == page.name and _marked(bench) == [f"tab-{page.name}"]
