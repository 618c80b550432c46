"""Publishing (contract §5): sent once, never blindly again, proved before the id is given back."""

import hashlib
import logging

from desktop.domain.deposit import Deposit, is_other
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.record import Document
from desktop.ports.platform import Progress
from desktop.sync import fhir_submission, submission_answer
from desktop.sync.caller import Bearer, Caller
from desktop.sync.discovery import Discovery
from desktop.sync.documents import Documents
from desktop.sync.login import Login
from desktop.sync.profile import PlatformProfile
from desktop.sync.record_access import PatientBearer, RecordAccess
from desktop.sync.whose import KnownPatients
from desktop.sync.wire import FHIR, Answer, Call, Lost

log = logging.getLogger("dsp.deposit")

_NO_AUTHOR_VIEW = frozenset({Code.NO_MANDATE, Code.MANDATE_ENDED, Code.NOT_ENTITLED})
_NOT_TO_BE_READ = _NO_AUTHOR_VIEW | {Code.NOT_FOUND, Code.DOCUMENT_DISABLED}


class Publishing:
    """Deposits under the patient's token; the author is the card holder (CF-015)."""

    def __init__(
        self,
        caller: Caller,
        discovery: Discovery,
        login: Login,
        access: RecordAccess,
        documents: Documents,
        profile: PlatformProfile,
        known: KnownPatients,
    ) -> None:
        """Keeps nothing."""
        self._known = known
        self._caller = caller
        self._discovery = discovery
        self._login = login
        self._access = access
        self._documents = documents
        self._profile = profile

    def publish(self, deposit: Deposit, content: bytes, progress: Progress | None) -> Result[Document]:
        """The proved document. DEPOSIT_UNKNOWN: only :meth:`find` may tell; nothing is sent again here."""
        if len(content) != deposit.size:
            return Failure.of(Code.DIGEST_MISMATCH)
        failure = self._access.ensure(deposit.patient)
        if failure is not None:
            return failure
        bearer = self._access.bearer(deposit.patient.id)
        answer = self._caller.attempt(self._call(deposit, content, progress), bearer)
        if isinstance(answer, Lost):
            return Failure.of(Code.DEPOSIT_UNKNOWN) if answer.sent else answer.failure
        if answer.status >= 500:
            return Failure.of(Code.DEPOSIT_UNKNOWN)
        refused = submission_answer.refusal(answer)
        if refused is not None and not answer.ok and answer.status != 409:
            return self._sized(refused, deposit)
        # also after a mixed result: what stands there is read back and reported as it is
        proved = self._read_back(deposit, answer, bearer)
        if isinstance(proved, Failure):
            false = proved.code is Code.DIGEST_MISMATCH
            return proved if false else Failure.of(Code.DEPOSIT_UNKNOWN)
        if proved is None:
            return self._sized(refused, deposit) if refused else Failure.of(Code.DEPOSIT_UNKNOWN)
        if refused is not None:
            log.warning("a deposit was partly refused (%s) but the document stands", refused.code.name)
        self._check_replaced(deposit, bearer)
        return proved

    def find(self, deposit: Deposit) -> Result[Document | None]:
        """What stands under the masterIdentifier; DIGEST_MISMATCH when it is not what was sent."""
        bearer: Bearer = self._login
        self._known.meet(deposit.patient)
        if not self._access.is_open(deposit.patient.id):
            # the author finds his own, mandate or not (contract §4), and nobody's record is opened for it
            found = self._documents.own_by_unique_id(deposit.unique_id, deposit.patient.id)
            if not isinstance(found, Failure) or found.code not in _NO_AUTHOR_VIEW:
                return self._found(deposit, found, bearer)
            failure = self._access.ensure(deposit.patient)
            if failure is not None:
                return failure
        bearer = self._access.bearer(deposit.patient.id)
        found = self._documents.by_unique_id(deposit.unique_id, deposit.patient.id, bearer)
        return self._found(deposit, found, bearer)

    def _found(
        self, deposit: Deposit, found: Result[Document | None], bearer: Bearer
    ) -> Result[Document | None]:
        """A version whose answer was lost is a version all the same: the former one is looked at too."""
        compared = self._compared(deposit, found)
        if isinstance(compared, Document):
            self._check_replaced(deposit, bearer)
        return compared

    def _sized(self, refused: Failure, deposit: Deposit) -> Failure:
        """A refusal for size says what is too large; of a limit below our own only the platform knows."""
        if refused.code is not Code.FILE_TOO_LARGE:
            return refused
        size, limit = -(-deposit.size // 2**20), self._profile.document_megabytes
        if size > limit:
            return Failure.of(Code.FILE_TOO_LARGE, megabytes=size, limit=limit)
        return Failure.of(Code.SIZE_REFUSED, megabytes=size)

    def _call(self, deposit: Deposit, content: bytes, progress: Progress | None) -> Call:
        me, addresses = self._login.practitioner_id, self._caller.addresses
        part = fhir_submission.Part(deposit, content)
        if self._discovery.takes_transactions():
            url, body = addresses.at(""), fhir_submission.transaction((part,), me, self._profile)
        else:
            url = addresses.at("DocumentReference")
            body = fhir_submission.light(part, me, self._profile)
        return Call(
            "POST",
            url,
            content_type=FHIR,
            body=body,
            deadline=submission_answer.deadline(body),
            uploaded=progress,
        )

    def _read_back(self, deposit: Deposit, answer: Answer, bearer: PatientBearer) -> Result[Document | None]:
        """From where the answer says that it stands: a search may not know of it yet."""
        for place in submission_answer.places(answer):
            stands = self._documents.by_id(place, deposit.patient.id, bearer)
            if isinstance(stands, Document) and stands.unique_id == deposit.unique_id:
                return self._compared(deposit, stands)
        found = self._documents.by_unique_id(deposit.unique_id, deposit.patient.id, bearer)
        return self._compared(deposit, found)

    def _compared(self, deposit: Deposit, found: Result[Document | None]) -> Result[Document | None]:
        """A lookup that failed leaves the deposit unknown; what was found must be what was sent."""
        if isinstance(found, Failure):
            unknown = found.code in (Code.LIST_INCOMPLETE, Code.PLATFORM_ANSWER_UNREADABLE)
            return Failure.of(Code.DEPOSIT_UNKNOWN) if unknown else found
        if found is None:
            return None
        if is_other(found, deposit):
            return Failure.of(Code.DIGEST_MISMATCH)
        return found if found.sha1 is not None else self._read_and_compared(deposit, found)

    def _read_and_compared(self, deposit: Deposit, found: Document) -> Result[Document]:
        """A platform that tells no SHA-1: its bytes do. Who may not read them has the identifier, which is
        nobody else's."""
        content = self._documents.read(found, None)
        if isinstance(content, Failure):
            if content.code in _NOT_TO_BE_READ:
                return found
            false = content.code is Code.DIGEST_MISMATCH
            return content if false else Failure.of(Code.DEPOSIT_UNKNOWN)
        same = hashlib.sha1(content, usedforsecurity=False).hexdigest() == deposit.sha1
        return found if same else Failure.of(Code.DIGEST_MISMATCH)

    def _check_replaced(self, deposit: Deposit, bearer: Bearer) -> None:
        """Three server strategies: where the former version is still current, patch it."""
        if not deposit.replaces:
            return
        failure = self._documents.retire(deposit.replaces, deposit.patient.id, bearer)
        if failure is not None:
            log.warning("the replaced version may still be current: %s", failure.code.name)
