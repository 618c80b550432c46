"""The encrypted store (architecture, "The cache"): key slots opened by the card, SQLCipher, encrypted files.

``vault.open_vault`` gives the lock, ``store.Store`` the store behind it.
"""
