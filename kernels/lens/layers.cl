// SPDX-License-Identifier: Apache-2.0
// Which layer a radius belongs to, on which grids it is spread, and the bucket of samples of each. Twin of layers.py.

// PoCL calls a function for min, max, clamp and fabs; these are one instruction.
#define LEAST(a, b) ((a) < (b) ? (a) : (b))
#define MOST(a, b) ((a) > (b) ? (a) : (b))
#define BETWEEN(v, low, high) LEAST(MOST(v, low), high)
#define SIZE(v) ((v) < 0 ? -(v) : (v))
#define INLINE inline __attribute__((always_inline))

typedef struct {
  float fine;  // px of radius up to which samples stay on the picture's own grid
  int levels;  // coarser grids: level k has cells of 2^k px and takes radii of fine x 2^(k-1) … fine x 2^k
  int inner;   // the outermost layer of radii up to `fine`
} Layers;

INLINE int layer_of(float radius, Layers layers) {
  float size = SIZE(radius);
  int layer;
  if (size <= layers.fine || layers.levels == 0) {
    float place = size <= LINEAR ? size : LINEAR * (1.0f + log(size / LINEAR));
    layer = LEAST((int)rint(place), layers.inner);
  } else {
    int level = 1;
    float start = layers.fine;
    while (size > 2.0f * start && level < layers.levels) {
      start *= 2.0f;
      ++level;
    }
    layer = layers.inner + 1 + (level - 1) * LAYERS_A_LEVEL;
    float limit = start * ZONE;
    for (int i = 1; i < LAYERS_A_LEVEL && size > limit; ++i) {
      ++layer;
      limit *= LAYER_STEP;
    }
  }
  return radius < 0.0f ? -layer : layer;
}

// Share of a sample that goes on to coarser grids than the one that takes radii up to `limit`.
INLINE float beyond(float size, float limit) { return BETWEEN((size / limit - 1.0f) / (ZONE - 1.0f), 0.0f, 1.0f); }

INLINE int coarse_layers(Layers layers) { return layers.levels * LAYERS_A_LEVEL; }

// Buckets: fine layers, then coarse ones in front of the focus and behind it, then the same for highlights.
INLINE int fine_buckets(Layers layers) { return 2 * layers.inner + 3; }

INLINE int bucket_count(Layers layers) { return fine_buckets(layers) + 4 * coarse_layers(layers); }

INLINE int fine_bucket(int layer, Layers layers) { return layer + layers.inner + 1; }

INLINE int coarse_bucket(int layer, Layers layers) {
  int side = layer < 0 ? 0 : coarse_layers(layers);
  return fine_buckets(layers) + side + SIZE(layer) - layers.inner - 1;
}

INLINE int highlight_bucket(int layer, Layers layers) {
  return coarse_bucket(layer, layers) + 2 * coarse_layers(layers);
}
