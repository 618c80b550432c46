"""What a hidden layer holds is not in the copy, and the page beside it stays what it was."""

import pytest
from pikepdf import Array, Dictionary, Name, String

from desktop.pdf.convert.hidden_layers import shown_only
from tests.unit.pdf.test_convert import copy_of, helvetica, page, saved, words

SHOWN = b"BT /F1 24 Tf 72 670 Td (Resultat visible) Tj ET "
HIDDEN = b"BT /F1 24 Tf 72 600 Td (Brouillon) Tj ET 72 500 90 30 re f "
IN_LAYER = b"/OC /L0 BDC " + HIDDEN + b"EMC "


def _layered(content: bytes, *, condition: Dictionary | None = None, form: bytes = b"") -> bytes:
    """Layer 0 is off, layer 1 on; ``/L0`` names the condition when there is one."""
    pdf = page(content, Font=helvetica())
    off, on = (pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(name))) for name in "ab")
    pdf.Root.OCProperties = Dictionary(OCGs=Array([off, on]), D=Dictionary(OFF=Array([off])))
    layer = off
    if condition is not None:
        groups = Array([off, on])
        layer = pdf.make_indirect(Dictionary(Type=Name.OCMD, OCGs=groups))
        for key, value in condition.items():
            layer[key] = value
    resources = pdf.pages[0].Resources
    resources.Properties = Dictionary(L0=layer, L1=on)
    if form:
        inner = pdf.make_stream(form, Type=Name.XObject, Subtype=Name.Form, OC=layer)
        inner.BBox, inner.Resources = Array([0, 0, 612, 792]), Dictionary(Font=resources.Font)
        resources.XObject = Dictionary(X0=inner)
    return saved(pdf)


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (SHOWN + IN_LAYER, b""),
        (b"/OC /L1 BDC " + SHOWN + b"/OC /L0 BDC " + HIDDEN + b"/Span BMC " + HIDDEN + b"EMC EMC EMC", b""),
        (SHOWN + b"/X0 Do", HIDDEN),
        (b"/OC /L0 BDC 1 0 0 1 0 0 cm 0 g " + HIDDEN + b"EMC " + SHOWN, b""),
        (b"BT /F1 24 Tf 72 700 Td /OC /L0 BDC (Brouillon) Tj EMC 0 -30 Td (Resultat visible) Tj ET", b""),
    ],
    ids=["mark", "nested", "form", "what holds on", "in one text"],
)
def test_a_hidden_part_is_gone_and_the_page_keeps_its_vectors(content: bytes, form: bytes) -> None:
    original = _layered(content, form=form)
    copy = copy_of(original)
    assert copy.pictured_pages == ()
    assert copy.differs  # it is for the doctor to look at
    assert "pdfa.change_layers" in copy.changes
    assert "Resultat visible" in words(copy.content)
    assert "Brouillon" not in words(copy.content)


@pytest.mark.parametrize(
    ("policy", "hides"), [("AnyOn", False), ("AllOn", True), ("AnyOff", False), ("AllOff", True)]
)
def test_a_condition_hides_by_its_policy(policy: str, hides: bool) -> None:
    copy = copy_of(_layered(SHOWN + IN_LAYER, condition=Dictionary(P=Name(f"/{policy}"))))
    assert ("Brouillon" in words(copy.content)) is not hides


@pytest.mark.parametrize(
    ("content", "condition"),
    [
        (b"BT /F1 24 Tf 72 700 Td /OC /L0 BDC (Brouillon) Tj EMC (Resultat) Tj ET", None),
        (SHOWN + b"/OC /L0 BDC " + HIDDEN, None),
        (SHOWN + IN_LAYER, Dictionary(VE=Array([Name.Not]))),
    ],
    ids=["words after it", "never closed", "expression"],
)
def test_where_its_end_is_not_certain_the_page_becomes_a_picture(
    content: bytes, condition: Dictionary | None
) -> None:
    original = _layered(content, condition=condition)
    assert shown_only(original) is None
    assert copy_of(original).pictured_pages == (1,)
