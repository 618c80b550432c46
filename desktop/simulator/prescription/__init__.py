"""The platform's ePrescription (contract §8, domain §C): ordonnances, their lines, leases and deliveries.

The table of states and the deadlines are written apart from the program's own; a test compares them.
"""
