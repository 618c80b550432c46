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
    known = {(alert.rule, number) for alert in found for number in alert.lines}
    for work in act.lines:
        line = work.line.line
        words += [
            text("counter.prescriber_passed_alert", line=line.number, alert=one.alert, **_who(one))
            for one in line.overrides
            if (one.rule, line.number) not in known
        ]
    return tuple(words)


def unchecked_words(act: CounterAct) -> tuple[str, ...]:
    """What nobody checked, and says so."""
    return tuple(alert.words for alert in act.alerts if alert.words.startswith(_UNCHECKED))


def _alert(act: CounterAct, alert: Alert) -> list[str]:
    """It keeps its ■ only until a reason was given."""
    here = _of(alert, [one for work in act.lines for one in work.overrides])
    before = _of(alert, [one for work in act.lines for one in work.line.line.overrides])
    sign, _, said = alert.words.partition(" ")
    words = " ".join(
        filter(None, (f"✓ {said}" if here and alert not in act.unmet() else f"{sign} {said}", alert.source))
    )
    passed = [text("counter.passed_here", **_who(one)) for one in here[:1]]
    passed += [text("counter.passed_by_prescriber", **_who(one)) for one in before[:1]]
    return [words, *(f"    {one}" for one in passed)]


def _of(alert: Alert, overrides: list[Override]) -> list[Override]:
    return [one for one in overrides if one.rule == alert.rule]


def _who(one: Override) -> dict[str, str]:
    return {"name": one.by, "day": day_words(one.at), "time": hour_words(one.at), "reason": one.reason}
