"""FocusPuller: OpenFX nodes that turn a deep-focus clip into a cinema-focus one."""

from importlib.metadata import version

__version__ = version("focuspuller")
