/// Parzen: density and score from samples. The C interface, version 1.
///
///     parzen_density *density = NULL;
///     parzen_error error;
///     double points[500][2] = ...;
///     parzen_matrix samples = parzen_float64_rows(points, 500, 2);
///     if (parzen_fit(&samples, NULL, "{\"method\": \"mixture\"}", NULL, &density, &error) != PARZEN_OK) {
///       fprintf(stderr, "%s\n", error.message);
///     }
///
/// Conventions:
///
/// * Rows are points, columns are dimensions. Matrices are described, not copied: a pointer, a shape and two
///   strides.
/// * Every function that can fail returns a status and, unless its `error` is NULL, leaves a sentence there
///   that says what to do. Where it fails, what it should have written is unspecified, and handles are left
///   alone.
/// * There is no global state. A density never changes: any number of threads may use one at the same time.
///   It must be freed once, by parzen_free_density, when no call uses it any more; likewise text by
///   parzen_free_text.
/// * Options and small results are JSON objects (UTF-8), so that both can grow without a change of this
///   interface. An option that does not exist, or has a value that makes no sense, is an error and names what
///   there is.
/// * The same input gives the same bits as the command-line tool, for any number of threads.
#ifndef PARZEN_H
#define PARZEN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__clang__)
#pragma clang assume_nonnull begin
#define PARZEN_NULLABLE _Nullable
#else
#define PARZEN_NULLABLE
#endif

/// The version of this interface. It grows by functions; what is here keeps its meaning until the number
/// changes.
#define PARZEN_INTERFACE_VERSION 1

/// PARZEN_INTERFACE_VERSION of the library that runs.
int32_t parzen_interface_version(void);

/// What a call came to.
typedef int32_t parzen_status;
enum {
  PARZEN_OK = 0,
  /// The number of columns is another than that of the samples.
  PARZEN_DIMENSION_MISMATCH = 1,
  /// The samples do not determine a density.
  PARZEN_UNUSABLE_SAMPLES = 2,
  /// An option or an argument makes no sense.
  PARZEN_INVALID_OPTION = 3,
  /// A file cannot be read or written.
  PARZEN_FILE = 4,
  /// The call was cancelled.
  PARZEN_CANCELLED = 5,
};

/// Why a call failed.
typedef struct {
  parzen_status status;
  /// A sentence, UTF-8, ended by a zero; cut where it is longer.
  char message[2044];
} parzen_error;

/// The types of matrix elements.
typedef int32_t parzen_element_type;
enum {
  PARZEN_FLOAT64 = 0,
  PARZEN_FLOAT32 = 1,
};

/// A matrix in the caller's memory: element (i, j) is at `data + i * row_stride + j * column_stride`.
///
/// Strides count bytes, as NumPy's do, and may be negative or zero. Computations are in Float64 throughout.
typedef struct {
  void *PARZEN_NULLABLE data;
  int64_t rows, columns;
  int64_t row_stride, column_stride;
  parzen_element_type type;
} parzen_matrix;

/// Rows of Float64 that lie one after the other.
static inline parzen_matrix parzen_float64_rows(const double *data, int64_t rows, int64_t columns) {
  parzen_matrix matrix = {(void *)data, rows, columns, columns * 8, 8, PARZEN_FLOAT64};
  return matrix;
}

/// Rows of Float32 that lie one after the other.
static inline parzen_matrix parzen_float32_rows(const float *data, int64_t rows, int64_t columns) {
  parzen_matrix matrix = {(void *)data, rows, columns, columns * 4, 4, PARZEN_FLOAT32};
  return matrix;
}

/// How a long call is watched and stopped. Any call takes NULL instead.
typedef struct {
  /// Set to another value than 0, by any thread, to cancel: the call then returns PARZEN_CANCELLED within a
  /// tenth of a second. What a fit has begun may go on in the background for a while, on copies of its input.
  const volatile int32_t *PARZEN_NULLABLE cancelled;
  /// Called now and then, on the thread of the call, with the part of its present phase that is done, from 0
  /// to 1; negative where unknown. A call may have several phases, such as the fits of a bootstrap, each from
  /// 0 to 1.
  void (*PARZEN_NULLABLE progress)(double part, void *PARZEN_NULLABLE context);
  void *PARZEN_NULLABLE context;
} parzen_control;

