// SPDX-License-Identifier: Apache-2.0
// Spreads samples over iris shapes, layer by layer, and blends the layers front to back. reference.py is the readable
// twin.
//
// In each row a sample's share is one span, so it costs two edges in a row of differences, summed up afterwards:
// O(radius) a sample for any shape. Large radii are spread on coarser grids, whose cells each hold one sample a layer,
// so the cost does not grow with the radius. Needs layers.cl before it.

#define NEAR 0
#define FAR 1
#define PICTURE 2
#define JOINED 1
#define APART 2
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

// Two rows of a coarser grid between which a row of the next finer one lies.
typedef struct {
  __global const float8* above;
  __global const float8* below;
  float part;  // of the row below
  int shift;   // from a column of the finer grid's region to its place on twice the coarser region
  int columns;
} Rows;

// y: of the finer grid, from its region's first; region: the finer one; shift: place of the finer grid on the coarser
// one's doubled.
INLINE Rows rows_around(__global const float8* cells, int4 coarser, int y, int4 region, int2 shift) {
  int place = y + region.y + shift.y;
  int low = ((place - 1) >> 1) - coarser.y, last = coarser.w - 1;
  Rows rows;
  rows.above = cells + BETWEEN(low, 0, last) * coarser.z;
  rows.below = cells + BETWEEN(low + 1, 0, last) * coarser.z;
  rows.part = place & 1 ? 0.25f : 0.75f;
  rows.shift = region.x + shift.x - 2 * coarser.x;
  rows.columns = coarser.z;
  return rows;
}

// Bilinear between cell centres.
INLINE float8 upsampled(const Rows* rows, int x) {
  int place = x + rows->shift, low = (place - 1) >> 1, last = rows->columns - 1;
  float part = place & 1 ? 0.25f : 0.75f;
  int left = BETWEEN(low, 0, last), right = BETWEEN(low + 1, 0, last);
  float8 a = rows->above[left] + (rows->above[right] - rows->above[left]) * part;
  float8 b = rows->below[left] + (rows->below[right] - rows->below[left]) * part;
  return a + (b - a) * rows->part;
}

// The same for any point of any finer grid; `at` in cells.
INLINE float upsampled_float(__global const float* cells, int4 region, float2 at) {
  at = BETWEEN(at - convert_float2(region.xy), (float2)(0.0f), convert_float2(region.zw - 1));
  int2 low = convert_int2(at), high = LEAST(low + 1, region.zw - 1);
  float2 part = at - convert_float2(low);
  __global const float* above = cells + low.y * region.z;
  __global const float* below = cells + high.y * region.z;
  float a = above[low.x] * (1.0f - part.x) + above[high.x] * part.x;
  float b = below[low.x] * (1.0f - part.x) + below[high.x] * part.x;
  return a * (1.0f - part.y) + b * part.y;
}

