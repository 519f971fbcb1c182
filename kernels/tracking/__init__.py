"""Tracking a subject through a clip from a click: its mask, box, centre, and how sure that is.

The door is `tracker.track`. Pictures are uint8 RGB, display-referred (`pictures.display_picture` makes them). Points
are pixels of those pictures, x right, y down, (0, 0) being the top-left corner of the top-left pixel.
"""
