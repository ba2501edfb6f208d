#include "CStreamKernels.h"

#if !defined(__x86_64__)

const struct stream_kernels *stream_kernels(enum stream_kernels_width width) { return NULL; }

#else

#include <string.h>

// Every rounding is meant: what is fused is written so.
#pragma STDC FP_CONTRACT OFF

#define LOOP static inline __attribute__((always_inline)) void
#define FUSED __builtin_elementwise_fma
#define ROOT __builtin_elementwise_sqrt

static inline __attribute__((always_inline)) float as_float(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline __attribute__((always_inline)) uint32_t as_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/// Two words.
typedef uint64_t __attribute__((may_alias, aligned(4))) pair;

// MARK: Generators

LOOP threefry(const uint32_t key[2], uint64_t start, uint32_t *words, size_t count) {
  const uint32_t k0 = key[0], k1 = key[1], k2 = k0 ^ k1 ^ 0x1BD11BDA;
  const uint32_t high = (uint32_t)(start >> 32) + k0, low = (uint32_t)start + k1;
  for (uint32_t i = 0; i < (uint32_t)count; i++) {
    uint32_t a = high, b = low + i;
#define ROUND(r) a += b, b = b << r | b >> (32 - r), b ^= a
#define EVEN ROUND(13), ROUND(15), ROUND(26), ROUND(6)
#define ODD ROUND(17), ROUND(29), ROUND(16), ROUND(24)
    EVEN, a += k1, b += k2 + 1;
    ODD, a += k2, b += k0 + 2;
    EVEN, a += k0, b += k1 + 3;
    ODD, a += k1, b += k2 + 4;
    EVEN, a += k2, b += k0 + 5;
#undef ROUND
#undef EVEN
#undef ODD
    words[i] = a ^ b;
  }
}

/// Lanes are 64 bits wide, of which the lower half counts: a product needs no more than one instruction then.
LOOP philox(const uint32_t key[2], const uint32_t upper[2], uint64_t start, uint64_t step, const uint64_t *blocks,
            uint32_t *words, size_t count, const int lanes) {
  for (size_t first = 0; first < count; first += 4 * (size_t)lanes) {
    uint64_t a[lanes], b[lanes], c[lanes], d[lanes];
    const size_t left = (count - first) / 4;
    for (size_t i = 0; i < (size_t)lanes; i++) {
      const uint64_t block = blocks ? blocks[first / 4 + (i < left ? i : 0)] : start + (first / 4 + i) * step;
      a[i] = block, b[i] = block >> 32, c[i] = upper[0], d[i] = upper[1];
    }
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++, k0 += 0x9E3779B9, k1 += 0xBB67AE85) {
      for (int i = 0; i < lanes; i++) {
        const uint64_t p = (uint64_t)0xD2511F53 * (uint32_t)a[i], q = (uint64_t)0xCD9E8D57 * (uint32_t)c[i];
        a[i] = q >> 32 ^ b[i] ^ k0, b[i] = q;
        c[i] = p >> 32 ^ d[i] ^ k1, d[i] = p;
      }
    }
    pair last[2 * lanes];
    pair *const pairs = left < (size_t)lanes ? last : (pair *)(words + first);
    for (int i = 0; i < lanes; i++) {
      pairs[2 * i] = (uint32_t)a[i] | b[i] << 32;
      pairs[2 * i + 1] = (uint32_t)c[i] | d[i] << 32;
    }
    if (pairs == last) memcpy(words + first, last, 16 * left);
  }
}

LOOP twister(uint32_t state[624], uint32_t words[624]) {
#define MIX(i, next, far)                                                                 \
  do {                                                                                    \
    const uint32_t joined = (state[i] & 0x80000000) | (state[next] & 0x7FFFFFFF);         \
    state[i] = state[far] ^ joined >> 1 ^ (-(joined & 1) & 0x9908B0DF);                   \
  } while (0)
  for (int i = 0; i < 227; i++) MIX(i, i + 1, i + 397);
  for (int i = 227; i < 623; i++) MIX(i, i + 1, i - 227);
  MIX(623, 0, 396);
#undef MIX
  for (int i = 0; i < 624; i++) {
    uint32_t word = state[i];
    word ^= word >> 11;
    word ^= word << 7 & 0x9D2C5680;
    word ^= word << 15 & 0xEFC60000;
    words[i] = word ^ word >> 18;
  }
}

