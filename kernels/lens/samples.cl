// SPDX-License-Identifier: Apache-2.0
// From a picture and its circles of confusion to samples, sorted by row and layer. samples.py is the readable twin.
//
// Needs layers.cl before it. Macros: the constants of samples.py.

typedef struct {
  __global const float4* rgba;     // [height, width], premultiplied
  __global const float* coc;       // signed radius, px, specks taken away
  __global const float* nearest;   // of the 3 x 3 around
  __global const float* farthest;  // of the 3 x 3 around
  int width, height;
} Picture;

// The surfaces that meet in a pixel: they mix to its colour.
typedef struct {
  float near_radius, near_weight, far_radius;
  float4 near_rgba, far_rgba;
} Split;

INLINE float brightness(float4 light) { return (light.x + light.y + light.z) * (1.0f / 3.0f); }

INLINE float squared(float4 v) { return dot(v, v); }

INLINE float total(float4 v) { return SIZE(v.x) + SIZE(v.y) + SIZE(v.z) + SIZE(v.w); }

INLINE Split split_edge(Picture p, int x, int y) {
  int at = y * p.width + x;
  float4 rgba = p.rgba[at];
  float coc = p.coc[at], nearest = p.nearest[at], farthest = p.farthest[at];
  float span = farthest - nearest;
  float edge = BETWEEN((span - EDGE_START) / (EDGE_FULL - EDGE_START), 0.0f, 1.0f);
  Split split = {coc, 1.0f, farthest, rgba, rgba};
  if (edge <= 0.0f) return split;

  float4 near = 0, far = 0, bright = 0;  // mean colours on either side; bright: far with its highlights favoured
  float near_sum = 0, far_sum = 0, bright_sum = 0;
  for (int dy = -2; dy <= 2; ++dy) {
    for (int dx = -2; dx <= 2; ++dx) {
      if (dx == 0 && dy == 0) continue;
      int n = BETWEEN(y + dy, 0, p.height - 1) * p.width + BETWEEN(x + dx, 0, p.width - 1);
      float place = (p.coc[n] - nearest) / span;
      float is_near = BETWEEN(1.0f - 4.0f * place, 0.0f, 1.0f), is_far = BETWEEN(4.0f * place - 3.0f, 0.0f, 1.0f);
      if (is_near + is_far == 0.0f) continue;
      float4 light = p.rgba[n];
      float clean = p.farthest[n] - p.nearest[n] > EDGE_START ? MIXED : 1.0f;
      float glow = 1.0f + MOST(brightness(light), 0.0f);
      float tame = clean / glow, favour = clean * glow;
      near += light * (is_near * tame);
      near_sum += is_near * tame;
      far += light * (is_far * tame);
      far_sum += is_far * tame;
      bright += light * (is_far * favour);
      bright_sum += is_far * favour;
    }
  }
  near /= MOST(near_sum, 1e-12f);
  far = far_sum > 0.0f ? far / MOST(far_sum, 1e-12f) : near;
  bright = far_sum > 0.0f ? bright / MOST(bright_sum, 1e-12f) : near;
  if (near_sum == 0.0f) near = far;

  float own = brightness(max(rgba, 0.0f));
  if (own > HIGHLIGHT && brightness(bright) > 0.5f * own) {  // a lamp behind may outshine all that is near here
    float4 wide = 0;
    float sum = 0;
    for (int dy = -WIDE; dy <= WIDE; ++dy) {
      for (int dx = -WIDE; dx <= WIDE; ++dx) {
        int n = BETWEEN(y + dy, 0, p.height - 1) * p.width + BETWEEN(x + dx, 0, p.width - 1);
        float is_near = BETWEEN(1.0f - 4.0f * (p.coc[n] - nearest) / span, 0.0f, 1.0f);
        if (is_near == 0.0f) continue;
        float glow = 1.0f + MOST(brightness(p.rgba[n]), 0.0f);
        wide += p.rgba[n] * (is_near / (glow * glow));
        sum += is_near / (glow * glow);
      }
    }
    wide /= MOST(sum, 1e-12f);
    if (own > HIGHLIGHT * (1.0f + brightness(wide))) near = wide;
  }

  float4 d = near - far;
  float by_depth = (farthest - coc) / span;
  float by_colour = BETWEEN(dot(rgba - far, d) / MOST(squared(d), 1e-12f), 0.0f, 1.0f);
  float contrast = total(d) / MOST(total(near) + total(far), 1e-6f);
  float hard = BETWEEN(SIZE(by_depth - 0.5f) * 10.0f - 4.0f, 0.0f, 1.0f);  // depth itself is not antialiased here
  float share = by_depth + BETWEEN(contrast / CONTRAST - 1.0f, 0.0f, 1.0f) * hard * (by_colour - by_depth);
  float weight = 1.0f - edge * (1.0f - share);
  float4 light = max(rgba, 0.0f);
  float4 far_most = light / MOST(1.0f - weight, 1e-6f), near_most = light / MOST(weight, 1e-6f);
  if (brightness(light) > HIGHLIGHT * (1.0f + brightness(near) + brightness(far))) bright = max(bright, far_most);
  float4 difference = clamp(near - bright, -far_most, near_most);  // neither side has more light than there is
  split.near_radius = coc + edge * (nearest - coc);
  split.near_weight = weight;
  split.near_rgba = rgba + (1.0f - weight) * difference;
  split.far_rgba = rgba - weight * difference;
  return split;
}

