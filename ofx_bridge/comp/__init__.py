"""Comp files and what a host would otherwise do: validation, Read and Write, the frame cache, the render."""