// MARK: NumPy

LOOP pcg64_uniform(uint64_t high[16], uint64_t low[16], const uint64_t factor[2], const uint64_t term[2], double *values,
                   size_t count, double lower, double span) {
  const uint64_t f0 = (uint32_t)factor[0], f1 = factor[0] >> 32;
  // Copies, which stay in registers.
  uint64_t upper[16], lower_halves[16];
  memcpy(upper, high, sizeof upper);
  memcpy(lower_halves, low, sizeof lower_halves);
  for (size_t first = 0; first < count; first += 16) {
    for (int i = 0; i < 16; i++) {
      const uint64_t h = upper[i], l = lower_halves[i], folded = h ^ l, rotation = h >> 58;
      const uint64_t word = folded >> rotation | folded << (-rotation & 63);
      values[first + i] = lower + span * ((double)(int64_t)(word >> 11) * 0x1p-53);
      // The product of the lower halves, from its quarters.
      const uint64_t a = (uint32_t)l, b = l >> 32;
      const uint64_t p = a * f0, q = b * f0 + (p >> 32), r = a * f1 + (uint32_t)q;
      const uint64_t product = r << 32 | (uint32_t)p, sum = product + term[0];
      upper[i] = b * f1 + (q >> 32) + (r >> 32) + l * factor[1] + h * factor[0] + term[1] + (sum < product);
      lower_halves[i] = sum;
    }
  }
  memcpy(high, upper, sizeof upper);
  memcpy(low, lower_halves, sizeof lower_halves);
}

// MARK: Values

LOOP affine(float *values, size_t count, float factor, float term) {
  for (size_t i = 0; i < count; i++) values[i] = values[i] * factor + term;
}

LOOP uniform(uint32_t *words, size_t count, float lower, float span) {
  for (size_t i = 0; i < count; i++) {
    words[i] = as_bits((as_float((words[i] & 0x7FFFFF) | 0x3F800000) - 1) * span + lower);
  }
}

// MARK: JAX

LOOP fused_uniform(uint32_t *words, size_t count, float lower, float span) {
  for (size_t i = 0; i < count; i++) {
    const float unit = as_float(words[i] >> 9 | 0x3F800000) - 1;
    const float value = FUSED(unit, span, lower);
    words[i] = as_bits(value < lower ? lower : value);
  }
}

