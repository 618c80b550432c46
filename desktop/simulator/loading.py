"""Fills the database from a data set: identities at once, documents as their bytes get ready."""

import hashlib
import logging
import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from cryptography import x509
from sqlalchemy import select, update
from sqlalchemy.orm import Session as Database

from desktop.domain.card_image import load_card
from desktop.domain.local_time import day_words
from desktop.domain.record import Level, MandateKind
from desktop.simulator.card_holders import HOLDERS, ORGANIZATIONS, CardFlaw
from desktop.simulator.console_file import GivenSecrets, chosen
from desktop.simulator.documents import shaper
from desktop.simulator.feature import SimulatedFeature
from desktop.simulator.mandates import stay
from desktop.simulator.seed_data import Dataset, SeedDocument, SeedPatient, SeedPractitioner, unique_id_of
from desktop.simulator.tables import (
    BlacklistedRow,
    ContentRow,
    DocumentRow,
    EpisodeRow,
    HeldCertificateRow,
    MandateRow,
    OrganizationRow,
    PatientRow,
    PractitionerRow,
    RevokedCertificateRow,
    SettingRow,
)
from desktop.simulator.world import World, hash_code, new_id

log = logging.getLogger("dsp.simulator")

_BATCH_BYTES = 2 * 1024 * 1024
_BATCH_ROWS = 25


def is_seeded(world: World) -> bool:
    """True when the identities are in the database."""
    with world.database() as database:
        return database.get(SettingRow, "seeded") is not None


def is_complete(world: World) -> bool:
    """True when every document of the data set is in the database."""
    with world.database() as database:
        return database.get(SettingRow, "complete") is not None


def is_seeded_for(world: World, feature: SimulatedFeature) -> bool:
    """True when the seeds of *feature* are in the database."""
    with world.database() as database:
        return database.get(SettingRow, _seeded(feature)) is not None


def seed_features(world: World, dataset: Dataset) -> None:
    """What features bring along, each once and whole; an older folder gets it at its next start."""
    for feature in world.features:
        with world.database() as database:
            if database.get(SettingRow, _seeded(feature)) is None:
                feature.seed(database, dataset, world.clock.now())
                database.add(SettingRow(name=_seeded(feature), value="1"))


def _seeded(feature: SimulatedFeature) -> str:
    return f"seeded {feature.name}"


def seed_identities(world: World, dataset: Dataset) -> None:
    """Everything but documents and hashes of presence codes; a fraction of a second."""
    now = world.clock.now()
    with world.database() as database:
        for place in (*ORGANIZATIONS, *dataset.organizations()):
            database.add(
                OrganizationRow(id=place.id, name=place.name, kind=place.kind.value, address=place.address)
            )
        for holder in HOLDERS:
            row = _practitioner(holder.practitioner)
            row.holder_id = holder.holder_id
            row.activated = holder.flaw is not CardFlaw.NOT_ACTIVATED
            row.suspended = holder.flaw is CardFlaw.SUSPENDED
            database.add(row)
        database.add_all(_practitioner(person) for person in dataset.practitioners())
        database.flush()
        patients = dataset.patients()
        database.add_all(map(_patient, patients))
        database.flush()  # once: what refers to a patient comes after all of them
        for patient in patients:
            _add_belongings(database, patient, now)
        database.add(SettingRow(name="seeded", value="1"))


def fill_console(world: World, dataset: Dataset) -> None:
    """What the console shows of the patients; a code that was changed since stays changed."""
    people = {p.id: p for p in dataset.patients()}
    codes = {id: p.presence_code for id, p in people.items()}
    world.console.patients = {**codes, **world.console.patients}
    world.console.suggestions = [
        {
            **asdict(s),
            "family": people[s.patient_id].family,
            "given": people[s.patient_id].given,
            "birth_date": day_words(people[s.patient_id].birth_date),
            "matricule": people[s.patient_id].matricule,
        }
        for s in dataset.suggestions()
    ]


def fill_scans(world: World) -> None:
    """The codes that features have for a scanner."""
    world.console.scans = [asdict(scan) for feature in world.features for scan in feature.scans]


def set_codes(world: World, given: GivenSecrets) -> None:
    """Codes given for this run win; every code without its hash waits for :class:`Background`."""
    codes = world.console.patients
    with world.database() as database:
        rows = database.execute(select(PatientRow.id, PatientRow.matricule, PatientRow.code_hash)).all()
        for id, matricule, code_hash in rows:
            wanted = given.code.get(matricule) or chosen(given.code, id)
            if wanted is not None and wanted != codes.get(id):
                codes[id] = wanted
                code_hash = ""
                database.execute(update(PatientRow).where(PatientRow.id == id).values(code_hash=""))
            if not code_hash and codes.get(id):
                world.pending_codes[id] = codes[id]


def revoke_flawed_cards(world: World, cards: Path) -> None:
    """Put the certificates of the revoked and of the suspended demo card on their lists."""
    lists = {CardFlaw.REVOKED: RevokedCertificateRow, CardFlaw.ON_HOLD: HeldCertificateRow}
    for flaw, row in lists.items():
        path = cards / f"{flaw.value}.json"
        if not path.exists():
            continue
        pem = load_card(path).authentication.certificate_pem
        serial = f"{x509.load_pem_x509_certificate(pem.encode()).serial_number:x}"
        with world.database() as database:
            database.merge(row(serial=serial))


