"""The window is painted before anything heavy is imported (start to first paint ≤ 0.6 s)."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HEAVY = {
    "requests", "urllib3", "ssl", "asyncio", "sqlcipher3", "sqlite3", "keyring", "cryptography", "asn1crypto",
    "pkcs11", "smartcard", "pikepdf", "pypdfium2", "typst", "PIL", "img2pdf", "fontTools",
}  # fmt: skip
ADAPTERS = {"desktop.sync", "desktop.store", "desktop.pdf", "desktop.smartcard", "desktop.simulator"}


def test_first_paint_imports_nothing_heavy(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.ui.desk.first_paint", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert {"desktop.app", "desktop.ui.shell", "PySide6.QtWidgets"} <= loaded, "the window was not there"
    assert sorted(loaded & (HEAVY | ADAPTERS)) == []
