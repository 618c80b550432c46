"""What was read of patients' records: openings, lists, full text, bodies, and their end (CF-066)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from desktop.domain.catalog import category
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.folding import fold
from desktop.domain.local_time import local_day
from desktop.domain.record import Document, Episode, Mandate
from desktop.ports.store import KeptRecord, RecentPatient
from desktop.store.base import StoreBase, read_content
from desktop.store.codec import moment, pack, query, read_moment, unpack
from desktop.store.erasure import (
    OVER,
    drop_documents,
    drop_ended_keys,
    drop_keys_of,
    expire,
    forget,
    own,
    require_right,
)
from desktop.store.sealed_files import Sealed
from desktop.store.sqlcipher import Connection
from desktop.store.witness import ended


class Records(StoreBase):
    """The reading half of the store."""

    def recent_patients(self, day: date) -> Result[tuple[RecentPatient, ...]]:
        """Opened on *day* (Europe/Luxembourg), newest first, each once."""
        rows = self._rows(
            "SELECT data FROM openings WHERE day = ? ORDER BY opened_at DESC, patient_id", day.isoformat()
        )
        return rows if isinstance(rows, Failure) else tuple(unpack(r[0], RecentPatient) for r in rows)

    def hold_right(self, patient_id: str, until: datetime, mandate: Mandate | None = None) -> Result[None]:
        """Note until when the right to this patient runs: without one nothing of a mandate is kept.

        Contents have no other end: a right that was shortened takes them along, one prolonged keeps them.
        """
        at = moment(until)

        def work(c: Connection) -> bool:
            row = c.execute("SELECT until FROM rights WHERE patient_id = ?", (patient_id,)).fetchone()
            shortened = row is not None and at is not None and at < row[0]
            if shortened:
                ended(c)
            c.execute("INSERT OR REPLACE INTO rights VALUES (?, ?)", (patient_id, at))
            c.execute(
                "UPDATE bodies SET keep_until = ? WHERE patient_id = ? AND keep_until IS NOT NULL",
                (at, patient_id),
            )
            row = c.execute("SELECT data FROM kept_records WHERE patient_id = ?", (patient_id,)).fetchone()
            if mandate is not None and row is not None:
                data = pack(replace(unpack(row[0], RecentPatient), mandate=mandate))
                c.execute("UPDATE kept_records SET data = ? WHERE patient_id = ?", (data, patient_id))
            return shortened

        shortened = self._write(work)
        if isinstance(shortened, Failure):
            return shortened
        if shortened:
            self._tell_witness(None)
        return None

    def hold_told_rights(self, until: Mapping[str, datetime]) -> Result[None]:
        """Note rights that a list told of, in one transaction.

        A record whose own list is kept has its end from that opening, and who is being erased stays so.
        """

        def work(c: Connection) -> bool:
            known = dict(c.execute("SELECT patient_id, until FROM rights").fetchall())
            opened = {row[0] for row in c.execute("SELECT patient_id FROM kept_records").fetchall()}
            told = {
                id: moment(end) for id, end in until.items() if id not in opened and known.get(id) != OVER
            }
            shortened = any(id in known and str(end) < known[id] for id, end in told.items())
            if shortened:
                ended(c)
            c.executemany("INSERT OR REPLACE INTO rights VALUES (?, ?)", told.items())
            c.executemany(
                "UPDATE bodies SET keep_until = ? WHERE patient_id = ? AND keep_until IS NOT NULL",
                [(end, id) for id, end in told.items()],
            )
            return shortened

        shortened = self._write(work)
        if isinstance(shortened, Failure):
            return shortened
        if shortened:
            self._tell_witness(None)
        return None

    def kept_records(self) -> Result[tuple[KeptRecord, ...]]:
        """Everybody of whom something may be kept, the latest opening first, then those without a list."""
        rows = self._rows(
            "SELECT r.patient_id, r.until, k.data FROM rights r LEFT JOIN kept_records k USING (patient_id)"
            " WHERE r.until <> ''"  # being erased
        )
        if isinstance(rows, Failure):
            return rows
        kept = [
            KeptRecord(patient_id, read_moment(until), unpack(data, RecentPatient) if data else None)
            for patient_id, until, data in rows
        ]
        return tuple(sorted(kept, key=_latest_first))

    def remember_opening(self, recent: RecentPatient) -> Result[None]:
        """Note that a record was opened; it is a kept record while its right is held."""
        patient, opened_at = recent.patient.id, moment(recent.opened_at)
        day = local_day(recent.opened_at).isoformat()

        def work(c: Connection) -> None:
            c.execute("INSERT OR REPLACE INTO patients VALUES (?, ?)", (patient, opened_at))
            c.execute(
                "INSERT OR REPLACE INTO kept_records"
                " SELECT ?, ? WHERE EXISTS (SELECT 1 FROM rights WHERE patient_id = ?)",
                (patient, pack(recent), patient),
            )
            c.execute(
                "INSERT OR REPLACE INTO openings VALUES (?, ?, ?, ?)", (patient, day, opened_at, pack(recent))
            )

        return self._write(work)

    def last_opening(self, patient_id: str) -> Result[datetime | None]:
        """The latest opening that was remembered; ask before remembering the present one."""
        row = self._row("SELECT last_opening FROM patients WHERE id = ?", patient_id)
        if isinstance(row, Failure):
            return row
        return read_moment(row[0]) if row else None

    def save_documents(self, patient_id: str, documents: Sequence[Document]) -> Result[None]:
        """Replace the patient's cached list; RIGHT_UNKNOWN without a right held.

        What left the list (withdrawn, made private, replaced) leaves the cache too; own documents stay.
        """
        ids = {d.id for d in documents}
        withdrawn: list[str] = []

        def work(c: Connection) -> list[str]:
            require_right(c, patient_id)
            listed = c.execute("SELECT id FROM documents WHERE patient_id = ? AND listed", (patient_id,))
            gone = [r[0] for r in listed.fetchall() if r[0] not in ids]
            kept = own(c, patient_id)
            if gone:
                ended(c)
            withdrawn.extend(gone)
            files = drop_documents(c, [i for i in gone if i not in kept])
            c.execute("UPDATE documents SET listed = 0 WHERE patient_id = ?", (patient_id,))
            for document in documents:
                _upsert(c, document, listed=True)
            return files

        done = self._drop_read(work)
        if withdrawn:
            self._tell_witness(done)
        return done if isinstance(done, Failure) else None

    def save_episodes(self, patient_id: str, episodes: Sequence[Episode]) -> Result[None]:
        """Replace the patient's cached episodes; RIGHT_UNKNOWN without a right held."""

        def work(c: Connection) -> None:
            require_right(c, patient_id)
            c.execute("DELETE FROM episodes WHERE patient_id = ?", (patient_id,))
            c.executemany(
                "INSERT INTO episodes VALUES (?, ?, ?)",
                [(patient_id, i, pack(episode)) for i, episode in enumerate(episodes)],
            )

        return self._write(work)

    def documents(self, patient_id: str) -> Result[tuple[Document, ...]]:
        """The cached list, newest first by the document's own date, undated last."""
        rows = self._rows(
            "SELECT data FROM documents WHERE patient_id = ? AND listed"
            " ORDER BY created DESC NULLS LAST, registered DESC NULLS LAST, id",
            patient_id,
        )
        return rows if isinstance(rows, Failure) else tuple(unpack(r[0], Document) for r in rows)

    def episodes(self, patient_id: str) -> Result[tuple[Episode, ...]]:
        """The cached episodes, as they were saved."""
        rows = self._rows("SELECT data FROM episodes WHERE patient_id = ? ORDER BY position", patient_id)
        return rows if isinstance(rows, Failure) else tuple(unpack(r[0], Episode) for r in rows)

    def search(self, patient_id: str, words: str) -> Result[tuple[str, ...]]:
        """Ids of listed documents that match every word (accents and ligatures folded), best first."""
        asked = query(words)
        if not asked:
            return ()
        rows = self._rows(
            "SELECT d.id FROM texts JOIN documents d ON d.seq = texts.rowid"
            " WHERE texts MATCH ? AND d.patient_id = ? AND d.listed ORDER BY bm25(texts, 4.0, 1.0), d.id",
            asked,
            patient_id,
        )
        return rows if isinstance(rows, Failure) else tuple(r[0] for r in rows)

    def index_text(self, document_id: str, content_text: str) -> Result[None]:
        """Add the text of a document that the user read; NOT_CACHED for one that is not kept."""

        def work(c: Connection) -> bool:
            row = c.execute("SELECT seq FROM documents WHERE id = ?", (document_id,)).fetchone()
            if row is not None:
                c.execute("UPDATE texts SET content = ? WHERE rowid = ?", (fold(content_text), row[0]))
            return row is not None

        found = self._write(work)
        if isinstance(found, Failure):
            return found
        return None if found else Failure(Code.NOT_CACHED)

    def save_body(self, document: Document, content: bytes, keep_until: datetime | None) -> Result[None]:
        """Encrypt one body with a key of its own; None = own document, kept; else RIGHT_UNKNOWN as above."""

        def insert(c: Connection, sealed: Sealed) -> list[str]:
            until = moment(keep_until)
            if until is not None:
                until = min(until, require_right(c, document.patient_id))
            former = c.execute("SELECT file FROM bodies WHERE document_id = ?", (document.id,)).fetchall()
            _upsert(c, document, listed=False)
            c.execute(
                "INSERT OR REPLACE INTO bodies VALUES (?, ?, ?, ?, ?)",
                (document.id, document.patient_id, sealed.file, sealed.key, until),
            )
            return [r[0] for r in former]

        return self._store_sealed(lambda o: o.bodies, _body(document.id), content, insert)

    def body(self, document_id: str) -> Result[bytes]:
        """Decrypt one body; NOT_CACHED when it is not there (or was changed on the disk)."""
        opened = self._vault.opened()
        row = self._row("SELECT file, key FROM bodies WHERE document_id = ?", document_id)
        if isinstance(row, Failure):
            return row
        if opened is None or row is None:
            return Failure(Code.NOT_CACHED)
        content = read_content(opened.bodies, _body(document_id), Sealed(row[0], row[1]))
        return Failure(Code.NOT_CACHED) if content is None else content

    def cached_ids(self, patient_id: str) -> Result[frozenset[str]]:
        """Documents that are readable offline."""
        rows = self._rows("SELECT document_id FROM bodies WHERE patient_id = ? AND key <> x''", patient_id)
        return rows if isinstance(rows, Failure) else frozenset(r[0] for r in rows)

    def forget_patient(self, patient_id: str, keep: frozenset[str]) -> Result[None]:
        """Erase all that came under one patient's mandate, but *keep* and own documents (CF-066).

        Drafts and outbox rows are the user's own work and stay; so does the time of the last opening, and of
        those of today that they were.
        """
        done = self._drop_keys_first(
            lambda c: drop_keys_of(c, patient_id, keep), lambda c: _forget_told(c, patient_id, keep)
        )
        return self._tell_witness(done if isinstance(done, Failure) else None)

    def purge_expired(self, now: datetime) -> Result[int]:
        """Crypto-erase what a mandate's end took away; number of bodies destroyed.

        Patients whose mandate ran out lose their lists too; of earlier days only the time of opening stays.
        The vault does the same at each opening, by the machine's clock.
        """
        return self._drop_keys_first(lambda c: drop_ended_keys(c, now), lambda c: expire(c, now))


