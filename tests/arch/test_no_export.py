"""No way leads several patients' data into a file (CF-067)."""

import re
from pathlib import Path

DESKTOP = Path(__file__).resolve().parents[2] / "desktop"
# What a file is chosen and written with.
_INTO_A_FILE = re.compile(
    r"AcceptSave|getSaveFileName|saveFileContent|setOutputFileName|QPdfWriter|QSaveFile"
)
# One document of one record, after the purpose rule; and the program's own report, which names no patient.
_KNOWN = {"ui/record/dialogs.py", "ui/record/stamped_copies.py", "ui/views/diagnostics.py"}


def who_says(words: re.Pattern[str]) -> set[str]:
    files = DESKTOP.rglob("*.py")
    return {f.relative_to(DESKTOP).as_posix() for f in files if words.search(f.read_text(encoding="utf-8"))}


def test_cf067_a_document_and_the_program_s_report_are_all_that_is_written_where_the_user_chooses() -> None:
    assert who_says(_INTO_A_FILE) == _KNOWN


def test_cf067_what_saves_one_document_is_called_by_its_viewer_alone() -> None:
    """No list and no feature reaches it."""
    saves = re.compile(r"\bsaved_copy\(|\bchoose_target\(")
    assert who_says(saves) == {"ui/record/stamped_copies.py", "ui/record/viewer.py", "ui/record/dialogs.py"}
