"""The private names of pikepdf that the PDF work stands on: imported here, from here by everybody else.

The library promises nothing about them; hence pikepdf is pinned to a minor version, and
``tests/unit/pdf/test_pikepdf_internals.py`` says which of them moved when another one is tried.
"""

from pikepdf.pdfa._encodings import STANDARD, WIN_ANSI, DifferencesError, encoding_table, parse_differences
from pikepdf.pdfa._engine import run as run_rules
from pikepdf.pdfa._flavour import Flavour
from pikepdf.pdfa._fontuse import font_codes
from pikepdf.pdfa._limits import LimitChecker
from pikepdf.pdfa._schemas import SchemaSet
from pikepdf.pdfa._writemodel import WriteModel

__all__ = [
    "STANDARD",
    "WIN_ANSI",
    "DifferencesError",
    "Flavour",
    "LimitChecker",
    "SchemaSet",
    "WriteModel",
    "encoding_table",
    "font_codes",
    "parse_differences",
    "run_rules",
]
