#!/usr/bin/env bash
# What Spark adds: the same pages through `qwenvl run` on local[2] and through the library alone, back to back.
#   bench/spark-overhead.sh CHECKPOINT [PAGES] [OUTPUT-FOLDER]
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
[ $# -ge 1 ] || { sed -n '2,3s/^# *//p' "${BASH_SOURCE[0]}" >&2; exit 2; }
model=$(cd "$1" && pwd)
pages=${2:-208}
out=${3:-$(mktemp -d)}
tokens=$(sed -n 's/^max_new_tokens: *//p' "$home/bench/tasks/bench_page.yaml")
cores=$(getconf _NPROCESSORS_ONLN)
mkdir -p "$out"

trap 'echo "It failed; the logs are in $out" >&2' ERR

# The launcher builds what is missing, and knows which java it takes.
"$home/qwenvl" --version >/dev/null
java=java
[ -z "${JAVA_HOME:-}" ] || java="$JAVA_HOME/bin/java"
rm -rf "$out/pages" "$out/tables"
"$java" "$home/bench/Pages.java" "$out/pages" "$pages"

echo "The library alone, $pages pages ..." >&2
read -r load alone answered prompt written model_alone < <("$java" -Xmx2g -Djava.awt.headless=true \
  -cp "$home/pipeline/target/qwen-vl-spark.jar:$(cat "$home/pipeline/target/cluster.classpath")" \
  "$home/bench/EngineAlone.java" "$model" "$out/pages" "$tokens" "$cores" 2> "$out/alone.log")

echo "  $alone s; qwenvl run on local[2] ..." >&2
summary=$("$home/qwenvl" run --manifest "$out/pages" --model "$model" --output "$out/tables" \
  --task bench_page --tasks-dir "$home/bench/tasks" --conf spark.master='local[2]' 2> "$out/run.log" | head -n 1)
whole=$(sed -n 's/.*skipped; \([0-9.]*\) s,.*/\1/p' <<< "$summary")
run_tokens=$(sed -n 's/.*tokens read, \([0-9]*\) written.*/\1/p' <<< "$summary")
# From the first page's fetch to the last page's answer; rows say when they were made and how long they took.
stage=$("$home/qwenvl" sql --output "$out/tables" \
  "SELECT round((max(unix_micros(created_at)) - min(unix_micros(created_at) - 1000 * timing.total_ms)) / 1e6, 3) AS s FROM results" \
  2> "$out/sql.log" | sed -n 's/^|\([0-9.]*\) *|$/\1/p')
model_run=$("$home/qwenvl" sql --output "$out/tables" "SELECT round(device_seconds, 3) AS s FROM runs" \
  2>> "$out/sql.log" | sed -n 's/^|\([0-9.]*\) *|$/\1/p')

awk -v pages="$pages" -v answered="$answered" -v load="$load" -v alone="$alone" -v stage="$stage" -v whole="$whole" \
  -v written="$written" -v model_alone="$model_alone" -v model_run="$model_run" -v run_tokens="$run_tokens" 'BEGIN {
  printf "  %d pages, %d and %d tokens written\n", pages, written, run_tokens
  printf "  library alone     %8.1f s, and %.1f s to load the model\n", alone, load
  printf "  inference stage   %8.1f s, first fetch to last answer\n", stage
  printf "  qwenvl run        %8.1f s, listing, planning, loading, tables\n", whole
  printf "  of them in the model, library %.1f s, run %.1f s: %.3f times for the same work\n", model_alone, model_run, model_run / model_alone
  printf "  stage / library   %8.3f\n", stage / alone
  printf "  run / library     %8.3f (both with loading)\n", whole / (alone + load)
  other = whole - load - model_run; mine = alone - model_alone
  printf "  outside the model %8.1f s against %.1f s: %.1f %% of the model'"'"'s time more\n", other, mine, 100 * (other - mine) / model_run
  if (answered != pages || written != run_tokens) { print "  UNLIKE WORK: look at the logs"; exit 1 }
}'
echo "  logs and tables: $out"
