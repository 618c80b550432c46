"""The canary of ``desktop/pdf/pikepdf_internals``: what moved in a new version of pikepdf, by name.

A test that falls here: read what the library changed, mend the callers, then the table. ``tests/pdfa`` with
veraPDF as the judge decides whether the verdicts still hold.
"""

import ast
import importlib
import inspect
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Name

from tests.unit.pdf.pdf_samples import letter

PDF = Path(__file__).resolve().parents[3] / "desktop" / "pdf"
# Parameters of each callable, or the value, as pikepdf 10.17 has them.
CALLED = {
    "_encodings.DifferencesError": None,
    "_encodings.encoding_table": "name",
    "_encodings.parse_differences": "differences",
    "_engine.run": "pdf, flavour, model=None, *, save_kwargs=None",
    "_flavour.Flavour": None,
    "_fontuse.font_codes": "pdf",
    "_limits.LimitChecker": "flavour",
    "_limits.LimitChecker.problems": "self, value, depth=0, keys=None",
    "_writemodel.WriteModel": "save_kwargs=None",
    "_writemodel.WriteModel.version": "self, pdf",
}
VALUES = {"_encodings.STANDARD": "StandardEncoding", "_encodings.WIN_ANSI": "WinAnsiEncoding"}


def stands(place: str) -> Any:
    """What stands at *place* below ``pikepdf.pdfa``; fails with the name that is gone."""
    module, _, path = place.partition(".")
    try:
        found: Any = importlib.import_module(f"pikepdf.pdfa.{module}")
    except ImportError as error:
        raise AssertionError(f"pikepdf {pikepdf.__version__} has no pikepdf.pdfa.{module}") from error
    for name in path.split("."):
        assert hasattr(found, name), f"pikepdf {pikepdf.__version__} has no pikepdf.pdfa.{place}"
        found = getattr(found, name)
    return found


def parameters(called: Any) -> str:
    plain = [
        p.replace(annotation=inspect.Parameter.empty) for p in inspect.signature(called).parameters.values()
    ]
    return str(inspect.Signature(plain))[1:-1]


@pytest.mark.parametrize("place", [*CALLED, *VALUES])
def test_each_private_name_stands_where_it_stood(place: str) -> None:
    found = stands(place)
    wanted = CALLED.get(place)
    if wanted is not None:
        said = f"pikepdf {pikepdf.__version__}: {place}({parameters(found)}) was {place}({wanted})"
        assert parameters(found) == wanted, said
    if place in VALUES:
        assert found == VALUES[place], f"pikepdf {pikepdf.__version__}: {place} is {found!r}"


def test_the_table_has_every_name_that_is_used() -> None:
    tree = ast.parse((PDF / "pikepdf_internals.py").read_text(encoding="utf-8"))
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    used = {f"{(n.module or '').rpartition('.')[2]}.{alias.name}" for n in imports for alias in n.names}
    assert used == {place for place in [*CALLED, *VALUES] if place.count(".") == 1}


@pytest.fixture
def plain_letter() -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(letter(None))) as pdf:
        yield pdf


def test_findings_have_the_words_that_are_read(plain_letter: pikepdf.Pdf) -> None:
    found = {f.rule: f for f in stands("_engine.run")(plain_letter, "2b", None).findings}
    missing = found["ISO_19005_2:6.6.2.1-1"]
    assert (missing.where, missing.kind) == ("catalog", "violation")
    assert missing.message == "the catalog has no /Metadata stream"
    opening = found["pikepdf:schema-Catalog"]
    number = plain_letter.Root.objgen[0]
    assert (opening.where, opening.kind) == (f"obj {number} 0 (Catalog) /OpenAction", "unsupported")


def test_a_write_model_says_which_version_is_judged(plain_letter: pikepdf.Pdf) -> None:
    class Newest(stands("_writemodel.WriteModel")):  # type: ignore[misc]
        __slots__ = ()

        def version(self, pdf: pikepdf.Pdf) -> str:
            assert super().version(pdf) == "1.4"
            return "2.0"

    (found,) = stands("_engine.run")(plain_letter, "1b", Newest()).findings
    assert (found.rule, found.where) == ("pikepdf:pdf-version", "header")


@pytest.mark.parametrize(("part", "broken"), [(1, ["real", "integer"]), (2, ["integer"]), (3, ["integer"])])
def test_limits_depend_on_the_part(part: int, broken: list[str]) -> None:
    limits = stands("_limits.LimitChecker")(stands("_flavour.Flavour")(f"{part}b"))
    found = limits.problems(Array([40000.5, 2**40]))
    assert [key for key, _ in found] == broken
    assert all(isinstance(message, str) and message for _, message in found)


def test_codes_of_text_are_told_by_font_object(plain_letter: pikepdf.Pdf) -> None:
    (font,) = plain_letter.pages[0].resources["/Font"].values()
    codes = stands("_fontuse.font_codes")(plain_letter)
    assert list(codes) == [font.objgen]
    assert codes[font.objgen] and all(isinstance(code, int) for code in codes[font.objgen])


def test_encodings_name_glyphs_without_a_slash() -> None:
    table = stands("_encodings.encoding_table")
    assert table(VALUES["_encodings.WIN_ANSI"])[0xE9] == "eacute"
    assert table(VALUES["_encodings.STANDARD"]).get(0xE9) == "Oslash"
    assert table("MacRomanEncoding")[0x8E] == "eacute"


def test_differences_are_parsed_or_refused() -> None:
    parse, refused = stands("_encodings.parse_differences"), stands("_encodings.DifferencesError")
    assert parse(Array([65, Name.a, Name.b])) == {65: "a", 66: "b"}
    with pytest.raises(refused):
        parse(Array([Name.a]))


def test_every_rule_of_the_engine_has_a_family() -> None:
    # here, not above: it imports the checker, and that falls before anything is told when a name is gone
    from desktop.pdf.check.clause_families import FAMILIES, family_of

    rules = stands("_catalogue.load_rules")()
    assert rules
    for rule in rules:
        part, clause = int(rule[10]), rule.partition(":")[2]
        assert family_of(clause, part) in FAMILIES, rule
        assert family_of(clause, part) != "not_checked", rule
