"""Use cases. No Qt, no I/O of their own, no threads; time through ClockPort."""
