#include "include/KernelChecks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// --- operands

enum { GUARD = 64, MOST_BUFFERS = 40 };

typedef struct Buffer {
  unsigned char *bytes;
  size_t size;
  ptrdiff_t count;   // elements that are compared; 0 for operands that are only read
  int is_double;
} Buffer;

/// One call of one entry.
typedef struct Run {
  const ParzenKernelTable *k;
  int is_double;
  uint64_t random;
  Buffer buffers[MOST_BUFFERS];
  int used;
} Run;

typedef struct Shape {
  ptrdiff_t d, heads, components, rank, rows, channels, points;
} Shape;

static const Shape shapes[KERNEL_CHECK_SHAPES] = {
    {1, 1, 3, 1, 2, 5, 7}, {3, 2, 5, 2, 5, 19, 33}, {6, 2, 17, 2, 3, 64, 40}};

/// Uniform in [-1, 1].
static double draw(Run *r) {
  r->random = r->random * 6364136223846793005u + 1442695040888963407u;
  return (double)(int64_t)r->random / 9223372036854775808.0;
}

static void *allocate(Run *r, size_t size, ptrdiff_t compared, int is_double) {
  Buffer *b = &r->buffers[r->used++];
  size_t whole = (size + 63) / 64 * 64 + 2 * GUARD;
  b->bytes = aligned_alloc(64, whole);
  b->size = size;
  b->count = compared;
  b->is_double = is_double;
  memset(b->bytes, 0xFF, whole);  // not a number in either precision
  return b->bytes + GUARD;
}

static void set(Run *r, void *p, ptrdiff_t i, double value) {
  if (r->is_double)
    ((double *)p)[i] = value;
  else
    ((float *)p)[i] = (float)value;
}

static double get(Run *r, const void *p, ptrdiff_t i) {
  return r->is_double ? ((const double *)p)[i] : ((const float *)p)[i];
}

static size_t bytes(Run *r, ptrdiff_t count) { return (size_t)count * (r->is_double ? 8 : 4); }

static void *filled(Run *r, ptrdiff_t count, ptrdiff_t compared, double centre, double scale) {
  void *p = allocate(r, bytes(r, count), compared, r->is_double);
  for (ptrdiff_t i = 0; i < count; i++) set(r, p, i, centre + scale * draw(r));
  return p;
}

static void *in(Run *r, ptrdiff_t n) { return filled(r, n, 0, 0, 1); }
static void *small(Run *r, ptrdiff_t n) { return filled(r, n, 0, 0, 0.2); }
static void *positive(Run *r, ptrdiff_t n) { return filled(r, n, 0, 1, 0.8); }
/// Written, or added to, and compared.
static void *out(Run *r, ptrdiff_t n) { return filled(r, n, n, 0, 1); }
static void *scratch(Run *r, ptrdiff_t size) { return allocate(r, (size_t)size, 0, 0); }

static ptrdiff_t packed(ptrdiff_t d, ptrdiff_t i, ptrdiff_t j) { return i * d - i * (i - 1) / 2 + j - i; }

static ParzenCells cells_of(const Shape *s) { return (ParzenCells){s->d, s->heads, s->components, s->rank}; }

/// Symmetric positive definite matrices, packed x cells.
static void *covariances(Run *r, ptrdiff_t d, ptrdiff_t cells) {
  void *p = small(r, d * (d + 1) / 2 * cells);
  for (ptrdiff_t i = 0; i < d; i++)
    for (ptrdiff_t c = 0; c < cells; c++) set(r, p, packed(d, i, i) * cells + c, 2 + draw(r));
  return p;
}

// --- one function for each entry; the operands in the order of the contract

#define CHECK(entry) static void check_##entry(Run *r, const Shape *s)

