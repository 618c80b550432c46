"""Screens: passive widgets that show a frozen model and tell what the user did."""
