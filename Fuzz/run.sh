#!/usr/bin/env bash
# Fuzzes the readers of files: ./run.sh [CSV|NumPy|Safetensors|all] [seconds for each]. Linux, with a Swift toolchain
# from swift.org.
#
# The inputs found so far are kept in .build/corpus; they start from Seeds and from the fixtures of the tests. An input
# that crashes a reader is left in .build/findings: make it a fixture of a test, and correct the reader.
set -euo pipefail
cd "$(dirname "$0")"
reader=${1:-all}
seconds=${2:-60}
flags=(-c release -Xswiftc -sanitize=fuzzer,address -Xswiftc -use-ld=lld)
fixtures=../Tests/ParzenFilesTests/Fixtures

fuzz() {
  local name=$1
  shift
  local corpus=.build/corpus/$name
  mkdir -p "$corpus" .build/findings
  for seed in "$@"; do cp "$seed" "$corpus/"; done
  swift build "${flags[@]}" --product "Fuzz$name"
  "$(swift build "${flags[@]}" --show-bin-path)/Fuzz$name" "$corpus" -max_total_time="$seconds" -max_len=4096 \
    -timeout=10 -dict="Dictionaries/$name.dict" -artifact_prefix=".build/findings/$name-" -print_final_stats=1
}

case $reader in
  CSV | all) fuzz CSV Seeds/CSV/* $fixtures/savetxt* ;;&
  NumPy | all) fuzz NumPy $fixtures/*.npy ;;&
  Safetensors | all) fuzz Safetensors $fixtures/*.safetensors ;;&
  CSV | NumPy | Safetensors | all) ;;
  *)
    echo "unknown reader $reader: CSV, NumPy, Safetensors or all" >&2
    exit 64
    ;;
esac
