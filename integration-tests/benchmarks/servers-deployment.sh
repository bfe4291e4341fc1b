#!/usr/bin/env bash
# What the provider adds to a WAR on Open Liberty and on WildFly: the same application without it, with the libraries that it needs, which servers scan, and
# with it and a cache that has been used. Each deployment is into a server that has just started with none. servers-deployment.sh [rounds]; a round takes 4 minutes.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
servers=$root/integration-tests/servers
(cd "$root" && ./mvnw -q -ntp -pl integration-tests/servers/liberty,integration-tests/servers/wildfly -am -DskipTests -Dspotless.check.skip=true pre-integration-test)
out="$here/target/servers-deployment"
rm -rf "$out"
mkdir -p "$out/war/WEB-INF/classes/io/respite/servers"
cp -r "$servers/application/target/classes/io/respite/servers/timing" "$out/war/WEB-INF/classes/io/respite/servers/"
cat >"$out/war/WEB-INF/beans.xml" <<'B'
<beans xmlns="https://jakarta.ee/xml/ns/jakartaee" version="4.0" bean-discovery-mode="annotated"/>
B
jar --create --file "$out/without.war" -C "$out/war" .
cp -r "$servers/application/target/war-libraries" "$out/war/WEB-INF/lib"
rm "$out/war/WEB-INF/lib"/respite-*.jar
jar --create --file "$out/libraries.war" -C "$out/war" .
cp "$servers/application/target/war-libraries"/respite-*.jar "$out/war/WEB-INF/lib/"
jar --create --file "$out/with.war" -C "$out/war" .
exec python3 "$here/servers-deployment.py" "$servers" "$out" "${1:-5}"
