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

inline float brightness(float4 light) { return (light.x + light.y + light.z) * (1.0f / 3.0f); }

inline float squared(float4 v) { return dot(v, v); }

inline float total(float4 v) { return fabs(v.x) + fabs(v.y) + fabs(v.z) + fabs(v.w); }

inline Split split_edge(Picture p, int x, int y) {
  int at = y * p.width + x;
  float4 rgba = p.rgba[at];
  float coc = p.coc[at], nearest = p.nearest[at], farthest = p.farthest[at];
  float span = farthest - nearest;
  float edge = clamp((span - EDGE_START) / (EDGE_FULL - EDGE_START), 0.0f, 1.0f);
  Split split = {coc, 1.0f, farthest, rgba, rgba};
  if (edge <= 0.0f) return split;

  float4 near = 0, far = 0, bright = 0;  // mean colours on either side; bright: far with its highlights favoured
  float near_sum = 0, far_sum = 0, bright_sum = 0;
  for (int dy = -2; dy <= 2; ++dy) {
    for (int dx = -2; dx <= 2; ++dx) {
      if (dx == 0 && dy == 0) continue;
      int n = clamp(y + dy, 0, p.height - 1) * p.width + clamp(x + dx, 0, p.width - 1);
      float place = (p.coc[n] - nearest) / span;
      float is_near = clamp(1.0f - 4.0f * place, 0.0f, 1.0f), is_far = clamp(4.0f * place - 3.0f, 0.0f, 1.0f);
      if (is_near + is_far == 0.0f) continue;
      float4 light = p.rgba[n];
      float clean = p.farthest[n] - p.nearest[n] > EDGE_START ? MIXED : 1.0f;
      float glow = 1.0f + max(brightness(light), 0.0f);
      float tame = clean / glow, favour = clean * glow;
      near += light * (is_near * tame);
      near_sum += is_near * tame;
      far += light * (is_far * tame);
      far_sum += is_far * tame;
      bright += light * (is_far * favour);
      bright_sum += is_far * favour;
    }
  }
  near /= max(near_sum, 1e-12f);
  far = far_sum > 0.0f ? far / max(far_sum, 1e-12f) : near;
  bright = far_sum > 0.0f ? bright / max(bright_sum, 1e-12f) : near;
  if (near_sum == 0.0f) near = far;

  float4 d = near - far;
  float by_depth = (farthest - coc) / span;
  float by_colour = clamp(dot(rgba - far, d) / max(squared(d), 1e-12f), 0.0f, 1.0f);
  float contrast = total(d) / max(total(near) + total(far), 1e-6f);
  float hard = clamp(fabs(by_depth - 0.5f) * 10.0f - 4.0f, 0.0f, 1.0f);  // depth itself is not antialiased here
  float share = by_depth + clamp(contrast / CONTRAST - 1.0f, 0.0f, 1.0f) * hard * (by_colour - by_depth);
  float weight = 1.0f - edge * (1.0f - share);
  float4 light = max(rgba, 0.0f);
  float4 far_most = light / max(1.0f - weight, 1e-6f), near_most = light / max(weight, 1e-6f);
  if (brightness(light) > HIGHLIGHT * (1.0f + brightness(near) + brightness(far))) bright = max(bright, far_most);
  float4 difference = clamp(near - bright, -far_most, near_most);  // neither side has more light than there is
  split.near_radius = coc + edge * (nearest - coc);
  split.near_weight = weight;
  split.near_rgba = rgba + (1.0f - weight) * difference;
  split.far_rgba = rgba - weight * difference;
  return split;
}

// The farthest of `count` cells, averaged within `blend` px of CoC, highlights held back. Cells: light, radius.
inline float8 farthest_of(const float8* cells, int count, float blend) {
  float limit = cells[0].s4;
  for (int i = 1; i < count; ++i) limit = max(limit, cells[i].s4);
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

// First level of the pyramid, a row an item: [rows, columns] cells (light, radius) of 2 x 2 pixels each. before: columns
// and rows by which the grid begins before the picture, which repeats its border there.
__kernel void first_level(__global const float4* rgba, __global const float* coc, __global const float* nearest,
                          __global const float* farthest, int width, int height, int2 before, float blend, int columns,
                          int first_row, __global float8* cells) {
  Picture p = {rgba, coc, nearest, farthest, width, height};
  int row = first_row + get_global_id(0);
  for (int column = 0; column < columns; ++column) {
    float8 four[4];
    for (int i = 0; i < 4; ++i) {
      int x = clamp(2 * column + (i & 1) - before.x, 0, width - 1);
      int y = clamp(2 * row + (i >> 1) - before.y, 0, height - 1);
      Split s = split_edge(p, x, y);
      bool near = s.near_weight >= 0.5f;
      four[i] = (float8)(near ? s.near_rgba : s.far_rgba, near ? s.near_radius : s.far_radius, 0, 0, 0);
    }
    cells[row * columns + column] = farthest_of(four, 4, blend);
  }
}

// The next level, a row an item.
__kernel void next_level(__global const float8* finer, float blend, int columns, int first_row, __global float8* cells) {
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
      int y = clamp(row + i / 3 - 1, 0, rows - 1), x = clamp(column + i % 3 - 1, 0, columns - 1);
      nine[i] = cells[y * columns + x];
    }
    float8 farthest = farthest_of(nine, 9, blend);
    farthest.s5 = 1.0f;
    around[place + row * columns + column] = farthest * exp((farthest.s4 - max_radius) / blend);
  }
}

