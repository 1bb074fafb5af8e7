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
enum { PARZEN_SUMS_VECTORS = 4, PARZEN_SUMS_SCRATCH_BYTES = 3 * PARZEN_SUMS_VECTORS * 64 };
/// Cells of a mixture head: one lane per (head, component), the component fastest.
typedef struct ParzenCells {
  ptrdiff_t dimension, heads, components, rank;
} ParzenCells;

/// What makes the Gaussians of all heads; layouts beside head_mixture_forward.
typedef struct ParzenHeadMixture {
  const void *scalars, *rank_scale, *centre, *rank_vectors, *log_count_gain;
  const void *mean, *shift, *covariance, *log_count;
  double base_variance, log_variance_floor;  // of e = base_variance * exp(raw), and the least raw
} ParzenHeadMixture;

typedef struct ParzenHeadMixtureGradient {
  void *scalars, *rank_scale, *centre, *rank_vectors, *log_count_gain;
  void *mean, *shift, *covariance, *log_count;
} ParzenHeadMixtureGradient;

/// Low-rank cells and their natural parameters; layouts beside low_rank_parameters_forward.
typedef struct ParzenLowRankCells {
  const void *mean, *variance, *factors, *features, *directions;
} ParzenLowRankCells;

typedef struct ParzenLowRankCellsGradient {
  void *log_weight, *mean, *variance, *factors;
} ParzenLowRankCellsGradient;

/// Moments of the samples under the responsibilities, and what the statistics need besides; only low-rank cells have
/// directions.
typedef struct ParzenMoments {
  const void *moments, *mean, *features, *directions, *probes;
  double samples;
} ParzenMoments;

typedef struct ParzenMomentsGradient {
  void *moments, *mean, *features, *directions, *probes;
} ParzenMomentsGradient;

/// What the tokens and the next layer are told of their cells (or its gradient).
typedef struct ParzenStatistics {
  void *shift, *covariance, *log_count, *scalars, *probed;
} ParzenStatistics;

typedef struct ParzenAdamW {
  double rate, decay, beta1, beta2, correction1, correction2, epsilon, gradient_scale;
} ParzenAdamW;

/// A mixture of Gaussians. Per component k: its mean (d values); the factor W of its precision W^T W, either the rows of
/// the lower triangle one after the other, d (d + 1) / 2 values, or its diagonal alone, d values; and the constant
/// log weight + log det W - (d / 2) log(2 pi).
typedef struct ParzenMixture {
  ptrdiff_t components, dimension;
  int32_t diagonal;
  const void *means, *factors, *constants;
} ParzenMixture;

/// One call of the pairwise collisions: the rates of particles first ..< first + count, each with all `particles`, in 2 or
/// 3 dimensions.
typedef struct ParzenCollisions {
  ptrdiff_t particles, dimension, first, count;
  double exponent;  // gamma, the power of the distance
} ParzenCollisions;

/// Powers of the distance that have a loop of their own.
enum { PARZEN_ANY_POWER = 0, PARZEN_MAXWELL = 1, PARZEN_COULOMB = 2 };

