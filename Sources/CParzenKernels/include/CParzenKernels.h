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

/// Shape of one attention call: row i of the queries begins at query + i * query_stride, and so on.
typedef struct ParzenAttentionShape {
  ptrdiff_t queries, keys, key_width, value_width;
  ptrdiff_t query_stride, key_stride, value_stride, output_stride;
  double scale;  // multiplies query . key
} ParzenAttentionShape;

typedef struct __attribute__((swift_attr("@Sendable"))) ParzenKernels {
  const char *name;

  // --- pointwise
  /// y[i] = exp(x[i])
  void (*exponential)(ptrdiff_t count, const void *x, void *y);
} ParzenKernels;

/// The kernels of one instruction set, or NULL where this processor (or this build) lacks it.
const ParzenKernels *parzen_kernels(ParzenInstructionSet set, ParzenPrecision precision);
