"""A strict headless OpenFX host: loads plug-ins over the C ABI, renders, and records every breach of the standard."""

from . import profiles
from ._host import AbortFlag
from .errors import HostError, RenderError, ViolationError
from .host import Bundle, Host, Plugin
from .knob_info import KnobInfo
from .node import ClipInfo, ClipPreferences, Message, Node
from .overlay import Overlay
from .profile import Profile
from .source import ArrayClip

__all__ = [
    "AbortFlag",
    "ArrayClip",
    "Bundle",
    "ClipInfo",
    "ClipPreferences",
    "Host",
    "HostError",
    "KnobInfo",
    "Message",
    "Node",
    "Overlay",
    "Plugin",
    "Profile",
    "RenderError",
    "ViolationError",
    "profiles",
]