// The farthest of `count` cells, averaged within `blend` px of CoC, highlights held back. Cells: light, radius.
INLINE float8 farthest_of(const float8* cells, int count, float blend) {
  float limit = cells[0].s4;
  for (int i = 1; i < count; ++i) limit = MOST(limit, cells[i].s4);
  float4 light = 0;
  float radius = 0, weights = 0, tame_weights = 0;
  for (int i = 0; i < count; ++i) {
    float distance = (cells[i].s4 - limit) / blend;
    if (distance < -20.0f) continue;
    float weight = distance == 0.0f ? 1.0f : exp(distance), tame = weight / (1.0f + brightness(cells[i].s0123));
    light += cells[i].s0123 * tame;
    radius += cells[i].s4 * weight;
    tame_weights += tame;
    weights += weight;
  }
  return (float8)(light / tame_weights, radius / weights, 0, 0, 0);
}

// First level of the pyramid, a row an item: [rows, columns] cells (light, radius) of 2 x 2 pixels each. before:
// columns and rows by which the grid begins before the picture, which repeats its border there.
__kernel void first_level(__global const float4* rgba, __global const float* coc, __global const float* nearest,
                          __global const float* farthest, int width, int height, int2 before, float blend, int columns,
                          int first_row, __global float8* cells) {
  Picture p = {rgba, coc, nearest, farthest, width, height};
  int row = first_row + get_global_id(0);
  for (int column = 0; column < columns; ++column) {
    float8 four[4];
    for (int i = 0; i < 4; ++i) {
      int x = BETWEEN(2 * column + (i & 1) - before.x, 0, width - 1);
      int y = BETWEEN(2 * row + (i >> 1) - before.y, 0, height - 1);
      Split s = split_edge(p, x, y);
      bool near = s.near_weight >= 0.5f;
      four[i] = (float8)(near ? s.near_rgba : s.far_rgba, near ? s.near_radius : s.far_radius, 0, 0, 0);
    }
    cells[row * columns + column] = farthest_of(four, 4, blend);
  }
}

// The next level, a row an item.
__kernel void next_level(__global const float8* finer, float blend, int columns, int first_row,
                         __global float8* cells) {
  int row = first_row + get_global_id(0);
  for (int column = 0; column < columns; ++column) {
    float8 four[4];
    for (int i = 0; i < 4; ++i) four[i] = finer[(2 * row + (i >> 1)) * (2 * columns) + 2 * column + (i & 1)];
    cells[row * columns + column] = farthest_of(four, 4, blend);
  }
}

