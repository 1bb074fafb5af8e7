#pragma once
#include <stddef.h>
#include <stdint.h>

// Every kernel exists in Float32 and Float64; pointers are therefore untyped here, and the Swift module
// ParzenKernels is the one place that calls them, with types. Strides count elements, not bytes.

typedef enum ParzenInstructionSet {
  PARZEN_PORTABLE = 0,
  PARZEN_NEON = 1,
  PARZEN_AVX2 = 2,
  PARZEN_AVX512 = 3,
} ParzenInstructionSet;

typedef enum ParzenPrecision { PARZEN_FLOAT32 = 0, PARZEN_FLOAT64 = 1 } ParzenPrecision;

/// Shape of one attention call: row i of the queries begins at query + i * query_stride, and so on. A gradient has the
/// stride of what it is the gradient of.
typedef struct ParzenAttentionShape {
  ptrdiff_t queries, keys, key_width, value_width;
  ptrdiff_t query_stride, key_stride, value_stride, output_stride;
  double scale;  // multiplies query . key
} ParzenAttentionShape;

/// Shape of one call of the Gaussian kernel sums: queries (queries x dimension) and samples (samples x dimension) are
/// contiguous rows.
typedef struct ParzenKernelSumsShape {
  ptrdiff_t queries, samples, dimension;
} ParzenKernelSumsShape;

/// Vectors of queries that the kernel sums take at a time, and bytes of scratch that they need per dimension.
enum { PARZEN_SUMS_VECTORS = 4, PARZEN_SUMS_SCRATCH_BYTES = 2 * PARZEN_SUMS_VECTORS * 64 };

typedef struct __attribute__((swift_attr("@Sendable"))) ParzenKernels {
  const char *name;

  // --- pointwise
  /// y[i] = exp(x[i])
  void (*exponential)(ptrdiff_t count, const void *x, void *y);

  // --- Gaussian kernel sums
  /// For each query y_i, with e_ij = bias[j] - |y_i - x_j|^2 over all samples j but j = excluded[i]:
  ///   sum_j 2^e_ij = sum[i] 2^shift[i]   and   sum_j 2^e_ij x_j = weighted[i] 2^shift[i].
  /// sum[i] is in [1, samples 2^headroom], however far the samples are; it is 0 where there is no sample or every |y_i - x_j|^2
  /// overflows. A bias may be -infinity. `excluded` may be NULL; `weighted` (queries x dimension) may be NULL.
  /// `scratch`: PARZEN_SUMS_SCRATCH_BYTES * dimension bytes.
  void (*kernel_sums)(const ParzenKernelSumsShape *shape, const void *query, const void *sample, const void *bias,
                      const ptrdiff_t *excluded, void *scratch, void *shift, void *sum, void *weighted);

  // --- attention
  /// Bytes of scratch for `attention`, aligned to 64.
  ptrdiff_t (*attention_scratch)(const ParzenAttentionShape *shape);
  /// With s_ij = scale q_i . k_j + bias_j: log_normaliser_i = log sum_j exp(s_ij), output_i = sum_j exp(s_ij -
  /// log_normaliser_i) v_j. `bias` may be NULL (zeros), and so may `log_normaliser`. Without keys, or with every bias
  /// -infinity, log_normaliser_i = -infinity and output_i = 0.
  void (*attention)(const ParzenAttentionShape *shape, const void *query, const void *key, const void *value,
                    const void *bias, void *output, void *log_normaliser, void *scratch);
  /// Bytes of scratch for `attention_gradient`, aligned to 64.
  ptrdiff_t (*attention_gradient_scratch)(const ParzenAttentionShape *shape);
  /// Adds to the gradients of query, key, value and bias, given those of output and log_normaliser and what `attention`
  /// returned. `bias`, `log_normaliser_gradient` (zeros) and `bias_gradient` may be NULL.
  void (*attention_gradient)(const ParzenAttentionShape *shape, const void *query, const void *key, const void *value,
                             const void *bias, const void *output, const void *log_normaliser,
                             const void *output_gradient, const void *log_normaliser_gradient, void *query_gradient,
                             void *key_gradient, void *value_gradient, void *bias_gradient, void *scratch);
} ParzenKernels;

/// The kernels of one instruction set, or NULL where this processor (or this build) lacks it.
const ParzenKernels *parzen_kernels(ParzenInstructionSet set, ParzenPrecision precision);
