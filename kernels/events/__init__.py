"""Generated clips with known events: pictures, depth, sound, and who deserves the focus when."""