/// A density: an estimate from samples, or a mixture of Gaussians.
typedef struct parzen_density parzen_density;

// --- making densities

/// Estimates a density from samples, n x d.
///
/// Options, all optional:
///
/// * "method": the name of an estimator, as parzen_estimators lists them; by default "mixture", the
///   pretrained mixture transformer.
/// * "bandwidth" (kernel densities): "scott", "silverman", "cross-validation", or a number in the units of
///   the data.
/// * "covariance" (kde, sd-kde, em): "diagonal" or "full", the shape of kernels or components; of em the
///   better one by default.
/// * "tolerance" (kde, sd-kde): the accepted error of the log density.
/// * "components" (em): the number of components, or a pair, the least and the most.
/// * "policy" (mixture): "automatic", "untransformed", "equivariant" or "network", what an estimate may rest
///   on.
/// * "score" (sd-kde): "empirical", that of the kernel density itself, or the name of a pretrained estimator.
/// * "single_pass" (cross-attention): one pass of the network, not the mean over quarter turns.
/// * "adaptation_steps" (cross-attention): steps of adaptation to the samples.
/// * "regularise" (mixture, cross-attention): whether constant and dependent columns are accepted.
/// * "threads": the most threads that fit and evaluations use; all by default.
/// * "seed": of everything random.
///
/// - weights: of the samples, n x 1; NULL for equal ones.
parzen_status parzen_fit(const parzen_matrix *samples, const parzen_matrix *PARZEN_NULLABLE weights,
                         const char *PARZEN_NULLABLE options, const parzen_control *PARZEN_NULLABLE control,
                         parzen_density *PARZEN_NULLABLE *PARZEN_NULLABLE density,
                         parzen_error *PARZEN_NULLABLE error);

/// Processes that hold a part of the samples each.
typedef struct {
  /// The number of this one, from 0, and how many there are.
  int32_t rank, count;
  /// Gives every process the `size` bytes that each of them has: returns when all have called it, with the
  /// numbers of bytes in `sizes` (count of them), and 0, or another value if a process cannot be reached. MPI
  /// has it as MPI_Allgatherv.
  int32_t (*gather)(const void *bytes, int64_t size, int64_t *sizes, void *PARZEN_NULLABLE context);
  /// Copies what a process gave in the last call of `gather`, `size` bytes; returns 0.
  int32_t (*receive)(int32_t rank, void *bytes, int64_t size, void *PARZEN_NULLABLE context);
  void *PARZEN_NULLABLE context;
} parzen_ranks;

/// Estimates the density of the samples of several processes together: each calls this at the same time, with
/// its own samples and the same options, and has the same density in the end. What one of them finds wrong is
/// the error of all.
///
/// Options: those of parzen_fit with the method "mixture". The functions of `ranks` are called from
/// the calling thread.
parzen_status parzen_fit_ranks(const parzen_matrix *samples, const parzen_matrix *PARZEN_NULLABLE weights,
                               const char *PARZEN_NULLABLE options, const parzen_ranks *ranks,
                               parzen_density *PARZEN_NULLABLE *PARZEN_NULLABLE density,
                               parzen_error *PARZEN_NULLABLE error);

/// A density as text: what `parzen fit --save` writes, JSON. Mixtures are their parameters; kernel densities
/// and the cross-attention transformer are their samples and options.
/// - text: to be freed by parzen_free_text.
parzen_status parzen_encode(const parzen_density *density, char *PARZEN_NULLABLE *PARZEN_NULLABLE text,
                            parzen_error *PARZEN_NULLABLE error);

/// The density of such a text, with the same bits; one that is its samples is fitted again.
parzen_status parzen_decode(const char *text, parzen_density *PARZEN_NULLABLE *PARZEN_NULLABLE density,
                            parzen_error *PARZEN_NULLABLE error);

