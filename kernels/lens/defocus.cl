// SPDX-License-Identifier: Apache-2.0
// Spreads samples over iris shapes, layer by layer, and blends the layers front to back. reference.py is the readable
// twin.
//
// A work item makes one output row, `width` columns from left_edge on. In each row a sample's share is one span, so it costs two edges in a row of
// differences, summed up afterwards: O(radius) a sample for any shape. Samples lie in memory by layer, then row.

#define DIFFERENCES 0  // float8 a pixel each, in a work item's scratch: differences of light and coverage …
#define DIRECT 1       // … light and coverage of spans too small to be worth differences …
#define STATE 2        // … blended light, what the front lets through, what is covered, the layer in front's coverage
#define BUFFERS 3
#define DIRECT_WIDTH \
  4.0f  // px: narrower spans go straight into pixels, so bright in-focus pixels leave no rounding behind

// Linear interpolation in the table of cumulative edge integrals.
inline float4 integral_at(__constant const float4* spans, float v) {
  float position = (clamp(v, -1.0f, 1.0f) + 1.0f) * (0.5f * TABLE_SIZE);
  int index = min((int)position, TABLE_SIZE - 1);
  float part = position - index;
  return spans[index] * (1.0f - part) + spans[index + 1] * part;
}

inline void add_edge(__global float8* row, int width, float x, float8 value) {
  int index = (int)x;
  float8 late = value * (x - index);
  row[index] += value - late;
  if (index + 1 < width) row[index + 1] += late;
}

__kernel void defocus_rows(__global const float4* places,  // column, row, signed radius, weight
                           __global const float4* lights,  // premultiplied RGBA x weight
                           __global const int* starts,     // [layers, rows + 1]: first sample of the layer's row
                           __global const int* reaches,    // [layers]: rows that the layer's largest sample reaches
                           __constant const float4* spans, float area, float stretch, int layers, int height, int left_edge, int width,
                           int first_row, __global float8* scratch, __global float4* out) {
  int slot = get_global_id(0);
  int y = first_row + slot;
  __global float8* differences = scratch + (size_t)(slot * BUFFERS + DIFFERENCES) * width;
  __global float8* direct = scratch + (size_t)(slot * BUFFERS + DIRECT) * width;
  __global float8* state = scratch + (size_t)(slot * BUFFERS + STATE) * width;
  for (int x = 0; x < width; ++x) {
    differences[x] = direct[x] = (float8)(0.0f);
    state[x] = (float8)(0, 0, 0, 0, 1, 0, 0, 0);
  }

  for (int layer = 0; layer < layers; ++layer) {
    __global const int* start = starts + (size_t)layer * (height + 1);
    int first = start[max(y - reaches[layer], 0)];
    int last = start[min(y + reaches[layer], height - 1) + 1];
    int begin = width, end = 0;
    for (int i = first; i < last; ++i) {
      float4 place = places[i];
      float radius = max(fabs(place.z), SMALLEST_RADIUS), radius_x = radius * stretch;
      float dy = y - place.y;
      float v1 = (dy - 0.5f) / radius, v2 = (dy + 0.5f) / radius;
      bool near = place.z < 0.0f;
      float4 d =
          near ? integral_at(spans, -v1) - integral_at(spans, -v2) : integral_at(spans, v2) - integral_at(spans, v1);
      if (d.z <= 1e-7f) continue;
      float left = d.x / d.z * radius_x, right = d.y / d.z * radius_x;
      float centre = place.x + 0.5f - left_edge;
      float x1 = clamp(centre + (near ? -right : left), 0.0f, (float)width);
      float x2 = clamp(centre + (near ? -left : right), 0.0f, (float)width);
      if (x2 <= x1) continue;
      float8 value = (float8)(lights[i], place.w, 0, 0, 0) * (d.z / (area * radius_x));
      begin = min(begin, (int)x1);
      end = max(end, min((int)x2 + 2, width));  // the last edge ends in the pixel after
      if (x2 - x1 < DIRECT_WIDTH) {
        for (int x = (int)x1; x < x2 && x < width; ++x) direct[x] += value * (min(x2, x + 1.0f) - max(x1, (float)x));
      } else {
        add_edge(differences, width, x1, value);
        if (x2 < width) add_edge(differences, width, x2, -value);
      }
    }

    // Columns that no sample of this layer reaches still end the surface in front of them.
    float8 sum = (float8)(0.0f);
    for (int x = 0; x < width; ++x) {
      float coverage = 0.0f;
      float4 light = (float4)(0.0f);
      if (x >= begin && x < end) {
        sum += differences[x];
        float8 all = sum + direct[x];
        light = all.s0123;
        coverage = max(all.s4, 0.0f);
        differences[x] = direct[x] = (float8)(0.0f);
      }
      float8 s = state[x];
      if (coverage == 0.0f && s.s6 == 0.0f && s.s5 == 0.0f) continue;
      float same = min(s.s6 * (1.0f / SAME_SURFACE), 1.0f);
      s.s4 *= (1.0f - s.s5) / max(1.0f - same * s.s5, 1e-6f);
      s.s5 *= same;
      if (coverage > 1e-6f) {
        float taken = min(coverage, 1.0f - s.s5);
        s.s0123 += light * (s.s4 * taken / coverage);
        s.s5 += taken;
        s.s6 = coverage;
      } else {
        s.s6 = 0.0f;
      }
      state[x] = s;
    }
  }

  for (int x = 0; x < width; ++x) {
    float8 s = state[x];
    float total = 1.0f - s.s4 * (1.0f - s.s5);
    out[(size_t)slot * width + x] = s.s0123 / max(total, 1e-6f);
  }
}
