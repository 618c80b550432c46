"""Ordonnance and patient over the lines."""

from datetime import date

from desktop.domain.local_time import day_words, local_day
from desktop.domain.matricule import Matricule
from desktop.domain.prescription.deadlines import valid_until
from desktop.domain.prescription.identifier import OrdonnanceId
from desktop.domain.prescription.ordonnance import DISPENSED, PatientIdentity
from desktop.domain.record import Sex
from desktop.domain.signature import SignatureState
from desktop.domain.texts import text
from desktop.features.counter.domain.act import CounterAct
from desktop.features.counter.domain.hindrances import signed_by_prescriber
from desktop.ui.views.describe import born_on


def ordonnance_words(act: CounterAct) -> str:
    """« Ordonnance électronique K7QM-… · Dr Weber · ✓ droit d'exercice · signature ✓ · jusqu'au … »."""
    ordonnance = act.standing.ordonnance
    parts = (
        text("counter.electronic", code=OrdonnanceId(act.code).grouped()),
        ordonnance.prescriber.name,
        _right(act.standing.may_practise),
        _signature(act),
        text("counter.until", day=day_words(_last_day(act))),
    )
    return " · ".join(parts)


def _last_day(act: CounterAct) -> date:
    """Of the line that may be delivered the longest: of narcotics alone 21 days (CF-103)."""
    ordonnance = act.standing.ordonnance
    written = local_day(ordonnance.authored)
    days = [
        valid_until(written, ordonnance.valid_until, line.renewal)
        for line in ordonnance.lines
        if line.nature in DISPENSED
    ]
    return max(days, default=ordonnance.valid_until)


def signature_tone(act: CounterAct) -> str:
    """The tone of the line above."""
    if act.signature is None:
        return ""
    if not signed_by_prescriber(act, act.signature):
        return "danger"
    doubtful = act.signature.state is not SignatureState.VALID or act.standing.may_practise is False
    return "warning" if doubtful else ""


def patient_words(patient: PatientIdentity) -> str:
    """« NOM Prénom · née le … · matricule »."""
    return " · ".join((patient.name, birth_words(patient), Matricule(patient.matricule).grouped()))


def other_open_words(mine: PatientIdentity, theirs: PatientIdentity) -> str:
    """Another ordonnance was scanned while that of *mine* is begun; two of one name are told apart."""
    if mine.id == theirs.id:
        return text("counter.other_of_same", name=mine.name)
    name, other = mine.name, theirs.name
    if name == other:
        name, other = (f"{one.name} ({birth_words(one)})" for one in (mine, theirs))
    key = "counter.other_open_female" if sex_of(mine) is Sex.FEMALE else "counter.other_open"
    return text(key, other=other, name=name)


def birth_words(patient: PatientIdentity) -> str:
    """« née le 12.05.1993 », as the sex is known; or that the date is not."""
    if patient.born is None:
        return text("counter.born_unknown")
    return born_on(patient.born, sex_of(patient))


def sex_of(patient: PatientIdentity) -> Sex:
    """As the directory's word for it."""
    return Sex(patient.sex) if patient.sex in {*Sex} else Sex.UNKNOWN


def compare_words(act: CounterAct) -> str:
    """Whether the identity was compared, and who collects it for the patient."""
    compared = text("counter.compared" if act.compared else "counter.to_compare")
    proxy = text("counter.paper_proxy", name=act.receiver).rstrip(".") if act.receiver else ""
    return " · ".join(filter(None, (compared, proxy)))


def _right(may_practise: bool | None) -> str:  # noqa: FBT001
    if may_practise is None:
        return text("counter.right_unknown")
    return text("counter.right" if may_practise else "counter.right_gone")


def _signature(act: CounterAct) -> str:
    finding = act.signature
    if finding is None:
        return text("counter.signature_checking")
    if finding.state in (SignatureState.NONE, SignatureState.BROKEN):
        return text(
            "counter.signature_none" if finding.state is SignatureState.NONE else "counter.signature_broken"
        )
    if not act.standing.signer_ids:
        return text("counter.signature_unowned")
    if not signed_by_prescriber(act, finding):
        return text("counter.signature_other", name=finding.signer or "?")
    if finding.state is SignatureState.VALID:
        return text("counter.signature_valid")
    return text("counter.signature_unverifiable")
