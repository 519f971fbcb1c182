// SPDX-License-Identifier: Apache-2.0
// What a lens sees and the pinhole in its middle does not.

// One work item a pixel: out[y, x] = shares of the lens's rays that end at a surface hidden from the pinhole by another
// one; at one outside the pinhole's picture; 0.
kernel void hidden(global const float* shapes, global const int* shape_info, global const float* boxes,
                   global const int* links, int nodes, global const float* camera, global const float* table,
                   int samples, uint sets, uint seed, int width, int height, int first, int last, global float* out) {
  int pixel = first + get_global_id(0);
  if (pixel >= last) return;
  int x = pixel % width, y = pixel / width;
  Shapes s = {shapes, shape_info, boxes, links, nodes};
  uint set = set_of_pixel(x, y, seed, sets);
  float lens = camera[12], inverse_focus = camera[13], per_tangent = camera[14];
  vf zero = 0.0f, one = 1.0f, behind = 0.0f, outside = 0.0f;
  V3 eye = constant3(camera);
  for (int i = 0; i < samples; i += WIDTH) {
    global const float* at = table + (size_t)set * 10 * samples + i;
    vf lx = lens * load(at), ly = lens * load(at + samples);
    vf dx = ((float)x - 0.5f * width + load(at + 2 * samples)) / per_tangent - lx * inverse_focus;
    vf dy = (0.5f * height - (float)y - load(at + 3 * samples)) / per_tangent - ly * inverse_focus;
    Hit hit = nearest(&s, added3(eye, into_world(camera, (V3){lx, ly, zero})), into_world(camera, (V3){dx, dy, one}));
    // The slope at which the pinhole sees that point; the sky's points are infinitely far away.
    vf sx = lx / hit.t + dx, sy = ly / hit.t + dy;
    vi beyond = (ABSOLUTE(sx) * per_tangent > 0.5f * width) | (ABSOLUTE(sy) * per_tangent > 0.5f * height);
    vf clear = clear_to(&s, eye, into_world(camera, (V3){sx, sy, one}),
                        CHOOSE(beyond, -1.0f, hit.t * (1.0f - VISIBILITY_SLACK)), 1, -1);
    outside += CHOOSE(beyond, 1.0f, 0.0f);
    behind += 1.0f - clear;
  }
  vstore3((float3)(sum_lanes(behind), sum_lanes(outside), 0.0f) / samples, pixel, out);
}
