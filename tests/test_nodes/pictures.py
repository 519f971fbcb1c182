"""What the test nodes' renders share."""

import numpy as np

from focuspuller.nodes.vocabulary.jobs import Picture, Window


def covering(picture: Picture | None, window: Window, channels: int) -> np.ndarray:
    """The picture's pixels over exactly `window`, black outside, as `channels` channels: float32 [H, W, channels].

    RGB or Alpha widened to RGBA has alpha 1 where the picture is; a picture narrowed to Alpha gives its last channel.
    """
    result = np.zeros((window.height, window.width, channels), np.float32)
    if picture is None or (overlap := window.intersected(picture.window)).empty:
        return result
    pixels = picture.pixels[overlap.slices_in(picture.window)]
    if pixels.shape[2] < channels:
        wider = np.ones((*pixels.shape[:2], channels), np.float32)
        wider[..., : pixels.shape[2]] = pixels
        pixels = wider
    result[overlap.slices_in(window)] = pixels[..., -1:] if channels == 1 else pixels[..., :channels]
    return result
