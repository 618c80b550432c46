"""The screens of ALD statements: the form of one patient, and what is kept of all."""
