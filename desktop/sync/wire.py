"""One HTTP exchange as data, and which addresses may be spoken to at all (CF-069)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import urlencode, urljoin, urlsplit

from desktop.domain.errors import Code, Failure

JSON = "application/json"
FHIR = "application/fhir+json"
FORM = "application/x-www-form-urlencoded"
JSON_PATCH = "application/json-patch+json"

JSON_LIMIT = 32 * 1024 * 1024
DOCUMENT_LIMIT = 256 * 1024 * 1024

_MOST_DIGITS = 9
_LONGEST_RETRY = 86_400

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Call:
    """One request. ``body`` may be a bytearray that the caller overwrites afterwards.

    ``repeatable``: a lost connection or 502/503/504 may be answered by sending it again (reads only).
    ``limit``: most bytes accepted back; ``deadline``: seconds in all.
    """

    method: str
    url: str
    accept: str = FHIR
    content_type: str = ""
    body: bytes | bytearray | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    repeatable: bool = False
    limit: int = JSON_LIMIT
    deadline: float = 30.0
    hear_out: float = 0.0
    uploaded: Progress | None = field(default=None, repr=False)
    downloaded: Progress | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names are lower case. ``sha1`` hex of the body as received."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    sha1: str = ""

    def header(self, name: str) -> str:
        """One header, empty when absent."""
        return self.headers.get(name.lower(), "")

    @property
    def content_type(self) -> str:
        """Media type without parameters, lower case."""
        return self.header("content-type").partition(";")[0].strip().lower()

    @property
    def ok(self) -> bool:
        """2xx."""
        return 200 <= self.status < 300

    def retry_after(self) -> int | None:
        """Seconds of Retry-After (only the number form), None when absent."""
        value = self.header("retry-after").strip()
        if not (value.isascii() and value.isdigit()):
            return None
        return min(int(value[:_MOST_DIGITS]), _LONGEST_RETRY)  # a long one raises in int()


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer. ``sent`` is False only when certainly nothing reached the platform."""

    failure: Failure
    sent: bool

    @property
    def may_pass(self) -> bool:
        """A connection that broke after sending; the next one may well hold."""
        return self.sent and self.failure.code is Code.OFFLINE


def form(fields: Mapping[str, str]) -> bytes:
    """A form body."""
    return urlencode(fields).encode("ascii")


def origin(url: str) -> str:
    """``https://host:port`` with the default port written out; empty for anything that is no web address."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return ""
    if not parts.hostname or port is None or parts.username is not None:
        return ""
    return f"{parts.scheme}://{parts.hostname.lower()}:{port}"


@dataclass(frozen=True, slots=True)
class Addresses:
    """The platform's base address and the origins that the profile allows (https only)."""

    base: str
    allowed: frozenset[str]

    @staticmethod
    def of(base: str, others: tuple[str, ...] = ()) -> "Addresses":
        """*base* without its trailing slash; *others* are further origins of the profile."""
        base = base.rstrip("/")
        return Addresses(base, frozenset(o for o in map(origin, (base, *others)) if o.startswith("https:")))

    def permits(self, url: str) -> bool:
        """True for the configured platform and nothing else."""
        return origin(url) in self.allowed

    def same_origin(self, url: str) -> bool:
        """True when a token may go there: exactly the origin of the base address."""
        return origin(url) == origin(self.base)

    def at(self, path: str) -> str:
        """Absolute address of a path below the base."""
        return f"{self.base}/{path.lstrip('/')}" if path else self.base

    def resolve(self, reference: str) -> str | Failure:
        """Absolute address of what a server wrote: absolute, relative to the base, or from the root.

        A urn or a foreign origin cannot be fetched: NOT_FOUND.
        """
        reference = reference.strip()
        if not reference or reference.lower().startswith(("urn:", "data:")):
            return Failure.of(Code.NOT_FOUND)
        try:
            url = urljoin(self.base + "/", reference)
        except ValueError:
            return Failure.of(Code.NOT_FOUND)
        return url if self.same_origin(url) else Failure.of(Code.NOT_FOUND)
