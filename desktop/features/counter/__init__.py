"""The pharmacy's counter: find an ordonnance, compare, reserve, scan the boxes, hand over (domain §8, §C)."""
