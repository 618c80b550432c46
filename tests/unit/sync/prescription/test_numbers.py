"""Numbers of a platform or of another program's ordonnance: what nobody can write out is not read."""

from decimal import Decimal

import pytest

from desktop.common import json_text
from desktop.domain.prescription.quantities import decimal_words
from desktop.features.counter.domain.amounts import amount_read
from desktop.sync.prescription import terms

ENDLESS = ("1e-99999999", "1e-999999999999", "1e999999999", "0E+999999999", "0." + "3" * 5000, "9" * 6000)


@pytest.mark.parametrize("written", ENDLESS)
def test_what_takes_minutes_to_write_out_is_no_number(written: str) -> None:
    """Twelve bytes of an answer held the window for minutes, or ended it for want of memory."""
    read = json_text.parse(b'{"value":' + written.encode() + b"}")
    assert terms.decimal(read["value"]) is None and terms.whole(read["value"]) is None
    assert terms.amount(read) is None
    assert amount_read(written) is None, "nor is it typed, or read by a scanner into a question"


@pytest.mark.parametrize(
    ("written", "shown"), [("90", "90"), ("2.50", "2,5"), ("1e3", "1000"), ("0.000001", "0,000001")]
)
def test_what_people_prescribe_is_one(written: str, shown: str) -> None:
    read = terms.decimal(json_text.parse(written.encode()))
    assert read == Decimal(written) and decimal_words(read) == shown
