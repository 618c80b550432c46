"""Batches that were withdrawn, as the drug data of this PC know them; call it in a worker."""

from desktop.domain.drugs.data import WithdrawnBatch
from desktop.domain.errors import Failure
from desktop.domain.prescription.box import BoxCode
from desktop.services.drug_data import drug_data


def withdrawal(code: BoxCode) -> WithdrawnBatch | None:
    """None also without data, which the analysis of the ordonnance says already."""
    data = drug_data()
    if isinstance(data, Failure) or code.product_number is None or not code.batch:
        return None
    return data.withdrawal(code.product_number, code.batch)
