// SPDX-License-Identifier: Apache-2.0
// Shading and the thin-lens camera: docs/raytracer.md derives it. Camera space is x right, y up, z forward; directions
// have z = 1, so distances along camera rays are planar depth.

typedef struct {
  global const float* materials;
  global const float* lights;
  int light_count;
  global const float* sky;
} Surroundings;

INLINE V3 constant3(global const float* p) { return (V3){p[0], p[1], p[2]}; }

INLINE V3 mixed3(V3 a, V3 b, vf t) { return added3(scaled3(a, 1.0f - t), scaled3(b, t)); }

// Radiance of the sky in a direction of any length.
INLINE V3 sky_radiance(global const float* sky, V3 d) {
  vf height = d.y * (1.0f / sqrt(dot3(d, d)));
  V3 above = mixed3(constant3(sky + 3), constant3(sky), sqrt(GREATEST(height, 0.0f)));
  V3 below = mixed3(constant3(sky + 3), constant3(sky + 6), LEAST(GREATEST(-8.0f * height, 0.0f), 1.0f));
  return choose3(height > 0.0f, above, below);
}

// What the hit points are made of: each shape among the rays is evaluated once, for all of them.
// normal points to the viewer; thin: translucency.
typedef struct {
  V3 albedo, emission, normal;
  vf thin;
} Surface;

static Surface surface_at(const Shapes* s, global const float* materials, vi shapes, V3 p, V3 direction) {
  union {
    vi all;
    int lane[WIDTH];
  } pending = {shapes};
  vf zero = 0.0f;
  V3 none = {zero, zero, zero};
  Surface result = {none, none, none, zero};
  for (int lane = 0; lane < WIDTH; ++lane) {
    int current = pending.lane[lane];
    if (current < 0) continue;
    for (int other = lane; other < WIDTH; ++other)
      pending.lane[other] = pending.lane[other] == current ? -1 : pending.lane[other];
    vi here = shapes == current;
    global const float* shape = s->shapes + 16 * current;
    int kind = s->shape_info[3 * current];
    global const float* material = materials + 16 * s->shape_info[3 * current + 1];
    V3 inside = local_point(shape, p);
    V3 normal = local_normal(shape, kind, inside);
    // Textures are read a hundredth of their scale under the surface, where faces do not touch a cell's border.
    float scale = material[9];
    V3 q = added3(scaled3(inside, 1.0f / scale), scaled3(normal, -0.01f));
    vf amount = texture_mix((int)material[12], q, material[10]);
    V3 outward = out_of_frame(shape + 3, normal);
    outward = choose3(dot3(outward, direction) > 0.0f, scaled3(outward, -1.0f), outward);
    result.albedo = choose3(here, mixed3(constant3(material), constant3(material + 3), amount), result.albedo);
    result.emission = choose3(here, constant3(material + 6), result.emission);
    result.normal = choose3(here, outward, result.normal);
    result.thin = CHOOSE(here, material[11], result.thin);
  }
  return result;
}

// Radiance along rays: sky, or emission plus light reflected once. toward: unit vectors, one for the lights, one for
// the sky. Lamps are black here; lamp_radiance adds them.
static V3 radiance_along(const Shapes* s, const Surroundings* w, V3 origin, V3 direction, V3 light_sample,
                         V3 sky_sample) {
  Hit hit = nearest(s, origin, direction);
  vi found = hit.shape >= 0;
  V3 sky = sky_radiance(w->sky, direction);
  if (!any_lane(found)) return sky;
  vf t = CHOOSE(found, hit.t, 1.0f);
  V3 p = added3(origin, scaled3(direction, t));
  Surface m = surface_at(s, w->materials, hit.shape, p, direction);
  V3 start = added3(p, scaled3(m.normal, SURFACE_OFFSET));
  V3 back = added3(p, scaled3(m.normal, -SURFACE_OFFSET));

  V3 scatter = unit3(added3(m.normal, scaled3(sky_sample, 0.999f)));
  vf open = clear_to(s, start, scatter, CHOOSE(found, w->sky[12], -1.0f), 0, -1);
  V3 ambient = mixed3(constant3(w->sky + 9), sky_radiance(w->sky, scatter), open);

  for (int i = 0; i < w->light_count; ++i) {
    global const float* light = w->lights + 8 * i;
    V3 to = added3(added3(constant3(light), scaled3(light_sample, light[3])), scaled3(p, -1.0f));
    vf square = dot3(to, to);
    vf cosine = dot3(m.normal, to) * (1.0f / sqrt(square));
    vf lit = CHOOSE(cosine > 0.0f, cosine * (1.0f - m.thin), -cosine * m.thin);
    V3 from = choose3(cosine > 0.0f, start, back);
    lit *= clear_to(s, from, to, CHOOSE(found & (lit > 0.0f), 1.0f, -1.0f), 0, -1);
    ambient = added3(ambient, scaled3(constant3(light + 4), lit / square));
  }
  V3 surface = {m.emission.x + m.albedo.x * ambient.x, m.emission.y + m.albedo.y * ambient.y,
                m.emission.z + m.albedo.z * ambient.z};
  return choose3(found, surface, sky);
}

