"""table.py FOLDER PROVIDER...: JMH's JSON results of each provider as one Markdown table, thousand operations a second."""
import json
import pathlib
import sys

folder, providers = pathlib.Path(sys.argv[1]), sys.argv[2:]
scores = {}
for provider in providers:
    for result in json.loads((folder / f"{provider}.json").read_text()):
        line = (result["params"]["values"], result["benchmark"].rsplit(".", 1)[1])
        scores.setdefault(line, {})[provider] = result["primaryMetric"]["score"]
order = ["get", "put", "mixed", "replace", "invoke", "getAll100"]
print("| values | operation | " + " | ".join(providers) + " |")
print("|---|---|" + "---:|" * len(providers))
for values in ("string", "object"):
    for operation in order:
        row = scores.get((values, operation), {})
        cells = [f"{row[p]:,.1f}" if p in row else "" for p in providers]
        print(f"| {values} | {operation} | " + " | ".join(cells) + " |")
