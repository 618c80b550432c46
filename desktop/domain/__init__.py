"""Value types and rules of the DSP. Standard library only."""
