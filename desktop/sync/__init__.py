"""The eSanté platform adapter (contract §1-6); :mod:`desktop.sync.platform` loads the rest late."""
