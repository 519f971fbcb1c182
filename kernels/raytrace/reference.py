"""The slow, readable tracer: numpy, float64, every ray against every shape. trace.cl and camera.cl are tested against
it."""

from __future__ import annotations

import numpy as np

from . import sampling
from .pack import View, lamp_rows
from .scene import Material, Scene, Shape
from .textures import texture_mix

SURFACE_OFFSET = 2e-4  # m that secondary rays start above their surface
VISIBILITY_SLACK = 1e-3  # of a distance: a surface does not hide itself


def _slab(o, d, half):
    """Interval (enter, leave) [N] of rays between the planes at ±half; o, d [N]: one coordinate of origin,
    direction."""
    d = np.where(np.abs(d) < 1e-12, 1e-12, d)
    ends = np.stack([(-half - o) / d, (half - o) / d])
    return ends.min(0), ends.max(0)


def _round(o, d, radius):
    """Interval [N] of rays inside a circle (o, d [N, 2]) or sphere ([N, 3]) around the origin; enter = inf when
    missed."""
    a = np.maximum((d * d).sum(-1), 1e-20)
    middle = -(o * d).sum(-1) / a
    left = radius**2 - ((o + d * middle[:, None]) ** 2).sum(-1)
    reach = np.sqrt(np.maximum(left, 0) / a)
    return np.where(left < 0, np.inf, middle - reach), middle + reach


