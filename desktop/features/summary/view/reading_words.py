"""What a received summary says on the screen and on paper, in the language of who reads it.

Words of the sender stay as they are; what our tables say of a code stands beside them, and says whence it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from desktop.domain.folding import fold
from desktop.domain.local_time import local_day
from desktop.domain.record import Document
from desktop.domain.signature import SignatureDoubt, SignatureFinding, SignatureState
from desktop.domain.texts import code_words, counted, current_language, text
from desktop.features.summary.domain.entries import Alert, Allergy, Criticality, Entry, Verification
from desktop.features.summary.domain.reading import OddityKind
from desktop.features.summary.domain.received import Received, SignedBy, answers_of, codings_of, empty, full
from desktop.features.summary.domain.sections import SectionState
from desktop.features.summary.domain.summary import SummarySection
from desktop.features.summary.domain.wording import oddity_words, said, section_title, spoken, state_words
from desktop.features.summary.view.pieces import SHORT, blocks, pieces, short
from desktop.features.summary.view.repeated import added
from desktop.ui.dates import day

LEGIBILITY, EMPTY = "legibility", "empty"
_VOUCHED = (SignatureDoubt.CERTIFICATE_ENDED, SignatureDoubt.NOT_VALID_THEN)
_NAMED = 3  # of the empty sections, beside their number


@dataclass(frozen=True, slots=True)
class CardLine:
    """``head`` is what it is, ``details`` what is said of it, ``beside`` what our tables say of its code.

    ``tone`` supports the words, as of :func:`desktop.ui.widgets.text.set_tone`.
    """

    head: str
    details: str = ""
    beside: str = ""
    tone: str = ""

    @property
    def whole(self) -> str:
        """On one line."""
        return " · ".join(part for part in (self.head, self.details, self.beside) if part)

    def pieces(self) -> "Iterator[CardLine]":
        """Lines of a length that can be shown; itself, but for what nobody would write by hand."""
        heads, details, beside = (tuple(pieces(part)) for part in (self.head, self.details, self.beside))
        head, detail, rest = (parts[0] if parts else "" for parts in (heads, details, beside))
        yield CardLine(head, detail, rest, self.tone)
        yield from (CardLine("", part) for parts in (heads, details, beside) for part in parts[1:])


@dataclass(frozen=True, slots=True)
class Card:
    """A section; ``name`` stands in object names. ``folded``: at first only its title is shown."""

    name: str
    title: str
    lines: tuple[CardLine, ...]
    tone: str = ""
    folded: bool = False


def heading_words(document: Document | None, received: Received | None) -> str:
    """« Résumé · Dr Klein · 10.09.2026 »."""
    parts = [text("summary.read_title")]
    if received is not None:
        written = local_day(received.summary.written_at) if received.is_dated else None
        author = received.summary.author.name or (document.author.name if document else "")
        parts += [short(author), day(written or (document.created if document else None))]
    elif document is not None:
        parts += [short(document.author.name), day(document.created)]
    return " · ".join(part for part in parts if part)


def signature_words(finding: SignatureFinding) -> str:
    """« ✓ valable », « ○ non signée », « ▲ non vérifiable ici (autorité inconnue) », « ■ rompue … »."""
    doubt = finding.doubt if finding.state is SignatureState.UNVERIFIABLE else None
    key = f"{finding.state.value}-{doubt.value}" if doubt else finding.state.value
    return code_words("summary", "read_signatures", key) or finding.state.value


def signature_note(finding: SignatureFinding) -> str:
    """Who signed and what that is worth, later too: without a time stamp it ends with the certificate.

    Nobody vouches for the name under an authority that is not known here.
    """
    if finding.state is SignatureState.NONE or finding.doubt is SignatureDoubt.UNREADABLE:
        return ""
    vouched = finding.state is SignatureState.VALID or finding.doubt in _VOUCHED
    who, when = short(finding.signer) or "–", day(finding.claimed_at)
    if not vouched:
        return text("summary.read_signed_claim", name=who, day=when)
    signed = text("summary.read_signed_by", name=who, day=when)
    return f"{signed} {text('summary.read_until', day=day(finding.certificate_until))}"


def signer_words(received: Received) -> str:
    """« ▲ Signé par une autre personne que l'auteur. »; "" where it is the author, or nobody could tell."""
    return text("summary.read_other_signer") if received.signer is SignedBy.ANOTHER else ""


def cards(received: Received) -> Iterator[Card]:
    """What could not be read, the sections that say something, and those that say nothing."""
    made = chain(
        (_legibility(received),),
        (_section_card(section, received) for section in full(received.summary)),
        (_empty_card(received),),
    )
    for card in made:
        if card.lines:
            yield replace(card, lines=tuple(piece for line in card.lines for piece in line.pieces()))


