"""What the pharmacist sees and presses; it decides nothing."""
