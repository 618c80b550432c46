"""The canary of ``desktop/pdf/pikepdf_internals``: what moved in a new version of pikepdf, by name.

A test that falls here: read what the library changed, mend the callers, then the table. ``tests/pdfa`` with
veraPDF as the judge decides whether the verdicts still hold.
"""

import ast
import importlib
import inspect
import io
import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Name

from desktop.pdf.check.schema_memory import PLAIN_FROM, remember, shape
from desktop.pdf.pikepdf_internals import Flavour, SchemaSet
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
    "_schemas.SchemaSet": "flavour",
    "_schemas.SchemaSet._validator": "self, role",
    "_schemas.SchemaSet.for_flavour": "flavour",
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


def _nodes(node: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield path, node
        for key, inner in node.items():
            yield from _nodes(inner, f"{path}/{key}")
    elif isinstance(node, list):
        for inner in node:
            yield from _nodes(inner, path)


@pytest.mark.parametrize("name", ["common", "pdfa-1b", "pdfa-2b", "pdfa-3b"])
def test_no_schema_asks_what_a_remembered_shape_does_not_hold(name: str) -> None:
    source = resources.files("pikepdf.pdfa").joinpath("data", "schemas", f"{name}.json")
    for path, node in _nodes(json.loads(source.read_text(encoding="utf-8")), name):
        if path.endswith(("/properties", "/$defs")):
            continue  # names of keys, not of conditions
        unknown = {"exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "format", "uniqueItems"}
        assert not unknown & set(node), path
        for value in [*node.get("enum", []), node.get("const", True)]:
            assert isinstance(value, bool) or (
                value.startswith("/") if isinstance(value, str) else value < PLAIN_FROM
            )
        assert node.get("minimum", 0) in (0, 1), path
        assert node.get("maximum", 0) < PLAIN_FROM, path
        assert "multipleOf" not in node or path.endswith("/Rotate"), path
        if "pattern" in node and not node["pattern"].startswith("^/"):
            assert node["pattern"] in ("^[0-9]+ [0-9]+ R$", "^[ub]:"), path


def _draw(*values: object) -> dict[str, object]:
    return {"/Type": "/Annot", "/Rect": [*values], "/A": "12 0 R", "/T": "u:Lettre"}


def test_a_shape_forgets_what_no_schema_asks_and_nothing_else() -> None:
    plain = shape(_draw(20, 100, 120.5, 200))
    assert shape(_draw(99, 333, 140.5, 250)) == plain
    assert shape({**_draw(20, 100, 120.5, 200), "/A": "7 1 R", "/T": "u:Autre"}) == plain
    for other in ({"/A": "/R"}, {"/A": 12}, {"/T": "b:00"}, {"/Type": "/Page"}, {"/Rect": [20, 100]}):
        assert shape({**_draw(20, 100, 120.5, 200), **other}) != plain
    assert shape(_draw(-20, 100, 120.5, 200)) != plain
    assert shape(_draw(20, 100, 120.0, 200)) != plain  # a whole number to a schema
    assert shape(_draw(20, 100, 120.5, True)) != shape(_draw(20, 100, 120.5, 1))
    assert shape({"/Rotate": 90}) != shape({"/Rotate": 95})
    assert shape({"/ca": 0.5}) != shape({"/ca": 1.5})


def test_what_was_refused_is_told_each_time() -> None:
    remember("2b")
    validator = SchemaSet.for_flavour(Flavour("2b"))._validators
    page = {"/Type": "/Page", "/Parent": "3 0 R", "/AA": "9 0 R"}
    SchemaSet.for_flavour(Flavour("2b"))._validator("Page")
    for _ in range(2):
        assert [error.validator for error in validator["Page"].iter_errors(page)] == ["not"]
        assert list(validator["Page"].iter_errors({"/Type": "/Page", "/Parent": "3 0 R"})) == []


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
