"""What the primitive types of FHIR R4 allow in JSON; numbers come as :class:`..json_text.Number`."""

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from desktop.common.json_text import Number

_DAY = r"(\d{4})(?:-(\d\d)(?:-(\d\d)"
_CLOCK = r"T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)"
_DATE: Final = re.compile(rf"{_DAY})?)?", re.ASCII).fullmatch
_DATE_TIME: Final = re.compile(rf"{_DAY}(?:{_CLOCK})?)?)?", re.ASCII).fullmatch
_INSTANT: Final = re.compile(rf"(\d{{4}})-(\d\d)-(\d\d){_CLOCK}", re.ASCII).fullmatch
_TIME: Final = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?", re.ASCII).fullmatch
_CODE: Final = re.compile(r"\S+(?: \S+)*").fullmatch
_ID: Final = re.compile(r"[A-Za-z0-9.-]{1,64}").fullmatch
_SOLID: Final = re.compile(r"\S+").fullmatch
_NAMED: Final = re.compile(
    r"urn:oid:[0-2](?:\.(?:0|[1-9]\d*)){3,}|urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|(?!urn:oid:|urn:uuid:)\S+"
).fullmatch
ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+").fullmatch
_BASE64: Final = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?").fullmatch
_INTEGER: Final = re.compile(r"-?(?:0|[1-9]\d*)").fullmatch
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]").search


def _string(value: object) -> bool:
    return type(value) is str and value != "" and (value.isprintable() or _CONTROL(value) is None)


def _shaped(pattern: Callable[[str], re.Match[str] | None]) -> Callable[[object], bool]:
    return lambda value: type(value) is str and value != "" and pattern(value) is not None


def _address(value: object) -> bool:
    """A URI; what claims to be an OID or an UUID is one."""
    if type(value) is not str or value == "":
        return False
    if value[:4] == "urn:":
        return _NAMED(value) is not None
    return (value.isprintable() and " " not in value) or _SOLID(value) is not None


def _code(value: object) -> bool:
    if type(value) is not str or value == "":
        return False
    return (value.isprintable() and " " not in value) or _CODE(value) is not None


def _dated(pattern: Callable[[str], re.Match[str] | None]) -> Callable[[object], bool]:
    def test(value: object) -> bool:
        match = pattern(value) if type(value) is str else None
        if match is None:
            return False
        year, month, day = match.groups("01")
        try:
            date(int(year), int(month), int(day))
        except ValueError:
            return False
        return True

    return test


def _number(least: int | None) -> Callable[[object], bool]:
    def test(value: object) -> bool:
        if type(value) is not Number or _INTEGER(value) is None or len(value) > 11:
            return False
        return -(2**31) <= int(value) < 2**31 and (least is None or int(value) >= least)

    return test


TESTS: Final[dict[str, Callable[[object], bool]]] = {
    "string": _string,
    "markdown": _string,
    "xhtml": _string,
    "boolean": lambda value: type(value) is bool,
    "decimal": lambda value: type(value) is Number,
    "integer": _number(None),
    "unsignedInt": _number(0),
    "positiveInt": _number(1),
    "code": _code,
    "id": _shaped(_ID),
    "uri": _address,
    "url": _address,
    "canonical": _shaped(ABSOLUTE),
    "oid": _address,
    "uuid": _address,
    "date": _dated(_DATE),
    "dateTime": _dated(_DATE_TIME),
    "instant": _dated(_INSTANT),
    "time": _shaped(_TIME),
    "base64Binary": _shaped(_BASE64),
}
"""A test for each primitive type: whether a JSON value is one of it."""
