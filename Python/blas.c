// The routines of BLAS and LAPACK that the library needs, from OpenBLAS as the package scipy-openblas32 has
// it, whose symbols begin with scipy_. It is loaded by its path, not for the whole process: SciPy's own copy
// has the same symbols, and must neither take ours nor lend us its own, whose number of threads is SciPy's
// business.
#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

typedef void (*sgemm_type)(int, int, int, int, int, int, float, const float *, int, const float *, int, float,
                           float *, int);
typedef void (*dgemm_type)(int, int, int, int, int, int, double, const double *, int, const double *, int,
                           double, double *, int);
typedef void (*dsyevd_type)(const char *, const char *, const int *, double *, const int *, double *,
                            double *, const int *, int *, const int *, int *, size_t, size_t);
typedef void (*dpotrf_type)(const char *, const int *, double *, const int *, int *, size_t);
typedef void (*dtrtri_type)(const char *, const char *, const int *, double *, const int *, int *, size_t,
                            size_t);
typedef void (*dgeqrf_type)(const int *, const int *, double *, const int *, double *, double *, const int *,
                            int *);
typedef void (*dorgqr_type)(const int *, const int *, const int *, double *, const int *, const double *,
                            double *, const int *, int *);
typedef void (*set_threads_type)(int);

static sgemm_type sgemm;
static dgemm_type dgemm;
static dsyevd_type dsyevd;
static dpotrf_type dpotrf, dpotri;
static dtrtri_type dtrtri;
static dgeqrf_type dgeqrf;
static dorgqr_type dorgqr;
static set_threads_type set_threads;

// Loads the library at a path; to be called once, before any other function. Returns what is wrong, or NULL.
const char *parzen_load_blas(const char *path) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) return dlerror();
  sgemm = (sgemm_type)dlsym(library, "scipy_cblas_sgemm");
  dgemm = (dgemm_type)dlsym(library, "scipy_cblas_dgemm");
  dsyevd = (dsyevd_type)dlsym(library, "scipy_dsyevd_");
  dpotrf = (dpotrf_type)dlsym(library, "scipy_dpotrf_");
  dpotri = (dpotrf_type)dlsym(library, "scipy_dpotri_");
  dtrtri = (dtrtri_type)dlsym(library, "scipy_dtrtri_");
  dgeqrf = (dgeqrf_type)dlsym(library, "scipy_dgeqrf_");
  dorgqr = (dorgqr_type)dlsym(library, "scipy_dorgqr_");
  set_threads = (set_threads_type)dlsym(library, "scipy_openblas_set_num_threads");
  int complete = sgemm && dgemm && dsyevd && dpotrf && dpotri && dtrtri && dgeqrf && dorgqr && set_threads;
  return complete ? NULL : "it lacks one of the routines needed";
}

static void require(int loaded) {
  if (loaded) return;
  fputs("parzen: parzen_load_blas has not been called\n", stderr);
  abort();
}

void cblas_sgemm(int order, int trans_a, int trans_b, int m, int n, int k, float alpha, const float *a,
                 int lda, const float *b, int ldb, float beta, float *c, int ldc) {
  require(sgemm != NULL);
  sgemm(order, trans_a, trans_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

void cblas_dgemm(int order, int trans_a, int trans_b, int m, int n, int k, double alpha, const double *a,
                 int lda, const double *b, int ldb, double beta, double *c, int ldc) {
  require(dgemm != NULL);
  dgemm(order, trans_a, trans_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

void dsyevd_(const char *job, const char *triangle, const int *n, double *a, const int *lda, double *values,
             double *work, const int *work_count, int *integers, const int *integer_count, int *info) {
  require(dsyevd != NULL);
  dsyevd(job, triangle, n, a, lda, values, work, work_count, integers, integer_count, info, 1, 1);
}

void dpotrf_(const char *triangle, const int *n, double *a, const int *lda, int *info) {
  require(dpotrf != NULL);
  dpotrf(triangle, n, a, lda, info, 1);
}

void dpotri_(const char *triangle, const int *n, double *a, const int *lda, int *info) {
  require(dpotri != NULL);
  dpotri(triangle, n, a, lda, info, 1);
}

void dtrtri_(const char *triangle, const char *diagonal, const int *n, double *a, const int *lda, int *info) {
  require(dtrtri != NULL);
  dtrtri(triangle, diagonal, n, a, lda, info, 1, 1);
}

void dgeqrf_(const int *m, const int *n, double *a, const int *lda, double *tau, double *work,
             const int *work_count, int *info) {
  require(dgeqrf != NULL);
  dgeqrf(m, n, a, lda, tau, work, work_count, info);
}

void dorgqr_(const int *m, const int *n, const int *k, double *a, const int *lda, const double *tau,
             double *work, const int *work_count, int *info) {
  require(dorgqr != NULL);
  dorgqr(m, n, k, a, lda, tau, work, work_count, info);
}

void openblas_set_num_threads(int threads) {
  require(set_threads != NULL);
  set_threads(threads);
}
