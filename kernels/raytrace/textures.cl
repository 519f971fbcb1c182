// SPDX-License-Identifier: Apache-2.0
// Textures: local coordinates over the material's scale → how much of colour2 there is, 0 … 1. The twin is textures.py.
// `detail` is explained at each texture.

// A value in [0, 1) for a lattice point.
INLINE vf lattice(vi x, vi y, vi z) {
  vu h = AS_VU(x) * 0x8da6b343u + AS_VU(y) * 0xd8163841u + AS_VU(z) * 0xcb1ab31fu;
  h ^= h >> 13;
  h *= 0x5bd1e995u;
  h ^= h >> 15;
  return TO_VF(AS_VI(h & 0xffffffu)) * (1.0f / 16777216.0f);
}

INLINE vf blend(vf a, vf b, vf t) { return a + (b - a) * t; }

INLINE vf step_smooth(vf f) { return f * f * (3.0f - 2.0f * f); }

// Value noise, 0 … 1, features about 1 in size.
static vf noise(V3 p) {
  vf fx = whole(p.x), fy = whole(p.y), fz = whole(p.z);
  vi x = TO_VI(fx), y = TO_VI(fy), z = TO_VI(fz);
  vf u = step_smooth(p.x - fx), v = step_smooth(p.y - fy), w = step_smooth(p.z - fz);
  vf near_low = blend(lattice(x, y, z), lattice(x + 1, y, z), u);
  vf near_high = blend(lattice(x, y + 1, z), lattice(x + 1, y + 1, z), u);
  vf far_low = blend(lattice(x, y, z + 1), lattice(x + 1, y, z + 1), u);
  vf far_high = blend(lattice(x, y + 1, z + 1), lattice(x + 1, y + 1, z + 1), u);
  return blend(blend(near_low, near_high, v), blend(far_low, far_high, v), w);
}

// Three octaves of noise, 0 … 1.
INLINE vf cloud(V3 p) {
  return (noise(p) + 0.5f * noise(scaled3(p, 2.03f)) + 0.25f * noise(scaled3(p, 4.01f))) / 1.75f;
}

INLINE vf fraction(vf x) { return x - whole(x); }

INLINE vf odd(vf n) { return n - 2.0f * whole(0.5f * n); }

INLINE vf is(vi condition) { return CHOOSE(condition, 1.0f, 0.0f); }

INLINE vf limited(vf x) { return LEAST(GREATEST(x, 0.0f), 1.0f); }

INLINE vf texture_mix(int texture, V3 p, float detail) {
  switch (texture) {
    case TEXTURE_CHECKER:
      return odd(whole(p.x) + whole(p.y) + whole(p.z));
    case TEXTURE_STRIPES:  // detail: width of a stripe of colour2
      return is(fraction(p.x) < detail);
    case TEXTURE_NOISE:  // detail: contrast
      return limited(0.5f + (cloud(p) - 0.5f) * (1.0f + 4.0f * detail));
    case TEXTURE_WOOD: {  // rings around z; detail: how crooked they are
      V3 grain = {p.x * 9.0f, p.y * 9.0f, p.z * 0.7f};
      vf ring = fraction(sqrt(p.x * p.x + p.y * p.y) + 2.0f * detail * noise(scaled3(p, 0.6f)));
      return limited(0.75f * ring * ring + 0.35f * noise(grain) - 0.05f);
    }
    case TEXTURE_BRICKS: {  // a brick is 1 × 0.4; detail: how much bricks differ
      vf row = whole(p.y * 2.5f), x = p.x + 0.5f * odd(row), column = whole(x);
      vf own = lattice(TO_VI(column), TO_VI(row), TO_VI(row * 0.0f));
      vi mortar = (fraction(x) < 0.035f) | (fraction(p.y * 2.5f) < 0.09f);
      return CHOOSE(mortar, 1.0f, 0.8f * detail * (0.6f * own + 0.4f * noise(scaled3(p, 9.0f))));
    }
    case TEXTURE_PLANKS: {  // planks along x, 1 wide; detail: how much they differ
      vf row = whole(p.y), one = lattice(TO_VI(row), TO_VI(row * 0.0f), TO_VI(row * 0.0f));
      V3 grain = {p.x * 0.6f + 17.0f * row, p.y * 9.0f, row * 0.0f};
      vf streak = noise(grain) * 0.6f + 0.4f * noise(scaled3(grain, 3.1f));
      return CHOOSE(fraction(p.y) < 0.03f, 1.0f, limited(detail * (0.5f * one + 0.6f * streak)));
    }
    case TEXTURE_DOTS: {  // detail: radius of a dot over half a cell
      vf x = fraction(p.x) - 0.5f, y = fraction(p.y) - 0.5f;
      return is(x * x + y * y < 0.25f * detail * detail);
    }
    case TEXTURE_RAMP:  // from bottom to top along y over -1 … 1; detail: streaks along it
      return limited(0.5f + 0.5f * p.y + detail * (noise((V3){p.x * 8.0f, p.y, p.z * 8.0f}) - 0.5f));
    case TEXTURE_SECTORS:  // eight times detail pairs of sectors around z
      return odd(whole((atan2(p.y, p.x) * 0.159154943f + 0.5f) * (float)(int)(8.0f * detail + 0.5f) * 2.0f));
    default:
      return p.x * 0.0f;
  }
}
