"""The German Pharmacy Product Number (IFA, « PPN-Code Spezifikation »; ISO/IEC 15434, format 06).

``[)>`` RS ``06`` GS ``9N`` PPN GS ``1T`` batch GS ``D`` expiry (YYMMDD) GS ``S`` serial RS EOT, in any order
behind the frame. A PPN is the agency's code (11: IFA), the product's number (a PZN of eight digits) and two
check digits.
"""

from datetime import date

from desktop.domain.prescription.box import BoxCode, NationalNumber, check_digit, short_date
from desktop.domain.prescription.unread import ScanFault, Unread
from desktop.scanning.separators import EOT, GS, RS

FRAME = "[)>"
_FORMAT = "06"
_IFA = "11"
_PPN, _BATCH, _SERIAL, _EXPIRY, _GTIN = "9N", "1T", "S", "D", "8P"
_IDENTIFIERS = (_PPN, _BATCH, _GTIN, "16D", "27Q", _SERIAL, _EXPIRY)
_LONGEST = 20
_NAMES = {"gtin": _GTIN, "batch": _BATCH, "serial": _SERIAL}


def read_ppn(message: str, today: date) -> BoxCode | Unread:
    """A message that begins with :data:`FRAME`; GS between its elements.

    PPN_ENVELOPE, SEPARATORS_LOST, ELEMENT_UNKNOWN, REPEATED, ELEMENT_INCOMPLETE, ELEMENT_MALFORMED,
    PPN_CHECK, PPN_AGENCY, PZN_CHECK, CHECK_DIGIT, DATE. Facts name the ASC data identifier as ``ai``.
    """
    framed = message.removeprefix(FRAME).lstrip(RS)
    if not framed.startswith(_FORMAT):
        return Unread.of(ScanFault.PPN_ENVELOPE)
    body = framed[len(_FORMAT) :].rstrip(EOT + RS)
    if not body.startswith(GS):
        return Unread.of(ScanFault.SEPARATORS_LOST if body else ScanFault.PPN_ENVELOPE)
    values: dict[str, str] = {}
    for element in body.strip(GS).split(GS):
        name = next((known for known in _IDENTIFIERS if element.startswith(known)), None)
        if name is None:
            return Unread.of(ScanFault.ELEMENT_UNKNOWN, value=element[:4])
        value = element.removeprefix(name)
        if not value:
            return Unread.of(ScanFault.ELEMENT_INCOMPLETE, ai=name, value="")
        if values.setdefault(name, value) != value:
            return Unread.of(ScanFault.REPEATED, ai=name)
        if not (value.isascii() and value.isprintable() and len(value) <= _LONGEST + 2):
            return Unread.of(ScanFault.ELEMENT_MALFORMED, ai=name, value=value)
    return _box(values, today)


def pzn_of(ppn: str) -> str | Unread:
    """The PZN inside a PPN. PPN_CHECK, PPN_AGENCY, PZN_CHECK."""
    number, check = ppn[:-2], ppn[-2:]
    weighted = sum(ord(character) * weight for weight, character in enumerate(number, start=2))
    if len(ppn) < 6 or f"{weighted % 97:02}" != check:
        return Unread.of(ScanFault.PPN_CHECK, value=ppn)
    if not ppn.startswith(_IFA):
        return Unread.of(ScanFault.PPN_AGENCY, value=ppn)
    pzn = number.removeprefix(_IFA)
    return pzn if pzn_is_right(pzn) else Unread.of(ScanFault.PZN_CHECK, value=pzn)


def pzn_is_right(pzn: str) -> bool:
    """Eight digits, the last one Σ place·digit modulo 11; where that is 10 there is no such number."""
    if len(pzn) != 8 or not (pzn.isascii() and pzn.isdigit()):
        return False
    return sum(place * int(digit) for place, digit in enumerate(pzn[:7], start=1)) % 11 == int(pzn[7])


def _box(values: dict[str, str], today: date) -> BoxCode | Unread:
    if _PPN not in values:
        return Unread.of(ScanFault.GTIN_MISSING)
    pzn = pzn_of(values[_PPN])
    if isinstance(pzn, Unread):
        return pzn
    gtin = values.get(_GTIN)
    if gtin is not None:
        gtin = gtin.zfill(14)
        if len(gtin) != 14 or not gtin.isdigit() or check_digit(gtin[:-1]) != gtin[-1]:
            return Unread.of(ScanFault.CHECK_DIGIT, ai=_GTIN, value=values[_GTIN])
    written = values.get(_EXPIRY)
    expiry = None if written is None else short_date(written, today)
    if written is not None and expiry is None:
        return Unread.of(ScanFault.DATE, ai=_EXPIRY, value=written)
    for name in (_BATCH, _SERIAL):
        if len(values.get(name, "")) > _LONGEST:
            return Unread.of(ScanFault.ELEMENT_MALFORMED, ai=name, value=values[name])
    return BoxCode(gtin, values.get(_BATCH), values.get(_SERIAL), expiry, (NationalNumber("DE", pzn),))