def distance_to(shape: Shape, origin: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """Distance [N] in units of direction [N, 3] at which rays meet the shape, inf where they do not."""
    frame = np.asarray(shape.frame)
    o, d = (origin - shape.centre) @ frame.T, direction @ frame.T
    a, b, c = shape.size
    if shape.kind in ("card", "disc"):
        t = -o[:, 2] / np.where(np.abs(d[:, 2]) < 1e-12, 1e-12, d[:, 2])
        x, y = o[:, 0] + t * d[:, 0], o[:, 1] + t * d[:, 1]
        if shape.kind == "disc":
            inside = x * x + y * y <= a * a
        else:
            inside = (np.abs(y) <= b) & (np.abs(x) <= a * (1 - shape.taper * (y + b) / (2 * b)))
        return np.where(inside & (t > 0), t, np.inf)
    if shape.kind == "sphere":
        enter, leave = _round(o, d, a)
    elif shape.kind == "box":
        slabs = [_slab(o[:, i], d[:, i], half) for i, half in enumerate((a, b, c))]
        enter, leave = np.max([s[0] for s in slabs], axis=0), np.min([s[1] for s in slabs], axis=0)
    else:
        (enter, leave), (near, far) = _round(o[:, :2], d[:, :2], a), _slab(o[:, 2], d[:, 2], b)
        enter, leave = np.maximum(enter, near), np.minimum(leave, far)
    t = np.where(enter > 0, enter, leave)
    return np.where((enter <= leave) & (t > 0), t, np.inf)


def local_normal(shape: Shape, p: np.ndarray) -> np.ndarray:
    """Outward local normals [N, 3] at local points [N, 3] of the surface."""
    a, b, _ = shape.size
    if shape.kind == "sphere":
        return p / a
    normal = np.zeros_like(p)
    if shape.kind == "cylinder":
        cap = np.abs(p[:, 2]) - b > np.hypot(p[:, 0], p[:, 1]) - a
        normal[:, :2] = np.where(cap[:, None], 0, p[:, :2] / a)
        normal[:, 2] = np.where(cap, np.copysign(1, p[:, 2]), 0)
    elif shape.kind == "box":
        axis = np.argmax(np.abs(p) - shape.size, axis=1)
        rows = np.arange(len(p))
        normal[rows, axis] = np.copysign(1, p[rows, axis])
    else:
        normal[:, 2] = 1
    return normal


def nearest(shapes, origin, direction) -> tuple[np.ndarray, np.ndarray]:
    """(distance [N], index of shape [N]) of the nearest hit; inf and -1 for none."""
    best, index = np.full(len(origin), np.inf), np.full(len(origin), -1)
    for i, shape in enumerate(shapes):
        t = distance_to(shape, origin, direction)
        index = np.where(t < best, i, index)
        best = np.minimum(best, t)
    return best, index


def clear_to(shapes, origin, direction, t_max) -> np.ndarray:
    """bool [N]: nothing between the origin and t_max."""
    clear = np.ones(len(origin), bool)
    for shape in shapes:
        clear &= distance_to(shape, origin, direction) >= t_max
    return clear


def sky_radiance(scene: Scene, direction: np.ndarray) -> np.ndarray:
    """Radiance [N, 3] of the sky in directions [N, 3]."""
    height = direction[:, 1] / np.linalg.norm(direction, axis=-1)
    zenith, horizon, ground = (np.array(c) for c in (scene.sky.zenith, scene.sky.horizon, scene.sky.ground))
    up = np.sqrt(np.maximum(height, 0))[:, None]
    down = np.clip(-8 * height, 0, 1)[:, None]
    return np.where(height[:, None] > 0, horizon + (zenith - horizon) * up, horizon + (ground - horizon) * down)


def _reflected(scene: Scene, shape: Shape, p, direction, light_sample, sky_sample) -> np.ndarray:
    """Radiance [N, 3] from points [N, 3] of one shape towards -direction."""
    material: Material = shape.material
    frame = np.asarray(shape.frame)
    local = (p - shape.centre) @ frame.T
    normal = local_normal(shape, local)
    share = texture_mix(material.texture, local / material.scale - 0.01 * normal, material.detail)[:, None]
    albedo = np.array(material.color) * (1 - share) + np.array(material.color2) * share
    normal = normal @ frame
    normal = np.where((normal * direction).sum(-1, keepdims=True) > 0, -normal, normal)
    start, back = p + normal * SURFACE_OFFSET, p - normal * SURFACE_OFFSET
    casters = [s for s in scene.shapes if s.casts_shadow]

    scatter = normal + 0.999 * sky_sample
    scatter /= np.linalg.norm(scatter, axis=-1, keepdims=True)
    open_sky = clear_to(casters, start, scatter, scene.sky.reach)[:, None]
    arriving = np.where(open_sky, sky_radiance(scene, scatter), scene.sky.bounce)
    for light in scene.lights:
        to = np.array(light.centre) + light_sample * light.radius - p
        square = (to * to).sum(-1)
        cosine = (normal * to).sum(-1) / np.sqrt(square)
        lit = np.where(cosine > 0, cosine * (1 - material.translucency), -cosine * material.translucency)
        lit = lit * clear_to(casters, np.where(cosine[:, None] > 0, start, back), to, 1.0)
        arriving = arriving + np.array(light.intensity) * (lit / square)[:, None]
    return np.array(material.emission) + albedo * arriving


def _radiance_along(scene: Scene, shapes, origin, direction, light_sample, sky_sample) -> np.ndarray:
    """Radiance [N, 3] along rays [N, 3]; lamps (shapes after the scene's own) are black."""
    t, index = nearest(shapes, origin, direction)
    result = sky_radiance(scene, direction)
    for i in np.unique(index[index >= 0]):
        rays = index == i
        if i >= len(scene.shapes):
            result[rays] = 0
            continue
        p = origin[rays] + direction[rays] * t[rays, None]
        result[rays] = _reflected(scene, shapes[i], p, direction[rays], light_sample[rays], sky_sample[rays])
    return result


def _pixel_grid(view: View) -> tuple[np.ndarray, np.ndarray]:
    """Columns and rows of all pixels, flat [N]."""
    y, x = np.mgrid[: view.height, : view.width]
    return x.ravel(), y.ravel()


def _slopes(view: View, x, y) -> np.ndarray:
    """Camera-space x / z and y / z of picture points (px, y down), [..., 2]."""
    return np.stack([x - view.width / 2, view.height / 2 - y], axis=-1) / view.pixels_per_tangent


def _camera_rays(view: View, slope, lens) -> tuple[np.ndarray, np.ndarray]:
    """World origin and direction [N, 3] of rays through lens points [N, 2] (m) that focus as the pinhole's of `slope`
    [N, 2]."""
    origin = np.concatenate([lens, np.zeros((len(lens), 1))], axis=1)
    direction = np.concatenate([slope - lens * view.inverse_focus, np.ones((len(lens), 1))], axis=1)
    return view.camera.position + origin @ view.camera.rotation, direction @ view.camera.rotation


def _all_shapes(scene: Scene) -> list[Shape]:
    black = Material(color=(0, 0, 0), color2=(0, 0, 0))
    return [*scene.shapes, *(Shape("sphere", lamp.centre, (lamp.radius, 0, 0), black) for lamp in scene.lamps)]


def radiance(scene: Scene, view: View, table: np.ndarray, lamp_table: np.ndarray, seed: int) -> np.ndarray:
    """Mean radiance of every pixel, float64 [H, W, 3]. Tables as sampling.camera_table and lamp_table make them."""
    shapes = _all_shapes(scene)
    x, y = _pixel_grid(view)
    sets = sampling.set_of_pixel(x, y, len(table), seed)
    total = np.zeros((len(x), 3))
    for i in range(table.shape[2]):
        at = table[sets, :, i].astype(np.float64)
        slope = _slopes(view, x + at[:, 2], y + at[:, 3])
        origin, direction = _camera_rays(view, slope, at[:, :2] * view.lens_radius)
        total += _radiance_along(scene, shapes, origin, direction, at[:, 4:7], at[:, 7:10])
    total /= table.shape[2]
    rows = lamp_rows(scene, view, np.arange(len(scene.shapes), len(shapes)))
    for row in rows.astype(np.float64):
        near = (np.abs(row[7] - x - 0.5) <= row[9] + 0.5) & (np.abs(row[8] - y - 0.5) <= row[9] + 0.5)
        coverage = _lamp_coverage(view, shapes, row, lamp_table[sets[near]].astype(np.float64), x[near], y[near])
        total[near] += coverage[:, None] * row[4:7]
    return total.reshape(view.height, view.width, 3)


def _lamp_coverage(view: View, shapes, row, table, x, y) -> np.ndarray:
    """Share of rays [N] of the pixels (x, y) that end at one lamp; see lamp_coverage in camera.cl."""
    centre, radius, at, reach, spread, own = row[:3], row[3], row[7:9], row[9], row[10], int(row[11])
    low = np.stack([x, y], axis=-1).astype(np.float64)
    high = low + 1
    if spread > 0:
        weight = np.full(len(x), np.pi * spread**2 / (sampling.iris_area(view.iris) * view.lens_radius**2))
    else:
        low, high = np.maximum(low, at - reach), np.minimum(high, at + reach)
        weight = np.prod(high - low, axis=-1)
    seen = np.zeros(len(x))
    others = [shape for i, shape in enumerate(shapes) if i != own]
    for i in range(table.shape[2]):
        point = low + (high - low) * table[:, 0:2, i]
        slope = _slopes(view, point[:, 0], point[:, 1])
        if spread > 0:
            lens = (centre[:2] - centre[2] * slope) / (1 - centre[2] * view.inverse_focus) + spread * table[:, 4:6, i]
            valid = view.iris.contains(lens[:, 0] / view.lens_radius, -lens[:, 1] / view.lens_radius)
        else:
            lens = view.lens_radius * table[:, 2:4, i]
            valid = np.ones(len(x), bool)
        origin, direction = _camera_rays(view, slope, lens)
        world = view.camera.position + centre @ view.camera.rotation
        enter, _ = _round(origin - world, direction, radius)
        valid &= np.isfinite(enter)
        clear = clear_to(others, origin, direction, np.where(valid, enter, 0.0))
        seen += valid & clear
    return weight * seen / table.shape[2]


def depth(scene: Scene, view: View) -> np.ndarray:
    """Planar depth at pixel centres, float64 [H, W], inf for the sky."""
    x, y = _pixel_grid(view)
    slope = _slopes(view, x + 0.5, y + 0.5)
    origin, direction = _camera_rays(view, slope, np.zeros_like(slope))
    return nearest(_all_shapes(scene), origin, direction)[0].reshape(view.height, view.width)


def hidden(scene: Scene, view: View, table: np.ndarray, seed: int) -> np.ndarray:
    """Shares of every pixel's rays that end at surfaces hidden from the pinhole, or outside its picture: [H, W, 2]."""
    shapes = _all_shapes(scene)
    x, y = _pixel_grid(view)
    sets = sampling.set_of_pixel(x, y, len(table), seed)
    total = np.zeros((len(x), 2))
    for i in range(table.shape[2]):
        at = table[sets, :, i].astype(np.float64)
        lens = at[:, :2] * view.lens_radius
        slope = _slopes(view, x + at[:, 2], y + at[:, 3])
        distance, _ = nearest(shapes, *_camera_rays(view, slope, lens))
        seen = slope + lens * (1 / distance - view.inverse_focus)[:, None]
        outside = (np.abs(seen) * view.pixels_per_tangent > np.array([view.width, view.height]) / 2).any(-1)
        reach = distance * (1 - VISIBILITY_SLACK)
        clear = clear_to(shapes, *_camera_rays(view, seen, np.zeros_like(lens)), reach)
        total += np.stack([~clear & ~outside, outside], axis=-1)
    return (total / table.shape[2]).reshape(view.height, view.width, 2)
