// SPDX-License-Identifier: Apache-2.0
// Rays against shapes and the hierarchy of boxes. Every value is a vector of WIDTH rays: 8 on CPUs, because PoCL does
// not vectorise kernels with loops by itself, 1 on GPUs. PoCL calls its built-in functions instead of inlining them,
// which spills every register: hence ABSOLUTE, whole and the like. Tables are described in pack.py.

#define INLINE static inline __attribute__((always_inline))
#if WIDTH == 1
typedef float vf;
typedef int vi;
typedef uint vu;
#define TO_VF(x) ((float)(x))
#define TO_VI(x) ((int)(x))
#define AS_VU(x) ((uint)(x))
#define AS_VI(x) ((int)(x))
INLINE int any_lane(vi m) { return m; }
#else
typedef float8 vf;
typedef int8 vi;
typedef uint8 vu;
#define TO_VF(x) convert_float8(x)
#define TO_VI(x) convert_int8(x)
#define AS_VU(x) as_uint8(x)
#define AS_VI(x) as_int8(x)
INLINE int any_lane(vi m) {
  int4 half_of = m.lo | m.hi;
  return (half_of.x | half_of.y) | (half_of.z | half_of.w);
}
#endif
#define CHOOSE(m, yes, no) ((m) ? (vf)(yes) : (vf)(no))
#define LEAST(a, b) CHOOSE((a) < (b), a, b)
#define GREATEST(a, b) CHOOSE((a) > (b), a, b)
#define ABSOLUTE(a) GREATEST(a, -(a))
#define SIGN(a) CHOOSE((a) < 0.0f, -1.0f, 1.0f)

// WIDTH numbers from an address that is a multiple of WIDTH.
INLINE vf load(global const float* p) { return *(global const vf*)p; }

// The greatest whole number not above x, for |x| < 2^31.
INLINE vf whole(vf x) {
  vf towards_zero = TO_VF(TO_VI(x));
  return towards_zero - CHOOSE(towards_zero > x, 1.0f, 0.0f);
}

typedef struct {
  vf x, y, z;
} V3;

// t: distance in units of the direction; shape: row of the nearest shape, -1 for the sky.
typedef struct {
  vf t;
  vi shape;
} Hit;

typedef struct {
  global const float* shapes;
  global const int* shape_info;
  global const float* boxes;
  global const int* links;
  int nodes;
} Shapes;

