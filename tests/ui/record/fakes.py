"""A made-up record, a controller without a platform, and a render child without a process."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.matricule import Matricule
from desktop.domain.record import (
    Author,
    Document,
    DocumentPage,
    DocumentStatus,
    DspState,
    Episode,
    EpisodeKind,
    Level,
    Mandate,
    MandateKind,
    Patient,
    Sex,
)
from desktop.ports.pdf import Hit, OpenedPdf, PageImage, PageText
from desktop.services.record import OpenRecord
from desktop.ui.record.controller import RecordFacts

NOW = datetime(2026, 11, 18, 9, 31, tzinfo=UTC)
PATIENT = Patient(
    "p1", Matricule("1793051234591"), "Muller", "Anne", date(1993, 5, 12), Sex.FEMALE, DspState.ACTIVE
)
MANDATE = Mandate(
    "m1", MandateKind.CONSULTATION, NOW - timedelta(minutes=19), NOW + timedelta(hours=23, minutes=41), None
)
LAST = datetime(2026, 9, 3, 8, 0, tzinfo=UTC)

_KINDS = (
    (EpisodeKind.LABORATOIRE, "resultats-biologie", "Laboratoires Kirchberg", "Dr Faber",
     ("Bilan sanguin", "Hémoglobine glyquée", "Bilan lipidique", "Fonction rénale", "INR", "Ionogramme")),
    (EpisodeKind.HOPITAL, "cr-sejour-lettre-sortie", "Hôpital du Plateau", "Dr Klein",
     ("Lettre de sortie cardiologie", "Lettre de sortie médecine interne", "Compte rendu de séjour")),
    (EpisodeKind.CABINET, "cr-acte-diagnostique", "Cabinet Weber", "Dr Weber",
     ("Consultation cardiologique", "Électrocardiogramme", "Contrôle tensionnel", "Consultation de suivi")),
    (EpisodeKind.IMAGERIE, "imagerie", "Centre d'imagerie Alzette", "Dr Wagner",
     ("Radiographie du thorax", "IRM du genou gauche", "Échographie abdominale")),
    (EpisodeKind.PHARMACIE, "dispensation-medicamenteuse", "Pharmacie du Pont", "Ph. Schmit",
     ("Dispensation : metformine 850 mg", "Dispensation : ramipril 5 mg")),
    (EpisodeKind.SOINS, "resume-soins-liaison", "Soins à domicile du Sud", "Inf. Hoffmann",
     ("Fiche de liaison", "Pansement, évolution")),
    (EpisodeKind.URGENCES, "rpu", "Hôpital du Plateau", "Dr Reuter", ("Passage aux urgences",)),
)  # fmt: skip
_WEIGHTS = (34, 8, 24, 9, 16, 7, 2)


def episodes(count: int = 40, seed: int = 7) -> tuple[Episode, ...]:
    """Episodes over twelve years."""
    rng = random.Random(seed)
    found = []
    for number in range(count):
        kind, _, place, _, _ = rng.choices(_KINDS, _WEIGHTS)[0]
        start = NOW - timedelta(days=rng.uniform(5, 12 * 365))
        length = rng.choice((0.2, 2, 6, 30, 90))
        end = start + timedelta(days=length)
        found.append(Episode(f"e{number}", kind, place, start, end, reason="Suivi"))
    running = Episode("e-run", EpisodeKind.SOINS, "Soins à domicile du Sud", NOW - timedelta(days=40), None)
    return (*found, running)


def documents(count: int = 400, seed: int = 11) -> tuple[Document, ...]:
    """Documents over twelve years, more in the last ones; newest first."""
    rng = random.Random(seed)
    known = episodes()
    found = []
    for number in range(count):
        kind, slug, place, name, titles = rng.choices(_KINDS, _WEIGHTS)[0]
        created = NOW - timedelta(days=12 * 365 * rng.random() ** 1.6, hours=rng.random() * 10)
        near = [e for e in known if e.kind is kind and e.end and e.start <= created <= e.end]
        level = Level.CONFIDENTIEL if rng.random() < 0.06 else Level.STANDARD
        found.append(
            Document(
                f"d{number}", f"urn:uuid:{number}", "p1", slug, rng.choice(titles), created,
                created + timedelta(hours=2), Author(f"a-{name}", name, place), level,
                DocumentStatus.CURRENT, "application/pdf", 120_000, "0" * 40, f"Binary/{number}", "fr",
                near[0].id if near else "",
            )
        )  # fmt: skip
    found.sort(key=lambda d: d.created or NOW, reverse=True)
    found[2] = replace(
        found[2], level=Level.ANNONCE, annonce_by="Dr Klein", annonce_at=NOW - timedelta(days=16)
    )
    found[5] = replace(found[5], status=DocumentStatus.DISABLED)
    resume = replace(
        found[9], id="resume", category="resume-patient", title="Résumé patient",
        created=datetime(2026, 2, 14, 9, 0, tzinfo=UTC), registered=datetime(2026, 2, 14, 9, 0, tzinfo=UTC),
        author=Author("me", "Dr Weber", "Cabinet Weber"),
    )  # fmt: skip
    return tuple(sorted([*found, resume], key=lambda d: d.created or NOW, reverse=True))


class FakePdf:
    """Pages of a made-up document; « bilan » stands once on each page."""

    def __init__(self, pages: int = 3, failure: Failure | None = None) -> None:
        self.sizes = ((595.0, 842.0),) * pages
        self.failure = failure
        self.calls: list[str] = []
        self.rendered: list[tuple[int, int, int]] = []

    def warm(self) -> None:
        self.calls.append("warm")

    def open(self, content: bytes) -> Result[OpenedPdf]:
        self.calls.append("open")
        return self.failure or OpenedPdf(1, self.sizes)

    def page_image(self, opened: OpenedPdf, page: int, width: int, rotation: int) -> Result[PageImage]:
        self.rendered.append((page, width, rotation))
        across, down = self.sizes[page] if rotation in (0, 180) else self.sizes[page][::-1]
        height = round(width * down / across)
        return PageImage(page, width, height, width * 4, b"\xff" * (width * height * 4))

    def page_text(self, opened: OpenedPdf, page: int) -> Result[PageText]:
        words = f"Page {page + 1} bilan sanguin"
        boxes = tuple((72 + 6.0 * i, 72.0, 78 + 6.0 * i, 84.0) for i in range(len(words)))
        return PageText(page, words, boxes)

    def find(self, opened: OpenedPdf, words: str) -> Result[tuple[Hit, ...]]:
        if words.lower() not in "bilan sanguin":
            return ()
        return tuple(Hit(page, 7, ((114.0, 72.0, 144.0, 84.0),)) for page in range(len(self.sizes)))

    def release(self, opened: OpenedPdf) -> None:
        self.calls.append("release")

    def wipe(self) -> None:
        self.calls.append("wipe")

    def check(self, content: bytes) -> Result[object]:
        raise AssertionError("the viewer checks nothing")

    def convert(self, content: bytes, name: str, *, signature_may_go: bool = False) -> Result[object]:
        raise AssertionError("the viewer converts nothing")

    def close(self) -> None:
        self.calls.append("close")


class FakeController:
    """Answers from memory; counts what is asked."""

    def __init__(
        self,
        listed: tuple[Document, ...] | None = None,
        *,
        pdf: object | None = None,
        content: Result[bytes] = b"%PDF-1.4",
        mandate: Mandate = MANDATE,
        patient: Patient = PATIENT,
        offline: bool = False,
        last: datetime | None = LAST,
        page_size: int = 100,
    ) -> None:
        record = OpenRecord(patient, mandate, last, offline)
        self.facts = RecordFacts(record, "Dr Weber", "me")
        self.pdf = pdf if pdf is not None else FakePdf()
        self.listed = documents() if listed is None else listed
        self.content = content
        self.page_size = page_size
        self.first: Failure | None = None
        self.second: Failure | None = None
        self.mandate_answer: Result[Mandate] = mandate
        self.found: tuple[str, ...] = ()
        self.former: tuple[Document, ...] = ()
        self.reads: list[str] = []
        self.kept: list[int] = []
        self.indexed: list[str] = []
        self.lifted: list[str] = []
        self.time = NOW

    def now(self) -> datetime:
        return self.time

    def _page(self, start: int) -> DocumentPage:
        end = start + self.page_size
        following = str(end) if end < len(self.listed) else None
        return DocumentPage(self.listed[start:end], following, len(self.listed))

    def first_page(self) -> Result[DocumentPage]:
        return self.first or self._page(0)

    def following_page(self, page: DocumentPage) -> Result[DocumentPage]:
        return self.second or self._page(int(page.next or 0))

    def episodes(self) -> Result[tuple[Episode, ...]]:
        return episodes()

    def keep(self, documents: tuple[Document, ...], episodes: tuple[Episode, ...]) -> Result[None]:
        self.kept.append(len(documents))
        return None

    def cached_ids(self) -> frozenset[str]:
        return frozenset({"d1", "d2"})

    def search(self, words: str) -> Result[tuple[str, ...]]:
        return self.found

    def read(self, document: Document, progress: object) -> Result[bytes]:
        self.reads.append(document.id)
        if document.status is DocumentStatus.DISABLED:
            return Failure(Code.DOCUMENT_DISABLED)
        return self.content

    def index(self, document: Document, content_text: str) -> Result[None]:
        self.indexed.append(content_text)
        return None

    def versions(self, document: Document) -> Result[tuple[Document, ...]]:
        return self.former

    def lift_annonce(self, document: Document, statement: str) -> Result[Document]:
        self.lifted.append(statement)
        return replace(document, level=Level.STANDARD)

    def recheck(self) -> Result[Mandate]:
        return self.mandate_answer
