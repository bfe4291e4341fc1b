"""Deploys the three WARs of servers-deployment.sh by turns and prints a table in Markdown.

Time by the clock is the servers' own: Open Liberty writes how long an application took to start, WildFly writes when it began and when it was done. Processor time is the whole JVM's from the deployment until the first request is answered, and matters where the machine is busy. Heap is
what is live after a full collection (the sum of a class histogram), threads are Java's; both of the server with the application deployed and called once.
"""

import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path


# What is held softly may go at any time and is not counted.
JVM = ["-Xmx512m", "-XX:SoftRefLRUPolicyMSPerMB=0", "-Djava.net.preferIPv4Stack=true"]


WARS = {"without": "without Respite", "libraries": "with the libraries it needs", "with": "with Respite"}


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def wait(what, found, seconds=180):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = found()
        if result is not None:
            return result
        time.sleep(0.1)
    sys.exit(f"no {what} within {seconds} s")


class Liberty:
    name = "Open Liberty"

    def __init__(self, servers, out):
        self.home = servers / "liberty/target/wlp"
        self.folder = out / "liberty"
        self.server = self.folder / "servers/measured"

    def start(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.server / "dropins").mkdir(parents=True)
        (self.port,) = free_ports(1)
        (self.server / "server.xml").write_text(
            f"""<server><featureManager><feature>cdi-4.0</feature><feature>restfulWS-3.1</feature><feature>servlet-6.0</feature></featureManager>
            <httpEndpoint id="defaultHttpEndpoint" host="127.0.0.1" httpPort="{self.port}" httpsPort="-1"/>
            <applicationMonitor pollingRate="100ms"/></server>"""
        )
        (self.server / "jvm.options").write_text("\n".join(JVM))
        self.log = self.server / "logs/messages.log"
        return subprocess.Popen(
            [self.home / "bin/server", "run", "measured"],
            env={**os.environ, "WLP_USER_DIR": str(self.folder)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def ready(self, text):
        return "CWWKF0011I" in text or None

    def deploy(self, war):
        shutil.copy(war, self.folder / "measured.war")
        os.rename(self.folder / "measured.war", self.server / "dropins/measured.war")

    def millis(self, text):
        found = re.search(r"CWWKZ0001I: Application measured started in ([\d.,]+) seconds", text)
        return found and 1000 * float(found[1].replace(",", ""))


class WildFly:
    name = "WildFly"

    def __init__(self, servers, out):
        (self.home,) = (servers / "wildfly/target").glob("wildfly-*.Final")
        self.folder = out / "wildfly"

    def start(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.home / "standalone/configuration", self.folder / "configuration")
        (self.folder / "deployments").mkdir()
        self.port, https, management = free_ports(3)
        self.log = self.folder / "log/server.log"
        return subprocess.Popen(
            [
                self.home / "bin/standalone.sh",
                f"-Djboss.server.base.dir={self.folder}",
                f"-Djboss.http.port={self.port}",
                f"-Djboss.https.port={https}",
                f"-Djboss.management.http.port={management}",
                "-Djboss.bind.address=127.0.0.1",
                "-Djboss.bind.address.management=127.0.0.1",
            ],
            env={**os.environ, "JAVA_OPTS": " ".join(JVM)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def ready(self, text):
        return "WFLYSRV0025" in text or None

    def deploy(self, war):
        shutil.copy(war, self.folder / "deployments/measured.war")
        (self.folder / "deployments/measured.war.dodeploy").touch()

    def millis(self, text):
        began = re.search(r"(\d+):(\d+):(\d+),(\d+) .*WFLYSRV0027", text)
        done = re.search(r"(\d+):(\d+):(\d+),(\d+) .*WFLYSRV0010", text)
        if not began or not done:
            return None
        hours, minutes, seconds, millis = (int(b) - int(a) for a, b in zip(began.groups(), done.groups()))
        return ((hours * 60 + minutes) * 60 + seconds) * 1000 + millis


def java_of(group):
    """The JVM among the processes of a server's group: the one that jcmd can ask."""
    for line in subprocess.run(["ps", "-eo", "pid,pgid,comm"], capture_output=True, text=True).stdout.splitlines()[1:]:
        pid, pgid, command = line.split(None, 2)
        if int(pgid) == group and command.startswith("java"):
            return pid
    return None


def processor_millis(pid):
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return 1000 * (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def jcmd(pid, *command):
    return subprocess.run(["jcmd", pid, *command], capture_output=True, text=True, check=True).stdout


def one(server, war):
    process = server.start()
    try:
        read = lambda: server.log.read_text(errors="replace") if server.log.exists() else ""
        wait("start of " + server.name, lambda: server.ready(read()))
        time.sleep(3)  # Servers go on with themselves for a moment.
        pid = java_of(process.pid)
        processor = processor_millis(pid)
        server.deploy(war)
        millis = wait("deployment on " + server.name, lambda: server.millis(read()))
        began = time.monotonic()
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/measured/1", timeout=60) as answer:
            if b"plain" not in answer.read():
                sys.exit("the application does not answer")
        first = 1000 * (time.monotonic() - began)
        processor = processor_millis(pid) - processor
        time.sleep(6)  # Threads of the start end.
        jcmd(pid, "GC.run")
        histogram = jcmd(pid, "GC.class_histogram")
        heap = int(re.search(r"Total\s+\d+\s+(\d+)", histogram)[1]) / 1048576
        threads = jcmd(pid, "Thread.print").count("java.lang.Thread.State")
        return millis, first, processor, heap, threads
    finally:
        # Its folder goes away with it, so nothing has to be ended in order.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def main():
    servers, out, rounds = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    print("load before:", os.getloadavg(), flush=True)
    print("| server | application | deployment, ms | first request, ms | processor, ms | live heap, MB | threads |")
    print("|---|---|---:|---:|---:|---:|---:|")
    found = {(server, war): [] for server in (Liberty(servers, out), WildFly(servers, out)) for war in WARS}
    for server, war in found:
        if war == "with":
            one(server, out / "with.war")  # Warms the file system's cache.
    for _ in range(rounds):
        for (server, war), figures in found.items():
            figures.append(one(server, out / f"{war}.war"))
            print(server.name, war, figures[-1], file=sys.stderr, flush=True)
    for (server, war), figures in found.items():
        cells = [
            f"{statistics.median(column):,.{digits}f} ({min(column):,.{digits}f} to {max(column):,.{digits}f})"
            for column, digits in zip(zip(*figures), (0, 0, 0, 1, 0))
        ]
        print(f"| {server.name} | {WARS[war]} | {' | '.join(cells)} |")
    print("load after:", os.getloadavg())


main()
