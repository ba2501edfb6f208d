/// The inner loops of symmetric eigenvalues, compiled for the widest vectors that the processor has.
///
/// Swift has no attribute that compiles one function for another processor than the rest, so these two loops are C. Sums are
/// taken in eight parts whatever the vectors' width, and products are never fused with sums: every processor has the same
/// bits.
#ifndef WTOOL_MATRIX_KERNELS_H
#define WTOOL_MATRIX_KERNELS_H

#include <stddef.h>

/// c[i][j] += sign · Σ over k below depth of a[k][i] · b[k][j], for all j ≤ i and some j > i.
///
/// a and b are packed: eight columns of all rows, then the next eight, so that a strip is read from one end to the other.
/// Rows of c are stride doubles apart. size is a multiple of 8, and so many rows and columns of c can be written.
void matrix_add_products(const double *a, const double *b, size_t depth, double sign, double *c, size_t size,
                         size_t stride);

/// For each of four rows of a: its dot product with v over count columns, and sums += factor · row.
///
/// Rows are stride doubles apart.
void matrix_multiply_rows(const double *a, size_t stride, const double *v, const double factors[4], double *sums,
                          size_t count, double products[4]);

#endif
