"""What a file says of itself: a title and a date that a deposit may be given, for the user to judge."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import PurePath

TITLE_MAX = 120
_LOOKED_AT = 6_000  # characters of a first page; what stands further down is no head of a letter


class ProposedFrom(StrEnum):
    """Where a proposed value was read."""

    PDF_TITLE = "pdf-title"
    FILE_NAME = "file-name"
    PAGE = "page"
    PDF_DATE = "pdf-date"
    TODAY = "today"  # for want of a date
    PILE = "pile"  # another document on the form

    def is_of_a_file(self) -> bool:
        """True for what can be read again, whenever the file is there."""
        return self is not ProposedFrom.PILE


@dataclass(frozen=True, slots=True)
class FileHints:
    """``title`` and ``made`` as a PDF's own data say, ``page`` is the text of its first page; "" for none.

    ``made``: as PDF writes a date, "D:YYYYMMDD…" (ISO 32000-1 §7.9.4).
    """

    title: str = ""
    made: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """ "" and None where the file says nothing that can be used."""

    title: str = ""
    title_from: ProposedFrom = ProposedFrom.FILE_NAME
    created: date | None = None
    created_from: ProposedFrom = ProposedFrom.PAGE


@dataclass(frozen=True, slots=True)
class _Found:
    day: date
    start: int
    end: int
    is_labelled: bool = False


_MONTHS = (
    ("janvier", "janv", "januar", "jan", "january", "januer"),
    ("fevrier", "fevr", "fev", "februar", "feb", "february", "februer"),
    ("mars", "marz", "maerz", "mrz", "march", "mar", "maerz"),
    ("avril", "avr", "april", "apr", "abrell"),
    ("mai", "may", "mee"),
    ("juin", "juni", "jun", "june"),
    ("juillet", "juil", "juli", "jul", "july"),
    ("aout", "august", "aug"),
    ("septembre", "sept", "sep", "september"),
    ("octobre", "oct", "oktober", "okt", "october"),
    ("novembre", "nov", "november"),
    ("decembre", "dec", "dezember", "dez", "december"),
)
_MONTH_OF = {word: number for number, words in enumerate(_MONTHS, 1) for word in words}
_WORD = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
_PLAIN = str.maketrans("éèêëûùüäâàôöîïç", "eeeeuuuaaaooiic", "\u0301\u0302\u0308")
_ENDS = r"(?![\w])"
_DATES = (
    re.compile(rf"(?<![\d.,/-])(?P<y>\d{{4}})-(?P<m>\d{{1,2}})-(?P<d>\d{{1,2}})(?![\d-]){_ENDS}"),
    re.compile(
        rf"(?<![\d.,/-])(?P<d>\d{{1,2}})(?P<s>[./-])\s?(?P<m>\d{{1,2}})(?P=s)\s?(?P<y>\d{{4}}){_ENDS}"
    ),
    re.compile(
        rf"(?<![\d.,/-])(?P<d>\d{{1,2}})(?:\.|er|st|nd|rd|th)?\s*(?P<w>{_WORD})\.?,?\s*(?P<y>\d{{4}}){_ENDS}"
    ),
    re.compile(rf"(?<![\w])(?P<w>{_WORD})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}}){_ENDS}"),
)
_IN_NAMES = (
    re.compile(
        r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<s>[-_. ]?)(?P<m>\d\d)(?P=s)(?P<d>\d\d)(?=(\d{4}|\d{6})?(?!\d))"
    ),
    re.compile(r"(?<!\d)(?P<d>\d\d)(?P<s>[-_. ])(?P<m>\d\d)(?P=s)(?P<y>(?:19|20)\d\d)(?!\d)"),
    *_DATES[2:],
)
_BORN = re.compile(
    r"\b(nee?(\s*\(e\))?|ne\(e\)|naissance|geb|geboren|geburtsdatum|gebuer\w*|born|birth|dob|ddn|d\.n)\b"
)
_LABEL = re.compile(
    r"\b(le|du|date|dates|vom|den|am|datum|on|dated|fait|etabli|emis|edite|examen|consultation|prelevement"
    r"|prelev\w*|entnahme|untersuchung|collected|the)\b[^\n]{0,12}$"
)
_BEFORE = 32  # characters before a date that may say what it is
_TOOLS = re.compile(
    r"^(microsoft (word|excel|powerpoint|office)|writer|libreoffice|openoffice)\s*-\s*", re.IGNORECASE
)
_ENDING = re.compile(r"\.(pdf|docx?|odt|rtf|png|jpe?g|tiff?|xlsx?|txt)$", re.IGNORECASE)
_NAMELESS = re.compile(
    r"^((untitled|sans titre|sans nom|unbenannt|ohne titel|ouni titel|new|nouveau|neu|neues|neit)\b.*"
    r"|(document|dokument|fichier|file|datei|image|bild|img|dsc|photo|scan|scanned|numerisation|copie|copy|kopie"
    r"|page|doc|fax|print|impression|output|export|download|telechargement|pdf|temp|tmp|test|sortie)"
    r"(\s?\w{0,2}\s?)?[\d\s()_.-]*)$"
)
_LONG_NUMBER = re.compile(r"\d[\d ]{6,}\d")


def proposed(name: str, hints: FileHints, *, today: date, born: date | None) -> Proposal:
    """For a file called *name*, of a patient who was *born* then: no date is his birth's, one before it, or
    one to come."""

    def fits(day: date) -> bool:
        return day <= today and (born is None or day > born)

    stem = _ENDING.sub("", PurePath(name.replace("\\", "/")).name)
    title, title_from = _title(hints.title), ProposedFrom.PDF_TITLE
    if not title:
        title, title_from = _title(stem), ProposedFrom.FILE_NAME
    on_page = [found for found in _page_dates(_folded(hints.page[:_LOOKED_AT])) if fits(found.day)]
    named = [found.day for found in _dates(_folded(stem.replace("_", " ")), _IN_NAMES) if fits(found.day)]
    labelled = [found.day for found in on_page if found.is_labelled]
    made = [day for day in _pdf_day(hints.made) if fits(day)]
    for days, origin in (
        (labelled, ProposedFrom.PAGE),
        (named, ProposedFrom.FILE_NAME),
        ([found.day for found in on_page], ProposedFrom.PAGE),
        (made, ProposedFrom.PDF_DATE),
    ):
        if days:
            return Proposal(title, title_from, days[0], origin)
    return Proposal(title, title_from)


def dates_in(words: str) -> tuple[date, ...]:
    """Every date of a text, in its order: 03.11.2026, 3/11/2026, 2026-11-03, and with a month's name in
    French, German, Luxembourgish or English. Two figures are no year; a day of no calendar is none."""
    return tuple(found.day for found in _dates(_folded(words), _DATES))


def _dates(folded: str, forms: tuple[re.Pattern[str], ...]) -> list[_Found]:
    found = [one for form in forms for match in form.finditer(folded) for one in _found(match)]
    return sorted(found, key=lambda one: one.start)


def _found(match: re.Match[str]) -> Iterator[_Found]:
    parts = match.groupdict()
    month = _MONTH_OF[parts["w"]] if parts.get("w") else int(parts["m"])
    try:
        yield _Found(date(int(parts["y"]), month, int(parts["d"])), match.start(), match.end())
    except ValueError:  # 31.02.2026, or the year 0
        return


def _page_dates(folded: str) -> Iterator[_Found]:
    """Those that are nobody's birth; what stands between a date and the one before says what it is."""
    former = 0
    for found in _dates(folded, _DATES):
        before = folded[max(former, found.start - _BEFORE) : found.start]
        former = found.end
        if not _BORN.search(before):
            yield replace(found, is_labelled=_LABEL.search(before) is not None)


