// What Parzen needs of MPI. Swift does not see its macros, such as MPI_COMM_WORLD, so each call has a
// function here. All return MPI's error code, MPI_SUCCESS for none.
#pragma once

#include <mpi.h>

static inline int parzen_mpi_begin(int *rank, int *count) {
  int provided = 0;
  // One thread of a process speaks to the others; it is not always the first one.
  int code = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided);
  if (code == MPI_SUCCESS) code = MPI_Comm_rank(MPI_COMM_WORLD, rank);
  if (code == MPI_SUCCESS) code = MPI_Comm_size(MPI_COMM_WORLD, count);
  if (code == MPI_SUCCESS) code = MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  return code;
}

static inline int parzen_mpi_end(void) { return MPI_Finalize(); }

static inline int parzen_mpi_abort(int status) { return MPI_Abort(MPI_COMM_WORLD, status); }

// The numbers of bytes of all processes.
static inline int parzen_mpi_gather_sizes(long long own, long long *all) {
  return MPI_Allgather(&own, 1, MPI_LONG_LONG, all, 1, MPI_LONG_LONG, MPI_COMM_WORLD);
}

// Bytes from one process to all, at most 2^31 - 1 of them.
static inline int parzen_mpi_broadcast(void *bytes, int count, int from) {
  return MPI_Bcast(bytes, count, MPI_BYTE, from, MPI_COMM_WORLD);
}

// The bytes of all processes one after the other; places and counts as MPI_Allgatherv takes them.
static inline int parzen_mpi_gather(const void *own, int count, void *all, const int *counts,
                                    const int *places) {
  return MPI_Allgatherv(own, count, MPI_BYTE, all, counts, places, MPI_BYTE, MPI_COMM_WORLD);
}

// The text of an error; `text` has room for MPI_MAX_ERROR_STRING characters.
static inline int parzen_mpi_message(int code, char *text, int *length) {
  return MPI_Error_string(code, text, length);
}

enum { parzen_mpi_success = MPI_SUCCESS, parzen_mpi_message_size = MPI_MAX_ERROR_STRING };
