// SPDX-License-Identifier: Apache-2.0
// Blends layers front to back, grid by grid. reference.py is the readable twin.
//
// Large radii are spread on coarser grids, whose cells each hold one sample a layer, so the cost does not grow with the
// radius. Needs layers.cl and spread.cl before it.

#define NEAR 0
#define FAR 1
#define PICTURE 2
#define JOINED 1
#define APART 2

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
