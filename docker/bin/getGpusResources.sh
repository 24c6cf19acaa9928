#!/usr/bin/env bash
# Says which GPUs a container sees, in the form that Spark asks for.
set -euo pipefail
addresses=$(nvidia-smi --query-gpu=index --format=csv,noheader | sed 's/.*/"&"/' | paste -sd,)
echo "{\"name\": \"gpu\", \"addresses\": [$addresses]}"
