"""The simulated eSanté platform: server, PKI, rules, demo data (issue 2, point 4)."""
