"""What a session leaves: the needles of one patient, one document, the session's tokens and its DPoP key."""

import base64
import contextlib
import hashlib
import json
import re
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2
from cryptography.hazmat.primitives.asymmetric import ec

from desktop.domain.folding import fold
from desktop.domain.matricule import Matricule
from tests.e2e.tour.demo_run import TourRun
from tests.hostile.processes import children
from tests.process_memory import copies_of, spellings, with_digests, writable

TOKEN = rb"[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])"
_PIECE = 32
_SHORTEST_LINE = 20
_KEY_WORDS, _WORD, _STEP, _PAGE = 4, 8, 16, 4096
_HIGH_BITS = 0x8080808080808080
_NEWEST = """
SELECT data, title FROM content JOIN document ON id = document_id
WHERE patient_id = ? AND level = 'standard' AND NOT disabled AND NOT superseded AND transforms = ''
ORDER BY created DESC, id DESC
"""
_PATIENT = "SELECT id, family, given, matricule FROM patient WHERE id = ?"


@dataclass
class Traces:
    """Needles by name; tokens and key are learned from the living process, which alone knows them."""

    stage: TourRun
    patient_id: str
    patient: dict[str, str] = field(default_factory=dict)
    title: str = ""
    wanted: dict[str, tuple[bytes, ...]] = field(default_factory=dict)
    _keys: dict[str, tuple[bytes, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        kept = self.stage.platform / "platform.sqlite"
        content, title = _row(kept, _NEWEST, self.patient_id)
        values = _row(kept, _PATIENT, self.patient_id)
        self.patient = dict(zip(("patient_id", "family", "given", "matricule"), values, strict=True))
        self.title = title
        family, given = self.patient["family"], self.patient["given"]
        matricule = Matricule(self.patient["matricule"])
        middle = len(content) // 2
        self.wanted = {
            "document": (content[middle : middle + _PIECE],),
            "text": _spelled(*_lines(content, without=(title, family, matricule.grouped()))),
            "title": _spelled(title),
            "matricule": _spelled(matricule.digits, matricule.grouped()),
            "name": _spelled(family, family.upper(), f"{given} {family}".lower()),
        }
        self._typed = re.compile(_as_typed(matricule.digits), re.DOTALL)

    def learn(self) -> None:
        """The tokens that the platform says are alive, and the key that they are bound to."""
        (session,) = self.stage.state()["sessions"]
        if session["key"] not in self._keys:
            self._keys[session["key"]] = _private_keys(self.stage.pid, session["key"])
        for name in ("tokens", "patient_tokens"):
            self.wanted[name] = tuple(with_digests(self.stage.pid, TOKEN, set(session[name])))
        self.wanted["DPoP key"] = self._keys[session["key"]]

    def of_mandate(self) -> None:
        """From now on what a mandate gave: the session's own tokens and key live on."""
        del self.wanted["tokens"], self.wanted["DPoP key"]

    def look(self) -> dict[str, int]:
        """How often each stands in the window's memory now."""
        return copies_of(self.stage.pid, self.wanted)

    def look_in_children(self) -> dict[str, dict[str, int]]:
        """The same in each child that is alive, by kind and id; "itself" is the name that it was started by.

        One that ends while it is looked at holds nothing, and says so in two ways: its memory cannot be
        opened, or it reads as empty. Neither is a look that failed.
        """
        found = {}
        for name, pid in children(self.stage).items():
            with contextlib.suppress(OSError):
                itself = Path(f"/proc/{pid}/cmdline").read_bytes().partition(b"\0")[0]
                found[name] = copies_of(pid, {**self.wanted, "itself": (itself,)})
        alive = children(self.stage)
        return {name: counts for name, counts in found.items() if name in alive}

    def keys(self) -> int:
        """How often the matricule stands there key by key, as a field keeps what was typed."""
        return sum(len(self._typed.findall(block)) for block in writable(self.stage.pid))


def _row(database: Path, sql: str, patient_id: str) -> tuple[Any, ...]:
    """What the simulated platform keeps."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        found: tuple[Any, ...] = connection.execute(sql, (patient_id,)).fetchone()
    finally:
        connection.close()
    return found


def _lines(content: bytes, without: tuple[str, ...]) -> list[str]:
    """Some lines of its first page that say nothing of what else is looked for."""
    page = pypdfium2.PdfDocument(content)[0]
    lines = (line.strip() for line in page.get_textpage().get_text_range().splitlines())
    fit = [
        line
        for line in lines
        if len(line) >= _SHORTEST_LINE and not any(fold(word) in fold(line) for word in without)
    ]
    assert len(fit) > 3, "a document without text proves nothing"
    return fit[len(fit) // 2 :][:3]


def _spelled(*texts: str) -> tuple[bytes, ...]:
    """As shown and as the store's index folds it, in every width of a character."""
    shapes = (shape for text in texts for words in (text, fold(text)) for shape in spellings(words))
    return tuple(dict.fromkeys(shapes))


def _as_typed(word: str) -> bytes:
    """Keys in a QLineEdit's list for « undo »: 16 bytes each, the letter in two of them (Qt 6)."""
    return b".{14}".join(re.escape(letter.encode("utf-16-le")) for letter in word)


def _private_keys(pid: int, thumbprint: str) -> tuple[bytes, ...]:
    """The P-256 key of that RFC 7638 thumbprint, as OpenSSL holds its number: 32 bytes, least ones first."""
    tried: set[bytes] = set()
    for block in writable(pid):
        for page in range(0, len(block), _PAGE):
            tried |= _like_numbers(block[page : page + _PAGE + _STEP])
    found = tuple(number for number in tried if _thumbprint(number) == thumbprint)
    assert found, f"the DPoP key is in none of {len(tried)} places"
    return found


def _like_numbers(page: bytes) -> set[bytes]:
    """What looks random, at the places where malloc's blocks begin."""
    if not any(page):
        return set()
    words = memoryview(page).cast("Q")
    random = [bool(word & _HIGH_BITS) and word >> 48 not in (0, 0xFFFF) for word in words]
    # One word in 256 of a key does not look it: at most one of the four may not.
    starts = (
        at
        for at in range(0, len(words) - _KEY_WORDS + 1, _STEP // _WORD)
        if sum(random[at : at + _KEY_WORDS]) >= _KEY_WORDS - 1
    )
    return {page[at * _WORD : (at + _KEY_WORDS) * _WORD] for at in starts}


def _thumbprint(number: bytes) -> str:
    try:
        key = ec.derive_private_key(int.from_bytes(number, "little"), ec.SECP256R1())
    except ValueError:
        return ""
    point = key.public_key().public_numbers()
    x, y = (_encoded(n.to_bytes(32, "big")) for n in (point.x, point.y))
    jwk = json.dumps({"crv": "P-256", "kty": "EC", "x": x, "y": y}, separators=(",", ":"))
    return _encoded(hashlib.sha256(jwk.encode()).digest())


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
