#!/usr/bin/env bash
# What @CacheResult costs on a hit, in nanoseconds: Respite on Weld 6, and the reference implementation of the annotations (javax) with
# that of the cache on Weld 3, the last that it can run on; the same bean, each alone on its class path.
#   interceptors.sh [--quick]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
time=(-wi 5 -w 2 -i 5 -r 2 -f 2)
[ "${1:-}" != --quick ] || time=(-wi 3 -w 1 -i 3 -r 1 -f 1)
(cd "$root" && ./mvnw -q -ntp -pl integration-tests/benchmarks -am -DskipTests -Dspotless.check.skip=true package)
out="$here/target/interceptors"
mkdir -p "$out"
ri=org.jsr107.ri.annotations.cdi
for rival in respite reference; do
  (cd "$root" && ./mvnw -q -ntp -f "$here/rivals/pom.xml" -Pinterceptors-"$rival" \
    org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath -Dmdep.outputFile="$out/$rival.cp")
  classpath="$here/target/classes:$(cat "$out/$rival.cp")"
  options=(-Dorg.jboss.weld.bootstrap.concurrentDeployment=false)
  if [ "$rival" = respite ]; then
    classpath="$here/target/classes:$here/target/lib/*:$(cat "$out/$rival.cp")"
  else
    options+=("-Dcontainer.enable=$ri.CacheResultInterceptor,$ri.CachePutInterceptor,$ri.CacheRemoveEntryInterceptor,$ri.CacheRemoveAllInterceptor")
    options+=(--add-opens java.base/java.lang=ALL-UNNAMED)
  fi
  echo "== $rival" >&2
  java -cp "$classpath" org.openjdk.jmh.Main InterceptorBenchmark "${time[@]}" -jvmArgs "-Xms1g -Xmx1g ${options[*]}" \
    -rf json -rff "$out/$rival.json" >"$out/$rival.log" 2>&1 || { tail -30 "$out/$rival.log" >&2; exit 1; }
  grep -qE "^<failure>|ERROR" "$out/$rival.log" && { grep -B2 -A12 -E "<failure>|ERROR" "$out/$rival.log" | head -30 >&2; exit 1; }
done
python3 - "$out" <<'P'
import json, sys
rows = {}
for rival in ("respite", "reference"):
    for result in json.load(open(f"{sys.argv[1]}/{rival}.json")):
        rows.setdefault(result["benchmark"].rsplit(".", 1)[1], {})[rival] = result["primaryMetric"]["score"]
print("| call | Respite ns | reference ns |\n|---|---:|---:|")
for name in ("plainCall", "cacheAlone", "cacheResult"):
    print(f"| {name} | {rows[name]['respite']:.0f} | {rows[name]['reference']:.0f} |")
P
