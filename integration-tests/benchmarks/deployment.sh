#!/usr/bin/env bash
# What an application pays for having caches: milliseconds of its start, in a new JVM each time, with and without the cache annotations switched
# on (Weld 6, one bean), and bytes and threads of an idle one, embedded and on a respite-server.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
(cd "$root" && ./mvnw -q -ntp -pl integration-tests/benchmarks -am -DskipTests -Dspotless.check.skip=true package)
out="$here/target/interceptors"
mkdir -p "$out"
(cd "$root" && ./mvnw -q -ntp -f "$here/rivals/pom.xml" -Pinterceptors-respite \
  org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath -Dmdep.outputFile="$out/respite.cp")
classpath="$here/target/classes:$here/target/lib/*:$(cat "$out/respite.cp")"
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
for enabled in false true; do
  times=$(for _ in 1 2 3 4 5 6 7 8 9; do
    java -Xshare:auto -Dorg.jboss.logging.provider=slf4j "-Drespite.cdi.enabled=$enabled" -cp "$classpath" io.respite.benchmarks.Deployment start 2>/dev/null | grep -E '^[0-9]+$'
  done | median)
  echo "start, annotations $([ $enabled = true ] && echo on || echo off): $times ms (median of 9)"
done
echo "idle, embedded: $(java -Xmx1g -XX:+UseSerialGC -XX:-UseTLAB -cp "$classpath" io.respite.benchmarks.Deployment idle respite:embedded 2>/dev/null)"
port=$((20000 + RANDOM % 10000))
"$root/server/bin/respite-server" --port "$port" --bind 127.0.0.1 --save "" >/dev/null 2>&1 &
server=$!
trap 'kill $server' EXIT
for _ in $(seq 50); do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.2; done
echo "idle, remote: $(java -Xmx1g -XX:+UseSerialGC -XX:-UseTLAB -cp "$classpath" io.respite.benchmarks.Deployment idle "redis://127.0.0.1:$port/0" 2>/dev/null)"
