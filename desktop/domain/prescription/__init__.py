"""ePrescription: the ordonnance, its lines, what becomes of them, their rules of time (domain §8, §C).

Shared by the prescriber's page and the counter; each of them is a feature of its own.
"""