INLINE V3 into_world(global const float* camera, V3 a) { return out_of_frame(camera + 3, a); }

// Whether points of the lens plane (in units of the vertical radius) lie in the iris; lens/iris.py says its edge.
INLINE vi inside_iris(global const float* camera, vf x, vf y) {
  x *= camera[18];
  vf square = x * x + y * y;
  int blades = (int)camera[15];
  if (blades == 0) return square <= 1.0f;
  vf reach = 1e-12f;
  for (int k = 0; k < blades; ++k) reach = GREATEST(reach, x * camera[24 + 2 * k] + y * camera[25 + 2 * k]);
  vf radius = sqrt(square), polygon = camera[17] * radius / reach;
  return radius <= polygon + (1.0f - polygon) * camera[16];
}

INLINE float sum_lanes(vf v) {
  union {
    vf all;
    float lane[WIDTH];
  } lanes = {v};
  float sum = 0.0f;
  for (int i = 0; i < WIDTH; ++i) sum += lanes.lane[i];
  return sum;
}

INLINE uint set_of_pixel(uint x, uint y, uint seed, uint sets) {
  uint h = x * 0x8da6b343u + y * 0xd8163841u + seed * 0xcb1ab31fu;
  h ^= h >> 13;
  h *= 0x5bd1e995u;
  h ^= h >> 15;
  return h % sets;
}

// Mean radiance that one lamp sends to a pixel, over its radiance. Rays are aimed either at the lamp, over the lens (a
// defocused lamp fills little of the lens as seen from a point of the picture), or over the part of the pixel that sees
// it.
static float lamp_coverage(const Shapes* s, global const float* camera, global const float* lamp,
                           global const float* table, int samples, int x, int y, float2 half_size) {
  float lens = camera[12], inverse_focus = camera[13], per_tangent = camera[14];
  float spread = lamp[10], reach = lamp[9];
  float x0 = x, y0 = y, x1 = x + 1.0f, y1 = y + 1.0f, weight;
  if (spread > 0.0f) {
    weight = 3.14159265f * spread * spread / (camera[19] * lens * lens);
  } else {
    x0 = max(x0, lamp[7] - reach), x1 = min(x1, lamp[7] + reach);
    y0 = max(y0, lamp[8] - reach), y1 = min(y1, lamp[8] + reach);
    weight = (x1 - x0) * (y1 - y0);
  }
  V3 centre = constant3(lamp);
  vf seen = 0.0f;
  for (int i = 0; i < samples; i += WIDTH) {
    global const float* at = table + i;
    vf dx = (x0 + (x1 - x0) * load(at) - half_size.x) / per_tangent;
    vf dy = (half_size.y - y0 - (y1 - y0) * load(at + samples)) / per_tangent;
    vf lx, ly;
    vi valid;
    if (spread > 0.0f) {
      float defocus = 1.0f - lamp[2] * inverse_focus;
      lx = (centre.x - centre.z * dx) / defocus + spread * load(at + 4 * samples);
      ly = (centre.y - centre.z * dy) / defocus + spread * load(at + 5 * samples);
      valid = inside_iris(camera, lx / lens, ly / lens);
    } else {
      lx = lens * load(at + 2 * samples);
      ly = lens * load(at + 3 * samples);
      valid = lx == lx;
    }
    vf zero = 0.0f, one = 1.0f, enter = 0.0f, leave = INFINITY;
    V3 from = {lx, ly, zero}, direction = {dx - lx * inverse_focus, dy - ly * inverse_focus, one};
    round_interval(added3(from, scaled3(centre, -1.0f)), direction, lamp[3], &enter, &leave);
    valid &= enter <= leave;
    if (!any_lane(valid)) continue;
    vf clear = clear_to(s, added3(constant3(camera), into_world(camera, from)), into_world(camera, direction),
                        CHOOSE(valid, enter, -1.0f), 1, (int)lamp[11]);
    seen += CHOOSE(valid, clear, 0.0f);
  }
  return weight * sum_lanes(seen) / samples;
}

