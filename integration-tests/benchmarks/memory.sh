#!/usr/bin/env bash
# Bytes of live heap per entry: a million strings, and one hash of a million fields; 16-byte keys, 64-byte values. A set and a
# sorted set of a million members of 13 bytes; beside them what redis-server's used_memory grows by, if it is installed.
# JAVA_HOME chooses the JDK; further arguments go to it, as -XX:+UseCompactObjectHeaders on 25.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
(cd "$here/../.." && ./mvnw -q -ntp -pl integration-tests/benchmarks -am -DskipTests -Dspotless.check.skip=true package)
"${JAVA_HOME:+$JAVA_HOME/bin/}java" -version 2>&1 | head -1
echo "| entries | bytes each |"
echo "|---|---:|"
for row in strings strings-ttl fields fields-ttl set zset; do
  "${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xms4g -Xmx4g -XX:+UseSerialGC "$@" \
    -cp "$here/target/classes:$here/target/lib/*" io.respite.benchmarks.Memory "$row"
done
if command -v redis-server >/dev/null; then
  python3 "$here/members.py"
fi
