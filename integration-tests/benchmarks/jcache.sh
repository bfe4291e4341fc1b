#!/usr/bin/env bash
# JCache providers side by side, each alone on its class path: prints a table of thousand operations per second.
#   jcache.sh [--quick] [--threads N] [provider ...]
# Providers: respite respite-fory caffeine cache2k ehcache infinispan (all by default), hazelcast (which keeps 10,000
# entries unless a class of its own configures the cache, so that it loses the rest and the run says so).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
time=(-wi 4 -w 2 -i 5 -r 2 -f 1)
threads=1
while [[ "${1:-}" == --* ]]; do
  case "$1" in
    --quick) time=(-wi 3 -w 1 -i 3 -r 1 -f 1); shift ;;
    --threads) threads=$2; shift 2 ;;
    *) echo "Unknown option $1" >&2; exit 2 ;;
  esac
done
providers=("$@")
[ ${#providers[@]} -gt 0 ] || providers=(respite respite-fory caffeine cache2k ehcache infinispan)
(cd "$root" && ./mvnw -q -ntp -pl integration-tests/benchmarks -am -DskipTests -Dspotless.check.skip=true package)
out="$here/target/jcache"
mkdir -p "$out"
for provider in "${providers[@]}"; do
  extra=()
  case "$provider" in
    respite) classpath="$here/target/classes:$here/target/lib/*" ;;
    respite-fory)
      classpath="$here/target/classes:$here/target/lib/*"
      extra=(-p values=object -p configuration=io.respite.benchmarks.ForyConfiguration) ;;
    *)
      (cd "$root" && ./mvnw -q -ntp -f "$here/rivals/pom.xml" -P"$provider" \
        org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath -Dmdep.outputFile="$out/$provider.cp")
      classpath="$here/target/classes:$here/rivals:$(cat "$out/$provider.cp")" ;;
  esac
  echo "== $provider" >&2
  # Hazelcast would look for peers on the network; one member on the loopback is what is measured here.
  java -Dhazelcast.config="$here/rivals/hazelcast.xml" -Dhazelcast.phone.home.enabled=false -Dhazelcast.jcache.provider.type=member -Djava.net.preferIPv4Stack=true \
    -cp "$classpath" org.openjdk.jmh.Main JCacheBenchmark -t "$threads" "${time[@]}" "${extra[@]}" \
    -jvmArgs "-Xms2g -Xmx2g -Dhazelcast.config=$here/rivals/hazelcast.xml -Dhazelcast.phone.home.enabled=false -Dhazelcast.jcache.provider.type=member -Djava.net.preferIPv4Stack=true" \
    -rf json -rff "$out/$provider.json" > "$out/$provider.log" 2>&1 || { tail -20 "$out/$provider.log" >&2; exit 1; }
done
python3 "$here/table.py" "$out" "${providers[@]}"
