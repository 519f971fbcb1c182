// SPDX-License-Identifier: Apache-2.0
// Samples for coarser grids. Needs layers.cl before it.

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