CHECK(exponential) {
  ptrdiff_t n = s->rows * s->channels;
  r->k->exponential(n, filled(r, n, 0, 0, 20), out(r, n));
}
CHECK(logarithm) {
  ptrdiff_t n = s->rows * s->channels;
  r->k->logarithm(n, filled(r, n, 0, 5, 4.9), out(r, n));
}
CHECK(add_block) {
  r->k->add_block(s->rows, s->channels, 0.7, in(r, s->rows * (s->channels + 3)), s->channels + 3,
                  out(r, s->rows * (s->channels + 1)), s->channels + 1);
}
CHECK(add_transpose) {
  r->k->add_transpose(s->rows, s->channels, in(r, s->rows * s->channels), out(r, s->rows * s->channels));
}
/// Float64 in both precisions, added to and compared.
static double *totals(Run *r, ptrdiff_t n) {
  double *p = allocate(r, 8 * (size_t)n, n, 1);
  for (ptrdiff_t i = 0; i < n; i++) p[i] = draw(r);
  return p;
}
CHECK(add_to_totals) {
  const void *x = in(r, s->channels);
  r->k->add_to_totals(s->channels, x, totals(r, s->channels));
}
CHECK(kernel_sums) {
  ParzenKernelSumsShape shape = {s->rows, s->points, s->d};
  void *query = in(r, s->rows * s->d), *sample = in(r, s->points * s->d), *bias = in(r, s->points);
  r->k->kernel_sums(&shape, query, sample, bias, NULL, scratch(r, r->k->kernel_sums_scratch(&shape)),
                    out(r, s->rows), out(r, s->rows), out(r, s->rows * s->d));
  // The unit of a row is a kernel's own choice: the sums themselves are compared.
  Buffer *b = &r->buffers[r->used - 3];
  void *shift = b[0].bytes + GUARD, *sum = b[1].bytes + GUARD, *weighted = b[2].bytes + GUARD;
  for (ptrdiff_t i = 0; i < s->rows; i++) {
    double unit = exp2(get(r, shift, i));
    set(r, sum, i, get(r, sum, i) * unit);
    for (ptrdiff_t k = 0; k < s->d; k++)
      set(r, weighted, i * s->d + k, get(r, weighted, i * s->d + k) * unit);
  }
  b[0].count = 0;
}
static ParzenAttentionShape attention_shape(const Shape *s) {
  ptrdiff_t w = s->d + 2, v = s->channels;
  return (ParzenAttentionShape){s->rows, s->points, w, v, w + 1, w, v + 2, v, 0.6};
}
CHECK(attention) {
  ParzenAttentionShape a = attention_shape(s);
  void *q = in(r, a.queries * a.query_stride), *k = in(r, a.keys * a.key_stride),
       *v = in(r, a.keys * a.value_stride);
  void *bias = in(r, a.keys);
  r->k->attention(&a, q, k, v, bias, out(r, a.queries * a.output_stride), out(r, a.queries),
                  scratch(r, r->k->attention_scratch(&a)));
}
CHECK(attention_gradient) {
  ParzenAttentionShape a = attention_shape(s);
  void *q = in(r, a.queries * a.query_stride), *k = in(r, a.keys * a.key_stride),
       *v = in(r, a.keys * a.value_stride);
  void *bias = in(r, a.keys), *o = out(r, a.queries * a.output_stride), *l = out(r, a.queries);
  r->k->attention(&a, q, k, v, bias, o, l, scratch(r, r->k->attention_scratch(&a)));
  void *dout = in(r, a.queries * a.output_stride), *dl = in(r, a.queries);
  r->k->attention_gradient(&a, q, k, v, bias, o, l, dout, dl, out(r, a.queries * a.query_stride),
                           out(r, a.keys * a.key_stride), out(r, a.keys * a.value_stride), out(r, a.keys),
                           scratch(r, r->k->attention_gradient_scratch(&a)));
}
CHECK(normalise_forward) {
  ptrdiff_t n = s->rows * s->d * s->channels;
  r->k->normalise_forward(s->rows, s->d, s->channels, in(r, n), in(r, s->channels), out(r, n),
                          out(r, s->rows));
}
CHECK(normalise_backward) {
  ptrdiff_t n = s->rows * s->d * s->channels;
  r->k->normalise_backward(s->rows, s->d, s->channels, in(r, n), in(r, s->channels), positive(r, s->rows),
                           in(r, n), out(r, n), out(r, s->channels));
}
CHECK(silu_forward) {
  ptrdiff_t n = s->rows * s->channels;
  r->k->silu_forward(s->rows, s->channels, in(r, s->channels), out(r, n), out(r, n));
}
CHECK(silu_backward) {
  ptrdiff_t n = s->rows * s->channels;
  r->k->silu_backward(s->rows, s->channels, in(r, n), in(r, n), out(r, n), out(r, s->channels));
}
CHECK(silu_tangents_forward) {
  ptrdiff_t n = s->rows * s->channels;
  r->k->silu_tangents_forward(s->rows, s->rank, s->channels, in(r, s->channels), out(r, (1 + s->rank) * n),
                              out(r, (1 + s->rank) * n), out(r, n));
}
CHECK(silu_tangents_backward) {
  ptrdiff_t n = s->rows * s->channels, all = (1 + s->rank) * n;
  r->k->silu_tangents_backward(s->rows, s->rank, s->channels, in(r, all), in(r, n), in(r, all), out(r, all),
                               out(r, s->channels));
}
CHECK(vector_products_forward) {
  r->k->vector_products_forward(s->rows, s->d, s->channels, 0.7, in(r, s->rows * s->d * 2 * s->channels),
                                out(r, s->rows * s->channels));
}
CHECK(vector_products_backward) {
  ptrdiff_t n = s->rows * s->d * 2 * s->channels;
  r->k->vector_products_backward(s->rows, s->d, s->channels, 0.7, in(r, n), in(r, s->rows * s->channels),
                                 out(r, n));
}
CHECK(gate_forward) {
  ptrdiff_t stride = s->channels + 3;
  r->k->gate_forward(s->rows, s->d, s->channels, stride, in(r, s->rows * s->channels),
                     in(r, s->rows * s->d * stride), out(r, s->rows * s->d * s->channels));
}
CHECK(gate_backward) {
  ptrdiff_t stride = s->channels + 3;
  r->k->gate_backward(s->rows, s->d, s->channels, stride, in(r, s->rows * s->channels),
                      in(r, s->rows * s->d * stride), in(r, s->rows * s->d * s->channels),
                      out(r, s->rows * s->channels), out(r, s->rows * s->d * stride));
}
CHECK(layer_norm_forward) {
  ptrdiff_t n = s->rows * s->channels;
  r->k->layer_norm_forward(s->rows, s->channels, in(r, n), in(r, s->channels), in(r, s->channels), out(r, n),
                           out(r, s->rows), out(r, s->rows));
}
CHECK(layer_norm_backward) {
  ptrdiff_t n = s->rows * s->channels;
  r->k->layer_norm_backward(s->rows, s->channels, in(r, n), in(r, s->channels), small(r, s->rows),
                            positive(r, s->rows), in(r, n), out(r, n), out(r, s->channels),
                            out(r, s->channels));
}
CHECK(gelu_forward) {
  ptrdiff_t n = s->rows * s->channels;
  r->k->gelu_forward(s->rows, s->channels, in(r, s->channels), out(r, n), out(r, n));
}
CHECK(gelu_backward) {
  ptrdiff_t n = s->rows * s->channels;
  r->k->gelu_backward(s->rows, s->channels, in(r, n), in(r, n), out(r, n), out(r, s->channels));
}
CHECK(responsibilities_forward) {
  r->k->responsibilities_forward(s->heads, s->components, s->points,
                                 out(r, s->heads * s->components * s->points), out(r, s->heads * s->points));
}
CHECK(responsibilities_backward) {
  ptrdiff_t n = s->heads * s->components * s->points;
  r->k->responsibilities_backward(s->heads, s->components, s->points, positive(r, n),
                                  in(r, s->heads * s->points), out(r, n));
}
static ptrdiff_t quadratic_count(ptrdiff_t d) { return 1 + d + d * (d + 1) / 2; }
CHECK(quadratic_features) {
  ptrdiff_t stride = s->points + 2;
  r->k->quadratic_features(s->points, s->d, in(r, s->d * stride), stride,
                           out(r, quadratic_count(s->d) * s->points));
}
CHECK(feature_moments) {
  ptrdiff_t count = quadratic_count(s->d), cells = s->heads * s->components;
  r->k->feature_moments(s->heads, s->components, count, s->points, in(r, count * s->points),
                        positive(r, s->points), in(r, count * cells),
                        scratch(r, r->k->feature_moments_scratch(s->components, count)),
                        totals(r, (count + 1) * cells));
}
CHECK(quadratic_gradient) {
  ptrdiff_t stride = s->points + 2;
  r->k->quadratic_gradient(s->points, s->d, in(r, s->d * stride), in(r, quadratic_count(s->d) * s->points),
                           stride, out(r, s->d * stride));
}
CHECK(quadratic_gradient_backward) {
  ptrdiff_t stride = s->points + 2;
  r->k->quadratic_gradient_backward(s->points, s->d, in(r, s->d * stride), in(r, s->d * stride), stride,
                                    out(r, quadratic_count(s->d) * s->points));
}
CHECK(norm_features) {
  ptrdiff_t stride = s->points + 2;
  r->k->norm_features(s->points, s->d, in(r, s->d * stride), stride, out(r, (s->d + 2) * s->points));
}
CHECK(farthest_point) {
  void *x = in(r, s->d * s->points), *centre = in(r, s->d), *distance = out(r, s->points);
  for (ptrdiff_t p = 0; p < s->points; p++) set(r, distance, p, 3);
  ptrdiff_t place = r->k->farthest_point(s->points, s->d, x, s->points, centre, distance);
  set(r, out(r, 1), 0, (double)place);
}
static ParzenHeadMixture head_inputs(Run *r, const Shape *s, ptrdiff_t covariance_rows) {
  ptrdiff_t cells = s->heads * s->components, vectors = s->rank * cells;
  ParzenHeadMixture in_ = {.base_variance = 0.4, .log_variance_floor = -5};
  in_.scalars = filled(r, 4 * cells, 0, 0, 3.5);  // some are clipped
  in_.rank_scale = filled(r, vectors, 0, 0, 2);
  in_.centre = in(r, s->d * cells);
  in_.rank_vectors = in(r, s->d * vectors);
  in_.log_count_gain = in(r, s->heads);
  in_.mean = in(r, s->d * cells);
  in_.shift = in(r, s->d * cells);
  in_.covariance = covariance_rows == 1 ? positive(r, cells) : covariances(r, s->d, cells);
  in_.log_count = in(r, cells);
  return in_;
}
static ParzenHeadMixtureGradient head_gradients(Run *r, const Shape *s, ptrdiff_t covariance_rows) {
  ptrdiff_t cells = s->heads * s->components, vectors = s->rank * cells;
  return (ParzenHeadMixtureGradient){
      out(r, 4 * cells), out(r, vectors), out(r, s->d * cells), out(r, s->d * vectors), out(r, s->heads),
      out(r, s->d * cells), out(r, s->d * cells), out(r, covariance_rows * cells), out(r, cells)};
}
CHECK(head_mixture_forward) {
  ptrdiff_t cells = s->heads * s->components, size = s->d * (s->d + 1) / 2;
  ParzenHeadMixture inputs = head_inputs(r, s, size == 1 ? 2 : size);
  r->k->head_mixture_forward(cells_of(s), &inputs, out(r, cells), out(r, s->d * cells), out(r, size * cells));
}
CHECK(head_mixture_backward) {
  ptrdiff_t cells = s->heads * s->components, size = s->d * (s->d + 1) / 2;
  ParzenHeadMixture inputs = head_inputs(r, s, size == 1 ? 2 : size);
  void *dweight = in(r, cells), *dmean = in(r, s->d * cells), *dcovariance = in(r, size * cells);
  ParzenHeadMixtureGradient gradients = head_gradients(r, s, size);
  r->k->head_mixture_backward(cells_of(s), &inputs, dweight, dmean, dcovariance, &gradients);
}
CHECK(natural_parameters_forward) {
  ptrdiff_t n = s->heads * s->components;
  void *weight = in(r, n), *mean = in(r, s->d * n), *covariance = covariances(r, s->d, n);
  r->k->natural_parameters_forward(s->d, n, weight, mean, covariance, out(r, quadratic_count(s->d) * n),
                                   scratch(r, r->k->natural_parameters_scratch(s->d)));
}
CHECK(natural_parameters_backward) {
  ptrdiff_t n = s->heads * s->components, f = quadratic_count(s->d) * n;
  void *mean = in(r, s->d * n), *features = in(r, f), *dfeatures = in(r, f);
  r->k->natural_parameters_backward(s->d, n, mean, features, dfeatures, out(r, n), out(r, s->d * n),
                                    out(r, s->d * (s->d + 1) / 2 * n),
                                    scratch(r, r->k->natural_parameters_scratch(s->d)));
}
CHECK(blend_forward) {
  ptrdiff_t cells = s->heads * s->components;
  r->k->blend_forward(s->heads, s->components, s->channels, in(r, cells), in(r, s->channels * cells),
                      out(r, s->channels * s->components));
}
CHECK(blend_backward) {
  ptrdiff_t cells = s->heads * s->components;
  r->k->blend_backward(s->heads, s->components, s->channels, in(r, cells), in(r, s->channels * cells),
                       in(r, s->channels * s->components), out(r, cells), out(r, s->channels * cells));
}
/// Moments as of samples that surround the means with variance about a half.
static ParzenMoments full_moments(Run *r, const Shape *s) {
  ptrdiff_t d = s->d, cells = s->heads * s->components, size = d * (d + 1) / 2;
  void *moments = positive(r, (quadratic_count(d) + 1) * cells), *mean = in(r, d * cells);
  void *features = filled(r, quadratic_count(d) * cells, 0, 0, 0.02), *probes = in(r, d * s->rank * cells);
  for (ptrdiff_t c = 0; c < cells; c++) {
    double n = 1 + 2 * get(r, moments, c), x[16];
    set(r, moments, c, n);
    for (ptrdiff_t i = 0; i < d; i++) {
      x[i] = get(r, mean, i * cells + c) + 0.2 * draw(r);
      set(r, moments, (1 + i) * cells + c, n * x[i]);
      set(r, features, (1 + d + packed(d, i, i)) * cells + c, -0.5 + 0.02 * draw(r));
    }
    for (ptrdiff_t i = 0; i < d; i++)
      for (ptrdiff_t j = i; j < d; j++)
        set(r, moments, (1 + d + packed(d, i, j)) * cells + c, n * (x[i] * x[j] + (i == j) * 0.5));
  }
  (void)size;
  return (ParzenMoments){
      .moments = moments, .mean = mean, .features = features, .probes = probes, .samples = 60};
}
static ParzenStatistics statistics(Run *r, const Shape *s, ptrdiff_t covariance_rows,
                                   void *(*make)(Run *, ptrdiff_t)) {
  ptrdiff_t cells = s->heads * s->components;
  return (ParzenStatistics){make(r, s->d * cells), make(r, covariance_rows * cells), make(r, cells),
                            make(r, 5 * cells), make(r, s->d * s->rank * cells)};
}
CHECK(moment_statistics_forward) {
  ParzenMoments inputs = full_moments(r, s);
  ParzenStatistics results = statistics(r, s, s->d * (s->d + 1) / 2, out);
  r->k->moment_statistics_forward(cells_of(s), &inputs, &results,
                                  scratch(r, r->k->moment_statistics_scratch(cells_of(s))));
}
CHECK(moment_statistics_backward) {
  ptrdiff_t d = s->d, cells = s->heads * s->components;
  ParzenMoments inputs = full_moments(r, s);
  ParzenStatistics dout = statistics(r, s, d * (d + 1) / 2, in);
  ParzenMomentsGradient din = {.moments = out(r, (quadratic_count(d) + 1) * cells),
                               .mean = out(r, d * cells),
                               .features = out(r, quadratic_count(d) * cells),
                               .probes = out(r, d * s->rank * cells)};
  r->k->moment_statistics_backward(cells_of(s), &inputs, &dout, &din,
                                   scratch(r, r->k->moment_statistics_scratch(cells_of(s))));
}
CHECK(low_rank_mixture_forward) {
  ptrdiff_t cells = s->heads * s->components;
  ParzenHeadMixture inputs = head_inputs(r, s, 1);
  r->k->low_rank_mixture_forward(cells_of(s), &inputs, out(r, cells), out(r, s->d * cells), out(r, cells),
                                 out(r, s->d * s->rank * cells));
}
CHECK(low_rank_mixture_backward) {
  ptrdiff_t cells = s->heads * s->components;
  ParzenHeadMixture inputs = head_inputs(r, s, 1);
  void *dweight = in(r, cells), *dmean = in(r, s->d * cells), *dvariance = in(r, cells);
  void *dfactors = in(r, s->d * s->rank * cells);
  ParzenHeadMixtureGradient gradients = head_gradients(r, s, 1);
  r->k->low_rank_mixture_backward(cells_of(s), &inputs, dweight, dmean, dvariance, dfactors, &gradients);
}
CHECK(low_rank_parameters_forward) {
  ptrdiff_t cells = s->heads * s->components, vectors = s->d * s->rank * cells;
  void *weight = in(r, cells), *mean = in(r, s->d * cells), *variance = positive(r, cells),
       *factors = in(r, vectors);
  r->k->low_rank_parameters_forward(cells_of(s), weight, mean, variance, factors, out(r, (s->d + 2) * cells),
                                    out(r, vectors));
}
CHECK(low_rank_parameters_backward) {
  ptrdiff_t cells = s->heads * s->components, vectors = s->d * s->rank * cells, f = (s->d + 2) * cells;
  void *weight = in(r, cells), *mean = in(r, s->d * cells), *variance = positive(r, cells),
       *factors = in(r, vectors);
  void *features = out(r, f), *directions = out(r, vectors);
  r->k->low_rank_parameters_forward(cells_of(s), weight, mean, variance, factors, features, directions);
  ParzenLowRankCells inputs = {mean, variance, factors, features, directions};
  void *dfeatures = in(r, f), *ddirections = in(r, vectors);
  ParzenLowRankCellsGradient gradients = {out(r, cells), out(r, s->d * cells), out(r, cells),
                                          out(r, vectors)};
  r->k->low_rank_parameters_backward(cells_of(s), &inputs, dfeatures, ddirections, &gradients,
                                     scratch(r, r->k->low_rank_parameters_scratch(cells_of(s))));
}
CHECK(low_rank_blend_forward) {
  ptrdiff_t cells = s->heads * s->components;
  r->k->low_rank_blend_forward(cells_of(s), in(r, cells), in(r, cells), in(r, s->d * s->rank * cells),
                               out(r, s->d * (s->d + 1) / 2 * s->components));
}
CHECK(low_rank_blend_backward) {
  ptrdiff_t cells = s->heads * s->components, vectors = s->d * s->rank * cells;
  void *share = in(r, cells), *variance = in(r, cells), *factors = in(r, vectors);
  r->k->low_rank_blend_backward(cells_of(s), share, variance, factors,
                                in(r, s->d * (s->d + 1) / 2 * s->components), out(r, cells), out(r, cells),
                                out(r, vectors));
}
CHECK(low_rank_logits) {
  ptrdiff_t n = s->heads * s->components * s->points;
  r->k->low_rank_logits(cells_of(s), s->points, in(r, s->rank * n), out(r, n));
}
CHECK(low_rank_logits_backward) {
  ptrdiff_t cells = s->heads * s->components, n = cells * s->points;
  r->k->low_rank_logits_backward(cells_of(s), s->points, in(r, n), in(r, n), in(r, s->rank * cells),
                                 out(r, s->rank * n));
}
CHECK(low_rank_products) {
  ptrdiff_t cells = s->heads * s->components, n = cells * s->points;
  r->k->low_rank_products(cells_of(s), s->points, in(r, n), in(r, s->rank * n), out(r, s->rank * n),
                          out(r, s->rank * cells));
}
CHECK(low_rank_products_backward) {
  ptrdiff_t cells = s->heads * s->components, n = cells * s->points;
  r->k->low_rank_products_backward(cells_of(s), s->points, in(r, n), in(r, s->rank * n), in(r, s->rank * n),
                                   in(r, s->rank * cells), out(r, s->rank * n), out(r, n));
}
static ParzenMoments low_rank_moments(Run *r, const Shape *s) {
  ptrdiff_t d = s->d, cells = s->heads * s->components, vectors = s->rank * cells;
  void *moments = positive(r, (d + 3) * cells + vectors + d * vectors), *mean = in(r, d * cells);
  void *features = in(r, (d + 2) * cells), *directions = filled(r, d * vectors, 0, 0, 0.1);
  void *probes = in(r, d * vectors);
  for (ptrdiff_t h = 0; h < s->heads; h++)
    for (ptrdiff_t k = 0; k < s->components; k++) {
      ptrdiff_t c = h * s->components + k;
      double n = 1 + 2 * get(r, moments, c), x[16], norm = 0;
      set(r, moments, c, n);
      for (ptrdiff_t i = 0; i < d; i++) {
        x[i] = get(r, mean, i * cells + c) + 0.2 * draw(r);
        norm += x[i] * x[i] + 0.5;
        set(r, moments, (1 + i) * cells + c, n * x[i]);
      }
      set(r, moments, (1 + d) * cells + c, n * norm);
      set(r, features, (1 + d) * cells + c, -0.5);
      for (ptrdiff_t q = 0; q < s->rank; q++) {
        ptrdiff_t column = (h * s->rank + q) * s->components + k;
        double along = 0, length = 0;
        for (ptrdiff_t i = 0; i < d; i++) {
          double v = get(r, directions, i * vectors + column);
          along += v * x[i];
          length += v * v;
        }
        set(r, moments, (d + 3) * cells + column, n * (along * along + 0.5 * length));
      }
    }
  return (ParzenMoments){moments, mean, features, directions, probes, 60};
}
CHECK(low_rank_statistics_forward) {
  ParzenMoments inputs = low_rank_moments(r, s);
  ParzenStatistics results = statistics(r, s, 1, out);
  r->k->low_rank_statistics_forward(cells_of(s), &inputs, &results);
}
CHECK(low_rank_statistics_backward) {
  ptrdiff_t d = s->d, cells = s->heads * s->components, vectors = s->rank * cells;
  ParzenMoments inputs = low_rank_moments(r, s);
  ParzenStatistics dout = statistics(r, s, 1, in);
  ParzenMomentsGradient din = {out(r, (d + 3) * cells + vectors + d * vectors), out(r, d * cells),
                               out(r, (d + 2) * cells), out(r, d * vectors), out(r, d * vectors)};
  r->k->low_rank_statistics_backward(cells_of(s), &inputs, &dout, &din,
                                     scratch(r, r->k->low_rank_statistics_scratch(cells_of(s))));
}
static void check_mixture_form(Run *r, const Shape *s, int diagonal) {
  ptrdiff_t size = diagonal ? s->d : s->d * (s->d + 1) / 2;
  void *means = in(r, s->components * s->d), *factors = positive(r, s->components * size);
  ParzenMixture mixture = {s->components, s->d, diagonal, means, factors, in(r, s->components)};
  void *points = in(r, s->points * s->d);
  r->k->mixture(&mixture, s->points, points, out(r, s->points), out(r, s->points * s->d),
                scratch(r, r->k->mixture_scratch(&mixture)));
}
CHECK(mixture) {
  check_mixture_form(r, s, 0);
  check_mixture_form(r, s, 1);
}
CHECK(normal_mixture) {
  for (int density = 0; density < 2; density++) {
    void *weights = positive(r, s->components), *means = in(r, s->components);
    ParzenNormalMixture mixture = {s->components, weights, means, positive(r, s->components),
                                   positive(r, s->components)};
    void *points = filled(r, s->points, 0, 0, 6);
    r->k->normal_mixture(&mixture, density, s->points, points,
                         out(r, (density ? 4 : 2) * s->points));
  }
}
CHECK(collisions) {
  for (ptrdiff_t d = 2; d <= 3; d++)
    for (double gamma = -3; gamma <= 1; gamma += 1) {
      ParzenCollisions shape = {s->points, d, 1, s->points - 2, gamma};
      r->k->collisions(&shape, in(r, s->points * d), in(r, s->points * d), out(r, (s->points - 2) * d));
    }
}
CHECK(adamw) {
  ParzenAdamW step = {1e-2, 1e-2, 0.9, 0.98, 0.3, 0.1, 1e-8, 0.7};
  ptrdiff_t n = s->rows * s->channels;
  void *gradient = in(r, n), *m = out(r, n), *v = filled(r, n, n, 1, 0.8);
  r->k->adamw(n, step, gradient, m, v, out(r, n));
}