// Samples of a finer grid gathered in cells of 2 x 2: each cell holds one sample a layer, at its centre. Shares are
// bilinear, so that the centre of light stays where it is.
//
// finer, chunks: samples of finer_rows x buckets, of which those from first_bucket on are taken, `layers` of them.
// shift: the finer grid's place on twice this one's. limit: radius from which on samples go on to the next grid
// (`forward`), 0 = none. used: samples asked for of both outputs. An item takes every n-th row of this grid.
__kernel void gather(__global const float8* finer, __global const int2* finer_chunks, int finer_rows, int buckets,
                     int first_bucket, int layers, int2 shift, int columns, int first_row, int last_row, float limit,
                     int capacity, __global float8* scratch, __global int2* chunks, __global int2* forward_chunks,
                     __global int* used, __global float8* samples, __global float8* forward) {
  __global float8* cells = scratch + (size_t)get_global_id(0) * columns;
  for (int x = 0; x < columns; ++x) cells[x] = 0;
  for (int row = first_row + get_global_id(0); row < last_row; row += get_global_size(0)) {
    for (int layer = 0; layer < layers; ++layer) {
      int begin = columns, end = 0;
      for (int i = 0; i < 4; ++i) {
        int y = 2 * row - 1 + i - shift.y;
        if (y < 0 || y >= finer_rows) continue;
        float share = i == 0 || i == 3 ? 0.0625f : 0.1875f;  // of the four rows, over the four pixels of a cell
        int2 chunk = finer_chunks[(size_t)y * buckets + first_bucket + layer];
        for (int n = chunk.x; n < chunk.x + chunk.y; ++n) {
          float8 s = finer[n];
          int x = (int)s.s6 + shift.x;
          int nearer = x / 2, other = nearer + (x & 1 ? 1 : -1);
          float8 cell = (float8)(s.s01234567);
          cell.s5 *= s.s4;
          cell *= share;
          if (nearer < columns) cells[nearer] += cell * 0.75f;
          if (other >= 0 && other < columns) cells[other] += cell * 0.25f;
          begin = LEAST(begin, MOST(LEAST(nearer, other), 0));
          end = MOST(end, LEAST(MOST(nearer, other) + 1, columns));
        }
      }
      int here = 0, on = 0;
      for (int x = begin; x < end; ++x) {
        float8 cell = cells[x];
        if (cell.s4 <= 0.0f) continue;
        float further = limit > 0.0f ? beyond(SIZE(cell.s5 / cell.s4), limit) : 0.0f;
        here += further < 1.0f;
        on += further > 0.0f;
      }
      int place = here ? atomic_add(used, here) : 0, on_place = on ? atomic_add(used + 1, on) : 0;
      chunks[(size_t)row * layers + layer] = (int2)(place, place + here <= capacity ? here : 0);
      forward_chunks[(size_t)row * layers + layer] = (int2)(on_place, on_place + on <= capacity ? on : 0);
      bool fits = place + here <= capacity && on_place + on <= capacity;
      for (int x = begin; x < end; ++x) {
        float8 cell = cells[x];
        cells[x] = 0;
        if (cell.s4 <= 0.0f || !fits) continue;
        float radius = cell.s5 / cell.s4;
        float further = limit > 0.0f ? beyond(SIZE(radius), limit) : 0.0f;
        float8 s = (float8)(cell.s0123, cell.s4, 0, 0, 0);
        if (further < 1.0f) {
          samples[place] = s * (1.0f - further);
          samples[place++].s56 = (float2)(radius, x);
        }
        if (further > 0.0f) {
          forward[on_place] = s * further;
          forward[on_place++].s56 = (float2)(radius, x);
        }
      }
    }
  }
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

// Puts a layer behind what is there. State: blended light, what the surfaces in front let through, how much of that the
// current surface has covered, the coverage of the layer in front. Returns what the layer's light is multiplied by.
INLINE float put_behind(float8* state, float4 light, float coverage) {
  float8 s = *state;
  float same = LEAST(s.s6 * (1.0f / SAME_SURFACE), 1.0f);
  s.s4 *= (1.0f - s.s5) / MOST(1.0f - same * s.s5, 1e-6f);
  s.s5 *= same;
  float scale = s.s5 < 1.0f ? s.s4 : 0.0f;
  if (coverage > 1e-6f) {
    float taken = LEAST(coverage, 1.0f - s.s5);
    scale = s.s4 * taken / coverage;
    s.s0123 += light * scale;
    s.s5 += taken;
    s.s6 = coverage;
  } else {
    s.s6 = 0.0f;
  }
  *state = s;
  return scale;
}

// Blends the layers of a grid, BAND rows an item, from row first_row on.
//
// samples, chunks: [sample_rows, buckets]; order: layers front to back: (bucket, rows its samples reach, place in
// `scales` or -1, part). The layer that this grid and the next coarser one share is blended here: part JOINED takes
// what the coarser one has of it from `zone`; there it is APART, and goes into zone_out. region: left, top, columns,
// rows of this grid that are wanted. front: states of the next coarser grid, to start from; back: its blend, to put
// behind all; both [rows, columns] of outer, or not there (bits 1, 2 of `has`). shift: place of this grid on the
// coarser one's doubled; corner: column and row in the picture of its origin. near_lights, far_lights: highlights to
// add (bit 4). scales: what each layer's light was multiplied by (bit 8), and that of `back` at back_scale. out: states
// (NEAR), blends (FAR): light, coverage; or pictures (PICTURE).
__kernel void blend(__global const float8* samples, __global const int2* chunks, int sample_rows, int buckets,
                    __constant const int4* order, int layers, int4 region, int2 shift, int2 corner, float cell,
                    GLASS_ARGUMENTS, __global const float8* front, __global const float8* back,
                    __global const float8* zone, int4 outer, int has, __global const float4* near_lights,
                    __global const float4* far_lights, __global float* scales, int back_scale, int kind, int first_row,
                    int last_row, __global float8* scratch, __global float8* states, __global float8* zone_out,
                    __global float4* picture) {
  Glass glass = GLASS;
  int top = first_row + get_global_id(0) * BAND;
  int rows = LEAST(BAND, last_row - top), width = region.z;
  __global float8* differences = scratch + (size_t)get_global_id(0) * BAND * 3 * width;
  __global float8* direct = differences + BAND * width;
  __global float8* state = direct + BAND * width;
  for (int i = 0; i < rows * width; ++i) {
    differences[i] = direct[i] = 0;
    state[i] = (float8)(0, 0, 0, 0, 1, 0, 0, 0);
  }
  if (has & 5) {
    for (int row = 0; row < rows; ++row) {
      Rows fronts = rows_around(front, outer, top + row - region.y, region, shift);
      for (int x = 0; x < width; ++x) {
        float8 s = state[row * width + x];
        if (has & 1) {
          s = upsampled(&fronts, x);
          s.s4 = LEAST(s.s4 / MOST(1.0f - s.s5, 1e-6f), 1.0f);
        }
        if (has & 4) s.s0123 += near_lights[(top + row - region.y) * width + x];
        state[row * width + x] = s;
      }
    }
  }

  int bits = block_bits(width);
  ulong touched[BAND], open[BAND];  // blocks that the layer reaches; those where a surface is open that it may end
  for (int row = 0; row < rows; ++row) open[row] = has & 1 ? ~0ul : 0;
  for (int layer = 0; layer < layers; ++layer) {
    int4 one = order[layer];
    for (int row = 0; row < rows; ++row) touched[row] = 0;
    int from = MOST(top - one.y, 0), to = LEAST(top + rows - 1 + one.y, sample_rows - 1);
    for (int y = from; y <= to; ++y) {
      int2 chunk = chunks[(size_t)y * buckets + one.x];
      for (int i = chunk.x; i < chunk.x + chunk.y; ++i) {
        spread_sample(samples[i], y, &glass, cell, region.x, corner, top, rows, width, differences, direct, touched);
      }
    }
    for (int row = 0; row < rows; ++row) {
      if (one.w == APART) {
        float8 sum = 0;
        __global float8* out = zone_out + (size_t)(top + row - region.y) * width;
        for (int x = 0; x < width; ++x) {
          int i = row * width + x;
          if (!(touched[row] >> (x >> bits) & 1)) {
            sum = out[x] = 0;
            continue;
          }
          sum += differences[i];
          out[x] = sum + direct[i];
          differences[i] = direct[i] = 0;
        }
        continue;
      }
      bool joined = one.w == JOINED && has & 2;
      if (joined) touched[row] = ~0ul;
      Rows zones = rows_around(zone, outer, top + row - region.y, region, shift);
      __global float* scale = scales + one.z + (top + row - region.y) * width;
      bool keep = has & 8 && one.z >= 0;
      float8 sum = 0;
      for (int block = 0; block << bits < width; ++block) {
        bool reached = touched[row] >> block & 1;
        int first = block << bits, last = LEAST(first + (1 << bits), width);
        if (!reached) {
          sum = 0;
          if (keep) {
            for (int x = first; x < last; ++x) scale[x] = state[row * width + x].s4;
          }
          if (!(open[row] >> block & 1)) continue;
        }
        float still_open = 0;
        for (int x = first; x < last; ++x) {
          int i = row * width + x;
          float8 s = state[i], all = 0;
          if (reached) {
            sum += differences[i];
            all = sum + direct[i];
            differences[i] = direct[i] = 0;
          }
          if (joined) all += upsampled(&zones, x);
          float multiplied = put_behind(&s, all.s0123, MOST(all.s4, 0.0f));
          if (keep) scale[x] = multiplied;
          state[i] = s;
          still_open += s.s5 + s.s6;
        }
        ulong bit = 1ul << block;
        open[row] = still_open > 0.0f ? open[row] | bit : open[row] & ~bit;
      }
    }
  }

  for (int row = 0; row < rows; ++row) {
    Rows backs = rows_around(back, outer, top + row - region.y, region, shift);
    for (int x = 0; x < width; ++x) {
      int i = row * width + x;
      size_t place = (size_t)(top + row - region.y) * width + x;
      float8 s = state[i];
      float8 behind = has & 2 ? upsampled(&backs, x) : (float8)(0.0f);
      if (has & 4) behind.s0123 += far_lights[place];
      if (has & 6) {
        float multiplied = put_behind(&s, behind.s0123, behind.s4);
        if (has & 8 && back_scale >= 0) scales[back_scale + place] = multiplied;
      }
      float covered = 1.0f - s.s4 * (1.0f - s.s5);
      if (kind == NEAR) {
        s.s4 *= 1.0f - s.s5;  // what all let through together can be interpolated
        states[place] = s;
      } else if (kind == FAR) {
        states[place] = (float8)(s.s0123, covered, 0, 0, 0);
      } else {
        picture[place] = s.s0123 / MOST(covered, 1e-6f);
      }
    }
  }
}

// Highlights of coarse layers, spread in full resolution and multiplied by what their layers are: [rows, columns] of
// region, in front of the fine layers and behind them.
//
// order: int8 a layer: (bucket, rows its samples reach, 1 = behind the focus, level, place in `scales`). regions: of
// each level, from 1 on. backs: [levels] place in `scales` of what each level multiplies all behind it by.
__kernel void highlights(__global const float8* samples, __global const int2* chunks, int sample_rows, int buckets,
                         __constant const int8* order, int layers, int4 region, int2 shift, GLASS_ARGUMENTS,
                         __global const float* scales, __constant const int4* regions, __constant const int* backs,
                         int first_row, int last_row, __global float8* scratch, __global float4* near_lights,
                         __global float4* far_lights) {
  Glass glass = GLASS;
  int top = first_row + get_global_id(0) * BAND;
  int rows = LEAST(BAND, last_row - top), width = region.z;
  __global float8* differences = scratch + (size_t)get_global_id(0) * BAND * 2 * width;
  __global float8* direct = differences + BAND * width;
  size_t place = (size_t)(top - region.y) * width;
  for (int i = 0; i < rows * width; ++i) {
    differences[i] = direct[i] = 0;
    near_lights[place + i] = far_lights[place + i] = 0;
  }
  int bits = block_bits(width);
  ulong touched[BAND];
  for (int layer = 0; layer < layers; ++layer) {
    int8 one = order[layer];
    for (int row = 0; row < rows; ++row) touched[row] = 0;
    int from = MOST(top - one.s1, 0), to = LEAST(top + rows - 1 + one.s1, sample_rows - 1);
    for (int y = from; y <= to; ++y) {
      int2 chunk = chunks[(size_t)y * buckets + one.s0];
      for (int i = chunk.x; i < chunk.x + chunk.y; ++i) {
        spread_sample(samples[i], y, &glass, 1.0f, region.x, (int2)(0), top, rows, width, differences, direct, touched);
      }
    }
    __global float4* lights = one.s2 ? far_lights : near_lights;
    for (int row = 0; row < rows; ++row) {
      float8 sum = 0;
      for (int x = 0; x < width; ++x) {
        if (!(touched[row] >> (x >> bits) & 1)) {
          x |= (1 << bits) - 1;  // the block's last
          sum = 0;
          continue;
        }
        int i = row * width + x;
        sum += differences[i];
        float4 light = (sum + direct[i]).s0123;
        differences[i] = direct[i] = 0;
        float2 at = convert_float2((int2)(x, top + row - region.y) + region.xy + shift) + 0.5f;
        float scale = upsampled_float(scales + one.s4, regions[one.s3 - 1], at / (1 << one.s3) - 0.5f);
        for (int level = one.s3 - 1; one.s2 && level >= 1; --level) {
          scale *= upsampled_float(scales + backs[level - 1], regions[level - 1], at / (1 << level) - 0.5f);
        }
        lights[place + i] += light * scale;
      }
    }
  }
}
