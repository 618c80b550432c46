"""A document and its structured data, as one version of one thing (contract §9)."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from desktop.simulator import rules
from desktop.simulator.access import Access, facts
from desktop.simulator.feature import DataDeposit
from desktop.simulator.outcomes import Refused
from desktop.simulator.submission import Submission
from desktop.simulator.tables import DocumentRow, PatientRow, PractitionerRow
from desktop.simulator.world import World


def check_data(
    database: Database, found: Access, rows: Mapping[str, DocumentRow], new: Sequence[Submission]
) -> None:
    """Name the document of each of the *new* that are data, where they belong together; raises Refused.

    *rows* are those of the submission by their place in it; nothing of what is new is in the database yet.
    """
    for sent in new:
        if sent.transforms:
            row = rows[sent.url]
            document = rows.get(sent.transforms) or database.get(DocumentRow, sent.transforms)
            if document is None or not _belong_together(row, document):
                raise Refused("deposit_refused", detail="relatesTo transforms")
            row.transforms = document.id
            _check_former(database, row, document)
            _check_newest(database, found, document)


def take_data(
    world: World,
    database: Database,
    author: PractitionerRow,
    patient: PatientRow,
    new: Sequence[tuple[Submission, DocumentRow]],
) -> None:
    """Give those of the *new* rows whose format a feature knows to that feature; raises Refused."""
    for sent, row in new:
        take = world.data_formats.get(sent.format) if sent.transforms else None
        if take is not None:
            database.flush()
            row.format = sent.format
            document = database.get_one(DocumentRow, row.transforms)
            take(world, database, DataDeposit(sent, row, document, author, patient))


def _belong_together(data: DocumentRow, document: DocumentRow) -> bool:
    """Of one patient, author, kind and level; and a document has its data once."""
    parts = ("patient_id", "author_id", "category", "level")
    same = all(getattr(data, part) == getattr(document, part) for part in parts)
    return same and not document.transforms and not document.superseded and data is not document


def _check_former(database: Database, data: DocumentRow, document: DocumentRow) -> None:
    """Data replace the data of the version that their document replaces."""
    former = database.get(DocumentRow, data.replaces) if data.replaces else None
    if data.replaces and (former is None or former.transforms != document.replaces):
        raise Refused("deposit_refused", detail="relatesTo replaces")


def _check_newest(database: Database, found: Access, document: DocumentRow) -> None:
    """A patient has one summary: who did not see the newest version may not publish beside it."""
    if document.category != rules.SUMMARY:
        return
    current = select(DocumentRow).where(
        DocumentRow.patient_id == document.patient_id,
        DocumentRow.category == rules.SUMMARY,
        DocumentRow.superseded.is_(False),
        DocumentRow.disabled.is_(False),
        DocumentRow.transforms == "",
        DocumentRow.id.not_in((document.id, document.replaces)),
    )
    for other in database.scalars(current):
        if rules.see(found.viewer, found.record, facts(other)) is None:
            raise Refused("summary_newer_version", detail="relatesTo replaces")
