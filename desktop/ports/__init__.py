"""The Protocols between services and adapters.

Every call may block (services run in worker lanes, never in the GUI thread), answers with a frozen
value or a :class:`Failure`, and raises only for a bug. ``Secret`` arguments are wiped by the adapter.
"""
