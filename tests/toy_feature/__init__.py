"""A feature outside the program: notes about a patient. ``tests/arch/test_socket.py`` plugs it in."""
