#!/usr/bin/env bash
# Measures a checkpoint here and with transformers, back to back with the same threads, and prints the ratios.
#   bench/compare.sh CHECKPOINT [THREADS] [OUTPUT-FOLDER] [further options for both, such as --quick]
# PYTHON names a Python with torch and transformers (default: python3).
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
[ $# -ge 1 ] || { sed -n '2,4s/^# *//p' "${BASH_SOURCE[0]}" >&2; exit 2; }
model=$1
threads=${2:-$(getconf _NPROCESSORS_ONLN)}
out=${3:-$(mktemp -d)}
mkdir -p "$out"

echo "qwen-vl-spark, $threads threads ..." >&2
"$home/qwenvl" bench --model "$model" --threads "$threads" --json "${@:4}" > "$out/qwenvl.json"
echo "transformers, $threads threads ..." >&2
"${PYTHON:-python3}" "$home/bench/transformers-bench.py" "$model" --threads "$threads" "${@:4}" > "$out/transformers.json"

python3 "$home/bench/ratios.py" "$out/qwenvl.json" "$out/transformers.json"
echo "  both reports: $out"
