#pragma once
#include <stddef.h>
#include <stdint.h>

// Every kernel exists in Float32 and Float64; pointers are therefore untyped here, and the Swift module
// ParzenKernels gives them types. Strides count elements, not bytes.
//
// Unless an entry says otherwise: arrays are dense and row by row, shapes are written rows x columns, the
// last index fastest; what is written does not overlap what is read; pointers need the alignment of an
// element; any count may be 0. "Adds to" leaves what is there. `scratch` is memory of as many bytes as the
// function with the same name and `_scratch` says for the shape, aligned to 64; it holds nothing before or
// after. A kernel allocates nothing and keeps nothing.

typedef enum ParzenInstructionSet {
  PARZEN_PORTABLE = 0,
  PARZEN_NEON = 1,
  PARZEN_AVX2 = 2,
  PARZEN_AVX512 = 3,
} ParzenInstructionSet;

typedef enum ParzenPrecision { PARZEN_FLOAT32 = 0, PARZEN_FLOAT64 = 1 } ParzenPrecision;

/// Shape of one attention call: row i of the queries begins at query + i * query_stride, and so on. A
/// gradient has the stride of what it is the gradient of.
typedef struct ParzenAttentionShape {
  ptrdiff_t queries, keys, key_width, value_width;
  ptrdiff_t query_stride, key_stride, value_stride, output_stride;
  double scale;  // multiplies query . key
} ParzenAttentionShape;

/// Shape of one call of the Gaussian kernel sums: queries (queries x dimension) and samples (samples x
/// dimension) are contiguous rows.
typedef struct ParzenKernelSumsShape {
  ptrdiff_t queries, samples, dimension;
} ParzenKernelSumsShape;

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

/// Moments of the samples under the responsibilities, and what the statistics need besides; only low-rank
/// cells have directions.
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

/// A mixture of Gaussians. Per component k: its mean (d values); the factor W of its precision W^T W, either
/// the rows of the lower triangle one after the other, d (d + 1) / 2 values, or its diagonal alone, d values;
/// and the constant log weight + log det W - (d / 2) log(2 pi).
typedef struct ParzenMixture {
  ptrdiff_t components, dimension;
  int32_t diagonal;
  const void *means, *factors, *constants;
} ParzenMixture;

/// A mixture of normal laws on the line. Per component: its weight, its mean, the reciprocal of its standard
/// deviation, and this times the unit of the density.
typedef struct ParzenNormalMixture {
  ptrdiff_t components;
  const void *weights, *means, *rates, *slopes;
} ParzenNormalMixture;

/// One call of the pairwise collisions: the rates of particles first ..< first + count, each with all
/// `particles`, in 2 or 3 dimensions.
typedef struct ParzenCollisions {
  ptrdiff_t particles, dimension, first, count;
  double exponent;  // gamma, the power of the distance
} ParzenCollisions;

/// Powers of the distance that have a loop of their own.
enum { PARZEN_ANY_POWER = 0, PARZEN_MAXWELL = 1, PARZEN_COULOMB = 2 };