// The farthest of the 3 x 3 cells around each: (light, radius, 1) x a weight that favours the farther ones when cells
// are interpolated, so that no near colour comes along. place: of this level's first cell.
__kernel void surroundings(__global const float8* cells, float blend, float max_radius, int rows, int columns,
                           int place, int first_row, __global float8* around) {
  int row = first_row + get_global_id(0);
  for (int column = 0; column < columns; ++column) {
    float8 nine[9];
    for (int i = 0; i < 9; ++i) {
      int y = BETWEEN(row + i / 3 - 1, 0, rows - 1), x = BETWEEN(column + i % 3 - 1, 0, columns - 1);
      nine[i] = cells[y * columns + x];
    }
    float8 farthest = farthest_of(nine, 9, blend);
    farthest.s5 = 1.0f;
    around[place + row * columns + column] = farthest * exp((farthest.s4 - max_radius) / blend);
  }
}

// The pyramid's rows for a picture's row: each level's cells interpolated between the two rows around y, with the
// radius itself in s6. Levels follow one another in `cells`.
INLINE void pyramid_row(__global const float8* around, __constant const int4* grids, int grid_count, float y,
                        __global float8* cells) {
  for (int level = 1; level <= grid_count; ++level) {
    int4 grid = grids[level - 1];  // first cell, rows, columns
    float row = BETWEEN((y + 0.5f) / (1 << level) - 0.5f, 0.0f, grid.y - 1.0f);
    int above = (int)row, below = LEAST(above + 1, grid.y - 1);
    float part = row - above;
    for (int x = 0; x < grid.z; ++x) {
      float8 a = around[grid.x + above * grid.z + x], b = around[grid.x + below * grid.z + x];
      float8 cell = a + (b - a) * part;
      cell.s6 = cell.s4 / cell.s5;
      cells[x] = cell;
    }
    cells += grid.z;
  }
}

// The surfaces behind a pixel of CoC radius `own` in column x of the grids, one behind the other: sums of light, radius
// and weight.
INLINE void hidden_surfaces(__global const float8* cells, __constant const int4* grids, int grid_count, int x,
                            float own, float8* first_out, float8* second_out) {
  float8 first = 0, second = 0;
  for (int level = 1; level <= grid_count; ++level) {
    int columns = grids[level - 1].z;
    int size = 1 << level, left = (x - size / 2) >> level;
    float part = (x - size / 2 - left * size + 0.5f) / size;
    __global const float8* a = cells + MOST(left, 0);
    __global const float8* b = cells + LEAST(left + 1, columns - 1);
    cells += columns;
    float needed = BEHIND + BEHIND_SLOPE * size;
    if (MOST(a->s6, b->s6) - own <= needed) continue;
    float8 cell = *a + (*b - *a) * part;
    cell /= cell.s5;
    if (!(cell.s4 - own > needed) || size * SHOWS > MOST(SIZE(own), SIZE(cell.s4)) + 2.0f) continue;
    float behind_first = (cell.s4 - first.s4 / MOST(first.s5, 1e-6f)) / needed - 1.0f;
    second += BETWEEN(behind_first, 0.0f, 1.0f) * MOST(first.s5 - second.s5, 0.0f) * cell;
    first += BETWEEN((cell.s4 - own) / needed - 1.0f, 0.0f, 1.0f) * (1.0f - first.s5) * cell;
  }
  *first_out = first;
  *second_out = second;
}

typedef struct {
  __global float8* samples;
  __global int* buckets;
  int count;
} List;

// Adds a surface of a pixel to the list: its shares on the picture's own grid and on coarser ones.
INLINE void add(List* list, float radius, float weight, float4 rgba, float x, float mean, Layers layers) {
  if (weight <= LEAST_WEIGHT) return;
  float size = SIZE(radius), coarse = layers.levels ? beyond(size, layers.fine) : 0.0f;
  int layer = layer_of(radius, layers);
  float4 light = rgba * weight;
  if (coarse < 1.0f) {
    float fine = 1.0f - coarse;
    list->samples[list->count] = (float8)(light * fine, weight * fine, radius, x, 0);
    list->buckets[list->count++] = fine_bucket(layer, layers);
  }
  if (coarse > 0.0f) {
    // The edge of a highlight's disc shows: what outshines its surroundings that much stays in full resolution.
    float limit = MOST(OUTSHINES, CRISP * M_PI_F * size * size) * SIZE(mean), own = brightness(rgba);
    float crisp = own > limit ? 1.0f - limit / own : 0.0f;
    float4 lamp = light * (coarse * crisp);
    if (mean < 0.0f) lamp.w = 0.0f;  // in an opaque picture alpha goes with the coverage
    list->samples[list->count] = (float8)(light * coarse - lamp, weight * coarse, radius, x, 0);
    list->buckets[list->count++] = coarse_bucket(layer, layers);
    if (crisp > 0.0f) {
      // The layer that the two finest grids share is blended on the finest.
      bool on_finest = layer == layers.inner + 1;  // behind the focus
      list->samples[list->count] = (float8)(lamp, 0, radius, x, 0);
      list->buckets[list->count++] = on_finest ? fine_bucket(layer, layers) : highlight_bucket(layer, layers);
    }
  }
}

