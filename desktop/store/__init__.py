"""The encrypted store (architecture, "Cache"): key slots opened by the card, SQLCipher, encrypted files.

``vault.open_vault`` gives the lock, ``store.Store`` the store behind it.
"""
