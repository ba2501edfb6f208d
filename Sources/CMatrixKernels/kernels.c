#include "CMatrixKernels.h"

#pragma STDC FP_CONTRACT OFF
// Vectors are passed between functions that become one.
#pragma GCC diagnostic ignored "-Wpsabi"

/// Eight doubles, in as many registers as they need; memory need not be aligned.
typedef double lanes __attribute__((vector_size(64), aligned(8)));

static inline __attribute__((always_inline)) lanes load(const double *source) { return *(const lanes *)source; }

static inline __attribute__((always_inline)) lanes repeated(double value) {
  return (lanes){value, value, value, value, value, value, value, value};
}

static inline __attribute__((always_inline)) double sum(lanes v) {
  return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

static inline __attribute__((always_inline)) void add_products(const double *a, const double *b, size_t depth,
                                                               double sign, double *c, size_t size, size_t stride) {
  for (size_t i = 0; i < size; i += 4) {
    for (size_t j = 0; j <= i + 3; j += 8) {
      const double *left = a + i / 8 * 8 * depth + i % 8;
      const double *right = b + j * depth;
      lanes sums[4] = {repeated(0), repeated(0), repeated(0), repeated(0)};
      for (size_t k = 0; k < depth; k++) {
        lanes values = load(right + 8 * k);
        for (int row = 0; row < 4; row++) sums[row] += repeated(left[8 * k + (size_t)row]) * values;
      }
      for (int row = 0; row < 4; row++) {
        lanes *target = (lanes *)(c + (i + (size_t)row) * stride + j);
        *target += repeated(sign) * sums[row];
      }
    }
  }
}

static inline __attribute__((always_inline)) void multiply_rows(const double *a, size_t stride, const double *v,
                                                                const double factors[4], double *sums, size_t count,
                                                                double products[4]) {
  lanes dots[4] = {repeated(0), repeated(0), repeated(0), repeated(0)};
  size_t even = count & ~(size_t)7;
  for (size_t j = 0; j < even; j += 8) {
    lanes vector = load(v + j);
    lanes total = load(sums + j);
    for (int row = 0; row < 4; row++) {
      lanes values = load(a + (size_t)row * stride + j);
      dots[row] += values * vector;
      total += repeated(factors[row]) * values;
    }
    *(lanes *)(sums + j) = total;
  }
  for (int row = 0; row < 4; row++) products[row] = sum(dots[row]);
  for (size_t j = even; j < count; j++) {
    for (int row = 0; row < 4; row++) {
      double value = a[(size_t)row * stride + j];
      products[row] += value * v[j];
      sums[j] += factors[row] * value;
    }
  }
}

// One body for each set of instructions; the compiler makes different code of it.
#define FOR_PROCESSOR(name, attributes)                                                                               \
  attributes static void add_products_##name(const double *a, const double *b, size_t depth, double sign, double *c, \
                                             size_t size, size_t stride) {                                            \
    add_products(a, b, depth, sign, c, size, stride);                                                                 \
  }                                                                                                                   \
  attributes static void multiply_rows_##name(const double *a, size_t stride, const double *v,                       \
                                              const double factors[4], double *sums, size_t count,                   \
                                              double products[4]) {                                                   \
    multiply_rows(a, stride, v, factors, sums, count, products);                                                      \
  }

FOR_PROCESSOR(usual, )
#if defined(__x86_64__)
FOR_PROCESSOR(avx2, __attribute__((target("avx2"))))
FOR_PROCESSOR(avx512, __attribute__((target("avx512f"), min_vector_width(512))))
#define CHOOSE(function, arguments)                                                                                   \
  if (__builtin_cpu_supports("avx512f")) return function##_avx512 arguments;                                          \
  if (__builtin_cpu_supports("avx2")) return function##_avx2 arguments;                                               \
  return function##_usual arguments;
#else
#define CHOOSE(function, arguments) return function##_usual arguments;
#endif

void matrix_add_products(const double *a, const double *b, size_t depth, double sign, double *c, size_t size,
                         size_t stride) {
  CHOOSE(add_products, (a, b, depth, sign, c, size, stride))
}

void matrix_multiply_rows(const double *a, size_t stride, const double *v, const double factors[4], double *sums,
                          size_t count, double products[4]) {
  CHOOSE(multiply_rows, (a, stride, v, factors, sums, count, products))
}