LOOP inverse_error(float *values, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const float u = values[i], x = u * -u;
    // log(1 + x) near 0.
    const float z = x * x;
    float d = x + 15.062909f;
    d = FUSED(d, x, 83.04757f);
    d = FUSED(d, x, 221.7624f);
    d = FUSED(d, x, 0x1.351946p8f);
    d = FUSED(d, x, 216.42789f);
    d = FUSED(d, x, 60.11866f);
    float n = 4.527e-05f;
    n = FUSED(n, x, 0x1.fe818ap-2f);
    n = FUSED(n, x, 6.5787325f);
    n = FUSED(n, x, 0x1.de9738p4f);
    n = FUSED(n, x, 60.94967f);
    n = FUSED(n, x, 0x1.c8e75ap5f);
    n = FUSED(n, x, 0x1.40a202p4f);
    const float small = x + FUSED(z, -0.5f, (x * z) * (n / d));
    // And far from it.
    float y = x + 1;
    y = y < 0x1p-126f ? 0x1p-126f : y;
    const uint32_t bits = as_bits(y);
    float exponent = (float)((int32_t)(bits >> 23) - 127) + 1;
    const float mantissa = as_float((bits & 0x007FFFFF) | 0x3F000000);
    const int is_low = mantissa < 0x1.6a09e6p-1f;
    const float t = (mantissa - 1) + (is_low ? mantissa : 0);
    exponent -= is_low ? 1.0f : 0.0f;
    const float t2 = t * t, t3 = t2 * t;
    float y0 = FUSED(t, 0x1.204376p-4f, -0x1.d7a37p-4f);
    float y1 = FUSED(t, -0x1.fcba9ep-4f, 0x1.23d37ep-3f);
    float y2 = FUSED(t, 0x1.999d58p-3f, -0x1.fffff8p-3f);
    y0 = FUSED(y0, t, 0x1.de4a34p-4f);
    y1 = FUSED(y1, t, -0x1.555cap-3f);
    y2 = FUSED(y2, t, 0x1.555554p-2f);
    float l = FUSED(y0, t3, y1);
    l = FUSED(l, t3, y2);
    l = FUSED(l, t3, exponent * -0x1.bd0106p-13f);
    const float large = FUSED(exponent, 0x1.63p-1f, (t - t2 * 0.5f) + l);
    float w = -(-x < 0x1.a8279ap-2f ? small : large);
    const int is_central = w < 5;
    w = is_central ? w - 2.5f : ROOT(w) - 3;
#define STEP(central, tail) p = FUSED(p, w, is_central ? central : tail)
    float p = is_central ? 0x1.e2cb1p-26f : -0x1.a3e136p-13f;
    STEP(0x1.70966cp-22f, 0x1.a76ad6p-14f);
    STEP(-0x1.d8e6aep-19f, 0x1.61b8e4p-10f);
    STEP(-0x1.26b582p-18f, -0x1.e17bcep-9f);
    STEP(0x1.ca65b6p-13f, 0x1.7824f6p-8f);
    STEP(-0x1.48a81p-10f, -0x1.f38baep-8f);
    STEP(-0x1.11c9dep-8f, 0x1.354afcp-7f);
    STEP(0x1.f91ec6p-3f, 0x1.006db6p+0f);
    STEP(0x1.805c5ep+0f, 0x1.6a9efcp+1f);
#undef STEP
    values[i] = p * u;
  }
}

// MARK: TensorFlow

/// 1/c and log c for sixteen points c that divide an octave.
static const double inverses[16] = {
    0x1.661ec79f8f3bep+0, 0x1.571ed4aaf883dp+0, 0x1.49539f0f010bp+0,  0x1.3c995b0b80385p+0,
    0x1.30d190c8864a5p+0, 0x1.25e227b0b8eap+0,  0x1.1bb4a4a1a343fp+0, 0x1.12358f08ae5bap+0,
    0x1.0953f419900a7p+0, 0x1p+0,               0x1.e608cfd9a47acp-1, 0x1.ca4b31f026aap-1,
    0x1.b2036576afce6p-1, 0x1.9c2d163a1aa2dp-1, 0x1.886e6037841edp-1, 0x1.767dcf5534862p-1,
};
static const double logarithms[16] = {
    -0x1.57bf7808caadep-2, -0x1.2bef0a7c06ddbp-2, -0x1.01eae7f513a67p-2, -0x1.b31d8a68224e9p-3,
    -0x1.6574f0ac07758p-3, -0x1.1aa2bc79c81p-3,   -0x1.a4e76ce8c0e5ep-4, -0x1.1973c5a611cccp-4,
    -0x1.252f438e10c1ep-5, 0x0p+0,                0x1.aa5aa5df25984p-5,  0x1.c5e53aa362eb4p-4,
    0x1.526e57720db08p-3,  0x1.bc2860d22477p-3,   0x1.1058bc8a07ee1p-2,  0x1.4043057b6ee09p-2,
};

