"""What is written before it is signed, and what stands in its way."""