// One work item a pixel: out[y, x] = mean radiance over pixel and lens, RGB.
kernel void radiance(global const float* shapes, global const int* shape_info, global const float* boxes,
                     global const int* links, int nodes, global const float* materials, global const float* lights,
                     int light_count, global const float* sky, global const float* lamps, int lamp_count,
                     global const float* camera, global const float* table, int samples, global const float* lamp_table,
                     int lamp_samples, uint sets, uint seed, int width, int height, int first, int last,
                     global float* out) {
  int pixel = first + get_global_id(0);
  if (pixel >= last) return;
  int x = pixel % width, y = pixel / width;
  Shapes s = {shapes, shape_info, boxes, links, nodes};
  Surroundings w = {materials, lights, light_count, sky};
  uint set = set_of_pixel(x, y, seed, sets);
  float lens = camera[12], inverse_focus = camera[13], per_tangent = camera[14];
  vf zero = 0.0f, one = 1.0f;
  V3 total = {zero, zero, zero};
  for (int i = 0; i < samples; i += WIDTH) {
    global const float* at = table + (size_t)set * 10 * samples + i;
    vf lx = lens * load(at), ly = lens * load(at + samples);
    vf dx = ((float)x - 0.5f * width + load(at + 2 * samples)) / per_tangent;
    vf dy = (0.5f * height - (float)y - load(at + 3 * samples)) / per_tangent;
    V3 light = {load(at + 4 * samples), load(at + 5 * samples), load(at + 6 * samples)};
    V3 scatter = {load(at + 7 * samples), load(at + 8 * samples), load(at + 9 * samples)};
    V3 origin = added3(constant3(camera), into_world(camera, (V3){lx, ly, zero}));
    V3 direction = into_world(camera, (V3){dx - lx * inverse_focus, dy - ly * inverse_focus, one});
    total = added3(total, radiance_along(&s, &w, origin, direction, light, scatter));
  }
  float3 sum = (float3)(sum_lanes(total.x), sum_lanes(total.y), sum_lanes(total.z)) / samples;
  for (int k = 0; k < lamp_count; ++k) {
    global const float* lamp = lamps + 16 * k;
    if (fabs(lamp[7] - x - 0.5f) > lamp[9] + 0.5f || fabs(lamp[8] - y - 0.5f) > lamp[9] + 0.5f) continue;
    float2 half_size = (float2)(0.5f * width, 0.5f * height);
    global const float* aims = lamp_table + (size_t)set * 6 * lamp_samples;
    sum += lamp_coverage(&s, camera, lamp, aims, lamp_samples, x, y, half_size) * vload3(0, lamp + 4);
  }
  vstore3(sum, pixel, out);
}

// One work item a pixel: out[y, x] = (sum of depth, sum of 1 / depth, hits) over the pinhole's samples of the pixel.
kernel void depth(global const float* shapes, global const int* shape_info, global const float* boxes,
                  global const int* links, int nodes, global const float* camera, global const float* table,
                  int samples, uint sets, uint seed, int width, int height, int first, int last, global float* out) {
  int pixel = first + get_global_id(0);
  if (pixel >= last) return;
  int x = pixel % width, y = pixel / width;
  Shapes s = {shapes, shape_info, boxes, links, nodes};
  vf z = 0.0f, inverse = 0.0f, hits = 0.0f, one = 1.0f;
  for (int i = 0; i < samples; i += WIDTH) {
    global const float* at = table + (size_t)set_of_pixel(x, y, seed, sets) * 10 * samples + i;
    vf dx = ((float)x - 0.5f * width + load(at + 2 * samples)) / camera[14];
    vf dy = (0.5f * height - (float)y - load(at + 3 * samples)) / camera[14];
    Hit hit = nearest(&s, constant3(camera), into_world(camera, (V3){dx, dy, one}));
    z += CHOOSE(hit.shape >= 0, hit.t, 0.0f);
    inverse += 1.0f / hit.t;
    hits += CHOOSE(hit.shape >= 0, 1.0f, 0.0f);
  }
  vstore3((float3)(sum_lanes(z), sum_lanes(inverse), sum_lanes(hits)), pixel, out);
}
