"""Care episodes of the ligne de vie (contract §5)."""

from desktop.domain.errors import Failure, Result
from desktop.domain.record import Episode
from desktop.sync import fhir_read, fhir_search
from desktop.sync import fhir_shapes as fhir
from desktop.sync.caller import Bearer, Caller


def episodes(caller: Caller, patient_id: str, bearer: Bearer) -> Result[tuple[Episode, ...]]:
    """All episodes that the patient authorised, oldest first."""
    fields = {"patient": f"Patient/{patient_id}", "_count": "200"}
    first = fhir_search.get_search(caller, "Encounter", fields, bearer)
    found = fhir_search.everything(caller, first, "Encounter", bearer)
    if isinstance(found, Failure):
        return found
    read = (fhir.shaped(raw, fhir.Encounter) for _, raw in found)
    rows = (fhir_read.episode(e) for e in read if e is not None)
    return tuple(sorted((e for e in rows if e is not None), key=lambda e: e.start))
