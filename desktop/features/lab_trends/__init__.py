"""Laboratory values over time: small curves in « À savoir », charts, and the table that says all of it."""
