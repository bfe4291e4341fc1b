#!/usr/bin/env bash
# What @CacheResult costs on a hit within Payara Micro: by Respite's interceptors, and by Payara's own with its Hazelcast. Each server runs in a
# network namespace of its own, because Payara's Hazelcast listens on all interfaces; so this needs root.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
servers=$root/integration-tests/servers
(cd "$root" && ./mvnw -q -ntp -pl integration-tests/servers/payara -am -DskipTests -Dspotless.check.skip=true pre-integration-test)
out="$here/target/payara"
rm -rf "$out"
mkdir -p "$out/war/WEB-INF/classes/io/respite/servers"
cp -r "$servers/application/target/classes/io/respite/servers/timing" "$out/war/WEB-INF/classes/io/respite/servers/"
cat >"$out/war/WEB-INF/beans.xml" <<'X'
<beans xmlns="https://jakarta.ee/xml/ns/jakartaee" version="4.0" bean-discovery-mode="annotated"/>
X
jar --create --file "$out/bare.war" -C "$out/war" .
cp -r "$servers/application/target/war-libraries" "$out/war/WEB-INF/lib"
jar --create --file "$out/respite.war" -C "$out/war" .
measure() { # name, war, options
  local name=$1 war=$2
  shift 2
  unshare -n bash -c '
    ip link set lo up
    java -Xmx1g -Djava.net.preferIPv4Stack=true -jar "$1" --deploy "$2" --contextRoot / --disablephonehome --port 18080 "${@:4}" >"$3" 2>&1 &
    server=$!
    trap "kill $server" EXIT
    for _ in $(seq 240); do grep -q "ready in" "$3" && break; sleep 1; done
    for _ in 1 2 3; do curl -sS http://127.0.0.1:18080/100000; echo; done' \
    payara "$servers/payara/target/payara-micro.jar" "$out/$war" "$out/$name.log" "$@" | tail -1 | sed "s/^/$name: /"
}
measure "Respite" respite.war --nohazelcast
measure "Payara with Hazelcast" bare.war --nocluster