// Bilinear between cell centres; the border repeats.
inline float8 interpolated(__global const float8* cells, int rows, int columns, float x, float y) {
  x = clamp(x, 0.0f, columns - 1.0f);
  y = clamp(y, 0.0f, rows - 1.0f);
  int x0 = (int)x, y0 = (int)y;
  int x1 = min(x0 + 1, columns - 1), y1 = min(y0 + 1, rows - 1);
  float fx = x - x0, fy = y - y0;
  float8 above = cells[y0 * columns + x0] * (1.0f - fx) + cells[y0 * columns + x1] * fx;
  float8 below = cells[y1 * columns + x0] * (1.0f - fx) + cells[y1 * columns + x1] * fx;
  return above * (1.0f - fy) + below * fy;
}

// The surfaces behind a pixel of CoC radius `own`, one behind the other: (light, radius, weight).
inline void hidden_surfaces(__global const float8* around, __constant const int4* grids, int grid_count, float x,
                            float y, float own, float8* first_out, float8* second_out) {
  float8 first = 0, second = 0;  // sums
  for (int level = 1; level <= grid_count; ++level) {
    int4 grid = grids[level - 1];  // first cell, rows, columns
    float size = 1 << level;
    float8 cell = interpolated(around + grid.x, grid.y, grid.z, (x + 0.5f) / size - 0.5f, (y + 0.5f) / size - 0.5f);
    float needed = BEHIND + BEHIND_SLOPE * size;
    cell /= cell.s5;
    if (!(cell.s4 - own > needed)) continue;
    float behind_first = (cell.s4 - first.s4 / max(first.s5, 1e-6f)) / needed - 1.0f;
    second += clamp(behind_first, 0.0f, 1.0f) * max(first.s5 - second.s5, 0.0f) * cell;
    first += clamp((cell.s4 - own) / needed - 1.0f, 0.0f, 1.0f) * (1.0f - first.s5) * cell;
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
inline void add(List* list, float radius, float weight, float4 rgba, float x, float mean, Layers layers) {
  if (weight <= LEAST_WEIGHT) return;
  float size = fabs(radius), coarse = layers.levels ? beyond(size, layers.fine) : 0.0f;
  int layer = layer_of(radius, layers);
  float4 light = rgba * weight;
  if (coarse < 1.0f) {
    float fine = 1.0f - coarse;
    list->samples[list->count] = (float8)(light * fine, weight * fine, radius, x, 0);
    list->buckets[list->count++] = fine_bucket(layer, layers);
  }
  if (coarse > 0.0f) {
    // The edge of a highlight's disc shows: what outshines its surroundings that much stays in full resolution.
    float limit = max(OUTSHINES, CRISP * M_PI_F * size * size) * mean, own = brightness(rgba);
    float crisp = own > limit ? 1.0f - limit / own : 0.0f;
    list->samples[list->count] = (float8)(light * (coarse * (1.0f - crisp)), weight * coarse, radius, x, 0);
    list->buckets[list->count++] = coarse_bucket(layer, layers);
    if (crisp > 0.0f) {
      list->samples[list->count] = (float8)(light * (coarse * crisp), 0, radius, x, 0);
      list->buckets[list->count++] = highlight_bucket(layer, layers);
    }
  }
}

// Samples of the picture's rows first_row … last_row - 1, columns left … right - 1: (light, weight, radius, column).
//
// chunks: [height, buckets] first sample and number of each row's bucket. used: [1 + buckets] samples in all, and in
// each bucket; where they exceed `capacity` the rest is left out, to be called again with more. An item takes every
// n-th row.
__kernel void emit(__global const float4* rgba, __global const float* coc, __global const float* nearest,
                   __global const float* farthest, __global const float* mean, int width, int height, int2 before,
                   __global const float8* around, __constant const int4* grids, int grid_count, float fine, int levels,
                   int inner, int left, int right, int first_row, int last_row, int capacity, __global float8* scratch,
                   __global int* scratch_buckets, __global int2* chunks, __global int* used, __global float8* samples) {
  Picture p = {rgba, coc, nearest, farthest, width, height};
  Layers layers = {fine, levels, inner};
  int buckets = bucket_count(layers);
  size_t place = (size_t)get_global_id(0) * (right - left) * PARTS;
  for (int y = first_row + get_global_id(0); y < last_row; y += get_global_size(0)) {
    List list = {scratch + place, scratch_buckets + place, 0};
    for (int x = left; x < right; ++x) {
      Split s = split_edge(p, x, y);
      float around_it = levels ? mean[y * width + x] : 0.0f;
      add(&list, s.near_radius, s.near_weight, s.near_rgba, x, around_it, layers);
      add(&list, s.far_radius, 1.0f - s.near_weight, s.far_rgba, x, around_it, layers);
      float own = s.near_weight >= 0.5f ? s.near_radius : s.far_radius;
      float8 first, second;
      hidden_surfaces(around, grids, grid_count, x + before.x, y + before.y, own, &first, &second);
      float8 f = first / max(first.s5, 1e-6f), b = second / max(second.s5, 1e-6f);
      add(&list, f.s4, first.s5, f.s0123, x, around_it, layers);
      add(&list, b.s4, second.s5, b.s0123, x, around_it, layers);
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
