// The C interface from C: fits, evaluates, draws, and does what goes wrong. Ends with 0 and "passed" where
// all is right.
#include <math.h>
#include <parzen.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures = 0;

#define CHECK(condition)                                                        \
  do {                                                                          \
    if (!(condition)) {                                                         \
      fprintf(stderr, "%s:%d: %s is false\n", __FILE__, __LINE__, #condition);  \
      failures++;                                                               \
    }                                                                           \
  } while (0)

enum { N = 500, D = 2 };
static double points[N][D];

// A standard normal number, by Box and Muller's method from a congruential generator.
static double normal(unsigned long long *state) {
  double u[2];
  for (int i = 0; i < 2; i++) {
    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    u[i] = ((double)(*state >> 11) + 0.5) / 9007199254740992.0;
  }
  return sqrt(-2 * log(u[0])) * cos(2 * 3.14159265358979323846 * u[1]);
}

static void fit_and_evaluate(const char *options) {
  parzen_density *density = NULL;
  parzen_error error = {0};
  parzen_matrix samples = parzen_float64_rows(&points[0][0], N, D);
  CHECK(parzen_fit(&samples, NULL, options, NULL, &density, &error) == PARZEN_OK);
  if (!density) {
    fprintf(stderr, "%s: %s\n", options, error.message);
    return;
  }
  CHECK(parzen_dimension(density) == D);

  // At the first point and around it: the score is the gradient of the log density.
  double h = 1e-4, here = points[0][0], there = points[0][1];
  double queries[5][D] = {
      {here, there}, {here + h, there}, {here - h, there}, {here, there + h}, {here, there - h}};
  double log_density[5], score[5][D];
  parzen_matrix q = parzen_float64_rows(&queries[0][0], 5, D);
  parzen_matrix l = parzen_float64_rows(log_density, 5, 1), s = parzen_float64_rows(&score[0][0], 5, D);
  CHECK(parzen_evaluate(density, &q, &l, &s, NULL, &error) == PARZEN_OK);
  for (int i = 0; i < 5; i++) CHECK(isfinite(log_density[i]));
  if (!strstr(options, "cross-attention")) {  // whose score is a head of its own
    CHECK(fabs((log_density[1] - log_density[2]) / (2 * h) - score[0][0]) < 1e-2);
    CHECK(fabs((log_density[3] - log_density[4]) / (2 * h) - score[0][1]) < 1e-2);
  }

  // The same from columns of Float32 that lie backwards.
  float columns[D][5];
  for (int i = 0; i < 5; i++) {
    for (int j = 0; j < D; j++) columns[j][4 - i] = (float)queries[i][j];
  }
  double again[5];
  parzen_matrix backwards = {&columns[0][4], 5, D, -4, 5 * 4, PARZEN_FLOAT32};
  parzen_matrix a = parzen_float64_rows(again, 5, 1);
  CHECK(parzen_evaluate(density, &backwards, &a, NULL, NULL, &error) == PARZEN_OK);
  for (int i = 0; i < 5; i++) CHECK(fabs(again[i] - log_density[i]) < 1e-3);

  // Saved and read again, it has the same bits.
  char *json = NULL;
  parzen_density *read = NULL;
  CHECK(parzen_encode(density, &json, &error) == PARZEN_OK && json);
  CHECK(json && parzen_decode(json, &read, &error) == PARZEN_OK && read);
  parzen_free_text(json);
  double same[5];
  parzen_matrix e = parzen_float64_rows(same, 5, 1);
  CHECK(read && parzen_evaluate(read, &q, &e, &s, NULL, &error) == PARZEN_OK);
  CHECK(memcmp(same, log_density, sizeof same) == 0);
  parzen_free_density(read);

  json = NULL;
  CHECK(parzen_describe(density, &json, &error) == PARZEN_OK && json && json[0] == '{');
  parzen_free_text(json);
  parzen_free_density(density);
}

static void derive(void) {
  double weights[2] = {1, 3}, means[2][D] = {{-1, 0}, {2, 1}};
  double covariances[2][D][D] = {{{1, 0.5}, {0.5, 2}}, {{1, 0}, {0, 1}}};
  parzen_matrix w = parzen_float64_rows(weights, 2, 1), m = parzen_float64_rows(&means[0][0], 2, D);
  parzen_matrix c = parzen_float64_rows(&covariances[0][0][0], 2 * D, D);
  parzen_density *mixture = NULL, *marginal = NULL, *conditional = NULL;
  parzen_error error;
  CHECK(parzen_mixture(&w, &m, &c, &mixture, &error) == PARZEN_OK);
  CHECK(parzen_components(mixture) == 2);

  int64_t column = 1;
  CHECK(parzen_marginal(mixture, &column, 1, &marginal, &error) == PARZEN_OK);
  CHECK(parzen_dimension(marginal) == 1);
  double given[1] = {0.3};
  CHECK(parzen_conditional(mixture, &column, given, 1, &conditional, &error) == PARZEN_OK);

  // f(x, y) = f(x | y) f(y)
  double point[D] = {0.7, 0.3}, joint, part, rest;
  parzen_matrix p = parzen_float64_rows(point, 1, D), x = parzen_float64_rows(point, 1, 1);
  parzen_matrix y = parzen_float64_rows(point + 1, 1, 1);
  parzen_matrix j = parzen_float64_rows(&joint, 1, 1), f = parzen_float64_rows(&part, 1, 1);
  parzen_matrix r = parzen_float64_rows(&rest, 1, 1);
  CHECK(parzen_evaluate(mixture, &p, &j, NULL, NULL, &error) == PARZEN_OK);
  CHECK(parzen_evaluate(marginal, &y, &f, NULL, NULL, &error) == PARZEN_OK);
  CHECK(parzen_evaluate(conditional, &x, &r, NULL, NULL, &error) == PARZEN_OK);
  CHECK(fabs(joint - part - rest) < 1e-12);

  // Probabilities and quantiles of one column undo each other.
  double given_p[3] = {0.1, 0.5, 0.999}, quantiles[3], found_p[3];
  parzen_matrix gp = parzen_float64_rows(given_p, 3, 1), qu = parzen_float64_rows(quantiles, 3, 1);
  parzen_matrix fp = parzen_float64_rows(found_p, 3, 1);
  CHECK(parzen_quantiles(marginal, &gp, &qu, &error) == PARZEN_OK);
  CHECK(parzen_cumulative(marginal, &qu, &fp, &error) == PARZEN_OK);
  for (int i = 0; i < 3; i++) CHECK(fabs(found_p[i] - given_p[i]) < 1e-12);
  CHECK(parzen_quantiles(mixture, &gp, &qu, &error) == PARZEN_DIMENSION_MISMATCH);
  given_p[1] = NAN;
  CHECK(parzen_cumulative(marginal, &gp, &fp, &error) == PARZEN_INVALID_OPTION);
  CHECK(parzen_quantiles(marginal, &gp, &fp, &error) == PARZEN_INVALID_OPTION);

  double draws[1000][D], mean = 0;
  parzen_matrix out = parzen_float64_rows(&draws[0][0], 1000, D);
  CHECK(parzen_sample(mixture, 7, &out, &error) == PARZEN_OK);
  for (int i = 0; i < 1000; i++) mean += draws[i][0] / 1000;
  CHECK(fabs(mean - 1.25) < 0.3);
  parzen_free_density(mixture);
  parzen_free_density(marginal);
  parzen_free_density(conditional);
  parzen_free_density(NULL);
}

static void go_wrong(void) {
  parzen_error error;
  parzen_density *density = NULL;
  parzen_matrix samples = parzen_float64_rows(&points[0][0], N, D),
                few = parzen_float64_rows(&points[0][0], 2, D);
  CHECK(parzen_fit(&few, NULL, NULL, NULL, &density, &error) == PARZEN_UNUSABLE_SAMPLES && density == NULL);
  CHECK(error.status == PARZEN_UNUSABLE_SAMPLES && strlen(error.message) > 10);
  CHECK(parzen_fit(&few, NULL, NULL, NULL, &density, NULL) == PARZEN_UNUSABLE_SAMPLES);
  CHECK(parzen_fit(&samples, NULL, "{\"method\": \"magic\"}", NULL, &density, &error) ==
        PARZEN_INVALID_OPTION);
  CHECK(strstr(error.message, "magic") != NULL);
  CHECK(parzen_fit(&samples, NULL, "{\"bandwith\": 1}", NULL, &density, &error) == PARZEN_INVALID_OPTION);
  CHECK(strstr(error.message, "bandwith") != NULL);
  CHECK(parzen_fit(&samples, NULL, "[", NULL, &density, &error) == PARZEN_INVALID_OPTION);
  parzen_matrix negative = samples, untyped = samples, empty = samples, endless = samples;
  negative.rows = -1;
  untyped.type = 9;
  empty.data = NULL;
  endless.rows = INT64_MAX / 4;
  endless.row_stride = 0;
  CHECK(parzen_fit(&negative, NULL, NULL, NULL, &density, &error) == PARZEN_INVALID_OPTION);
  CHECK(parzen_fit(&untyped, NULL, NULL, NULL, &density, &error) == PARZEN_INVALID_OPTION);
  CHECK(parzen_fit(&empty, NULL, NULL, NULL, &density, &error) == PARZEN_INVALID_OPTION);
  CHECK(parzen_fit(&endless, NULL, NULL, NULL, &density, &error) == PARZEN_INVALID_OPTION);

  CHECK(parzen_fit(&samples, NULL, "{\"method\": \"kde\"}", NULL, &density, &error) == PARZEN_OK);
  double value;
  parzen_matrix narrow = parzen_float64_rows(&points[0][0], 1, 1), out = parzen_float64_rows(&value, 1, 1);
  CHECK(parzen_evaluate(density, &narrow, &out, NULL, NULL, &error) == PARZEN_DIMENSION_MISMATCH);
  CHECK(parzen_evaluate(density, &samples, &out, NULL, NULL, &error) == PARZEN_INVALID_OPTION);
  int64_t column = 5;
  parzen_density *marginal = NULL;
  CHECK(parzen_marginal(density, &column, 1, &marginal, &error) == PARZEN_INVALID_OPTION);
  parzen_free_density(density);
}

static int reports = 0;
static volatile int32_t cancelled = 0;

static void progress(double part, void *context) {
  CHECK(part <= 1 && context == &reports);
  if (++reports == 2) cancelled = 1;
}

static void cancel(void) {
  parzen_control control = {&cancelled, progress, &reports};
  parzen_error error;
  char *json = NULL;
  parzen_matrix samples = parzen_float64_rows(&points[0][0], N, D);
  CHECK(parzen_information(&samples, NULL, "{\"replicates\": 100000}", &control, &json, &error) ==
        PARZEN_CANCELLED);
  CHECK(reports == 2 && json == NULL);

  static const char *const between = "{\"method\": \"em\", \"components\": 1, \"between\": 0, \"and\": [1]}";
  CHECK(parzen_information(&samples, NULL, between, NULL, &json, &error) == PARZEN_OK);
  CHECK(json && strstr(json, "\"standardError\""));
  parzen_free_text(json);
  json = NULL;
  static const char *const relative = "{\"method\": \"em\", \"components\": 1, \"replicates\": 2}";
  CHECK(parzen_information(&samples, &samples, relative, NULL, &json, &error) == PARZEN_OK);
  CHECK(json && strstr(json, "\"relativeFisher\""));
  parzen_free_text(json);
  json = NULL;
  CHECK(parzen_information(&samples, &samples, between, NULL, &json, &error) == PARZEN_INVALID_OPTION);
  CHECK(parzen_information(&samples, NULL, "{\"between\": [0], \"and\": [0]}", NULL, &json, &error) ==
        PARZEN_INVALID_OPTION);
  CHECK(parzen_information(&samples, NULL, "{\"between\": [-1], \"and\": [0]}", NULL, &json, &error) ==
        PARZEN_INVALID_OPTION);
  CHECK(json == NULL);
}

static void *in_thread(void *options) {
  fit_and_evaluate(options);
  return NULL;
}

int main(void) {
  unsigned long long state = 42;
  for (int i = 0; i < N; i++) {
    for (int j = 0; j < D; j++) points[i][j] = normal(&state) + (i % 3 == 0 ? 4 : 0);
  }
  CHECK(parzen_interface_version() == PARZEN_INTERFACE_VERSION);
  static const char *const methods[] = {
      "{}",
      "{\"method\": \"em\", \"components\": [1, 4]}",
      "{\"method\": \"kde\", \"bandwidth\": 0.5, \"tolerance\": 0}",
      "{\"method\": \"sd-kde\", \"covariance\": \"full\", \"tolerance\": 0}",
      "{\"method\": \"cross-attention\"}",
  };
  enum { METHODS = sizeof methods / sizeof methods[0] };
  pthread_t threads[METHODS];
  for (int i = 0; i < METHODS; i++) pthread_create(&threads[i], NULL, in_thread, (void *)methods[i]);
  for (int i = 0; i < METHODS; i++) pthread_join(threads[i], NULL);
  derive();
  go_wrong();
  cancel();
  if (failures == 0) puts("passed");
  return failures != 0;
}
