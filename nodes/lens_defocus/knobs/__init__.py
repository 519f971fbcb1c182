"""LensDefocus's knobs, a module for each subject; `node.py` puts them on pages."""