// --- the list

#define ENTRIES(X)                                                                                           \
  X(exponential) X(logarithm) X(add_block) X(add_transpose) X(add_to_totals) X(kernel_sums) X(attention)     \
  X(attention_gradient) X(normalise_forward) X(normalise_backward) X(silu_forward) X(silu_backward)          \
  X(silu_tangents_forward) X(silu_tangents_backward) X(vector_products_forward)                              \
  X(vector_products_backward) X(gate_forward) X(gate_backward) X(layer_norm_forward)                         \
  X(layer_norm_backward) X(gelu_forward) X(gelu_backward) X(responsibilities_forward)                        \
  X(responsibilities_backward) X(quadratic_features) X(feature_moments) X(quadratic_gradient)                \
  X(quadratic_gradient_backward) X(norm_features) X(farthest_point) X(head_mixture_forward)                  \
  X(head_mixture_backward) X(natural_parameters_forward) X(natural_parameters_backward) X(blend_forward)     \
  X(blend_backward) X(moment_statistics_forward) X(moment_statistics_backward)                               \
  X(low_rank_mixture_forward) X(low_rank_mixture_backward) X(low_rank_parameters_forward)                    \
  X(low_rank_parameters_backward) X(low_rank_blend_forward) X(low_rank_blend_backward) X(low_rank_logits)    \
  X(low_rank_logits_backward) X(low_rank_products) X(low_rank_products_backward)                             \
  X(low_rank_statistics_forward) X(low_rank_statistics_backward) X(mixture) X(normal_mixture)                \
  X(collisions) X(adamw)

