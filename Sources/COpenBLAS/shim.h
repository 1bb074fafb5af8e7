#pragma once
#include <cblas.h>

// LAPACK symbols that libopenblas carries (Debian ships no lapacke.h with it).
void dsyevd_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w,
             double *work, const int *lwork, int *iwork, const int *liwork, int *info);
