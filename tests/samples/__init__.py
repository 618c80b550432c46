"""Values that tests share: a small practice, and a made-up record of 400 documents."""