LOOP box_muller_pairs(uint32_t *words, size_t count) {
  for (size_t i = 0; i < count; i += 2) {
    float u = as_float((words[i] & 0x7FFFFF) | 0x3F800000) - 1;
    u = u < 1.0e-7f ? 1.0e-7f : u;
    const uint32_t bits = as_bits(u), offset = bits - 0x3F330000;
    const int entry = offset >> 19 & 15;
    const double z = as_float(bits - (offset & 0xFF800000));
    const double r = z * inverses[entry] - 1, r2 = r * r;
    const double y0 = logarithms[entry] + (double)((int32_t)offset >> 23) * 0x1.62e42fefa39efp-1;
    double y = 0x1.5575b0be00b6ap-2 * r + -0x1.ffffef20a4123p-2;
    y = -0x1.00ea348b88334p-2 * r2 + y;
    const float radius = ROOT(-2 * (float)(y * r2 + (y0 + r)));

    const float unit = as_float((words[i + 1] & 0x7FFFFF) | 0x3F800000) - 1;
    const double angle = (float)(6.283185307179586 * (double)unit);
    const int quadrant = ((int32_t)(angle * 0x1.45F306DC9C883p+23) + 0x800000) >> 24;
    double x = angle - (double)quadrant * 0x1.921FB54442D18p0;
    const double x2 = x * x;
    x = (quadrant + 1) & 2 ? -x : x;
    const double x3 = x * x2, x4 = x2 * x2;
    const double s = (x + x3 * -0x1.555545995a603p-3) +
                     (x3 * x2) * (0x1.1107605230bc4p-7 + x2 * -0x1.994eb3774cf24p-13);
    const double c1 = 1 + x2 * -0x1.ffffffd0c621cp-2;
    const double c2 = -0x1.6c087e89a359dp-10 + x2 * 0x1.99343027bf8c3p-16;
    const double c = (c1 + x4 * 0x1.55553e1068f19p-5) + (x4 * x2) * c2;
    const float sine = (float)s, cosine = (float)(quadrant & 2 ? -c : c);
    const int is_swapped = quadrant & 1;
    words[i] = as_bits((is_swapped ? cosine : sine) * radius);
    words[i + 1] = as_bits((is_swapped ? sine : cosine) * radius);
  }
}

// MARK: PyTorch

LOOP box_muller_blocks(uint32_t *words, size_t count, float mean, float deviation) {
  for (size_t block = 0; block < count; block += 16) {
    for (size_t i = block; i < block + 8; i++) {
      const float u = 1 - (float)(int32_t)(words[i] & 0xFFFFFF) * 0x1p-24f;
      const float y = u < 0x1p-126f ? 0x1p-126f : u;
      const uint32_t bits = as_bits(y);
      float exponent = (float)((int32_t)(bits >> 23) - 127) + 1;
      const float mantissa = as_float((bits & 0x007FFFFF) | 0x3F000000);
      const int is_low = mantissa < 0.707106781186547524f;
      const float t = (mantissa - 1) + (is_low ? mantissa : 0);
      exponent -= is_low ? 1.0f : 0.0f;
      const float t2 = t * t;
      float l = 7.0376836292e-2f;
      l = FUSED(l, t, -1.1514610310e-1f);
      l = FUSED(l, t, 1.1676998740e-1f);
      l = FUSED(l, t, -1.2420140846e-1f);
      l = FUSED(l, t, 1.4249322787e-1f);
      l = FUSED(l, t, -1.6668057665e-1f);
      l = FUSED(l, t, 2.0000714765e-1f);
      l = FUSED(l, t, -2.4999993993e-1f);
      l = FUSED(l, t, 3.3333331174e-1f);
      l = l * t;
      l = FUSED(l, t2, exponent * -2.12194440e-4f);
      l = l - t2 * 0.5f;
      const float radius = ROOT(-2 * FUSED(exponent, 0.693359375f, t + l));

      const float angle = 6.283185307179586f * ((float)(int32_t)(words[i + 8] & 0xFFFFFF) * 0x1p-24f);
      const int32_t octant = ((int32_t)(angle * 1.27323954473516f) + 1) & ~1;
      const float quarters = (float)octant;
      float x = FUSED(quarters, -0.78515625f, angle);
      x = FUSED(quarters, -2.4187564849853515625e-4f, x);
      x = FUSED(quarters, -3.77489497744594108e-8f, x);
      const float z = x * x;
      float c = 2.443315711809948e-5f;
      c = FUSED(c, z, -1.388731625493765e-3f);
      c = FUSED(c, z, 4.166664568298827e-2f);
      c = c * z;
      c = FUSED(c, z, -(z * 0.5f)) + 1;
      float s = -1.9515295891e-4f;
      s = FUSED(s, z, 8.3321608736e-3f);
      s = FUSED(s, z, -1.6666654611e-1f);
      s = s * z;
      s = FUSED(s, x, x);
      const int is_swapped = octant & 2;
      const uint32_t sine = as_bits(is_swapped ? c : s) ^ (uint32_t)(octant & 4) << 29;
      const uint32_t cosine = as_bits(is_swapped ? s : c) ^ (uint32_t)(~(octant - 2) & 4) << 29;
      words[i] = as_bits(FUSED(radius * as_float(cosine), deviation, mean));
      words[i + 8] = as_bits(FUSED(radius * as_float(sine), deviation, mean));
    }
  }
}

