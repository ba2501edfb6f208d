/// The inner loops of random streams for x86-64 processors with wide vectors.
///
/// Swift has no attribute that compiles one function for another processor than the rest, so these few loops are C.
/// Each has a twin in Swift (`PortableKernels`), with the same bits. All work in place on buffers of 32-bit patterns whose
/// counts are multiples of 16.
#ifndef WTOOL_STREAM_KERNELS_H
#define WTOOL_STREAM_KERNELS_H

#include <stddef.h>
#include <stdint.h>

struct stream_kernels {
  /// Threefry-2×32: word i is that of counter start + i, both halves xored. The counters must not cross 2³².
  void (*threefry)(const uint32_t key[2], uint64_t start, uint32_t *words, size_t count);

  /// Philox-4×32: four words of block start + i·step for each i.
  void (*philox)(const uint32_t key[2], const uint32_t upper[2], uint64_t start, uint64_t step, uint32_t *words,
                 size_t count);

  /// The same of blocks that are given.
  void (*philox_at)(const uint32_t key[2], const uint32_t upper[2], const uint64_t *blocks, uint32_t *words, size_t count);

  /// The next 624 words of a Mersenne Twister, tempered.
  void (*twister)(uint32_t state[624], uint32_t words[624]);

  /// Sixteen PCG64 generators in turn, as doubles: lower plus span times a unit uniform. Each then goes on by a leap: times
  /// factor, plus term; numbers of 128 bits are in halves, the lower one first.
  void (*pcg64_uniform)(uint64_t high[16], uint64_t low[16], const uint64_t factor[2], const uint64_t term[2],
                        double *values, size_t count, double lower, double span);

  /// Floats times factor, rounded, plus term.
  void (*affine)(float *values, size_t count, float factor, float term);

  /// Words to floats: the lower 23 bits as a unit uniform, times span, rounded, plus lower.
  void (*uniform)(uint32_t *words, size_t count, float lower, float span);

  /// Words to floats: the upper 23 bits as a unit uniform, times span plus lower, fused.
  void (*fused_uniform)(uint32_t *words, size_t count, float lower, float span);

  /// Floats in (−1, 1) to their inverse error function, as XLA computes it.
  void (*inverse_error)(float *values, size_t count);

  /// Pairs of words to pairs of standard normals by Box and Muller, with glibc's logf and sincosf.
  void (*box_muller_pairs)(uint32_t *words, size_t count);

  /// Sixteen words to sixteen normals, the first eight with the last eight, as PyTorch's AVX2 code does.
  void (*box_muller_blocks)(uint32_t *words, size_t count, float mean, float deviation);
};

/// How wide the vectors are.
enum stream_kernels_width { STREAM_KERNELS_AVX2 = 256, STREAM_KERNELS_AVX512 = 512 };

/// The loops for a width; null if this processor does not have it.
const struct stream_kernels *stream_kernels(enum stream_kernels_width width);

#endif
