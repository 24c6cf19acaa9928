#!/bin/sh
# Tells Spark which GPUs this machine or container has, as one line of JSON:
#   {"name": "gpu", "addresses": ["0", "1"]}
# For spark.executor.resource.gpu.discoveryScript and, on standalone workers, spark.worker.resource.gpu.discoveryScript.
# The numbers are nvidia-smi's: set CUDA_DEVICE_ORDER=PCI_BUS_ID (spark.executorEnv.) so that CUDA counts alike.
set -eu
numbers=$(nvidia-smi --query-gpu=index --format=csv,noheader) || {
  echo "getGpusResources.sh: nvidia-smi failed; is the driver installed, and the GPU given to this container?" >&2
  exit 1
}
addresses=$(printf '%s\n' "$numbers" | tr -d ' ' | sed 's/.*/"&"/' | paste -s -d, -)
printf '{"name": "gpu", "addresses": [%s]}\n' "$addresses"
