#!/usr/bin/env bash
# Fuzzes the readers of files: ./run.sh [reader|all] [seconds for each]. Linux, with a Swift toolchain from swift.org.
#
# Readers: CSV, NumPy, Archive, Safetensors, Configuration, Weights, Checkpoint, Particles, Fit. The inputs found so far
# are kept in .build/corpus; they start from Corpus, which the tests read as well. An input that crashes a reader,
# leaks, takes ten seconds or 600 MB is left in .build/findings: correct the reader, and add the input to Corpus.
set -euo pipefail
cd "$(dirname "$0")"
readers="CSV NumPy Archive Safetensors Configuration Weights Checkpoint Particles Fit"
reader=${1:-all}
seconds=${2:-60}
flags=(-c release -Xswiftc -sanitize=fuzzer,address -Xswiftc -use-ld=lld)

fuzz() {
  local name=$1 dictionary=Dictionaries/Safetensors.dict
  local corpus=.build/corpus/$name
  mkdir -p "$corpus" .build/findings
  cp Corpus/"$name"/* "$corpus"/
  case $name in
    CSV | NumPy | Fit) dictionary=Dictionaries/$name.dict ;;
    Archive) dictionary=Dictionaries/NumPy.dict ;;
    Configuration) dictionary=Dictionaries/JSON.dict ;;
  esac
  swift build "${flags[@]}" --product "Fuzz$name"
  "$(swift build "${flags[@]}" --show-bin-path)/Fuzz$name" "$corpus" -max_total_time="$seconds" -max_len=8192 \
    -timeout=10 -rss_limit_mb=600 -dict="$dictionary" -artifact_prefix=".build/findings/$name-" -print_final_stats=1
}

case " $readers all " in
  *" $reader "*) ;;
  *)
    echo "unknown reader $reader: $readers or all" >&2
    exit 64
    ;;
esac
if [ "$reader" = all ]; then
  for name in $readers; do fuzz "$name"; done
else
  fuzz "$reader"
fi