static const struct {
  const char *name;
  void (*run)(Run *, const Shape *);
} checks[] = {
#define ENTRY(entry) {#entry, check_##entry},
    ENTRIES(ENTRY)};

int kernel_check_count(void) { return sizeof checks / sizeof checks[0]; }
int kernel_scratch_function_count(void) { return 9; }
int kernel_table_entry_count(void) {
  return (int)((sizeof(ParzenKernelTable) - sizeof(const char *)) / sizeof(void (*)(void)));
}
const char *kernel_check_name(int check) { return checks[check].name; }

// --- comparison

static double value(const Buffer *b, ptrdiff_t i) {
  const void *p = b->bytes + GUARD;
  return b->is_double ? ((const double *)p)[i] : ((const float *)p)[i];
}

static int guards_hold(const Buffer *b) {
  const unsigned char *end = b->bytes + GUARD + b->size;
  for (int i = 0; i < GUARD; i++)
    if (b->bytes[i] != 0xFF || end[i] != 0xFF) return 0;
  return 1;
}

static double difference(const Buffer *found, const Buffer *expected) {
  double largest = 0, scale = 1e-30;
  if (!guards_hold(found) || !guards_hold(expected)) return INFINITY;
  for (ptrdiff_t i = 0; i < expected->count; i++) {
    double a = value(found, i), b = value(expected, i);
    if (!isfinite(a) || !isfinite(b)) return INFINITY;
    largest = fmax(largest, fabs(a - b));
    scale = fmax(scale, fabs(b));
  }
  return largest / scale;
}

double kernel_check(int check, ParzenInstructionSet set, ParzenPrecision precision, int shape) {
  Run runs[2];
  double largest = 0;
  for (int i = 0; i < 2; i++) {
    runs[i] = (Run){.k = parzen_kernels(i == 0 ? set : PARZEN_PORTABLE, precision),
                    .is_double = precision == PARZEN_FLOAT64,
                    .random = 99u + (unsigned)(check * KERNEL_CHECK_SHAPES + shape)};
    checks[check].run(&runs[i], &shapes[shape]);
  }
  for (int b = 0; b < runs[1].used; b++)
    largest = fmax(largest, difference(&runs[0].buffers[b], &runs[1].buffers[b]));
  for (int i = 0; i < 2; i++)
    for (int b = 0; b < runs[i].used; b++) free(runs[i].buffers[b].bytes);
  return largest;
}
