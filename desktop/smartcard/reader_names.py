"""One reader, two names: PC/SC's own, and what a PKCS#11 module tells of its slot."""


def slot_description(reader: str) -> str:
    """A reader's name as a module gives it: PKCS#11 cuts it at 64 bytes, python-pkcs11 strips it."""
    return reader.encode()[:64].decode(errors="ignore").strip()