INLINE V3 scaled3(V3 a, vf s) { return (V3){a.x * s, a.y * s, a.z * s}; }
INLINE V3 added3(V3 a, V3 b) { return (V3){a.x + b.x, a.y + b.y, a.z + b.z}; }
INLINE vf dot3(V3 a, V3 b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
INLINE V3 choose3(vi m, V3 a, V3 b) { return (V3){CHOOSE(m, a.x, b.x), CHOOSE(m, a.y, b.y), CHOOSE(m, a.z, b.z)}; }
INLINE V3 unit3(V3 a) { return scaled3(a, 1.0f / sqrt(dot3(a, a))); }

INLINE V3 into_frame(global const float* rows, V3 a) {
  return (V3){rows[0] * a.x + rows[1] * a.y + rows[2] * a.z, rows[3] * a.x + rows[4] * a.y + rows[5] * a.z,
              rows[6] * a.x + rows[7] * a.y + rows[8] * a.z};
}

INLINE V3 out_of_frame(global const float* rows, V3 a) {
  return (V3){rows[0] * a.x + rows[3] * a.y + rows[6] * a.z, rows[1] * a.x + rows[4] * a.y + rows[7] * a.z,
              rows[2] * a.x + rows[5] * a.y + rows[8] * a.z};
}

INLINE V3 local_point(global const float* shape, V3 p) {
  return into_frame(shape + 3, (V3){p.x - shape[0], p.y - shape[1], p.z - shape[2]});
}

// The interval between two parallel planes at ±extent, cut out of enter … leave.
INLINE void slab(vf o, vf d, float extent, vf* enter, vf* leave) {
  vf inverse = 1.0f / CHOOSE(ABSOLUTE(d) < 1e-12f, 1e-12f, d);
  vf middle = -o * inverse, reach = extent * ABSOLUTE(inverse);
  *enter = GREATEST(*enter, middle - reach);
  *leave = LEAST(*leave, middle + reach);
}

// The interval inside a circle or sphere: o, d are what remains of origin and direction, a = d·d, b = o·d.
// (discriminant from the closest point: Haines et al., "Precision improvements for ray/sphere intersection", 2019)
INLINE void round_interval(V3 o, V3 d, float radius, vf* enter, vf* leave) {
  vf a = GREATEST(dot3(d, d), 1e-20f);
  vf middle = -dot3(o, d) / a;
  V3 closest = added3(o, scaled3(d, middle));
  vf left = radius * radius - dot3(closest, closest);
  vf reach = sqrt(GREATEST(left, 0.0f) / a);
  *enter = GREATEST(*enter, CHOOSE(left < 0.0f, INFINITY, middle - reach));
  *leave = LEAST(*leave, middle + reach);
}

// Distance to a shape along the ray if above 0, else INFINITY.
INLINE vf distance_to(global const float* shape, int kind, V3 origin, V3 direction) {
  V3 o = local_point(shape, origin), d = into_frame(shape + 3, direction);
  float a = shape[12], b = shape[13], c = shape[14];
  if (kind == SHAPE_CARD || kind == SHAPE_DISC) {
    vf t = -o.z / CHOOSE(ABSOLUTE(d.z) < 1e-12f, 1e-12f, d.z);
    vf x = o.x + t * d.x, y = o.y + t * d.y;
    vi inside;
    if (kind == SHAPE_DISC)
      inside = x * x + y * y <= a * a;
    else
      inside = (ABSOLUTE(y) <= b) & (ABSOLUTE(x) <= a * (1.0f - shape[15] * (y + b) / (2.0f * b)));
    return CHOOSE(inside & (t > 0.0f), t, INFINITY);
  }
  vf enter = -INFINITY, leave = INFINITY;
  if (kind == SHAPE_SPHERE) {
    round_interval(o, d, a, &enter, &leave);
  } else if (kind == SHAPE_BOX) {
    slab(o.x, d.x, a, &enter, &leave);
    slab(o.y, d.y, b, &enter, &leave);
    slab(o.z, d.z, c, &enter, &leave);
  } else {
    vf none = 0.0f;
    slab(o.z, d.z, b, &enter, &leave);
    round_interval((V3){o.x, o.y, none}, (V3){d.x, d.y, none}, a, &enter, &leave);
  }
  vf t = CHOOSE(enter > 0.0f, enter, leave);
  return CHOOSE((enter <= leave) & (t > 0.0f), t, INFINITY);
}

// Local outward normal at a point on the shape.
INLINE V3 local_normal(global const float* shape, int kind, V3 p) {
  vf zero = 0.0f, one = 1.0f;
  if (kind == SHAPE_SPHERE) return scaled3(p, 1.0f / shape[12]);
  if (kind == SHAPE_CYLINDER) {
    vf across = sqrt(p.x * p.x + p.y * p.y);
    vi cap = ABSOLUTE(p.z) - shape[13] > across - shape[12];
    V3 side = {p.x / shape[12], p.y / shape[12], zero};
    return choose3(cap, (V3){zero, zero, SIGN(p.z)}, side);
  }
  if (kind == SHAPE_BOX) {
    vf x = ABSOLUTE(p.x) - shape[12], y = ABSOLUTE(p.y) - shape[13], z = ABSOLUTE(p.z) - shape[14];
    V3 face = choose3(y > z, (V3){zero, SIGN(p.y), zero}, (V3){zero, zero, SIGN(p.z)});
    return choose3((x > y) & (x > z), (V3){SIGN(p.x), zero, zero}, face);
  }
  return (V3){zero, zero, one};
}

// Rays that meet a node's box before t_max.
INLINE vi meets_box(global const float* box, V3 origin, V3 inverse, vf t_max) {
  vf x0 = (box[0] - origin.x) * inverse.x, x1 = (box[3] - origin.x) * inverse.x;
  vf y0 = (box[1] - origin.y) * inverse.y, y1 = (box[4] - origin.y) * inverse.y;
  vf z0 = (box[2] - origin.z) * inverse.z, z1 = (box[5] - origin.z) * inverse.z;
  vf enter = GREATEST(GREATEST(LEAST(x0, x1), LEAST(y0, y1)), GREATEST(LEAST(z0, z1), 0.0f));
  vf leave = LEAST(LEAST(GREATEST(x0, x1), GREATEST(y0, y1)), LEAST(GREATEST(z0, z1), t_max));
  return enter <= leave;
}

INLINE V3 inverse_direction(V3 d) {
  return (V3){1.0f / CHOOSE(ABSOLUTE(d.x) < 1e-12f, 1e-12f, d.x), 1.0f / CHOOSE(ABSOLUTE(d.y) < 1e-12f, 1e-12f, d.y),
              1.0f / CHOOSE(ABSOLUTE(d.z) < 1e-12f, 1e-12f, d.z)};
}

// The nearest shape along each ray.
static Hit nearest(const Shapes* s, V3 origin, V3 direction) {
  V3 inverse = inverse_direction(direction);
  Hit hit = {INFINITY, -1};
  for (int node = 0; node < s->nodes;) {
    global const int* link = s->links + 3 * node;
    if (!any_lane(meets_box(s->boxes + 6 * node, origin, inverse, hit.t))) {
      node = link[0];
      continue;
    }
    for (int i = link[1]; i < link[1] + link[2]; ++i) {
      vf t = distance_to(s->shapes + 16 * i, s->shape_info[3 * i], origin, direction);
      vi closer = t < hit.t;
      hit.t = CHOOSE(closer, t, hit.t);
      hit.shape = closer ? (vi)i : hit.shape;
    }
    ++node;
  }
  return hit;
}

// 1 where nothing lies between the origin and t_max along the ray, else 0; t_max <= 0 gives 1 at no cost.
// Shapes that cast no shadow are passed unless `all`, the shape `except` always.
static vf clear_to(const Shapes* s, V3 origin, V3 direction, vf t_max, int all, int except) {
  V3 inverse = inverse_direction(direction);
  vf clear = 1.0f;
  for (int node = 0; node < s->nodes;) {
    global const int* link = s->links + 3 * node;
    if (!any_lane(meets_box(s->boxes + 6 * node, origin, inverse, t_max))) {
      node = link[0];
      continue;
    }
    for (int i = link[1]; i < link[1] + link[2]; ++i) {
      if (i == except || !(all || s->shape_info[3 * i + 2])) continue;
      vi blocked = distance_to(s->shapes + 16 * i, s->shape_info[3 * i], origin, direction) < t_max;
      clear = CHOOSE(blocked, 0.0f, clear);
      t_max = CHOOSE(blocked, -1.0f, t_max);
    }
    ++node;
  }
  return clear;
}
