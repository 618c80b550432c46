"""A patient in a GDT file, as German practice and device software hand one over (domain §G.5).

A line is three digits of length, four of the field, and what it says. Read are 8000 (kind of record: 6301 or
6302), 3000 (number), 3101 (family name), 3102 (first name), 3103 (day of birth, DDMMYYYY) and 9206 (letters).
The lengths are not looked at: many programs count them wrongly, and nothing hangs on them here.
"""

import re

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.patient_call import PatientCall, read_identity

LARGEST_GDT = 16_384  # bytes
_LINE = re.compile(r"\d{3}(\d{4})(.*)", re.ASCII)
_KINDS = ("6301", "6302")  # a patient's data; an examination that is asked for
_LETTERS = {b"1": "ascii", b"2": "cp437", b"3": "cp1252"}
_TOLD_LETTERS = re.compile(rb"^\d{3}9206([123])\r?$", re.MULTILINE)
_DAY = re.compile(r"(\d{2})(\d{2})(\d{4})", re.ASCII)
_MATRICULE = (11, 13)
_READ = ("8000", "3000", "3101", "3102", "3103")


def read_gdt(content: bytes) -> Result[PatientCall]:
    """Whom the file is about; CALL_UNREADABLE.

    The number is taken for a matricule where it is as long as one; else it is the practice's own, and name
    and day of birth are searched.
    """
    fields = _fields(content)
    if fields is None or fields.get("8000") not in _KINDS:
        return Failure.of(Code.CALL_UNREADABLE)
    said = {"name": f"{fields.get('3101', '')} {fields.get('3102', '')}".strip()}
    number = "".join(fields.get("3000", "").split())
    if number.isdigit() and len(number) in _MATRICULE:
        said["id"] = number
    if "3103" in fields:
        day = _DAY.fullmatch(fields["3103"])
        said["birth"] = "?" if day is None else f"{day[3]}-{day[2]}-{day[1]}"
    return read_identity(said)


def _fields(content: bytes) -> dict[str, str] | None:
    """What is read of it; None where a line is none, or tells a second patient."""
    if len(content) > LARGEST_GDT:
        return None
    text = _text(content)
    fields: dict[str, str] = {}
    for line in (text or "?").replace("\r\n", "\n").rstrip("\n\x1a").split("\n"):
        found = _LINE.fullmatch(line)
        if found is None or found[1] in fields:
            return None
        if found[1] in _READ:
            fields[found[1]] = found[2].strip(" ")
    return fields


def _text(content: bytes) -> str | None:
    told = _TOLD_LETTERS.search(content)
    for letters in ("utf-8", "cp1252") if told is None else (_LETTERS[told[1]],):
        try:
            return content.decode(letters)
        except UnicodeDecodeError:
            continue
    return None
