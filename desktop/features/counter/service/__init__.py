"""What the counter does with the platform and its tables; call it in a worker."""
