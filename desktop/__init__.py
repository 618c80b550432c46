"""DSP Desktop: the Dossier de Soins Partagé on the desk of Luxembourg's health professionals."""

__version__ = "0.1.0"
