"""A box and its verdict in words."""

from desktop.domain.local_time import day_words
from desktop.domain.prescription.box import BoxCode
from desktop.domain.texts import text
from desktop.features.counter.cells.lines import closed_words, held_words
from desktop.features.counter.domain.act import CounterAct, LineWork, ReadBox
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
    """National number, batch, expiry and serial as they are compared with what is printed."""
    lines = [text("counter.box_national", country=one.country, number=one.number) for one in code.national]
    if code.batch:
        lines.append(text("counter.box_batch", batch=code.batch))
    if code.expiry:
        lines.append(text("counter.box_expiry", day=day_words(code.expiry)))
    if code.serial:
        lines.append(text("counter.box_serial", serial=code.serial))
    return tuple(lines)


def verdict_words(act: CounterAct, box: ReadBox, work: LineWork) -> tuple[str, ...]:
    """Each finding as a sentence, the gravest first; *work* is the line of *act* that it belongs to.

    Beside a ■ no ✓ says that it is the right product: in a hurry the last word is what is read.
    """
    told = [one for one in box.verdict.findings if not (box.verdict.stops and one is BoxFinding.MATCHES)]
    return tuple(_finding(found, act, box, work) for found in told)


def put_aside_words(verdict: BoxVerdict) -> str:
    """What becomes of a box that stops."""
    if verdict.worst is BoxFinding.HELD_ELSEWHERE:
        return text("counter.box_held_next")
    if verdict.worst is BoxFinding.LINE_CLOSED:
        return text("counter.box_closed_next")
    return text("counter.box_put_aside")


def verdict_tone(verdict: BoxVerdict) -> str:
    """The tone of the sentences."""
    if verdict.stops:
        return "danger"
    return "" if set(verdict.findings) <= _GOOD else "warning"


def _finding(found: BoxFinding, act: CounterAct, box: ReadBox, work: LineWork) -> str:
    line = work.line.line
    if found is BoxFinding.LINE_CLOSED:
        return f"■ {closed_words(act, work)}"
    if found is BoxFinding.HELD_ELSEWHERE:
        return f"■ {held_words(work)}"
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
