"""A handful of patients, one for each rule: what ``--no-demo`` serves and what tests rely on."""

from collections.abc import Generator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from desktop.domain.catalog import RESUME_PRESTATIONS
from desktop.domain.matricule import check_digits
from desktop.domain.record import DspState, EpisodeKind, Level, MandateKind, Sex
from desktop.simulator.seed_data import (
    CNS_AUTHOR,
    PATIENT_AUTHOR,
    SeedDocument,
    SeedDrug,
    SeedEpisode,
    SeedMandate,
    SeedOrganization,
    SeedPatient,
    SeedPractitioner,
    SeedResult,
    SeedService,
    Suggestion,
)

_HOSPITAL, _LAB = "org-hospital", "org-lab"
_HOSPITAL_DOCTOR, _BIOLOGIST = "ps-hospital", "ps-biologist"


def matricule(born: date, number: int) -> str:
    """A safe matricule: birth year minus 200, right check digits (domain §0)."""
    eleven = f"{born.year - 200}{born:%m%d}{number:03d}"
    return eleven + check_digits(eleven)


class MinimalData:
    """Implements :class:`desktop.simulator.seed_data.Dataset`."""

    def __init__(self, today: date) -> None:
        """All times are counted back from *today*."""
        self._today = today

    def organizations(self) -> Sequence[SeedOrganization]:
        """A hospital and a laboratory."""
        return (
            SeedOrganization(_HOSPITAL, "Centre hospitalier de démonstration", EpisodeKind.HOPITAL),
            SeedOrganization(_LAB, "Laboratoire de démonstration", EpisodeKind.LABORATOIRE),
        )

    def practitioners(self) -> Sequence[SeedPractitioner]:
        """Their authors."""
        biology = "Médecin ou pharmacien de spécialité biologie"
        return (
            SeedPractitioner(
                _HOSPITAL_DOCTOR, "Reding", "Anne", "Médecin Spécialiste", _HOSPITAL, "LU91000001", "Dr"
            ),
            SeedPractitioner(_BIOLOGIST, "Wolff", "Max", biology, _LAB, "LU91000002", "Dr"),
        )

    def patients(self) -> Sequence[SeedPatient]:
        """One for each state and kind of mandate."""
        inactive_until = self._today + timedelta(days=12)
        mr, cmc = MandateKind.MEDECIN_REFERENT, MandateKind.CERCLE_MEDICAL
        return (
            self._patient(1, "Müller", "Anne", date(1961, 3, 14), episodes=self._episodes()),
            self._patient(
                2,
                "Kremer",
                "Jean",
                date(1948, 11, 2),
                mandates=(self._standing("ps-kieffer", mr),),
                ald=(8, 13),
            ),
            self._patient(
                3,
                "Da Silva",
                "Maria",
                date(1985, 6, 30),
                mandates=(self._standing("ps-weber", cmc), self._standing("ps-reuter", cmc)),
            ),
            self._patient(4, "Schmit", "Pol", date(2017, 9, 21)),
            self._patient(
                5, "Schmit", "Lena", date(1990, 1, 5), dsp=DspState.INACTIVE, inactive_until=inactive_until
            ),
            self._patient(6, "Schmit", "Marc", date(1972, 4, 8), dsp=DspState.CLOSED),
            self._patient(7, "Schmit", "Josée", date(1930, 12, 24), dsp=DspState.DECEASED),
            self._patient(8, "Schmit", "Kim", date(1999, 7, 17), dsp=DspState.NONE),
            self._patient(9, "Schmit", "Nico", date(1966, 2, 11), blacklist=("ps-weber",)),
            self._patient(10, "Schmit", "Rita", date(1958, 10, 3)),
        )

    def documents(self) -> Sequence[SeedDocument]:
        """Levels, versions, authors and categories of patient 1; a few for the others."""
        return (
            self._document(
                1,
                1,
                "cr-sejour-lettre-sortie",
                "Lettre de sortie – cardiologie",
                40,
                _HOSPITAL_DOCTOR,
                _HOSPITAL,
                episode_id="e-1-1",
            ),
            self._document(
                2, 1, "resultats-biologie", "Bilan sanguin", 30, _BIOLOGIST, _LAB, episode_id="e-1-2"
            ),
            self._document(3, 1, "certificat-medical", "Certificat d'aptitude", 200, "ps-weber", "org-weber"),
            self._document(
                4,
                1,
                "cr-acte-diagnostique",
                "Consultation confidentielle",
                60,
                "ps-schmitz",
                "org-schmitz",
                level=Level.CONFIDENTIEL,
            ),
            self._document(
                5, 1, "rapport-medical", "Avis privé", 70, "ps-schmitz", "org-schmitz", level=Level.PRIVE
            ),
            self._document(
                6,
                1,
                "cr-acte-diagnostique",
                "Biopsie – résultat à expliquer",
                20,
                _HOSPITAL_DOCTOR,
                _HOSPITAL,
                level=Level.ANNONCE,
            ),
            self._document(7, 1, "traitements-medicamenteux", "Ordonnance", 400, "ps-weber", "org-weber"),
            self._document(
                8,
                1,
                "traitements-medicamenteux",
                "Ordonnance (corrigée)",
                390,
                "ps-weber",
                "org-weber",
                replaces="d-7",
            ),
            self._document(
                9, 1, "imagerie", "IRM – mauvais patient", 90, _HOSPITAL_DOCTOR, _HOSPITAL, disabled=True
            ),
            self._document(10, 1, "expression-titulaire", "Mes souhaits", 120, PATIENT_AUTHOR),
            self._document(
                11, 1, "renseignements-sociaux", "Situation sociale", 130, _HOSPITAL_DOCTOR, _HOSPITAL
            ),
            self._document(
                12,
                1,
                RESUME_PRESTATIONS,
                "Prestations des trois dernières années",
                100,
                CNS_AUTHOR,
                CNS_AUTHOR,
            ),
            self._document(13, 2, "resume-patient", "Résumé patient", 15, "ps-kieffer", "org-kieffer"),
            self._document(
                14,
                2,
                "rapport-medical",
                "Expertise",
                25,
                "ps-schmitz",
                "org-schmitz",
                level=Level.CONFIDENTIEL,
            ),
            self._document(15, 3, "protocole-detresse", "Conduite à tenir", 35, _HOSPITAL_DOCTOR, _HOSPITAL),
            self._document(16, 9, "certificat-medical", "Certificat", 45, "ps-weber", "org-weber"),
            self._document(17, 9, "rapport-medical", "Rapport", 46, "ps-schmitz", "org-schmitz"),
            self._document(19, 2, RESUME_PRESTATIONS, "Prestations", 38, CNS_AUTHOR, CNS_AUTHOR),
            self._document(18, 6, "certificat-medical", "Certificat", 300, "ps-weber", "org-weber"),
        )

    def data(self) -> Sequence[SeedDocument]:
        """None: what tests publish has some."""
        return ()

    def contents(self, wanted: Sequence[SeedDocument]) -> Generator[tuple[SeedDocument, bytes], None, None]:
        """A page with the title each."""
        for document in wanted:
            yield document, plain_pdf(document.title)

    def services(self, document: SeedDocument) -> Sequence[SeedService]:
        """Two lines in each."""
        if document.category != RESUME_PRESTATIONS:
            return ()
        day = document.created.replace(year=document.created.year - 1, day=2)
        return (
            SeedService(day, "consultation", "Consultation du généraliste", "Dr Marc Kieffer", 1),
            SeedService(day, "laboratoire", "Analyses de laboratoire", "Laboratoire de démonstration", 12),
        )

    def drugs(self, document: SeedDocument) -> Sequence[SeedDrug]:
        """One page says nothing of medicines: there are none."""
        return ()

    def results(self, document: SeedDocument) -> Sequence[SeedResult]:
        """Four of each laboratory's page, one of them below what could be measured."""
        if document.category != "resultats-biologie":
            return ()
        return (
            SeedResult("Créatinine", "0,98", "mg/dL", "2160-0", "mg/dL", 0.6, 1.1, "0,60 – 1,10"),
            SeedResult("HbA1c", "7,2", "%", "4548-4", "%", None, 6.0, "< 6,0", "H"),
            SeedResult("CRP", "< 0,5", "mg/L", "1988-5", "mg/L", None, 5.0, "< 5,0"),
            SeedResult("Indice maison", "3", "mg%"),
        )

    def suggestions(self) -> Sequence[Suggestion]:
        """None: there is nobody to show them to."""
        return ()

    def _patient(
        self,
        number: int,
        family: str,
        given: str,
        born: date,
        *,
        dsp: DspState = DspState.ACTIVE,
        inactive_until: date | None = None,
        blacklist: tuple[str, ...] = (),
        mandates: tuple[SeedMandate, ...] = (),
        ald: tuple[int, ...] = (),
        episodes: tuple[SeedEpisode, ...] = (),
    ) -> SeedPatient:
        sex = Sex.FEMALE if number % 2 else Sex.MALE
        return SeedPatient(
            f"p-{number}",
            matricule(born, number),
            family,
            given,
            born,
            sex,
            f"code-{number:04d}",
            dsp,
            inactive_until,
            f"{number}, rue de l'Exemple, L-1234 Luxembourg",
            blacklist=blacklist,
            mandates=mandates,
            ald=ald,
            episodes=episodes,
        )

    def _episodes(self) -> tuple[SeedEpisode, ...]:
        stay = MandateKind.ETABLISSEMENT
        return (
            SeedEpisode(
                "e-1-1", EpisodeKind.HOPITAL, _HOSPITAL, self._ago(47), self._ago(40), stay, "Cardiologie"
            ),
            SeedEpisode("e-1-2", EpisodeKind.LABORATOIRE, _LAB, self._ago(31), self._ago(30), stay),
            SeedEpisode(
                "e-1-3", EpisodeKind.HOPITAL, _HOSPITAL, self._ago(9), self._ago(8), stay, refused=True
            ),
        )

    def _standing(self, practitioner: str, kind: MandateKind) -> SeedMandate:
        return SeedMandate(practitioner, kind, self._ago(700))

    def _document(
        self,
        number: int,
        patient: int,
        category: str,
        title: str,
        days: int,
        author: str,
        organization: str = "",
        *,
        level: Level = Level.STANDARD,
        episode_id: str = "",
        replaces: str = "",
        disabled: bool = False,
    ) -> SeedDocument:
        registered = self._ago(days)
        return SeedDocument(
            f"d-{number}",
            f"p-{patient}",
            category,
            title,
            registered.date(),
            registered,
            author,
            organization,
            level,
            "fr",
            episode_id,
            replaces,
            disabled,
        )

    def _ago(self, days: int) -> datetime:
        return datetime.combine(self._today - timedelta(days=days), time(9), UTC)


def plain_pdf(title: str) -> bytes:
    """One A4 page with *title*: a real PDF, not PDF/A."""
    shown = (
        title.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    )
    stream = b"BT /F1 18 Tf 60 760 Td (" + shown + b") Tj ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )
    data = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(data))
    return data + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table) + trailer
