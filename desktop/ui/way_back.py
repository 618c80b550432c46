"""The way back from a page: the only rule, for « Retour », Esc and « Patients » (pure).

A page is a **gate** (login, lock, terms: no way back), a **place** (where the work is: one page is above it,
above a patient the one on which he was chosen), or stands **beside**: opened over whatever was in front, and
led back there. What may not be shown any more (another session, a record that was closed) is passed over.
"""

from dataclasses import dataclass, field

from desktop.kernel.page import Entry
from desktop.services.session import ASKING_TERMS, BEHIND_THE_LOCK, RecordState, Situation

GATES = frozenset({"login", "lock", "terms"})
_NOBODY_NEEDED = frozenset({"card", "diagnostics"})  # they help somebody who cannot log in
_ON_THE_WAY = (RecordState.IDENTIFIED, RecordState.CODE_NEEDED, RecordState.CODE_CHECKING)
_OPEN = (RecordState.OPEN, RecordState.GRACE)


def landing(now: Situation) -> str:
    """Where one stands when nothing else was before: the gate one is behind, the record, the home page."""
    if now.session in ASKING_TERMS:
        return "terms"
    if now.session in BEHIND_THE_LOCK:
        return "lock"
    if not now.may_show_content:
        return "login"
    return "record" if now.record in (*_OPEN, RecordState.ENDED) else "home"


@dataclass(slots=True)
class WayBack:
    """Remembers over which pages those beside were opened: names of pages, nothing of a patient."""

    _above: dict[str, str] = field(
        default_factory=lambda: {"home": "home", "identity": "home", "record": "home", "deposit": "record"}
    )
    _beside: set[str] = field(default_factory=lambda: {"card", "diagnostics", "about", "recovery"})
    _trail: list[str] = field(default_factory=list)
    _front: str = ""
    _list: str = "home"  # the page from which the patient on the screen was chosen

    def add(self, page: str, entry: Entry) -> None:
        """A page of a feature: in the record, beside (user's menu), or a place of its own (tab)."""
        if entry.of_record:
            self._above[page] = "record"
        elif entry is Entry.USER_MENU:
            self._beside.add(page)

    def is_beside(self, page: str) -> bool:
        """Whether *page* is opened over another, which is not left by that."""
        return page in self._beside

    def chosen_on(self, page: str) -> None:
        """A patient was chosen on *page*: leaving him leads back to it; from home, to home."""
        self._list = page

    @property
    def behind_patient(self) -> str:
        """The page behind a patient."""
        return self._list

    def leaves_patient(self, to: str) -> bool:
        """Whether going from the page in front to *to* leaves the patient who is on it."""
        return to == "home" or self._above.get(self._front) == "home" != self._front

    def came(self, page: str) -> None:
        """*page* is in front now."""
        before, self._front = self._front, page
        if page in ("home", "login"):
            self._list = "home"
        if page in self._beside:
            if page in self._trail:
                self._cut(page)
            elif before and before != page:
                self._cut(before)
                self._trail.append(before)
        elif page not in GATES:
            self._trail.clear()

    def leads(self, now: Situation) -> str:
        """The page behind the one in front; that one itself where there is no way back."""
        page = self._front
        if page in GATES:
            return page
        if now.may_show_content and page in self._above:
            above = self._above[page]
            return self._list if above == "home" != page else above
        behind = reversed(self._trail)
        return next((former for former in behind if self._stands(former, now)), landing(now))

    def _cut(self, page: str) -> None:
        if page in self._trail:
            del self._trail[self._trail.index(page) :]

    def _stands(self, page: str, now: Situation) -> bool:
        if page in GATES:
            return page == landing(now)
        if page in _NOBODY_NEEDED:
            return True
        if not now.may_show_content:
            return False
        if page == "identity":
            return now.record in _ON_THE_WAY
        if page == "deposit":
            return now.record in _OPEN
        in_record = page == "record" or self._above.get(page) == "record"
        return landing(now) == "record" if in_record else True
