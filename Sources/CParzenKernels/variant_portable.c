#define VARIANT portable
#define VARIANT_NAME "portable"
#define VECTOR_BYTES 16
#define VECTOR_REGISTERS 16
#include "bodies/precisions.inc"
