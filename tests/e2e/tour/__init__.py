"""The tour: the whole main job, played on the real windows by single mouse and key events."""
