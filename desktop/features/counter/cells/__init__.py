"""The counter's values in the words of the screen."""
