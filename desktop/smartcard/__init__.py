"""The card stack: PC/SC monitor, PKCS#11 in a child process, software card, card emulator."""
