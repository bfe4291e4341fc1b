#!/usr/bin/env bash
# Reading from a near cache beside Caffeine by itself: nanoseconds for one get, and their ratio.
#   near.sh [--quick]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
time=(-wi 5 -w 2 -i 8 -r 2 -f 1)
[ "${1:-}" = --quick ] && time=(-wi 3 -w 1 -i 3 -r 1 -f 1)
(cd "$root" && ./mvnw -q -ntp -pl integration-tests/benchmarks -am -DskipTests -Dspotless.check.skip=true package)
mkdir -p "$here/target/near"
for threads in 1 8; do
  java -cp "$here/target/classes:$here/target/lib/*" org.openjdk.jmh.Main NearCacheBenchmark -t "$threads" "${time[@]}" -jvmArgs "-Xms1g -Xmx1g" \
    -rf json -rff "$here/target/near/$threads.json" > "$here/target/near/log" 2>&1 || { tail -20 "$here/target/near/log" >&2; exit 1; }
done
python3 - "$here/target/near" <<'PY'
import json, sys
print("| threads | values | near cache ns | Caffeine ns | ratio |")
print("|---:|---|---:|---:|---:|")
for threads in (1, 8):
    times = {}
    for run in json.load(open(f"{sys.argv[1]}/{threads}.json")):
        times.setdefault(run["params"]["values"], {})[run["params"]["cache"]] = run["primaryMetric"]["score"]
    for values, by in times.items():
        print(f"| {threads} | {values} | {by['near']:,.1f} | {by['caffeine']:,.1f} | {by['near'] / by['caffeine']:.2f} |")
PY