// MARK: Processors

/// Every loop, compiled for a processor: the attributes of these functions reach the loops, which are inlined into them.
#define KERNELS(name, lanes, attributes)                                                                           \
  attributes static void threefry_##name(const uint32_t key[2], uint64_t start, uint32_t *words, size_t count) {   \
    threefry(key, start, words, count);                                                                            \
  }                                                                                                                \
  attributes static void philox_##name(const uint32_t key[2], const uint32_t upper[2], uint64_t start,             \
                                       uint64_t step, uint32_t *words, size_t count) {                             \
    philox(key, upper, start, step, NULL, words, count, lanes);                                                    \
  }                                                                                                                \
  attributes static void philox_at_##name(const uint32_t key[2], const uint32_t upper[2], const uint64_t *blocks,  \
                                          uint32_t *words, size_t count) {                                         \
    philox(key, upper, 0, 0, blocks, words, count, lanes);                                                         \
  }                                                                                                                \
  attributes static void twister_##name(uint32_t state[624], uint32_t words[624]) { twister(state, words); }       \
  attributes static void pcg64_uniform_##name(uint64_t high[16], uint64_t low[16], const uint64_t factor[2],       \
                                              const uint64_t term[2], double *values, size_t count, double lower,  \
                                              double span) {                                                       \
    pcg64_uniform(high, low, factor, term, values, count, lower, span);                                            \
  }                                                                                                                \
  attributes static void affine_##name(float *values, size_t count, float factor, float term) {                    \
    affine(values, count, factor, term);                                                                           \
  }                                                                                                                \
  attributes static void uniform_##name(uint32_t *words, size_t count, float lower, float span) {                  \
    uniform(words, count, lower, span);                                                                            \
  }                                                                                                                \
  attributes static void fused_uniform_##name(uint32_t *words, size_t count, float lower, float span) {            \
    fused_uniform(words, count, lower, span);                                                                      \
  }                                                                                                                \
  attributes static void inverse_error_##name(float *values, size_t count) { inverse_error(values, count); }       \
  attributes static void box_muller_pairs_##name(uint32_t *words, size_t count) {                                  \
    box_muller_pairs(words, count);                                                                                \
  }                                                                                                                \
  attributes static void box_muller_blocks_##name(uint32_t *words, size_t count, float mean, float deviation) {    \
    box_muller_blocks(words, count, mean, deviation);                                                              \
  }                                                                                                                \
  static const struct stream_kernels name = {                                                                      \
      threefry_##name,      philox_##name,        philox_at_##name,        twister_##name,                         \
      pcg64_uniform_##name, affine_##name,        uniform_##name,          fused_uniform_##name,                   \
      inverse_error_##name, box_muller_pairs_##name, box_muller_blocks_##name,                                     \
  };

KERNELS(avx2, 16, __attribute__((target("avx2,fma,bmi2"))))
KERNELS(avx512, 32,
        __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma,bmi2"), min_vector_width(512))))

const struct stream_kernels *stream_kernels(enum stream_kernels_width width) {
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") || !__builtin_cpu_supports("bmi2")) {
    return NULL;
  }
  if (width == STREAM_KERNELS_AVX2) return &avx2;
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                 __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")
             ? &avx512
             : NULL;
}

#endif
