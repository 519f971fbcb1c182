"""Small picture files for the tests, written with OpenImageIO alone."""

import numpy as np
import OpenImageIO as oiio


def spec(pixels, names="RGBA", kind=oiio.HALF, window=None, display=None, **attributes):
    """ImageSpec for pixels [H, W, C]. window: (x, y) of the data window; display: (x, y, width, height)."""
    height, width, channels = pixels.shape
    made = oiio.ImageSpec(width, height, channels, kind)
    made.channelnames = tuple(names)
    made.x, made.y = window or (0, 0)
    made.full_x, made.full_y, made.full_width, made.full_height = display or (0, 0, width, height)
    for name, value in attributes.items():
        made.attribute(name, *(value if isinstance(value, tuple) else (value,)))
    return made


def write(path, *parts):
    """parts: (ImageSpec, pixels) each."""
    file = oiio.ImageOutput.create(str(path))
    specs = [p[0] for p in parts]
    opened = file.open(str(path), specs[0]) if len(parts) == 1 else file.open(str(path), tuple(specs))
    assert opened, file.geterror()
    for number, (s, pixels) in enumerate(parts):
        if number:
            assert file.open(str(path), s, "AppendSubimage"), file.geterror()
        assert file.write_image(np.ascontiguousarray(pixels)), file.geterror()
    assert file.close()
    return path


def read(path, part=None):
    """(ImageSpec, float32 [H, W, C]) of the first part, or the one of this name."""
    file = oiio.ImageInput.open(str(path))
    assert file, oiio.geterror()
    number = 0
    while part and file.spec().getattribute("oiio:subimagename") != part:
        number += 1
        assert file.seek_subimage(number, 0), f"no part {part}"
    spec = file.spec()
    pixels = file.read_image(number, 0, 0, spec.nchannels, oiio.FLOAT)
    return spec, np.asarray(pixels).reshape(spec.height, spec.width, -1)


def ramp(height, width, channels=4, seed=0):
    """float32 [H, W, C] that half floats hold exactly, alpha 1."""
    pixels = np.random.default_rng(seed).integers(0, 512, (height, width, channels)).astype(np.float32) / 256
    if channels == 4:
        pixels[..., 3] = 1
    return pixels
