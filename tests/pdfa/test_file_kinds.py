"""What a practice drops is converted or refused; by our own checker here, by veraPDF in ``test pdfa``."""

from collections.abc import Callable

import pytest

from desktop.domain.deposit import Conversion
from desktop.domain.errors import Failure
from desktop.pdf.convert import convert
from desktop.services.deposit import must_be_compared
from tests.pdfa import file_kinds

_BY_OTHER_PROGRAMS = ("libreoffice", "chromium", "chromium-transparent")
_MADE_HERE = {name: maker for name, maker in file_kinds.MAKERS.items() if name not in _BY_OTHER_PROGRAMS}
MAY_BE_PICTURED = {"cjk", "stripped-fonts", "form-bare", "type3"}
MAY_BE_PICTURED |= {"crash_basefont_latin1", "half_damaged_flate"}
"""Kinds that need not stay vector: a font or a part is not there, or the engine does not know it."""


@pytest.mark.parametrize(("name", "maker"), _MADE_HERE.items(), ids=list(_MADE_HERE))
def test_kind(name: str, maker: Callable[[], bytes]) -> None:
    """CF-057: a copy that the program makes conforms, or there is none."""
    answer = convert(maker())
    if name in file_kinds.REFUSED:
        assert isinstance(answer, Failure)
        assert answer.code.value == file_kinds.REFUSED[name]
        return
    assert isinstance(answer, Conversion)
    assert answer.report.confirmed == "2b"
    assert not answer.damaged_pages or name == "half_damaged_flate"
    assert not answer.pictured_pages or name in MAY_BE_PICTURED
    if name in ("symbol", "odd-widths"):
        assert must_be_compared(answer)
    if name in ("form", "form-bare", "xfa", "broken-xref", "cjk"):
        assert answer.differs  # told first, and shown beside the original