// Samples of the picture's rows first_row … last_row - 1, columns left … right - 1: (light, weight, radius, column).
//
// chunks: [height, buckets] first sample and number of each row's bucket. used: [1 + buckets] samples in all, and in
// each bucket; where they exceed `capacity` the rest is left out, to be called again with more. An item takes every
// n-th row. guide: where guided, what is known to be behind, premultiplied, over what is filled in. cell_count: of the
// pyramid's levels in a row.
__kernel void emit(__global const float4* rgba, __global const float* coc, __global const float* nearest,
                   __global const float* farthest, __global const float* mean, __global const float4* guide, int guided,
                   int width, int height, int2 before, __global const float8* around, __constant const int4* grids,
                   int grid_count, int cell_count, float fine, int levels, int inner, int left, int right,
                   int first_row, int last_row, int capacity, __global float8* scratch_cells, __global float8* scratch,
                   __global int* scratch_buckets, __global int2* chunks, __global int* used, __global float8* samples) {
  Picture p = {rgba, coc, nearest, farthest, width, height};
  Layers layers = {fine, levels, inner};
  int buckets = bucket_count(layers);
  size_t place = (size_t)get_global_id(0) * (right - left) * PARTS;
  __global float8* cells = scratch_cells + (size_t)get_global_id(0) * cell_count;
  for (int y = first_row + get_global_id(0); y < last_row; y += get_global_size(0)) {
    pyramid_row(around, grids, grid_count, y + before.y, cells);
    List list = {scratch + place, scratch_buckets + place, 0};
    for (int x = left; x < right; ++x) {
      Split s = split_edge(p, x, y);
      float around_it = levels ? mean[y * width + x] : 0.0f;
      add(&list, s.near_radius, s.near_weight, s.near_rgba, x, around_it, layers);
      add(&list, s.far_radius, 1.0f - s.near_weight, s.far_rgba, x, around_it, layers);
      float own = s.near_weight >= 0.5f ? s.near_radius : s.far_radius;
      float8 first, second;
      hidden_surfaces(cells, grids, grid_count, x + before.x, own, &first, &second);
      if (first.s5 > LEAST_WEIGHT) {
        float8 f = first / first.s5, b = second / MOST(second.s5, 1e-6f);
        if (guided) {
          float4 known = guide[y * width + x];
          f.s0123 = known + f.s0123 * (1.0f - known.w);
        }
        add(&list, f.s4, first.s5, f.s0123, x, around_it, layers);
        add(&list, b.s4, second.s5, b.s0123, x, around_it, layers);
      }
    }

    __global int2* row = chunks + (size_t)y * buckets;
    for (int b = 0; b < buckets; ++b) row[b] = (int2)(0, 0);
    for (int i = 0; i < list.count; ++i) ++row[list.buckets[i]].y;
    int next = atomic_add(used, list.count);
    bool fits = next + list.count <= capacity;
    for (int b = 0; b < buckets; ++b) {
      if (row[b].y) atomic_add(used + 1 + b, row[b].y);
      row[b].x = next;
      next += row[b].y;
      row[b].y = 0;
    }
    if (!fits) continue;
    for (int i = 0; i < list.count; ++i) {
      __global int2* chunk = row + list.buckets[i];
      samples[chunk->x + chunk->y++] = list.samples[i];
    }
  }
}
