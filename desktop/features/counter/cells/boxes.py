"""A box and its verdict in words."""

from desktop.domain.local_time import day_words
from desktop.domain.prescription.box import BoxCode
from desktop.domain.texts import text
from desktop.features.counter.domain.act import LineWork, ReadBox
from desktop.features.counter.domain.boxes import BoxFinding, BoxVerdict

_PLAIN = {
    BoxFinding.OTHER_SUBSTANCE: "counter.box_other_substance",
    BoxFinding.UNKNOWN_PRODUCT: "counter.box_unknown",
    BoxFinding.NOT_SUBSTITUTABLE: "counter.box_not_substitutable",
    BoxFinding.OUTSIDE_GROUP: "counter.box_outside_group",
    BoxFinding.SUBSTITUTE: "counter.box_substitute",
    BoxFinding.EXPIRES_SOON: "counter.box_expires_soon",
    BoxFinding.NO_EXPIRY: "counter.box_no_expiry",
    BoxFinding.UNCODED_LINE: "counter.box_uncoded",
}
_GOOD = frozenset({BoxFinding.MATCHES, BoxFinding.UNCODED_LINE})


def box_lines(code: BoxCode) -> tuple[str, ...]:
    """Batch, expiry and serial as they are compared with what is printed."""
    lines = []
    if code.batch:
        lines.append(text("counter.box_batch", batch=code.batch))
    if code.expiry:
        lines.append(text("counter.box_expiry", day=day_words(code.expiry)))
    if code.serial:
        lines.append(text("counter.box_serial", serial=code.serial))
    return tuple(lines)


def verdict_words(box: ReadBox, work: LineWork) -> tuple[str, ...]:
    """Each finding as a sentence, the gravest first."""
    return tuple(_finding(found, box, work) for found in box.verdict.findings)


def verdict_tone(verdict: BoxVerdict) -> str:
    """The tone of the sentences."""
    if verdict.stops:
        return "danger"
    return "" if set(verdict.findings) <= _GOOD else "warning"


def _finding(found: BoxFinding, box: ReadBox, work: LineWork) -> str:
    line = work.line.line
    if found is BoxFinding.MATCHES:
        return text("counter.box_matches", line=line.number)
    if found is BoxFinding.EXPIRED and box.code.expiry:
        return text("counter.box_expired", day=day_words(box.code.expiry))
    if found is BoxFinding.WITHDRAWN:
        return _withdrawn(box.verdict)
    if found is BoxFinding.OTHER_STRENGTH:
        return text("counter.box_other_strength", found=box.product.strength, wanted=line.product.strength)
    if found is BoxFinding.OTHER_FORM:
        return text("counter.box_other_form", found=box.product.form, wanted=line.product.form)
    return text(_PLAIN[found])


def _withdrawn(verdict: BoxVerdict) -> str:
    """With who said so, since when and why."""
    told = verdict.withdrawal
    if told is None:
        return text("counter.box_withdrawn")
    since = text("counter.box_withdrawn_since", day=day_words(told.since), source=told.source)
    return " · ".join(filter(None, (text("counter.box_withdrawn"), told.reason, since)))