def print_notes(received: Received) -> tuple[str, ...]:
    """What stands over the print: the signature, and what could not be read."""
    notes = (
        text("summary.read_signature", words=signature_words(received.signature)),
        signer_words(received),
        signature_note(received.signature),
        *(line.whole for line in _legibility(received).lines),
    )
    return tuple(note for note in notes if note)


def print_columns() -> tuple[str, ...]:
    """Section, what it is, what is said of it."""
    return (
        text("summary.read_column_section"),
        text("summary.read_column_what"),
        text("summary.read_column_details"),
    )


def print_rows(received: Received) -> tuple[tuple[str, ...], ...]:
    """All of it, folded on the screen or not; a section is named on its first row."""
    return tuple(
        (
            card.title if number == 0 else "",
            line.head,
            " · ".join(part for part in (line.details, line.beside) if part),
        )
        for card in cards(received)
        if card.name != LEGIBILITY
        for number, line in enumerate(card.lines)
    )


def _section_card(section: SummarySection, received: Received) -> Card:
    language = current_language()
    title = section_title(section.key, language) if section.key else section.title or section.loinc or "–"
    lines = tuple(_lines(section, received))
    count = len(section.entries)
    return Card(
        section.key.value if section.key else "other",
        f"{short(title)} ({count})" if count else short(title),
        lines,
    )


def _lines(section: SummarySection, received: Received) -> Iterator[CardLine]:
    language = current_language()
    if len(section.title) > SHORT:
        yield CardLine(section.title)
    state = _state(section, received)
    if state:
        yield CardLine(state)
    for entry in section.entries:
        yield _entry_line(entry, received)
    if section.note:
        yield CardLine("", section.note)
    entries = (said(entry, language).line for entry in section.entries)
    for block in blocks(added(section.narrative, entries)):
        yield CardLine("", block)
    for what in section.unread:
        yield CardLine(text("summary.read_unread_line"), what, tone="warning")


def _state(section: SummarySection, received: Received) -> str:
    if section.state is SectionState.UNDECIDED:
        return text("summary.read_absent")
    on = local_day(received.summary.written_at) if received.is_dated else None
    return state_words(section.key, section.state, current_language(), on)


def _entry_line(entry: Entry, received: Received) -> CardLine:
    words = said(entry, current_language())
    details = " · ".join(part for part in (*words.details, words.when) if part)
    return CardLine(words.head, details, _translated(entry, received), _tone(entry))


def _translated(entry: Entry, received: Received) -> str:
    """Our tables' word for the codes of a summary in another language, where it is not the sender's own.

    Of one in the reader's language the answers alone: those are said in the words of their code system.
    """
    language = current_language()
    foreign = spoken(received.summary.language) is not language
    found = (
        received.terms.get((coding.system, coding.code))
        for coding in (codings_of(entry) if foreign else answers_of(entry))
    )
    labels = dict.fromkeys(c.label for c in found if c is not None and c.language == language.value)
    own = fold(said(entry, language).line)
    new = [label for label in labels if fold(label) not in own]
    return text("summary.read_translated", words=", ".join(new)) if new else ""


def _tone(entry: Entry) -> str:
    if isinstance(entry, Alert):
        return "warning"
    if isinstance(entry, Allergy) and entry.verification is not Verification.REFUTED:
        return "danger" if entry.criticality is Criticality.HIGH else ""
    return ""


def _legibility(received: Received) -> Card:
    oddities = received.reading.oddities
    unread = sum(oddity.kind is OddityKind.UNREAD for oddity in oddities)
    title = (
        counted("summary.read_unread", unread) if unread else counted("summary.read_oddities", len(oddities))
    )
    where = ", ".join(dict.fromkeys(o.where for o in oddities if o.kind is OddityKind.UNREAD and o.where))
    lines = tuple(CardLine("", oddity_words(oddity, current_language())) for oddity in oddities)
    return Card(LEGIBILITY, f"{title} ({short(where)})" if where else title, lines, "warning", folded=True)


def _empty_card(received: Received) -> Card:
    sections = empty(received.summary)
    language = current_language()
    names = [section_title(s.key, language) if s.key else s.title or s.loinc for s in sections]
    more = " …" if len(names) > _NAMED else ""
    title = text("summary.read_empty", count=len(names), names=short(", ".join(names[:_NAMED])) + more)
    lines = tuple(
        CardLine(name, _state(section, received)) for name, section in zip(names, sections, strict=True)
    )
    return Card(EMPTY, title, lines, folded=True)