/// Makes a mixture of K Gaussians: weights (K x 1), means (K x d), covariances (K d x d, one below the
/// other).
parzen_status parzen_mixture(const parzen_matrix *weights, const parzen_matrix *means,
                             const parzen_matrix *covariances,
                             parzen_density *PARZEN_NULLABLE *PARZEN_NULLABLE density,
                             parzen_error *PARZEN_NULLABLE error);

/// The density of some of the columns, from 0, the others integrated out; in the order given.
parzen_status parzen_marginal(const parzen_density *density, const int64_t *columns, int64_t count,
                              parzen_density *PARZEN_NULLABLE *PARZEN_NULLABLE marginal,
                              parzen_error *PARZEN_NULLABLE error);

/// The density of the other columns, in ascending order, given the values of some.
parzen_status parzen_conditional(const parzen_density *density, const int64_t *columns, const double *values,
                                 int64_t count, parzen_density *PARZEN_NULLABLE *PARZEN_NULLABLE conditional,
                                 parzen_error *PARZEN_NULLABLE error);

/// Frees a density; NULL is nothing to free.
void parzen_free_density(parzen_density *PARZEN_NULLABLE density);

// --- using densities

/// The number of dimensions.
int64_t parzen_dimension(const parzen_density *density);

/// The number of Gaussians that a density is a mixture of; 0 where it is none.
int64_t parzen_components(const parzen_density *density);

/// What was fitted, a JSON object; free it by parzen_free_text.
parzen_status parzen_describe(const parzen_density *density, char *PARZEN_NULLABLE *PARZEN_NULLABLE json,
                              parzen_error *PARZEN_NULLABLE error);

/// Log densities (m x 1) and scores (m x d) at queries (m x d); either may be NULL.
///
/// The queries are read block by block: memory beyond theirs and the results' is a few megabytes.
parzen_status parzen_evaluate(const parzen_density *density, const parzen_matrix *queries,
                              const parzen_matrix *PARZEN_NULLABLE log_density,
                              const parzen_matrix *PARZEN_NULLABLE score,
                              const parzen_control *PARZEN_NULLABLE control,
                              parzen_error *PARZEN_NULLABLE error);

/// Independent draws, as many as `draws` has rows.
parzen_status parzen_sample(const parzen_density *density, uint64_t seed, const parzen_matrix *draws,
                            parzen_error *PARZEN_NULLABLE error);

/// The parameters of a mixture of K Gaussians, in the coordinates that its columns are mapped to: weights (K
/// x 1), means (K x d), covariances (K d x d); each may be NULL.
parzen_status parzen_mixture_parameters(const parzen_density *density,
                                        const parzen_matrix *PARZEN_NULLABLE weights,
                                        const parzen_matrix *PARZEN_NULLABLE means,
                                        const parzen_matrix *PARZEN_NULLABLE covariances,
                                        parzen_error *PARZEN_NULLABLE error);

/// The probability of each of the K components at queries (m x d): m x K.
parzen_status parzen_responsibilities(const parzen_density *density, const parzen_matrix *queries,
                                      const parzen_matrix *responsibilities,
                                      parzen_error *PARZEN_NULLABLE error);

/// The probability (m x 1) that the column of a density in one dimension is at most each of some values (m x
/// 1).
parzen_status parzen_cumulative(const parzen_density *density, const parzen_matrix *values,
                                const parzen_matrix *probabilities, parzen_error *PARZEN_NULLABLE error);

/// The values (m x 1) that the column of a density in one dimension is below with some probabilities (m x 1)
/// from 0 to 1; for these two the ends of what is possible, perhaps infinite.
parzen_status parzen_quantiles(const parzen_density *density, const parzen_matrix *probabilities,
                               const parzen_matrix *values, parzen_error *PARZEN_NULLABLE error);

// --- analyses

