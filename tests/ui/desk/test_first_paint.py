"""The window is painted before anything heavy is imported (start to first paint ≤ 0.6 s)."""

import subprocess
import sys
from pathlib import Path

from tests.waiting import LIMIT_S

ROOT = Path(__file__).resolve().parents[3]
HEAVY = {
    "requests", "urllib3", "ssl", "asyncio", "sqlcipher3", "sqlite3", "keyring", "cryptography", "asn1crypto",
    "pkcs11", "pikepdf", "pypdfium2", "typst", "PIL", "img2pdf", "fontTools", "msgspec", "multiprocessing",
    "urllib.request", "logging.handlers", "csv",
}  # fmt: skip
BEFORE_THE_WINDOW = {
    "common", "common.performance", "common.qt_import", "composition", "composition.launch", "system",
    "system.hardening", "system.memory", "system.paths", "system.single_instance", "ui", "ui.application",
    "ui.shell", "ui.window_place",
}  # fmt: skip
# Readers are watched and the platform's name is looked up from the start on: desktop.smartcard may be there,
# and of desktop.sync what a name needs.
LATER = {
    "desktop.sync.platform", "desktop.sync.transport", "desktop.sync.channel",
    "desktop.store", "desktop.pdf", "desktop.simulator", "desktop.services",
    "desktop.features", "desktop.composition.adapters", "desktop.ui.bind.office", "desktop.ui.desk",
    "desktop.ui.record", "desktop.domain.catalog",
}  # fmt: skip


def test_first_paint_imports_nothing_heavy(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.ui.desk.first_paint", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=4 * LIMIT_S)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split("\n"))
    assert {"desktop.app", "desktop.ui.shell", "PySide6.QtWidgets"} <= loaded, "the window was not there"
    assert sorted(loaded & (HEAVY | LATER)) == []
    # An event of no kind of its own that comes to Python makes PySide6 build every kind of event.
    assert "class QLabel" in loaded and "class QGraphicsSceneWheelEvent" not in loaded
    assert "class QStyle" not in loaded, "twenty enumerations that no widget of the first page asks for"


def test_an_empty_window_needs_little() -> None:
    """While the window manager frames it the rest is imported: what stands here stands before that."""
    script = (
        "import sys; from desktop.common.qt_import import load_qt; load_qt();"
        "import desktop.composition.launch; print(*(m for m in sorted(sys.modules) if m[:8] == 'desktop.'))"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=4 * LIMIT_S)
    assert done.stderr == ""
    loaded = {name.removeprefix("desktop.") for name in done.stdout.split()}
    assert loaded == BEFORE_THE_WINDOW


def test_readers_are_watched_while_the_contents_of_the_window_are_imported(tmp_path: Path) -> None:
    """So that their answer stands in its first picture; and they are left where the start fails."""
    command = [sys.executable, "-m", "tests.ui.desk.started_halfway", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=4 * LIMIT_S)
    said = done.stdout.split("\n")
    assert said[:2] == ["readers watched behind a window", "contents imported"], done.stderr
    assert said[-2:] == ["readers left", ""]
    assert "ImportError" in done.stderr and done.returncode == 1


def test_what_comes_later_paints_the_window_no_second_time(tmp_path: Path) -> None:
    """Pages, adapters and the session come behind the first screen, which stays as it is."""
    command = [sys.executable, "-m", "tests.ui.desk.painted_twice", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=4 * LIMIT_S)
    before, after = done.stdout.split() or (done.stderr, "")
    assert int(before) >= 1, "the positive control: the first picture"
    assert int(after) == 0


def test_an_import_reads_no_source() -> None:
    script = (
        "from desktop.common.qt_import import load_qt; load_qt(); import PySide6.QtWidgets, linecache;"
        "before = set(linecache.cache); import colorsys, desktop.ui.first_screen;"
        "print(len(before), sorted(set(linecache.cache) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=4 * LIMIT_S
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("[]\n"), done.stdout


def test_the_writer_of_stubs_is_not_loaded() -> None:
    """What PySide6 needs of its neighbours is there: it names the types of a wrong call."""
    script = (
        "import sys; from desktop.common.qt_import import load_qt; before = list(sys.meta_path); load_qt();"
        "from PySide6.QtCore import QPoint;"
        "writer = sys.modules['shibokensupport.signature.lib.pyi_generator'];"
        "print(hasattr(writer, 'generate_pyi'), 'argparse' in sys.modules, sys.meta_path == before)\n"
        "try: QPoint('far')\n"
        "except TypeError as error: print('(xpos: int, ypos: int, /)' in str(error))"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=4 * LIMIT_S)
    assert (done.stdout, done.stderr) == ("False False True\nTrue\n", "")


def test_a_part_of_a_package_comes_without_the_rest() -> None:
    script = (
        "import sys; from desktop.common.lean_import import as_folder;"
        "from desktop.smartcard.scard import load_scard;"
        "as_folder('unittest'); import unittest.util; scard = load_scard();"
        "print([name for name in ('unittest.case', 'smartcard.System') if name in sys.modules]);"
        "print(unittest.util.safe_repr(1), scard.SCARD_SCOPE_USER)"
    )
    command = [sys.executable, "-W", "error", "-c", script]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=4 * LIMIT_S)
    assert (done.stdout, done.stderr) == ("[]\n1 0\n", "")


def test_the_transport_loads_no_guesser_of_encodings() -> None:
    """3 MB of the window's process; whoever else wants it finds it."""
    script = (
        "import sys, desktop.sync.transport;"
        "print([name for name in ('charset_normalizer', 'chardet') if name in sys.modules]);"
        "import charset_normalizer; print(charset_normalizer.__name__)"
    )
    command = [sys.executable, "-W", "error", "-c", script]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=4 * LIMIT_S)
    assert (done.stdout, done.stderr) == ("[]\ncharset_normalizer\n", "")
