"""The promises under force: killed, cut, locked, damaged anywhere, nothing is lost, doubled or told wrongly.

``python3 dev.py test force`` runs the long form and prints figures; a short form runs with the tests.
"""
