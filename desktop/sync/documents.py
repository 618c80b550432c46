"""Lists, versions and bytes of documents (contract §5). Nothing is fetched unasked (CF-062)."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.record import Document, DocumentPage, DocumentStatus, Level
from desktop.ports.platform import Progress
from desktop.sync import fhir_read, fhir_search, fhir_write, refused_change
from desktop.sync import fhir_shapes as fhir
from desktop.sync.caller import Bearer, Caller
from desktop.sync.errors import failure_of
from desktop.sync.login import Login
from desktop.sync.profile import PlatformProfile
from desktop.sync.record_access import RecordAccess
from desktop.sync.search_outcomes import trouble
from desktop.sync.whose import KnownPatients, dropped
from desktop.sync.wire import DOCUMENT_LIMIT, FHIR, JSON_PATCH, Answer, Call, Lost

_KIND = "DocumentReference"
_REFUSAL = 64 * 1024  # bytes: a refusal may be longer than the document
# Said by a reading back, these end more than the call, so they are told as they are.
_ENDS = frozenset(
    {
        Code.SESSION_ENDED,
        Code.PRACTICE_SUSPENDED,
        Code.CERTIFICATE_REVOKED,
        Code.CERTIFICATE_SUSPENDED,
        Code.VERSION_REFUSED,
        Code.MANDATE_ENDED,
    }
)


class Documents:
    """Document calls; with the patient's token where a record is open, else as the author."""

    def __init__(
        self,
        caller: Caller,
        login: Login,
        access: RecordAccess,
        profile: PlatformProfile,
        known: KnownPatients,
    ) -> None:
        """Keeps only what is known of each ``next`` link."""
        self._caller = caller
        self._login = login
        self._access = access
        self._profile = profile
        self._known = known
        self._links: dict[str, _Link] = {}

    def drop(self) -> None:
        """Forget the links."""
        self._links.clear()

    def page(self, patient_id: str, following: str | None) -> Result[DocumentPage]:
        """Current documents, newest registration first, fifty at a time."""
        if following is None:
            return self._search(patient_id, {"status": "current"})
        link = self._links.get(following, _Link(None, own=False))
        bearer: Bearer = self._login if link.own else self._access.bearer(patient_id)
        return self._page(patient_id, fhir_search.next_page(self._caller, following, bearer), link)

    def own(self, patient_id: str) -> Result[DocumentPage]:
        """Author view with the session's token (CF-026); its pages go on with :meth:`page`."""
        me = f"Practitioner/{self._login.practitioner_id}"
        return self._search(patient_id, {"status": "current", "author": me}, own=True)

    def versions(self, document: Document) -> Result[tuple[Document, ...]]:
        """Former versions along ``relatesTo[replaces]``, newest first; loops and gaps end the chain.

        LIST_INCOMPLETE where it ends beside rows that are not proved to be of the same patient.
        """
        bearer = self._bearer(document.patient_id)
        fields = {
            "patient": f"Patient/{document.patient_id}",
            "status": "superseded",
            "_count": fhir_search.PAGE,
        }
        first = fhir_search.post_search(self._caller, _KIND, fields, bearer)
        found = fhir_search.everything(self._caller, first, _KIND, bearer)
        if isinstance(found, Failure):
            return found
        rows = [self._proved(raw, document.patient_id, url) for url, raw in found]
        missing = rows.count(None)
        dropped(missing)
        by_id = {d.id: d for d in rows if d is not None}
        chain: list[Document] = []
        wanted = document.replaces
        while wanted in by_id:
            former = by_id.pop(wanted)
            chain.append(former)
            wanted = former.replaces
        loop = wanted in (document.id, *(d.id for d in chain))
        return Failure.of(Code.LIST_INCOMPLETE) if wanted and missing and not loop else tuple(chain)

    def read(self, document: Document, progress: Progress | None) -> Result[bytes]:
        """The bytes of one document, size and SHA-1 proved."""
        url = self._caller.addresses.resolve(document.url)
        if isinstance(url, Failure):
            return url
        limit = DOCUMENT_LIMIT if document.size is None else min(max(document.size, _REFUSAL), DOCUMENT_LIMIT)
        call = Call(
            "GET",
            url,
            accept=document.content_type or "*/*",
            repeatable=True,
            limit=limit,
            deadline=300,
            downloaded=progress or _silent,
        )
        answer = self._caller.fetch(call, self._bearer(document.patient_id))
        if isinstance(answer, Failure):
            too_long = answer.code is Code.PLATFORM_ANSWER_UNREADABLE and document.size is not None
            return Failure.of(Code.DIGEST_MISMATCH) if too_long else answer
        if document.size is not None and len(answer.body) != document.size:
            return Failure.of(Code.DIGEST_MISMATCH)
        if document.sha1 is not None and answer.sha1 != document.sha1:
            return Failure.of(Code.DIGEST_MISMATCH)
        return answer.body

    def change_level(self, document: Document, level: Level) -> Result[Document]:
        """JSON Patch with a test, under If-Match; failures as the port says."""
        if document.level is Level.ANNONCE or level is Level.ANNONCE:
            return Failure.of(Code.NOT_ENTITLED)  # CF-043: set at registration, ended by lifting only
        call = Call(
            "PATCH",
            self._caller.addresses.at(f"{_KIND}/{document.id}"),
            content_type=JSON_PATCH,
            body=fhir_write.level_patch(document, level),
            headers=_guarded(document),
        )
        return self._changed(document, call, lambda row: row.level is level)

    def lift_annonce(self, document: Document, statement: str) -> Result[Document]:
        """The statement that the patient was accompanied (CF-044)."""
        call = Call(
            "POST",
            self._caller.addresses.at(f"{_KIND}/{document.id}/$lift-annonce"),
            content_type=FHIR,
            body=fhir_write.annonce_statement(statement),
            headers=_guarded(document),
        )
        return self._changed(document, call, lambda row: row.level is not Level.ANNONCE)

    def supersede(self, document: Document, bearer: Bearer) -> Failure | None:
        """Set a replaced version to superseded where the platform did not by itself."""
        call = Call(
            "PATCH",
            self._caller.addresses.at(f"{_KIND}/{document.id}"),
            content_type=JSON_PATCH,
            body=fhir_write.status_patch(),
            headers=_guarded(document),
        )
        answer = self._caller.fetch(call, bearer)
        return answer if isinstance(answer, Failure) else None

    def retire(self, document_id: str, patient_id: str, bearer: Bearer) -> Failure | None:
        """See that a replaced version is not current any more: read, patched where it is, and read again.

        Somebody may have touched it between reading and patching, so this is done twice at most. A Failure
        where it stays current, or nobody could say.
        """
        for _ in range(2):
            former = self.by_id(document_id, patient_id, bearer)
            if isinstance(former, Failure) or former.status is not DocumentStatus.CURRENT:
                return former if isinstance(former, Failure) else None
            refused = self.supersede(former, bearer)
        after = self.by_id(document_id, patient_id, bearer)
        if isinstance(after, Document) and after.status is not DocumentStatus.CURRENT:
            return None
        return refused or (after if isinstance(after, Failure) else Failure.of(Code.CHANGE_REFUSED))

    def by_id(self, document_id: str, patient_id: str, bearer: Bearer) -> Result[Document]:
        """One row, metadata only; PLATFORM_ANSWER_UNREADABLE for another row, or another patient's."""
        url = self._caller.addresses.at(f"{_KIND}/{document_id}")
        answer = self._caller.fetch(Call("GET", url, repeatable=True), bearer)
        row = answer if isinstance(answer, Failure) else self._row(answer, patient_id)
        other = isinstance(row, Document) and row.id != document_id
        return Failure.of(Code.PLATFORM_ANSWER_UNREADABLE) if other else row

    def by_unique_id(self, unique_id: str, patient_id: str, bearer: Bearer) -> Result[Document | None]:
        """What the platform holds under a masterIdentifier, whatever its status."""
        return self._by_identifier(unique_id, patient_id, {}, bearer)

    def own_by_unique_id(self, unique_id: str, patient_id: str) -> Result[Document | None]:
        """The same for one's own, with the session's token: ``author`` and ``patient`` (contract §5)."""
        me = {"author": f"Practitioner/{self._login.practitioner_id}"}
        return self._by_identifier(unique_id, patient_id, me, self._login)

    def _by_identifier(
        self, unique_id: str, patient_id: str, author: dict[str, str], bearer: Bearer
    ) -> Result[Document | None]:
        fields = {
            "patient": f"Patient/{patient_id}",
            "status": "current,superseded",
            "identifier": f"urn:ietf:rfc:3986|{unique_id}",
        }
        bundle = fhir_search.post_search(self._caller, _KIND, fields | author, bearer, fhir_search.FRESH)
        if isinstance(bundle, Failure):
            return bundle
        # a server may have ignored the filter: only an equal identifier counts
        rows = (d for d in self._rows(bundle, patient_id)[0] if d.unique_id == unique_id)
        found = next(rows, None)
        if found is None and not (fhir_read.asked(bundle, "identifier") and not bundle.entry):
            return Failure.of(Code.LIST_INCOMPLETE)
        return found

    def _search(self, patient_id: str, fields: dict[str, str], *, own: bool = False) -> Result[DocumentPage]:
        everything = {
            "patient": f"Patient/{patient_id}",
            "_count": fhir_search.PAGE,
            "_sort": "-date",
        } | fields
        bearer: Bearer = self._login if own else self._access.bearer(patient_id)
        bundle = fhir_search.post_search(self._caller, _KIND, everything, bearer)
        return self._page(patient_id, bundle, _Link(0, own=own))

    def _page(self, patient_id: str, bundle: fhir.Bundle | Failure, link: "_Link") -> Result[DocumentPage]:
        """One page; *link* is what is known of the way to it."""
        if isinstance(bundle, Failure):
            return bundle
        rows, missing = self._rows(bundle, patient_id)
        following = fhir_read.link(bundle, "next") or None
        total = int(bundle.total) if bundle.total is not None and 0 <= bundle.total < 1e9 else None
        seen = None if link.before is None else link.before + len(rows)
        if following is not None:
            self._links[following] = _Link(seen, own=link.own)
        short = following is None and total is not None and seen is not None and seen < total
        believed = link.before != 0 or fhir_read.asked(bundle, "patient")
        believed = believed and trouble(bundle) is None and not missing
        if link.own:
            rows = tuple(d for d in rows if d.author.id in ("", self._login.practitioner_id))
        return DocumentPage(rows, following, total, complete=believed and not short)

    def _rows(self, bundle: fhir.Bundle, patient_id: str) -> tuple[tuple[Document, ...], int]:
        """Rows that are proved to be of this patient, and how many others came."""
        rows = [self._proved(raw, patient_id, url) for url, raw in fhir_read.resources(bundle, _KIND)]
        found = [row for row in rows if row is not None]
        missing = len(rows) - len(found)
        dropped(missing)
        inside = fhir_read.inside
        return tuple(
            replace(row, url=inside(bundle, row.url)) if row.url.startswith("urn:") else row for row in found
        ), missing

    def _proved(self, raw: bytes | msgspec.Raw, patient_id: str, full_url: str = "") -> Document | None:
        """A row of this patient; None where it cannot be read, or nothing proves that it is his."""
        shaped = fhir.shaped(raw, fhir.DocumentReference)
        if shaped is None:
            return None
        his = self._known.owner(patient_id).proved([shaped.subject], shaped.contained, full_url)
        return fhir_read.document(shaped, self._profile.systems, patient_id) if his else None

    def _changed(
        self, document: Document, call: Call, is_wanted: Callable[[Document], bool]
    ) -> Result[Document]:
        """A change that was sent is neither done nor refused by a lost answer: what stands there says it."""
        bearer = self._bearer(document.patient_id)
        answer = self._caller.attempt(call, bearer)
        if isinstance(answer, Lost):
            if not answer.sent:
                return answer.failure
            row: Result[Document] = answer.failure
        elif answer.ok:
            row = self._row(answer, document.patient_id)
        elif answer.status >= 500 and answer.status != 501:
            row = failure_of(answer)
        else:
            return self._refused(document, answer, bearer)
        if isinstance(row, Failure):
            row = self.by_id(document.id, document.patient_id, bearer)
        if isinstance(row, Failure) and row.code in _ENDS:
            return row
        stands = isinstance(row, Document) and row.id == document.id and is_wanted(row)
        return row if stands else Failure.of(Code.LEVEL_UNCONFIRMED)

    def _row(self, answer: Answer, patient_id: str) -> Result[Document]:
        return self._proved(answer.body, patient_id) or Failure.of(Code.PLATFORM_ANSWER_UNREADABLE)

    def _refused(self, document: Document, answer: Answer, bearer: Bearer) -> Failure:
        """What stands there says what the status does not."""
        if not refused_change.needs_reading(answer):
            return refused_change.reason(answer, document, document)
        stands = self.by_id(document.id, document.patient_id, bearer)
        if isinstance(stands, Failure) and stands.code in _ENDS:
            return stands
        return refused_change.reason(answer, document, stands)

    def _bearer(self, patient_id: str) -> Bearer:
        return self._access.bearer(patient_id) if self._access.is_open(patient_id) else self._login


@dataclass(frozen=True, slots=True)
class _Link:
    """A ``next`` link: matches on the pages before it (None = unknown), and whose view it goes on with."""

    before: int | None
    own: bool


def _guarded(document: Document) -> dict[str, str]:
    """If-Match as an opaque tag, and the changed resource back."""
    match = {"If-Match": f'W/"{document.version_tag}"'} if document.version_tag else {}
    return {"Prefer": "return=representation", **match}


def _silent(done: int, total: int) -> None:
    """No progress asked; the call is still a download."""
