"""What differs by system: folders, keyring, single instance, hardening, screen lock, logs, proxy."""
