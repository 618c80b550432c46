"""Base widgets: text, buttons, panels, form rows, messages, progress, badges, rows, patient banner."""