typedef struct __attribute__((swift_attr("@Sendable"))) ParzenKernelTable {
  const char *name;

  // --- numbers (exponential.inc, logarithm.inc, layout.inc)
  /// y[i] = exp(x[i]). x and y may be the same.
  void (*exponential)(ptrdiff_t count, const void *x, void *y);
  /// y[i] = log(x[i]), for positive normal numbers. x and y may be the same.
  void (*logarithm)(ptrdiff_t count, const void *x, void *y);
  /// Adds scale * source[i][j] to target[i][j], for blocks of rows x columns whose rows are a stride apart; a
  /// stride of 0 is one row for all.
  void (*add_block)(ptrdiff_t rows, ptrdiff_t columns, double scale, const void *source,
                    ptrdiff_t source_stride, void *target, ptrdiff_t target_stride);
  /// Adds source[i][j], rows x columns, to target[j][i].
  void (*add_transpose)(ptrdiff_t rows, ptrdiff_t columns, const void *source, void *target);
  /// Adds x[i] to total[i], which is Float64 in both precisions.
  void (*add_to_totals)(ptrdiff_t count, const void *x, double *total);

  // --- Gaussian kernel sums (kernel_sums.inc)
  ptrdiff_t (*kernel_sums_scratch)(const ParzenKernelSumsShape *shape);
  /// For each query y_i, with e_ij = bias[j] - |y_i - x_j|^2 over all samples j but j = excluded[i]:
  ///   sum_j 2^e_ij = sum[i] 2^shift[i]   and   sum_j 2^e_ij x_j = weighted[i] 2^shift[i].
  /// sum[i] is at least 1, however far the samples are; it is 0 where there is no sample, or every |y_i -
  /// x_j|^2 overflows. A bias may be -infinity. `excluded` and `weighted` (queries x dimension) may be NULL.
  void (*kernel_sums)(const ParzenKernelSumsShape *shape, const void *query, const void *sample,
                      const void *bias, const ptrdiff_t *excluded, void *scratch, void *shift, void *sum,
                      void *weighted);

  // --- attention (attention.inc, attention_gradient.inc)
  /// 0 where the stack suffices; `scratch` is then not used.
  ptrdiff_t (*attention_scratch)(const ParzenAttentionShape *shape);
  /// With s_ij = scale q_i . k_j + bias_j: log_normaliser_i = log sum_j exp(s_ij), output_i = sum_j exp(s_ij
  /// - log_normaliser_i) v_j. `bias` may be NULL (zeros), and so may `log_normaliser`. Without keys, or with
  /// every bias -infinity, log_normaliser_i = -infinity and output_i = 0.
  void (*attention)(const ParzenAttentionShape *shape, const void *query, const void *key, const void *value,
                    const void *bias, void *output, void *log_normaliser, void *scratch);
  /// 0 where the stack suffices; `scratch` is then not used.
  ptrdiff_t (*attention_gradient_scratch)(const ParzenAttentionShape *shape);
  /// Adds to the gradients of query, key, value and bias, given those of output and log_normaliser and what
  /// `attention` returned. `bias` and `log_normaliser_gradient` may be NULL (zeros), and so may the gradients
  /// that are not wanted.
  void (*attention_gradient)(const ParzenAttentionShape *shape, const void *query, const void *key,
                             const void *value, const void *bias, const void *output,
                             const void *log_normaliser, const void *output_gradient,
                             const void *log_normaliser_gradient, void *query_gradient, void *key_gradient,
                             void *value_gradient, void *bias_gradient, void *scratch);

  // --- tokens: rows of channels, or of dimension x channels vector components (channels.inc, tangents.inc)
  /// y = x / sqrt(sum(x^2) / channels + 1e-6) * gain[channel] over the numbers of a row; `gain` (channels)
  /// may be NULL. inverse_norm keeps one number a row.
  void (*normalise_forward)(ptrdiff_t rows, ptrdiff_t dimension, ptrdiff_t channels, const void *x,
                            const void *gain, void *y, void *inverse_norm);
  /// Adds to dx and, where there is a gain, to dgain, given dy.
  void (*normalise_backward)(ptrdiff_t rows, ptrdiff_t dimension, ptrdiff_t channels, const void *x,
                             const void *gain, const void *inverse_norm, const void *dy, void *dx,
                             void *dgain);
  /// Adds bias (channels) to x, rows x channels, which is kept for the way back; y = x / (1 + exp(-x)).
  void (*silu_forward)(ptrdiff_t rows, ptrdiff_t channels, const void *bias, void *x, void *y);
  /// Sets dx, adds to dbias, for the x that the way forward left.
  void (*silu_backward)(ptrdiff_t rows, ptrdiff_t channels, const void *x, const void *dy, void *dx,
                        void *dbias);
  /// The same for rows of values and below them, for each of `directions` directions, the rows of their
  /// derivatives in it, (1 + directions) * rows x channels: bias and silu act on the values, `slope` (rows x
  /// channels) on the derivatives.
  void (*silu_tangents_forward)(ptrdiff_t rows, ptrdiff_t directions, ptrdiff_t channels, const void *bias,
                                void *x, void *y, void *slope);
  /// Sets dx, adds to dbias.
  void (*silu_tangents_backward)(ptrdiff_t rows, ptrdiff_t directions, ptrdiff_t channels, const void *x,
                                 const void *slope, const void *dy, void *dx, void *dbias);
  /// s[r][c] = scale * sum over i of a[r][i][c] b[r][i][c], where a and b stand side by side: ab is rows x
  /// dimension x 2 channels, s rows x channels.
  void (*vector_products_forward)(ptrdiff_t rows, ptrdiff_t dimension, ptrdiff_t channels, double scale,
                                  const void *ab, void *s);
  /// Adds to dab.
  void (*vector_products_backward)(ptrdiff_t rows, ptrdiff_t dimension, ptrdiff_t channels, double scale,
                                   const void *ab, const void *ds, void *dab);
  /// y[r][i][c] = gate[r][c] v[r][i][c]; v has rows of `stride` channels, of which the first are taken.
  void (*gate_forward)(ptrdiff_t rows, ptrdiff_t dimension, ptrdiff_t channels, ptrdiff_t stride,
                       const void *gate, const void *v, void *y);
  /// Adds to dgate and dv.
  void (*gate_backward)(ptrdiff_t rows, ptrdiff_t dimension, ptrdiff_t channels, ptrdiff_t stride,
                        const void *gate, const void *v, const void *dy, void *dgate, void *dv);

  // --- tokens of a plain transformer (transformer.inc)
  /// y = (x - mean) / sqrt(variance + 1e-6) * gain + bias over the channels of a row; mean and inverse_norm
  /// keep one number a row.
  void (*layer_norm_forward)(ptrdiff_t rows, ptrdiff_t channels, const void *x, const void *gain,
                             const void *bias, void *y, void *mean, void *inverse_norm);
  /// Adds to dx, dgain and dbias.
  void (*layer_norm_backward)(ptrdiff_t rows, ptrdiff_t channels, const void *x, const void *gain,
                              const void *mean, const void *inverse_norm, const void *dy, void *dx,
                              void *dgain, void *dbias);
  /// Adds bias to x, which is kept for the way back; y = x sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3)).
  void (*gelu_forward)(ptrdiff_t rows, ptrdiff_t channels, const void *bias, void *x, void *y);
  /// Adds to dx, and the column sums of the whole dx to dbias.
  void (*gelu_backward)(ptrdiff_t rows, ptrdiff_t channels, const void *x, const void *dy, void *dx,
                        void *dbias);

  // --- responsibilities and features of points, the point fastest (responsibilities.inc,
  // feature_moments.inc, low_rank_moments.inc)
  /// Softmax over the components of each head, in place: heads x components x columns. log_normaliser: heads
  /// x columns.
  void (*responsibilities_forward)(ptrdiff_t heads, ptrdiff_t components, ptrdiff_t columns, void *logits,
                                   void *log_normaliser);
  /// The gradient of the responsibilities becomes that of the logits, in place, given also the gradient of
  /// the log normaliser (heads x columns, may be NULL).
  void (*responsibilities_backward)(ptrdiff_t heads, ptrdiff_t components, ptrdiff_t columns,
                                    const void *responsibilities, const void *dlog_normaliser,
                                    void *gradient);
  /// (1, y_i, y_i y_j for i <= j): (1 + d + d (d + 1) / 2) x points. Coordinate i begins at y + i * stride.
  void (*quadratic_features)(ptrdiff_t points, ptrdiff_t dimension, const void *y, ptrdiff_t stride,
                             void *features);
  ptrdiff_t (*feature_moments_scratch)(ptrdiff_t components, ptrdiff_t count);
  /// Responsibilities of points whose logits are linear in features (count x columns), with coefficients
  /// `parameters` (count x heads * components): adds the sums over points of weight times responsibility
  /// times each feature, and times log normaliser, to totals, (count + 1) x heads * components, which are
  /// Float64 in both precisions. `weights` (columns) may be NULL: ones.
  void (*feature_moments)(ptrdiff_t heads, ptrdiff_t components, ptrdiff_t count, ptrdiff_t columns,
                          const void *features, const void *weights, const void *parameters, void *scratch,
                          double *totals);
  /// score[i][p] = sum over the features of their derivative in y_i times weights[feature][p]; the score has
  /// y's stride.
  void (*quadratic_gradient)(ptrdiff_t points, ptrdiff_t dimension, const void *y, const void *weights,
                             ptrdiff_t stride, void *score);
  /// Its transpose in the weights: sets dweights (features x points), zero for the constant feature.
  void (*quadratic_gradient_backward)(ptrdiff_t points, ptrdiff_t dimension, const void *y,
                                      const void *dscore, ptrdiff_t stride, void *dweights);
  /// (1, y_i, |y|^2): (d + 2) x points. Coordinate i begins at y + i * stride.
  void (*norm_features)(ptrdiff_t points, ptrdiff_t dimension, const void *y, ptrdiff_t stride,
                        void *features);
  /// distance[p] = min(distance[p], |x_p - centre|^2); returns the place of the largest (the first of
  /// equals).
  ptrdiff_t (*farthest_point)(ptrdiff_t points, ptrdiff_t dimension, const void *x, ptrdiff_t stride,
                              const void *centre, void *distance);

  // --- cells with full covariances, one lane a cell (gaussian_cells.inc, moment_statistics.inc). cells =
  // heads * components, the component fastest; symmetric matrices packed (0,0) (0,1) .. (0,d-1) (1,1) ..,
  // whose gradients count both places of an entry off the diagonal.
  /// One Gaussian a cell from the token's numbers and the last moments: log weight (cells), mean (d x cells)
  /// and covariance e I + g T + U U^T (packed x cells), with e = base exp(clip), g = exp(clip) and columns of
  /// U scaled by exp(clip). Inputs: scalars [logit, log e, log g, gate][cell]; rank_scale
  /// [head][rank][component]; centre [i][cell]; rank_vectors [i][head][rank][component]; log_count_gain
  /// [head]; mean and shift [i][cell]; covariance T, packed; log_count [cell].
  void (*head_mixture_forward)(ParzenCells shape, const ParzenHeadMixture *in, void *log_weight, void *mean,
                               void *covariance);
  /// Adds to the gradients in `out`, which have the layouts of the inputs.
  void (*head_mixture_backward)(ParzenCells shape, const ParzenHeadMixture *in, const void *dlog_weight,
                                const void *dmean, const void *dcovariance,
                                const ParzenHeadMixtureGradient *out);
  ptrdiff_t (*natural_parameters_scratch)(ptrdiff_t dimension);
  /// log weight, mean and covariance of `cells` cells -> the coefficients of (1, y, y_i y_j) in log(w N(y;
  /// mu, S)) + (d / 2) log(2 pi): features x cells. Not a number where a covariance is not positive definite.
  void (*natural_parameters_forward)(ptrdiff_t dimension, ptrdiff_t cells, const void *log_weight,
                                     const void *mean, const void *covariance, void *features, void *scratch);
  /// Adds to dlog_weight, dmean and dcovariance; the scratch is that of the way forward.
  void (*natural_parameters_backward)(ptrdiff_t dimension, ptrdiff_t cells, const void *mean,
                                      const void *features, const void *dfeatures, void *dlog_weight,
                                      void *dmean, void *dcovariance, void *scratch);
  /// y[c][k] = sum over heads of share[h][k] x[c][h][k].
  void (*blend_forward)(ptrdiff_t heads, ptrdiff_t components, ptrdiff_t channels, const void *share,
                        const void *x, void *y);
  /// Adds to dshare and dx.
  void (*blend_backward)(ptrdiff_t heads, ptrdiff_t components, ptrdiff_t channels, const void *share,
                         const void *x, const void *dy, void *dshare, void *dx);
  ptrdiff_t (*moment_statistics_scratch)(ParzenCells shape);
  /// Moments [1, x, x x^T packed, log likelihood][cell], mean and natural parameters of the mixture that made
  /// them -> shift (d x cells), covariance T (packed x cells), log_count (cells), scalars
  /// [head][5][component] and the second moment times the probes, both [i][head][rank][component]; formulas
  /// beside the body.
  void (*moment_statistics_forward)(ParzenCells shape, const ParzenMoments *in, const ParzenStatistics *out,
                                    void *scratch);
  /// Adds to the gradients of moments, mean, features and probes, given those of the statistics.
  void (*moment_statistics_backward)(ParzenCells shape, const ParzenMoments *in, const ParzenStatistics *dout,
                                     const ParzenMomentsGradient *din, void *scratch);

  // --- cells with covariances s I + U U^T (low_rank_cells.inc, low_rank_moments.inc,
  // low_rank_statistics.inc). Vectors of cells are [i][head][rank][component], projections of points on them
  // [head][rank][component][point].
  /// As head_mixture_forward, with T = t I (covariance holds t, one a cell): variance s = e + g t (cells) and
  /// factors U.
  void (*low_rank_mixture_forward)(ParzenCells shape, const ParzenHeadMixture *in, void *log_weight,
                                   void *mean, void *variance, void *factors);
  /// Adds to the gradients in `out`.
  void (*low_rank_mixture_backward)(ParzenCells shape, const ParzenHeadMixture *in, const void *dlog_weight,
                                    const void *dmean, const void *dvariance, const void *dfactors,
                                    const ParzenHeadMixtureGradient *out);
  /// Coefficients of (1, y, |y|^2), (d + 2) x cells, and directions v with S^-1 = I / s - V V^T.
  void (*low_rank_parameters_forward)(ParzenCells shape, const void *log_weight, const void *mean,
                                      const void *variance, const void *factors, void *features,
                                      void *directions);
  ptrdiff_t (*low_rank_parameters_scratch)(ParzenCells shape);
  /// Adds to the gradients in `out`; uses up ddirections.
  void (*low_rank_parameters_backward)(ParzenCells shape, const ParzenLowRankCells *in, const void *dfeatures,
                                       void *ddirections, const ParzenLowRankCellsGradient *out,
                                       void *scratch);
  /// covariance (packed x components) = sum over heads of share[h][k] (s I + U U^T).
  void (*low_rank_blend_forward)(ParzenCells shape, const void *share, const void *variance,
                                 const void *factors, void *covariance);
  /// Adds to dshare, dvariance and dfactors.
  void (*low_rank_blend_backward)(ParzenCells shape, const void *share, const void *variance,
                                  const void *factors, const void *dcovariance, void *dshare, void *dvariance,
                                  void *dfactors);
  /// Adds the sum over directions of their squared projections / 2 to the logits, cells x points.
  void (*low_rank_logits)(ParzenCells shape, ptrdiff_t points, const void *projections, void *logits);
  /// The projections on the directions become their gradient, given those of the logits (cells x points) and
  /// squares.
  void (*low_rank_logits_backward)(ParzenCells shape, ptrdiff_t points, const void *responsibilities,
                                   const void *dlogits, const void *dsquares, void *projections);
  /// squares[head][rank][component] = sum over points of R z^2 for projections z on the directions; the
  /// projections on the probes are multiplied by R (cells x points), in place.
  void (*low_rank_products)(ParzenCells shape, ptrdiff_t points, const void *responsibilities,
                            const void *projections, void *probed, void *squares);
  /// Adds to the gradient of the responsibilities (cells x points); the projections of the points on the
  /// gradients of the probed moments, `weight`, become the gradients of the probes' projections.
  void (*low_rank_products_backward)(ParzenCells shape, ptrdiff_t points, const void *responsibilities,
                                     const void *projections, const void *probed, const void *dsquares,
                                     void *weight, void *gradient);
  /// As moment_statistics_forward, from the moments [1, x, |x|^2, log likelihood][cell], squares
  /// [head][rank][component] and products [i][head][rank][component]; covariance receives tr(T) / d, one a
  /// cell.
  void (*low_rank_statistics_forward)(ParzenCells shape, const ParzenMoments *in,
                                      const ParzenStatistics *out);
  ptrdiff_t (*low_rank_statistics_scratch)(ParzenCells shape);
  /// Adds to the gradients of moments, mean, features, directions and probes.
  void (*low_rank_statistics_backward)(ParzenCells shape, const ParzenMoments *in,
                                       const ParzenStatistics *dout, const ParzenMomentsGradient *din,
                                       void *scratch);

  // --- mixtures (mixture.inc)
  ptrdiff_t (*mixture_scratch)(const ParzenMixture *mixture);
  /// Log density and score (queries x d, may be NULL) of a mixture at queries, queries x d.
  void (*mixture)(const ParzenMixture *mixture, ptrdiff_t queries, const void *points, void *log_density,
                  void *score, void *scratch);

  /// The probabilities below and above every point, 2 x count; with the density and its derivative 4 x count
  /// (normal_mixture.inc).
  void (*normal_mixture)(const ParzenNormalMixture *mixture, int density, ptrdiff_t count,
                         const void *points, void *result);

  // --- particles (collisions.inc)
  /// rate_i = sum over all particles j of |z|^gamma (|z|^2 D - z (z . D)), z = v_i - v_j, D = s_i - s_j;
  /// velocities v and scores s are particles x d, the rates count x d.
  void (*collisions)(const ParzenCollisions *shape, const void *velocity, const void *score, void *rate);

  // --- training (optimizer.inc)
  /// One step of AdamW on count parameters x with the moment estimates m and v, all changed in place.
  void (*adamw)(ptrdiff_t count, ParzenAdamW step, const void *gradient, void *m, void *v, void *x);
} ParzenKernelTable;

/// The kernels of one instruction set, or NULL where this processor (or this build) lacks it.
const ParzenKernelTable *parzen_kernels(ParzenInstructionSet set, ParzenPrecision precision);

/// The number of processors that this process may use: on Linux those that its affinity mask allows.
int parzen_processor_count(void);
