"""ePrescription on the wire (contract §8): what is signed, where it stands, what was handed over."""
