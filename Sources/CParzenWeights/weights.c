#include "CParzenWeights.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char mixture_transformer[] = {
#embed "weights/mixture-transformer.safetensors"
};
static const unsigned char cross_attention_1[] = {
#embed "weights/cross-attention-1.safetensors"
};
static const unsigned char cross_attention_2[] = {
#embed "weights/cross-attention-2.safetensors"
};
static const unsigned char cross_attention_10[] = {
#embed "weights/cross-attention-10.safetensors"
};

#define WEIGHTS(name, bytes) {name, bytes, sizeof bytes}
static const ParzenWeights shipped[] = {
    WEIGHTS("mixture-transformer", mixture_transformer),
    WEIGHTS("cross-attention-1", cross_attention_1),
    WEIGHTS("cross-attention-2", cross_attention_2),
    WEIGHTS("cross-attention-10", cross_attention_10),
};

const ParzenWeights *parzen_shipped_weights(size_t index) {
  return index < sizeof shipped / sizeof shipped[0] ? &shipped[index] : NULL;
}
