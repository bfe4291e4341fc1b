#!/usr/bin/env bash
# The Lua engine alone beside LuaJ: nanoseconds for one run of a script, and their ratio (LuaJ's time by Respite's).
#   lua.sh [--quick]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
time=(-wi 5 -w 2 -i 8 -r 2 -f 1)
[ "${1:-}" = --quick ] && time=(-wi 3 -w 1 -i 5 -r 1 -f 1)
(cd "$root" && ./mvnw -q -ntp -pl integration-tests/benchmarks -am -DskipTests -Dspotless.check.skip=true package)
mkdir -p "$here/target/lua"
java -cp "$here/target/classes:$here/target/lib/*" org.openjdk.jmh.Main LuaBenchmark "${time[@]}" -jvmArgs "-Xms1g -Xmx1g" \
  -rf json -rff "$here/target/lua/result.json" > "$here/target/lua/log" 2>&1 || { tail -20 "$here/target/lua/log" >&2; exit 1; }
python3 - "$here/target/lua/result.json" <<'PY'
import json, sys
times = {}
for run in json.load(open(sys.argv[1])):
    times.setdefault(run["params"]["script"], {})[run["benchmark"].rsplit(".", 1)[1]] = run["primaryMetric"]["score"]
print("| script | Respite ns | LuaJ 3.0.1 ns | ratio |")
print("|---|---:|---:|---:|")
for script, by in times.items():
    print(f"| {script.lower()} | {by['respite']:,.0f} | {by['luaj']:,.0f} | {by['luaj'] / by['respite']:.2f} |")
PY
