// SPDX-License-Identifier: Apache-2.0
// Spreads samples over iris shapes, a row at a time. glass_reference.py is the readable twin.
//
// In each row a sample's share is one span, so it costs two edges in a row of differences, summed up afterwards:
// O(radius) a sample for any shape. Needs layers.cl before it.

#define DIRECT_WIDTH 4.0f  // px

// What a lens makes of a point, for any radius: see SpanGrid and Profile.
//
// spans: [nodes, TABLE_SIZE + 1] integrals of the shape's left and right edge over t, 0 at its top, 1 at its bottom.
// bounds: of each node top, bottom, mean width of its rows. nodes: across and down. place: the node at column x, row y
// is (x, y) * place.zw + place.xy. copies: (scale, share of the light), behind the focus, then in front of it.
typedef struct {
  __constant const float2* spans;
  __constant const float4* bounds;
  int2 nodes;
  float4 place;
  __constant const float2* copies;
  int2 copy_count;
  float stretch;          // columns a row's length
  float tallest, widest;  // bounds of the shapes, rows and columns a px of radius
} Glass;

#define GLASS_ARGUMENTS                                                                            \
  __constant const float2 *spans, __constant const float4 *bounds, int2 nodes, float4 glass_place, \
      __constant const float2 *copies, int2 copy_count, float stretch, float tallest, float widest
#define GLASS {spans, bounds, nodes, glass_place, copies, copy_count, stretch, tallest, widest}

// A row's columns in at most 64 blocks of 2^n, a bit each.
INLINE int block_bits(int width) { return MOST(32 - (int)clz((width - 1) / 64), 3); }

INLINE ulong blocks_of(int first, int last, int width) {
  int bits = block_bits(width);
  return (~0ul >> (63 - (last >> bits))) & (~0ul << (first >> bits));
}

INLINE void add_edge(__global float8* row, int width, float x, float8 value) {
  int index = (int)x;
  float8 late = value * (x - index);
  row[index] += value - late;
  if (index + 1 < width) row[index + 1] += late;
}

// A sample's shape on a grid. Its edges are interpolated between nodes of the glass's grid.
typedef struct {
  bool near;
  float x, y;                // centre: column in the region, row
  float radius_x, radius_y;  // cells
  float tallest, widest;     // cells
  float top, extent, width;  // of the unit shape: where it begins, how far it reaches, mean width of a row
  __constant const float2* spans[4];
  float4 weights;  // of the nodes
} Shape;

