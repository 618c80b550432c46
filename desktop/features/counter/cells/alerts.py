"""What the checks of medicines say of an ordonnance, and what became of each alert (CF-114)."""

from desktop.domain.local_time import day_words, hour_words
from desktop.domain.prescription.ordonnance import Override
from desktop.domain.texts import text
from desktop.features.counter.domain.act import Alert, CounterAct

_UNCHECKED = "○"


def grave_words(act: CounterAct) -> tuple[str, ...]:
    """Alerts with their sources; beneath each who passed over it and why, here and at the prescriber's.

    What the prescriber passed over and nothing here finds again (of the record's allergies, which are not
    read here: CF-078) follows.
    """
    found = [alert for alert in act.alerts if not alert.words.startswith(_UNCHECKED)]
    words = [line for alert in found for line in _alert(act, alert)]
    told = {one for alert in found for one in _signed(act, alert)}
    for work in act.lines:
        line = work.line.line
        words += [_elsewhere(line.number, one) for one in line.overrides if one not in told]
    return tuple(words)


def unchecked_words(act: CounterAct) -> tuple[str, ...]:
    """What nobody checked, and says so."""
    return tuple(alert.words for alert in act.alerts if alert.words.startswith(_UNCHECKED))


def _alert(act: CounterAct, alert: Alert) -> list[str]:
    """It keeps its ■ only until a reason was given."""
    given = [one for work in act.lines for one in work.overrides]
    here = [one for one in given if (one.rule, one.alert) == (alert.rule, alert.words)]
    sign, _, said = alert.words.partition(" ")
    words = " ".join(
        filter(None, (f"✓ {said}" if here and alert not in act.unmet() else f"{sign} {said}", alert.source))
    )
    passed = [text("counter.passed_here", language=None, **_who(one)) for one in here[:1]]
    before = _signed(act, alert)[:1]
    passed += [text("counter.passed_by_prescriber", language=None, **_who(one)) for one in before]
    return [words, *(f"    {one}" for one in passed)]


def _elsewhere(number: int, one: Override) -> str:
    facts = {**_who(one), "line": str(number), "alert": one.alert}
    return text("counter.prescriber_passed_alert", language=None, **facts)


def _signed(act: CounterAct, alert: Alert) -> list[Override]:
    """The prescriber's reasons for the same alert; they are written in the language of the ordonnance."""
    every = (one for work in act.lines for one in work.line.line.overrides)
    return [one for one in every if one.rule == alert.rule and one.alert in alert.words]


def _who(one: Override) -> dict[str, str]:
    return {"name": one.by, "day": day_words(one.at), "time": hour_words(one.at), "reason": one.reason}
