"""The platform's clock, which tests and faults may move."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Real time plus an offset in seconds."""

    def __init__(self) -> None:
        self.offset_s = 0.0

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.offset_s)


def instant(when: datetime) -> str:
    """FHIR instant with milliseconds, UTC."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
