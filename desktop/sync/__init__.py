"""The eSanté platform adapter (contract §1-8); :mod:`desktop.sync.platform` loads the rest late."""