class Background:
    """The thread that brings documents in, important ones first, and hashes the presence codes."""

    def __init__(self, world: World, dataset: Dataset | None) -> None:
        """*dataset* None: every document is there already."""
        self._world = world
        self._dataset = dataset
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="simulator-data", daemon=True)
        self.done = threading.Event()
        if dataset is not None:
            world.filling.set()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End soon; what is missing is asked for at the next start."""
        self._stop.set()
        self._thread.join(10)

    def _run(self) -> None:
        try:
            with self._world.database() as database:
                shaper(self._world, database)  # so that the first list does not wait for it
            if self._dataset is not None:
                self._bring_documents(self._dataset)
            self._hash_codes()  # last: a code that is typed before is hashed on the spot
            if not self._stop.is_set():
                self.done.set()
        except Exception:
            log.exception("demo data")

    def _hash_codes(self) -> None:
        for id, code in list(self._world.pending_codes.items()):
            if self._stop.is_set():
                return
            code_hash = hash_code(code)
            with self._world.database() as database:
                statement = update(PatientRow).where(PatientRow.id == id, PatientRow.code_hash == "")
                database.execute(statement.values(code_hash=code_hash))
                self._world.pending_codes.pop(id, None)

    def _bring_documents(self, dataset: Dataset) -> None:
        documents = dataset.documents()
        planned: dict[str, list[SeedDocument]] = defaultdict(list)
        for document in documents:
            planned[document.patient_id].append(document)
        self._world.planned = planned
        with self._world.database() as database:
            known = set(database.scalars(select(DocumentRow.id)))
        wanted = [d for d in (*documents, *dataset.data()) if d.id not in known]
        produced = dataset.contents(wanted)
        batch: list[tuple[SeedDocument, bytes]] = []
        for document, data in produced:
            batch.append((document, data))
            if len(batch) >= _BATCH_ROWS or sum(len(d) for _, d in batch) > _BATCH_BYTES:
                add_documents(self._world, batch)
                batch = []
            if self._stop.is_set():
                produced.close()
                break
        add_documents(self._world, batch)
        if not self._stop.is_set():
            with self._world.database() as database:
                database.merge(SettingRow(name="complete", value="1"))
            self._world.filling.clear()
            self._world.planned = None


def add_documents(world: World, batch: Iterable[tuple[SeedDocument, bytes]]) -> None:
    """Insert rows whose bytes exist: size and SHA-1 are true."""
    with world.database() as database:
        for seed, data in batch:
            if seed.replaces:
                statement = update(DocumentRow).where(DocumentRow.id == seed.replaces)
                database.execute(statement.values(superseded=True))
            database.add(document_row(seed, data))
            database.add(ContentRow(document_id=seed.id, data=data))


def document_row(seed: SeedDocument, data: bytes) -> DocumentRow:
    """A document that no other replaces yet."""
    annonce = seed.level is Level.ANNONCE
    return DocumentRow(
        id=seed.id, unique_id=unique_id_of(seed.id), submission_id="", locator=new_id(),
        patient_id=seed.patient_id, category=seed.category, title=seed.title,
        created=seed.created.isoformat(), registered=seed.registered, author_id=seed.author_id,
        organization_id=seed.organization_id, level=seed.level.value, language=seed.language,
        episode_id=seed.episode_id, replaces=seed.replaces, superseded=False, disabled=seed.disabled,
        annonce_by=(seed.annonce_by or seed.author_id) if annonce else "",
        annonce_at=seed.registered if annonce else None, content_type=seed.content_type, size=len(data),
        sha1=hashlib.sha1(data, usedforsecurity=False).hexdigest(), version=1, updated=seed.registered,
        transforms=seed.transforms,
    )  # fmt: skip


def _practitioner(person: SeedPractitioner) -> PractitionerRow:
    return PractitionerRow(
        id=person.id, family=person.family, given=person.given, prefix=person.prefix,
        profession=person.profession, organization_id=person.organization_id,
        ehealth_id=person.ehealth_id, holder_id=None, activated=True, suspended=False, terms="",
    )  # fmt: skip


def _patient(seed: SeedPatient) -> PatientRow:
    return PatientRow(
        id=seed.id, matricule=seed.matricule, family=seed.family, given=seed.given,
        birth_date=seed.birth_date, sex=seed.sex.value,
        dsp=seed.dsp.value, inactive_until=seed.inactive_until, address=seed.address,
        emergency=seed.emergency.value, code_hash="",
    )  # fmt: skip


def _add_belongings(database: Database, seed: SeedPatient, now: datetime) -> None:
    database.add_all(BlacklistedRow(patient_id=seed.id, practitioner_id=id) for id in seed.blacklist)
    for i, mandate in enumerate(seed.mandates):
        grace_end = mandate.grace_end
        if grace_end is None and mandate.kind in (MandateKind.ETABLISSEMENT, MandateKind.URGENCES):
            grace_end = stay(mandate.start, mandate.end).grace_end
        database.add(
            MandateRow(
                id=f"m-{seed.id}-{i}", patient_id=seed.id, practitioner_id=mandate.practitioner_id,
                kind=mandate.kind.value, start=mandate.start, end=mandate.end,
                grace_end=grace_end, version=1, updated=now,
            )
        )  # fmt: skip
    for episode in seed.episodes:
        database.add(
            EpisodeRow(
                id=episode.id, patient_id=seed.id, kind=episode.kind.value,
                organization_id=episode.organization_id, start=episode.start, end=episode.end,
                mandate_kind=episode.mandate.value if episode.mandate else "", reason=episode.reason,
                refused=episode.refused,
            )
        )  # fmt: skip
