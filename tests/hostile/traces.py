"""What a session leaves: the needles of one patient, one document, the session's tokens and its DPoP key."""

import base64
import contextlib
import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator
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
_KEPT_END = 7  # letters
_KEY_WORDS, _WORD, _STEP, _PAGE = 4, 8, 16, 4096
# The size of a block of malloc's, with its flags in the last bits: a key's four words and some room.
_SMALL = range(0x30, 0x80)
_HIGH_BITS = 0x8080808080808080
# Which of the words of a page look random: at most one of a key's four may not (one in 256 does not look it).
_NUMBER = re.compile(rb"(?=\x01{4}|\x00\x01{3}|\x01\x00\x01\x01|\x01\x01\x00\x01|\x01{3}\x00)")
# Before the colours, which each PDF that the program writes has alike, as it has the fonts.
_DRAWN = re.compile(rb"(.{32})\nendstream\nendobj\n\d+ 0 obj\n<</Length \d+/N 3/", re.DOTALL)
_NEWEST = """
SELECT data, title FROM content JOIN document ON id = document_id
WHERE patient_id = ? AND level = 'standard' AND NOT disabled AND NOT superseded AND transforms = ''
ORDER BY created DESC, id DESC
"""
_SUMMARY = """
SELECT data FROM content JOIN document ON id = document_id
WHERE patient_id = ? AND category = 'resume-patient' AND transforms <> '' AND NOT superseded
"""
_PATIENT = "SELECT id, family, given, matricule FROM patient WHERE id = ?"


@dataclass
class Traces:
    """Needles by name; tokens and key are learned from the living process, which alone knows them.

    ``typed``: what was pressed key by key in a field that keeps each, by the same names.
    """

    stage: TourRun
    wanted: dict[str, tuple[bytes, ...]]
    typed: dict[str, str] = field(default_factory=dict)
    _keys: dict[str, tuple[bytes, ...]] = field(default_factory=dict)

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

    def keys(self) -> dict[str, int]:
        """How often each of ``typed`` stands there key by key, as a field keeps it."""
        shapes = {name: re.compile(_as_typed(words), re.DOTALL) for name, words in self.typed.items()}
        found = dict.fromkeys(shapes, 0)
        for block in writable(self.stage.pid):
            for name, shape in shapes.items():
                found[name] += len(shape.findall(block))
        return found


@dataclass(frozen=True, slots=True)
class Known:
    """A patient as the simulated platform knows him."""

    id: str
    family: str
    given: str
    matricule: str

    @property
    def named(self) -> tuple[bytes, ...]:
        """His name as it is shown, and as it is searched for.

        The family name alone only where it is longer than what the end of a freed block may keep (threat
        model, « Not mended »).
        """
        alone = (self.family, self.family.upper()) if len(self.family) > _KEPT_END else ()
        both = (f"{self.family.upper()} {self.given}", f"{self.family} {self.given}")
        return spelled(*alone, *both, f"{self.given} {self.family}".lower())

    @property
    def numbered(self) -> tuple[bytes, ...]:
        """His matricule, grouped and not."""
        matricule = Matricule(self.matricule)
        return spelled(matricule.digits, matricule.grouped())


def known(stage: TourRun, patient_id: str) -> Known:
    """One patient of the demo."""
    return Known(*_row(stage, _PATIENT, patient_id))


def of_document(stage: TourRun, patient: Known) -> tuple[Traces, str]:
    """What the newest document that anybody may read leaves, with its title."""
    content, title = _row(stage, _NEWEST, patient.id)
    middle = len(content) // 2
    lines = _lines(content, without=(title, patient.family, Matricule(patient.matricule).grouped()))
    wanted = {
        "document": (content[middle : middle + _PIECE],),
        "text": spelled(*lines),
        "title": spelled(title),
        "matricule": patient.numbered,
        "name": patient.named,
    }
    return Traces(stage, wanted, {"matricule": patient.matricule}), title


def summary_words(stage: TourRun, patient_id: str) -> tuple[str, ...]:
    """What the patient's summary says of his problems, as its data have it."""
    entries = json.loads(_row(stage, _SUMMARY, patient_id)[0])["entry"]
    problems = (entry["resource"] for entry in entries if entry["resource"]["resourceType"] == "Condition")
    return tuple(problem["code"]["text"] for problem in problems)


def _row(stage: TourRun, sql: str, patient_id: str) -> tuple[Any, ...]:
    """What the simulated platform keeps."""
    database = stage.platform / "platform.sqlite"
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


def printable(pid: int) -> tuple[bytes, ...]:
    """The end of what is drawn on the last page, in each PDF of ours that stands in the process."""
    return tuple({found[1] for block in writable(pid) for found in _DRAWN.finditer(block)})


def spelled(*texts: str) -> tuple[bytes, ...]:
    """Texts as shown and as the store's index folds it, in every width of a character."""
    shapes = (shape for text in texts for words in (text, fold(text)) for shape in spellings(words))
    return tuple(dict.fromkeys(shapes))


def _as_typed(word: str) -> bytes:
    """Keys in a QLineEdit's list for « undo »: 16 bytes each, the letter in two of them (Qt 6)."""
    return b".{14}".join(re.escape(letter.encode("utf-16-le")) for letter in word)


def _private_keys(pid: int, thumbprint: str) -> tuple[bytes, ...]:
    """The P-256 key of that RFC 7638 thumbprint, as OpenSSL holds its number: 32 bytes, least ones first.

    First among what has a small block of malloc's for itself, then anywhere: a compressed page alone has
    ten thousand places that look like one, and each costs a multiplication on the curve.
    """
    alone, within = set[bytes](), set[bytes]()
    for block in writable(pid):
        for page in range(0, len(block), _PAGE):
            for number, header in _like_numbers(block[page : page + _PAGE + _STEP]):
                (alone if header in _SMALL else within).add(number)
    for tried in (alone, within):
        if found := tuple(number for number in tried if _thumbprint(number) == thumbprint):
            return found
    raise AssertionError(f"the DPoP key is in none of {len(alone) + len(within)} places")


def _like_numbers(page: bytes) -> Iterator[tuple[bytes, int]]:
    """What looks random, at the places where malloc's blocks begin, with the word before it."""
    if not any(page):
        return
    words = memoryview(page).cast("Q")
    random = bytes(word & _HIGH_BITS != 0 and word >> 48 not in (0, 0xFFFF) for word in words)
    for found in _NUMBER.finditer(random):
        at = found.start()
        if at % (_STEP // _WORD) == 0:
            yield page[at * _WORD : (at + _KEY_WORDS) * _WORD], words[at - 1] if at else 0


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
