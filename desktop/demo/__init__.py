"""The demo: simulated platform and cards beside the program, and what lets a tester see and touch it."""
