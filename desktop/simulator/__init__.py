"""The simulated eSanté platform: server, PKI, rules, demo data."""
