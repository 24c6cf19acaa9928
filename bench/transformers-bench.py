#!/usr/bin/env python3
"""The measures of `./qwenvl bench`, taken of the same checkpoint with transformers in eager attention.

    python bench/transformers-bench.py CHECKPOINT [--threads 2] [--dtype float32] [--quick] > theirs.json

One JSON object with the names and keys of `./qwenvl bench --json`. What one counts the other counts: a prefill is all
decoder layers over the prompt, the head for its last token and the choice of the next one, positions given; a decode
step reads a cache of 256 tokens (or a page's) and chooses a token for each row; vision is the tower with its merger.
Neither counts preprocessing there. Caches are cut back between laps, outside the time.
"""

import argparse
import json
import statistics
import sys
import time

import torch
import transformers
from transformers import Qwen2_5_VLForConditionalGeneration

FULL = {"prompts": [512, 1856], "steps": 8, "page": (100, 72), "fewest": 3, "most": 20, "seconds": 4.0}
QUICK = {"prompts": [128, 512], "steps": 2, "page": (40, 28), "fewest": 1, "most": 3, "seconds": 0.5}


def lap(work):
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def timed(effort, work, between=lambda: None):
    """As Stopwatch: a warm-up, which counts where it is longer than a measure should be, then laps."""
    laps = []
    warm_up = lap(work)
    between()
    if warm_up[0] > effort["seconds"]:
        laps.append(warm_up)
    spent = sum(wall for wall, _ in laps)
    while len(laps) < effort["fewest"] or (spent < effort["seconds"] and len(laps) < effort["most"]):
        laps.append(lap(work))
        between()
        spent += laps[-1][0]
    return laps


def measure(name, precision, unit, amount, laps, parts=1):
    wall = [seconds / parts for seconds, _ in laps]
    cpu = [seconds / parts for _, seconds in laps]
    best, median = min(wall), statistics.median(wall)
    print(f"  {name:26s} {precision:9s} {amount / best:12,.1f} {amount / median:12,.1f} {unit}/s", file=sys.stderr)
    return {
        "measure": name, "precision": precision, "unit": unit + "/s", "best": amount / best, "median": amount / median,
        "amount": amount, "best_s": best, "median_s": median, "cpu_s": statistics.mean(cpu), "laps": len(laps),
    }


def positions(rows, start, count):
    return torch.arange(start, start + count).expand(3, rows, count)


def measures(model, precision, effort, batches):
    def prompt(rows, tokens):
        ids = torch.tensor([[i * 31 % 256 for i in range(tokens)]] * rows)
        return model(input_ids=ids, position_ids=positions(rows, 0, tokens), use_cache=True, logits_to_keep=1)

    for tokens in effort["prompts"]:
        yield measure(f"prefill {tokens}", precision, "tokens", tokens,
                      timed(effort, lambda: prompt(1, tokens).logits[:, -1].argmax(-1)))

    page = effort["prompts"][-1]
    for past in (min(256, page), page):
        for rows in batches:
            cache = prompt(rows, past).past_key_values
            ids = torch.arange(rows)[:, None]

            def steps():
                for _ in range(effort["steps"]):
                    at = cache.get_seq_length()
                    model(input_ids=ids, position_ids=positions(rows, at, 1), past_key_values=cache,
                          use_cache=True, logits_to_keep=1).logits[:, -1].argmax(-1)

            laps = timed(effort, steps, lambda: cache.crop(-effort["steps"]))
            yield measure(f"decode batch {rows}, at {past}", precision, "tokens", rows, laps, effort["steps"])

    height, width = effort["page"]
    patches = height * width
    pixels = torch.randn(patches, 1176, generator=torch.Generator().manual_seed(1)).to(model.dtype)
    grid = torch.tensor([[1, height, width]])
    yield measure(f"vision {patches} patches", precision, "patches", patches,
                  timed(effort, lambda: model.model.visual(pixels, grid_thw=grid)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32")
    parser.add_argument("--batch", type=lambda text: [int(rows) for rows in text.split(",")], default=[1, 2, 4, 8])
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    model = Qwen2_5_VLForConditionalGeneration.from_pretrained(
        options.checkpoint, dtype=getattr(torch, options.dtype), attn_implementation="eager").eval()
    with torch.inference_mode():
        taken = list(measures(model, options.dtype, QUICK if options.quick else FULL, options.batch))
    json.dump({
        "engine": f"transformers {transformers.__version__}, torch {torch.__version__}, eager attention",
        "model": options.checkpoint.rstrip("/").rsplit("/", 1)[-1],
        "threads": options.threads,
        "measures": taken,
    }, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
