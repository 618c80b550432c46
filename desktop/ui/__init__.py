"""Qt Widgets: shell, views, models, widgets, theme; never an adapter."""