// Radii lose as much variance as gathering and interpolation add, so that a disc keeps its size. corner: column and row
// in the picture of this grid's origin, px.
INLINE Shape shape_of(float8 sample, float y, const Glass* glass, float cell, int left, int2 corner) {
  Shape shape;
  float radius = MOST(SIZE(sample.s5), SMALLEST_RADIUS);
  float added = 7.0f / 3.0f * (cell * cell - 1.0f);
  float across = radius * glass->widest;
  shape.near = sample.s5 < 0.0f;
  shape.x = sample.s6 + 0.5f - left;
  shape.y = y;
  shape.radius_x = radius * glass->stretch / cell;
  shape.radius_y = radius / cell;
  if (added > 0.0f) {
    shape.radius_y *= sqrt(MOST(1.0f - added / (radius * radius), 0.25f));
    shape.radius_x *= sqrt(MOST(1.0f - added / (across * across), 0.25f));
  }
  shape.tallest = radius * glass->tallest / cell;
  shape.widest = across / cell;
  float4 bounds = glass->bounds[0];
  shape.spans[0] = glass->spans;
#ifdef FIELD
  float at_x = ((sample.s6 + 0.5f) * cell + corner.x) * glass->place.z + glass->place.x;
  float at_y = ((y + 0.5f) * cell + corner.y) * glass->place.w + glass->place.y;
  at_x = BETWEEN(at_x, 0.0f, glass->nodes.x - 1.0f);
  at_y = BETWEEN(at_y, 0.0f, glass->nodes.y - 1.0f);
  int x0 = at_x, y0 = at_y, x1 = LEAST(x0 + 1, glass->nodes.x - 1), y1 = LEAST(y0 + 1, glass->nodes.y - 1);
  float fx = at_x - x0, fy = at_y - y0;
  int four[4] = {y0 * glass->nodes.x + x0, y0 * glass->nodes.x + x1, y1 * glass->nodes.x + x0,
                 y1 * glass->nodes.x + x1};
  shape.weights = (float4)((1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy);
  float weights[4] = {shape.weights.x, shape.weights.y, shape.weights.z, shape.weights.w};
  bounds = 0;
  for (int i = 0; i < 4; ++i) {
    shape.spans[i] = glass->spans + four[i] * (TABLE_SIZE + 1);
    bounds += glass->bounds[four[i]] * weights[i];
  }
#endif
  shape.top = bounds.x;
  shape.extent = bounds.y - bounds.x;
  shape.width = bounds.z;
  return shape;
}

// Integrals of the left and the right edge from the shape's top to t.
INLINE float2 integral_at(const Shape* shape, float t) {
  float position = t * TABLE_SIZE;
  int index = LEAST((int)position, TABLE_SIZE - 1);
  float part = position - index;
  __constant const float2* at = shape->spans[0] + index;
#ifdef FIELD
  float2 sum = (at[0] + (at[1] - at[0]) * part) * shape->weights.x;
  at = shape->spans[1] + index;
  sum += (at[0] + (at[1] - at[0]) * part) * shape->weights.y;
  at = shape->spans[2] + index;
  sum += (at[0] + (at[1] - at[0]) * part) * shape->weights.z;
  at = shape->spans[3] + index;
  return sum + (at[0] + (at[1] - at[0]) * part) * shape->weights.w;
#else
  return at[0] + (at[1] - at[0]) * part;
#endif
}

// Adds a sample's share of rows top … top + rows - 1 to their differences, or directly where spans are short, so that
// bright pixels in focus leave no rounding behind.
INLINE void spread_copy(float8 light, const Shape* shape, float scale, int top, int rows, int width,
                        __global float8* differences, __global float8* direct, ulong* touched) {
  float tallest = shape->tallest * scale, radius_x = shape->radius_x * scale;
  int first = MOST(top, (int)ceil(shape->y - tallest - 0.5f));
  int last = LEAST(top + rows - 1, (int)floor(shape->y + tallest + 0.5f));
  if (first > last) return;
  float per_row = (shape->near ? -1.0f : 1.0f) / (shape->radius_y * scale * shape->extent);  // of t
  float start = -shape->top / shape->extent;
  light /= shape->width * radius_x;
  float t1 = BETWEEN(start + (first - 0.5f - shape->y) * per_row, 0.0f, 1.0f);
  float2 before = integral_at(shape, t1);
  for (int y = first; y <= last; ++y) {
    float t2 = BETWEEN(start + (y + 0.5f - shape->y) * per_row, 0.0f, 1.0f);
    float2 after = integral_at(shape, t2);
    float part = t2 - t1, to_columns = radius_x / part;
    float2 edges = (after - before) * to_columns;
    before = after;
    t1 = t2;
    part = SIZE(part);
    if (part <= 1e-7f) continue;
    float left = shape->near ? -edges.y : edges.x, right = shape->near ? -edges.x : edges.y;
    float x1 = BETWEEN(shape->x + left, 0.0f, (float)width), x2 = BETWEEN(shape->x + right, 0.0f, (float)width);
    if (x2 <= x1) continue;
    float8 value = light * part;
    int row = y - top;
    touched[row] |= blocks_of((int)x1, LEAST((int)x2 + 1, width - 1), width);  // the last edge ends in the pixel after
    if (x2 - x1 < DIRECT_WIDTH) {
      __global float8* pixels = direct + row * width;
      for (int x = (int)x1; x < x2 && x < width; ++x) pixels[x] += value * (LEAST(x2, x + 1.0f) - MOST(x1, (float)x));
    } else {
      add_edge(differences + row * width, width, x1, value);
      if (x2 < width) add_edge(differences + row * width, width, x2, -value);
    }
  }
}

INLINE void spread_sample(float8 sample, float y, const Glass* glass, float cell, int left, int2 corner, int top,
                          int rows, int width, __global float8* differences, __global float8* direct, ulong* touched) {
  float across = SIZE(sample.s5) * glass->widest / cell + 1.0f, x = sample.s6 + 0.5f - left;
  if (x + across <= 0.0f || x - across >= width) return;
  Shape shape = shape_of(sample, y, glass, cell, left, corner);
  float8 light = (float8)(sample.s0123, sample.s4, 0, 0, 0);
#ifdef PROFILE
  int first = shape.near ? glass->copy_count.x : 0;
  int count = shape.near ? glass->copy_count.y : glass->copy_count.x;
  for (int i = first; i < first + count; ++i) {
    float2 copy = glass->copies[i];
    spread_copy(light * copy.y, &shape, copy.x, top, rows, width, differences, direct, touched);
  }
#else
  spread_copy(light, &shape, 1.0f, top, rows, width, differences, direct, touched);
#endif
}
