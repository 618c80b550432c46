"""Sessions and tokens, in memory only: a restart of the platform ends every session (contract §2)."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

ACCESS_TIME = timedelta(minutes=10)
SESSION_TIME = timedelta(hours=10)
FORMER_REFRESH_TIME = timedelta(seconds=30)


@dataclass(slots=True)
class Session:
    """One logged-in professional; every token is bound to the DPoP key ``jkt``."""

    id: str
    practitioner_id: str
    jkt: str
    software: str
    begun: datetime
    ends: datetime
    refresh: str = ""
    former_refresh: str = ""
    former_until: datetime | None = None
    ended: bool = False


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What an access token stands for; ``patient_id`` empty = the session token."""

    session: Session
    expires: datetime
    patient_id: str = ""
    mandate_id: str = ""


@dataclass(slots=True)
class Sessions:
    """All running sessions; tokens are kept as SHA-256 digests."""

    tokens: dict[str, AccessToken] = field(default_factory=dict)
    refreshes: dict[str, Session] = field(default_factory=dict)
    all: dict[str, Session] = field(default_factory=dict)

    def begin(self, practitioner_id: str, jkt: str, software: str, now: datetime) -> tuple[Session, str, str]:
        """A new session with its access and refresh token."""
        session = Session(
            secrets.token_hex(8), practitioner_id, jkt, software, now, now + SESSION_TIME
        )  # fmt: skip
        self.all[session.id] = session
        return session, self.access(session, now), self._rotate(session, now)

    def access(self, session: Session, now: datetime, patient_id: str = "", mandate_id: str = "") -> str:
        """A new access token, for the session or for one patient."""
        self._drop_expired(now)
        token = secrets.token_urlsafe(32)
        expires = min(now + ACCESS_TIME, session.ends)
        self.tokens[_digest(token)] = AccessToken(session, expires, patient_id, mandate_id)
        return token

    def refresh(self, token: str, jkt: str, now: datetime) -> tuple[Session, str, str] | None:
        """Rotate. The former token is good for 30 s or until its successor is used; later reuse ends all."""
        session = self.refreshes.get(_digest(token))
        if session is None or session.ended or session.jkt != jkt or now >= session.ends:
            return None
        if _digest(token) == session.refresh:
            return session, self.access(session, now), self._rotate(session, now)
        in_time = session.former_until is not None and now < session.former_until
        if _digest(token) == session.former_refresh and in_time:
            self.refreshes.pop(session.refresh, None)
            session.refresh = _digest(successor := secrets.token_urlsafe(32))
            self.refreshes[session.refresh] = session
            return session, self.access(session, now), successor
        self.end(session)
        return None

    def find(self, token: str, now: datetime) -> AccessToken | None:
        """The living access token, or None."""
        found = self.tokens.get(_digest(token))
        return None if found is None or found.session.ended or now >= found.expires else found

    def revoke(self, token: str) -> None:
        """A refresh token ends its session; an access token ends alone. Unknown tokens are ignored."""
        session = self.refreshes.get(_digest(token))
        if session is not None:
            self.end(session)
        self.tokens.pop(_digest(token), None)

    def end(self, session: Session) -> None:
        """End a session and everything it holds."""
        session.ended = True
        self.tokens = {k: t for k, t in self.tokens.items() if t.session is not session}
        self.refreshes = {k: s for k, s in self.refreshes.items() if s is not session}
        self.all.pop(session.id, None)

    def end_of(self, practitioner_id: str) -> None:
        """End all sessions of one professional."""
        for session in [s for s in self.all.values() if s.practitioner_id == practitioner_id]:
            self.end(session)

    def patient_token_of(self, session: Session, patient_id: str, now: datetime) -> AccessToken | None:
        """A living patient token of this session: asking for another is a renewal, not an opening."""
        return next(
            (
                t for t in self.tokens.values()
                if t.session is session and t.patient_id == patient_id and now < t.expires
            ),
            None,
        )  # fmt: skip

    def digests_of(self, session: Session) -> tuple[str, ...]:
        """SHA-256 (hex) of its living tokens, refresh token included: to look for what was left."""
        return (session.refresh, *(d for d, t in self.tokens.items() if t.session is session))

    def patient_digests_of(self, session: Session) -> tuple[str, ...]:
        """Those of them that open a patient's record."""
        return tuple(d for d, t in self.tokens.items() if t.session is session and t.patient_id)

    def _rotate(self, session: Session, now: datetime) -> str:
        # The grand-father stays known, so that its reuse is recognised as theft.
        session.former_refresh, session.former_until = session.refresh, now + FORMER_REFRESH_TIME
        token = secrets.token_urlsafe(32)
        session.refresh = _digest(token)
        self.refreshes[session.refresh] = session
        return token

    def living(self, now: datetime) -> tuple[Session, ...]:
        """Those that have not reached their end: nobody needs to say good-bye."""
        self._drop_expired(now)
        return tuple(self.all.values())

    def _drop_expired(self, now: datetime) -> None:
        for session in [s for s in self.all.values() if now >= s.ends]:
            self.end(session)
        self.tokens = {k: t for k, t in self.tokens.items() if now < t.expires}


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