def _pdf_day(made: str) -> list[date]:
    match = re.match(r"(?:D:)?(\d{4})(\d\d)(\d\d)", made)
    try:
        return [date(int(match[1]), int(match[2]), int(match[3]))] if match else []
    except ValueError:
        return []


def _title(words: str) -> str:
    """*words* as a title; "" where they are a program's or a scanner's, or hold a number of a person."""
    plain = "".join(sign if sign.isprintable() else " " for sign in words)
    plain = _ENDING.sub("", _TOOLS.sub("", " ".join(plain.split())))
    if " " not in plain:
        plain = re.sub(r"[_+]+|(?<=\D)-(?=\D)|%20", " ", plain)
    plain = plain.replace("_", " ")
    for form in _IN_NAMES:
        plain = _without(form, plain)
    plain = " ".join(_LONG_NUMBER.sub(" ", plain).split()).strip(" -–_.,;:()[]")
    letters = sum(sign.isalpha() for sign in plain)
    if letters < 3 or _NAMELESS.match(_folded(plain)):  # « CR » alone says nothing
        return ""
    return plain[:1].upper() + plain[1:TITLE_MAX]


def _without(form: re.Pattern[str], plain: str) -> str:
    folded = _folded(plain)
    if len(folded) != len(plain):
        return plain
    for match in reversed(list(form.finditer(folded))):
        plain = f"{plain[: match.start()]} {plain[match.end() :]}"
    return plain


def _folded(words: str) -> str:
    """Lower case without the accents of months and labels: for these forms, and no search."""
    return words.lower().translate(_PLAIN)