typedef struct __attribute__((swift_attr("@Sendable"))) ParzenKernels {
  const char *name;

  // --- pointwise
  /// y[i] = exp(x[i])
  void (*exponential)(ptrdiff_t count, const void *x, void *y);
  /// y[i] = log(x[i]), for positive normal numbers
  void (*logarithm)(ptrdiff_t count, const void *x, void *y);

  // --- Gaussian kernel sums
  /// For each query y_i, with e_ij = bias[j] - |y_i - x_j|^2 over all samples j but j = excluded[i]:
  ///   sum_j 2^e_ij = sum[i] 2^shift[i]   and   sum_j 2^e_ij x_j = weighted[i] 2^shift[i].
  /// sum[i] is at least 1, however far the samples are; it is 0 where there is no sample, or every |y_i - x_j|^2
  /// overflows. A bias may be -infinity. `excluded` and `weighted` (queries x dimension) may be NULL.
  /// `scratch`: PARZEN_SUMS_SCRATCH_BYTES * dimension bytes, on a boundary of 64.
  void (*kernel_sums)(const ParzenKernelSumsShape *shape, const void *query, const void *sample, const void *bias,
                      const ptrdiff_t *excluded, void *scratch, void *shift, void *sum, void *weighted);

  // --- attention
  /// Bytes of scratch that `attention` needs, aligned to 64; 0 where its stack suffices, and `scratch`
  /// is not used.
  ptrdiff_t (*attention_scratch)(const ParzenAttentionShape *shape);
  /// With s_ij = scale q_i . k_j + bias_j: log_normaliser_i = log sum_j exp(s_ij), output_i = sum_j exp(s_ij -
  /// log_normaliser_i) v_j. `bias` may be NULL (zeros), and so may `log_normaliser`. Without keys, or with every bias
  /// -infinity, log_normaliser_i = -infinity and output_i = 0.
  void (*attention)(const ParzenAttentionShape *shape, const void *query, const void *key, const void *value,
                    const void *bias, void *output, void *log_normaliser, void *scratch);
  /// The same for `attention_gradient`.
  ptrdiff_t (*attention_gradient_scratch)(const ParzenAttentionShape *shape);
  /// Adds to the gradients of query, key, value and bias, given those of output and log_normaliser and what `attention`
  /// returned. `bias` and `log_normaliser_gradient` may be NULL (zeros), and so may the gradients that are not wanted.
  void (*attention_gradient)(const ParzenAttentionShape *shape, const void *query, const void *key, const void *value,
                             const void *bias, const void *output, const void *log_normaliser,
                             const void *output_gradient, const void *log_normaliser_gradient, void *query_gradient,
                             void *key_gradient, void *value_gradient, void *bias_gradient, void *scratch);
  // --- layout (layout.inc)
  void (*add_block)(ptrdiff_t rows, ptrdiff_t columns, double scale, const void *source, ptrdiff_t source_stride,
                    void *target, ptrdiff_t target_stride);
  void (*add_transpose)(ptrdiff_t rows, ptrdiff_t columns, const void *source, void *target);

  // --- tokens (channels.inc)
  void (*normalise_forward)(ptrdiff_t rows, ptrdiff_t dimension, ptrdiff_t channels, const void *x, const void *gain,
                            void *y, void *inverse_norm);
  void (*normalise_backward)(ptrdiff_t rows, ptrdiff_t dimension, ptrdiff_t channels, const void *x, const void *gain,
                             const void *inverse_norm, const void *dy, void *dx, void *dgain);
  void (*silu_forward)(ptrdiff_t rows, ptrdiff_t channels, const void *bias, void *x, void *y);
  void (*silu_backward)(ptrdiff_t rows, ptrdiff_t channels, const void *x, const void *dy, void *dx, void *dbias);
  // With tangents (tangents.inc).
  void (*silu_tangents_forward)(ptrdiff_t rows, ptrdiff_t directions, ptrdiff_t channels, const void *bias, void *x,
                                void *y, void *slope);
  void (*silu_tangents_backward)(ptrdiff_t rows, ptrdiff_t directions, ptrdiff_t channels, const void *x,
                                 const void *slope, const void *dy, void *dx, void *dbias);
  void (*vector_products_forward)(ptrdiff_t rows, ptrdiff_t dimension, ptrdiff_t channels, double scale,
                                  const void *ab, void *s);
  void (*vector_products_backward)(ptrdiff_t rows, ptrdiff_t dimension, ptrdiff_t channels, double scale,
                                   const void *ab, const void *ds, void *dab);
  void (*gate_forward)(ptrdiff_t rows, ptrdiff_t dimension, ptrdiff_t channels, ptrdiff_t stride, const void *gate,
                       const void *v, void *y);
  void (*gate_backward)(ptrdiff_t rows, ptrdiff_t dimension, ptrdiff_t channels, ptrdiff_t stride, const void *gate,
                        const void *v, const void *dy, void *dgate, void *dv);

  // --- tokens of a plain transformer (transformer.inc)
  void (*layer_norm_forward)(ptrdiff_t rows, ptrdiff_t channels, const void *x, const void *gain, const void *bias,
                             void *y, void *mean, void *inverse_norm);
  void (*layer_norm_backward)(ptrdiff_t rows, ptrdiff_t channels, const void *x, const void *gain, const void *mean,
                              const void *inverse_norm, const void *dy, void *dx, void *dgain, void *dbias);
  void (*gelu_forward)(ptrdiff_t rows, ptrdiff_t channels, const void *bias, void *x, void *y);
  void (*gelu_backward)(ptrdiff_t rows, ptrdiff_t channels, const void *x, const void *dy, void *dx, void *dbias);

  // --- mixtures (responsibilities.inc, gaussian_cells.inc, moment_statistics.inc)
  /// Cells that one vector register holds; scratch is counted in registers, aligned to one.
  ptrdiff_t lanes;
  void (*responsibilities_forward)(ptrdiff_t heads, ptrdiff_t components, ptrdiff_t columns, void *logits,
                                   void *log_normaliser);
  void (*responsibilities_backward)(ptrdiff_t heads, ptrdiff_t components, ptrdiff_t columns,
                                    const void *responsibilities, const void *dlog_normaliser, void *gradient);
  void (*quadratic_features)(ptrdiff_t points, ptrdiff_t dimension, const void *y, ptrdiff_t stride, void *features);
  void (*quadratic_gradient)(ptrdiff_t points, ptrdiff_t dimension, const void *y, const void *weights,
                             ptrdiff_t stride, void *score);
  void (*quadratic_gradient_backward)(ptrdiff_t points, ptrdiff_t dimension, const void *y, const void *dscore,
                                      ptrdiff_t stride, void *dweights);
  void (*natural_parameters_forward)(ptrdiff_t dimension, ptrdiff_t cells, const void *log_weight, const void *mean,
                                     const void *covariance, void *features, void *scratch);
  void (*natural_parameters_backward)(ptrdiff_t dimension, ptrdiff_t cells, const void *mean, const void *features,
                                      const void *dfeatures, void *dlog_weight, void *dmean, void *dcovariance,
                                      void *scratch);
  void (*head_mixture_forward)(ParzenCells shape, const ParzenHeadMixture *in, void *log_weight, void *mean,
                               void *covariance);
  void (*head_mixture_backward)(ParzenCells shape, const ParzenHeadMixture *in, const void *dlog_weight,
                                const void *dmean, const void *dcovariance, const ParzenHeadMixtureGradient *out);
  void (*blend_forward)(ptrdiff_t heads, ptrdiff_t components, ptrdiff_t channels, const void *share, const void *x,
                        void *y);
  void (*blend_backward)(ptrdiff_t heads, ptrdiff_t components, ptrdiff_t channels, const void *share, const void *x,
                         const void *dy, void *dshare, void *dx);
  void (*moment_statistics_forward)(ParzenCells shape, const ParzenMoments *in, const ParzenStatistics *out,
                                    void *scratch);
  void (*moment_statistics_backward)(ParzenCells shape, const ParzenMoments *in, const ParzenStatistics *dout,
                                     const ParzenMomentsGradient *din, void *scratch);

  // --- mixtures of low-rank cells (low_rank_cells.inc, low_rank_moments.inc, low_rank_statistics.inc)
  void (*low_rank_mixture_forward)(ParzenCells shape, const ParzenHeadMixture *in, void *log_weight, void *mean,
                                   void *variance, void *factors);
  void (*low_rank_mixture_backward)(ParzenCells shape, const ParzenHeadMixture *in, const void *dlog_weight,
                                    const void *dmean, const void *dvariance, const void *dfactors,
                                    const ParzenHeadMixtureGradient *out);
  void (*low_rank_parameters_forward)(ParzenCells shape, const void *log_weight, const void *mean,
                                      const void *variance, const void *factors, void *features, void *directions);
  void (*low_rank_parameters_backward)(ParzenCells shape, const ParzenLowRankCells *in, const void *dfeatures,
                                       void *ddirections, const ParzenLowRankCellsGradient *out, void *scratch);
  void (*low_rank_blend_forward)(ParzenCells shape, const void *share, const void *variance, const void *factors,
                                 void *covariance);
  void (*low_rank_blend_backward)(ParzenCells shape, const void *share, const void *variance, const void *factors,
                                  const void *dcovariance, void *dshare, void *dvariance, void *dfactors);
  void (*norm_features)(ptrdiff_t points, ptrdiff_t dimension, const void *y, ptrdiff_t stride, void *features);
  void (*low_rank_logits)(ParzenCells shape, ptrdiff_t points, const void *projections, void *logits);
  void (*low_rank_logits_backward)(ParzenCells shape, ptrdiff_t points, const void *responsibilities,
                                   const void *dlogits, const void *dsquares, void *projections);
  void (*low_rank_products)(ParzenCells shape, ptrdiff_t points, const void *responsibilities, const void *projections,
                            void *probed, void *squares);
  void (*low_rank_products_backward)(ParzenCells shape, ptrdiff_t points, const void *responsibilities,
                                     const void *projections, const void *probed, const void *dsquares, void *weight,
                                     void *gradient);
  void (*low_rank_statistics_forward)(ParzenCells shape, const ParzenMoments *in, const ParzenStatistics *out);
  void (*low_rank_statistics_backward)(ParzenCells shape, const ParzenMoments *in, const ParzenStatistics *dout,
                                       const ParzenMomentsGradient *din, void *scratch);

  /// total[i] += x[i], in Float64.
  void (*add_to_totals)(ptrdiff_t count, const void *x, double *total);
  /// distance[p] = min(distance[p], |x_p - centre|^2); returns the place of the largest (the first of equals).
  ptrdiff_t (*farthest_point)(ptrdiff_t points, ptrdiff_t dimension, const void *x, ptrdiff_t stride,
                              const void *centre, void *distance);

  // --- training (optimizer.inc)
  void (*adamw)(ptrdiff_t count, ParzenAdamW step, const void *gradient, void *m, void *v, void *x);

  // --- mixtures (mixture.inc)
  /// log density and score (queries x d, may be NULL) of a mixture at queries (queries x d). `scratch` holds
  /// 16 * (components * (1 + d) + 4 * d) elements.
  void (*mixture)(const ParzenMixture *mixture, ptrdiff_t queries, const void *points, void *log_density, void *score,
                  void *scratch);

  // --- particles (collisions.inc)
  /// rate_i = sum over all particles j of |z|^gamma (|z|^2 D - z (z . D)), z = v_i - v_j, D = s_i - s_j; velocities v and
  /// scores s are particles x d, the rates count x d.
  void (*collisions)(const ParzenCollisions *shape, const void *velocity, const void *score, void *rate);
} ParzenKernels;

/// The kernels of one instruction set, or NULL where this processor (or this build) lacks it.
const ParzenKernels *parzen_kernels(ParzenInstructionSet set, ParzenPrecision precision);

/// The number of processors that this process may use: on Linux those that its affinity mask allows.
int parzen_processor_count(void);