def _forget_told(c: Connection, patient_id: str, keep: frozenset[str]) -> list[str]:
    """Also what today's openings still say of the right and of the list."""
    ended(c)
    for day, data in c.execute(
        "SELECT day, data FROM openings WHERE patient_id = ?", (patient_id,)
    ).fetchall():
        bare = replace(unpack(data, RecentPatient), mandate=None, new_documents=0, annonces=0)
        at = (pack(bare), patient_id, day)
        c.execute("UPDATE openings SET data = ? WHERE patient_id = ? AND day = ?", at)
    return forget(c, patient_id, keep)


def _latest_first(kept: KeptRecord) -> tuple[float, str]:
    opened = -kept.recent.opened_at.timestamp() if kept.recent else 0.0
    return opened, kept.patient_id


def _body(document_id: str) -> str:
    return f"body:{document_id}"


def _upsert(c: Connection, document: Document, *, listed: bool) -> None:
    """Write the row and what is findable of it; a document in the list stays there."""
    packed = pack(document)
    values = (moment(document.created), moment(document.registered), packed)
    row = c.execute("SELECT seq, data FROM documents WHERE id = ?", (document.id,)).fetchone()
    if row is not None and row[1] == packed:  # the usual case: nothing to write but the mark
        c.execute("UPDATE documents SET listed = max(listed, ?) WHERE seq = ?", (listed, row[0]))
        return
    if row is None:
        c.execute(
            "INSERT INTO documents (id, patient_id, listed, created, registered, data)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (document.id, document.patient_id, listed, *values),
        )
        seq = c.execute("SELECT last_insert_rowid()").fetchone()[0]
        c.execute("INSERT INTO texts (rowid, about, content) VALUES (?, ?, '')", (seq, _about(document)))
        return
    c.execute(
        "UPDATE documents SET listed = max(listed, ?), created = ?, registered = ?, data = ? WHERE seq = ?",
        (listed, *values, row[0]),
    )
    c.execute("UPDATE texts SET about = ? WHERE rowid = ?", (_about(document), row[0]))


def _about(document: Document) -> str:
    author = document.author
    labels = " ".join(category(document.category).labels)
    return fold(f"{document.title} {author.name} {author.organisation} {labels} {document.facility}")
