"""Every refusal of the platform: closed list of codes, OperationOutcome and OAuth errors (contract §10).

The codes are the ``issue.details.coding.code`` (system ``urn:dsp:error``) of FHIR answers, and the
``error_code`` of the token endpoint.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from desktop.simulator.rules import Refusal

ERROR_SYSTEM = "urn:dsp:error"
LOCK_SYSTEM = "urn:dsp:lock"


@dataclass(frozen=True, slots=True)
class Kind:
    """HTTP status, FHIR issue type and French text of one code."""

    status: int
    issue: str
    text: str


CODES: Mapping[str, Kind] = MappingProxyType(
    {
        "request_invalid": Kind(400, "invalid", "La demande n'est pas comprise."),
        "session_ended": Kind(401, "login", "La session est terminée."),
        "practice_suspended": Kind(403, "forbidden", "Le droit d'exercice est suspendu."),
        "account_not_activated": Kind(403, "forbidden", "Le compte n'est pas activé."),
        "no_mandate": Kind(403, "forbidden", "Aucun mandat actif pour ce patient."),
        "mandate_ended": Kind(403, "forbidden", "Le mandat est terminé."),
        "not_entitled": Kind(403, "forbidden", "L'habilitation ne le permet pas."),
        "category_not_allowed": Kind(403, "forbidden", "Cette catégorie n'est pas permise à ce profil."),
        "record_none": Kind(403, "forbidden", "Ce patient n'a pas de DSP."),
        "record_inactive": Kind(403, "forbidden", "Le DSP n'est pas encore actif."),
        "record_closed": Kind(403, "forbidden", "Le DSP est fermé."),
        "record_deceased": Kind(403, "forbidden", "Le titulaire est décédé."),
        "document_disabled": Kind(403, "suppressed", "Document désactivé (identito-vigilance)."),
        "patient_not_found": Kind(404, "not-found", "Patient inconnu de l'annuaire."),
        "not_found": Kind(404, "not-found", "Introuvable."),
        "changed_elsewhere": Kind(412, "conflict", "L'élément a été modifié entre-temps."),
        "file_too_large": Kind(413, "too-long", "Le fichier est trop grand."),
        "too_many_matches": Kind(200, "too-costly", "Trop de personnes : ajoutez des traits d'identité."),
        "search_too_short": Kind(422, "required", "Indiquez au moins deux lettres du nom."),
        "deposit_refused": Kind(422, "business-rule", "Le dépôt est refusé."),
        "summary_data_refused": Kind(422, "business-rule", "Les données du résumé ne sont pas valides."),
        "summary_other_patient": Kind(422, "business-rule", "Les données sont celles d'une autre personne."),
        "summary_newer_version": Kind(409, "conflict", "Une version plus récente du résumé existe."),
        "signature_refused": Kind(422, "security", "La signature n'est pas acceptée."),
        "digest_mismatch": Kind(422, "value", "La taille ou l'empreinte ne correspond pas."),
        "not_pdfa": Kind(422, "value", "Le contenu n'est pas un PDF/A."),
        "date_in_future": Kind(422, "value", "La date du document est dans le futur."),
        "busy": Kind(429, "throttled", "La plateforme est trop sollicitée."),
        "error": Kind(500, "exception", "Erreur de la plateforme."),
        "maintenance": Kind(503, "transient", "La plateforme est en maintenance."),
    }
)


@dataclass(eq=False)
class Refused(Exception):
    """Ends a request with one code of the list; ``detail`` is a diagnostic without content.

    ``status`` replaces the code's usual HTTP status. ``kind``: of a code that only a feature knows.
    ``facts`` are extensions of the issue (contract §10).
    """

    code: str
    lock: str = ""
    detail: str = ""
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    kind: Kind | None = None
    facts: tuple[Mapping[str, Any], ...] = ()

    def answer(self) -> tuple[int, dict[str, Any]]:
        """HTTP status and OperationOutcome."""
        kind = self.kind or CODES[self.code]
        outcome = _outcome(self.code, kind, self.lock, self.detail)
        if self.facts:
            outcome["issue"][0]["extension"] = list(self.facts)
        return self.status or kind.status, outcome

    @staticmethod
    def by(refusal: Refusal) -> "Refused":
        """From a rule's answer."""
        return Refused(refusal.code, refusal.lock.value)


@dataclass(eq=False)
class OAuthRefused(Exception):
    """Ends a token request: RFC 6749 ``error`` and our stable ``error_code``, with facts."""

    error: str
    error_code: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    status: int = 400
    headers: dict[str, str] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """The JSON answer."""
        code = {"error_code": self.error_code} if self.error_code else {}
        return {"error": self.error, **code, **self.facts}


def operation_outcome(code: str, lock: str = "", detail: str = "") -> dict[str, Any]:
    """The FHIR answer for one code of the list."""
    return _outcome(code, CODES[code], lock, detail)


def _outcome(code: str, kind: Kind, lock: str, detail: str) -> dict[str, Any]:
    coding = [{"system": ERROR_SYSTEM, "code": code, "display": kind.text}]
    if lock:
        coding.append({"system": LOCK_SYSTEM, "code": lock})
    issue: dict[str, Any] = {
        "severity": "error",
        "code": kind.issue,
        "details": {"coding": coding, "text": kind.text},
    }
    if detail:
        issue["diagnostics"] = detail
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def raise_if(refusal: Refusal | None) -> None:
    """Turn a rule's answer into the end of the request."""
    if refusal is not None:
        raise Refused.by(refusal)
