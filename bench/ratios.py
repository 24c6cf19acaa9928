#!/usr/bin/env python3
"""How many times faster one bench is than another: python bench/ratios.py OURS.json THEIRS.json

Both files hold what `./qwenvl bench --json` or bench/transformers-bench.py printed. Each of our measures is put beside
the other side's measure of that name, whatever its precision. "wall" compares the best laps, "cpu" processor seconds:
on a machine where other programs run, trust the latter.
"""

import json
import sys


def measures(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    ours, theirs = measures(sys.argv[1]), measures(sys.argv[2])
    if ours["threads"] != theirs["threads"]:
        sys.exit(f"{ours['threads']} threads here, {theirs['threads']} there: measure both with the same")
    other = {measure["measure"]: measure for measure in theirs["measures"]}
    print(f"  {'measure':26s} {'ours':6s} {'best':>11s}   {'theirs':9s} {'best':>11s}   {'wall':>7s} {'cpu':>7s}")
    for measure in ours["measures"]:
        against = other.get(measure["measure"])
        if against is None or "best_s" not in measure:
            continue
        wall = against["best_s"] / measure["best_s"]
        cpu = f"{against['cpu_s'] / measure['cpu_s']:6.2f}x" if measure["cpu_s"] else ""
        print(f"  {measure['measure']:26s} {measure['precision']:6s} {measure['best']:11,.1f}   "
              f"{against['precision']:9s} {against['best']:11,.1f}   {wall:6.2f}x {cpu:>7s}  {measure['unit']}")
    print(f"\n  theirs: {theirs.get('engine', theirs['model'])}; {ours['threads']} threads each")


if __name__ == "__main__":
    main()