/// The modes of a mixture, and the mode (from 0) of each of the samples (n x d): that whose components most
/// probably made it.
///
/// Options: "smallest_share" of the samples that makes a mode, 0.01 by default; "significance", 0.01: a mode
/// whose p-value is not below it joins its neighbour; "threads".
/// - labels: n values; may be NULL.
/// - json: {"modes": [{"place", "logDensity", "curvatures", "count", "persistence", "pValue"}, ...]}, the one
///   with the most samples first. "persistence" is how far the log density is above the highest saddle to a
///   higher mode, "pValue" the probability that samples without a gap look as divided; the highest mode has
///   neither.
parzen_status parzen_modes(const parzen_density *density, const parzen_matrix *samples,
                           const char *PARZEN_NULLABLE options, const parzen_control *PARZEN_NULLABLE control,
                           int64_t *PARZEN_NULLABLE labels, char *PARZEN_NULLABLE *PARZEN_NULLABLE json,
                           parzen_error *PARZEN_NULLABLE error);

/// Entropy and Fisher information of samples, their divergence from others, or the mutual information of two
/// groups of their columns, with standard errors.
///
/// Options: those of parzen_fit, "replicates" (50), "folds" (5); for mutual information "between" and "and",
/// lists of columns from 0, and "given", those that it is conditional on.
/// - others: the samples to compare with; NULL for entropy and Fisher information.
/// - json: the figures under the names that the tool has, each an object with "value" and "standardError":
///   "entropy" and "fisherTrace" of samples, "divergence" and "relativeFisher" of two sets of them;
///   "entropyIntervalWithheld", "fisherIntervalWithheld" and "relativeFisherIntervalWithheld" say why a
///   standard error means nothing, where that is so.
///   Numbers that are not finite are the texts "Infinity", "-Infinity" and "NaN", here and in all texts.
parzen_status parzen_information(const parzen_matrix *samples, const parzen_matrix *PARZEN_NULLABLE others,
                                 const char *PARZEN_NULLABLE options,
                                 const parzen_control *PARZEN_NULLABLE control,
                                 char *PARZEN_NULLABLE *PARZEN_NULLABLE json,
                                 parzen_error *PARZEN_NULLABLE error);

/// How unusual samples (n x d) are: their log densities (n x 1) under estimates that they had no part in, and
/// the probability (n x 1) that a fresh draw's is as low.
///
/// Options: those of parzen_fit, "folds" (10).
/// - training: judge by these samples; NULL for the others of the samples themselves.
parzen_status parzen_outliers(const parzen_matrix *samples, const parzen_matrix *PARZEN_NULLABLE training,
                              const char *PARZEN_NULLABLE options,
                              const parzen_control *PARZEN_NULLABLE control, const parzen_matrix *log_density,
                              const parzen_matrix *tail_probability, parzen_error *PARZEN_NULLABLE error);

/// Draws by Langevin chains, one from every start (chains x d), into `draws` (chains * count x d, chain by
/// chain).
///
/// Options: "kind" ("metropolis-langevin", the default, or "langevin"), "step_size", "warm_up" (500),
/// "thinning" (10).
/// - covariance: that of the steps, d x d; NULL for the identity.
/// - json: {"stepSize", "acceptanceRates", "splitRHat", "effectiveSampleSize"}.
parzen_status parzen_langevin(const parzen_density *density, const parzen_matrix *starts,
                              const parzen_matrix *PARZEN_NULLABLE covariance,
                              const char *PARZEN_NULLABLE options, uint64_t seed,
                              const parzen_control *PARZEN_NULLABLE control, const parzen_matrix *draws,
                              char *PARZEN_NULLABLE *PARZEN_NULLABLE json,
                              parzen_error *PARZEN_NULLABLE error);

/// The estimators by name, a JSON list of {"name", "kind", "summary"}, the default first.
parzen_status parzen_estimators(char *PARZEN_NULLABLE *PARZEN_NULLABLE json,
                                parzen_error *PARZEN_NULLABLE error);

/// Frees text that this interface returned; NULL is nothing to free.
void parzen_free_text(char *PARZEN_NULLABLE text);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#ifdef __cplusplus
}
#endif

#endif
