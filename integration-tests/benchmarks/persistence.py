#!/usr/bin/env python3
"""What keeping data costs, Respite beside redis-server.

    persistence.py [--keys 5000000] [--fields 10000000] [--seconds 10] [--tests save,stall,hash,always] [--servers redis,respite]
                   [--lengths 64,40]

save    keys per second and MB per second of SAVE and of loading at the start, RDB and append-only file
stall   the longest and the 99.9th percentile of waiting that a probing client sees, and requests per second of writers, first in
        peace, then during BGSAVE and BGREWRITEAOF of so many keys; and memory at the peak beside memory before
hash    the same during BGSAVE of one hash with so many fields (redis-server has no way to add them faster than others)
always  SET with appendfsync always, 50 clients, pipeline 1 and 16

Both servers run on free loopback ports in folders of their own, pinned to the first core with all their threads, as redis-server's
child is; the clients share the second. Needs redis-server and redis-tools, and Respite built (./mvnw package)."""
import argparse
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time

from servers import RESPITE, Server, encoded

PROGRAMS = {"redis": "redis-server", "respite": RESPITE}


def info(server, field):
    text = server.ask(["INFO", "everything"]).decode()
    found = re.search(rf"^{field}:(.*?)\r?$", text, re.M)
    return found.group(1) if found else ""


def memory(server, what="VmRSS"):
    """Of the server and its children, in MB."""
    total = 0
    for process in [server.process.pid, *children(server.process.pid)]:
        try:
            status = pathlib.Path(f"/proc/{process}/status").read_text()
        except OSError:
            continue
        total += int(re.search(rf"{what}:\s+(\d+)", status).group(1)) if process == server.process.pid else private(process)
    return total / 1024


def children(pid):
    try:
        return [int(p) for p in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def private(pid):
    """KB that a child does not share with its parent."""
    try:
        text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return sum(int(n) for n in re.findall(r"Private_(?:Clean|Dirty):\s+(\d+)", text))


def fill_keys(server, count):
    value = b"v" * 64
    for begin in range(0, count, 10_000):
        server.send(b"".join(
            b"*3\r\n$3\r\nSET\r\n$16\r\nkey:%012d\r\n$64\r\n%b\r\n" % (n, value) for n in range(begin, min(count, begin + 10_000))))


def fill_hash(server, count):
    value = b"v" * 32
    for begin in range(0, count, 10_000):
        words = [b"HSET", b"giant"]
        for n in range(begin, min(count, begin + 10_000)):
            words += [b"field:%012d" % n, value]
        server.send(encoded(words))


class Probe(threading.Thread):
    """One client that asks again as soon as it has an answer, and remembers how long each took."""

    def __init__(self, server, words):
        super().__init__(daemon=True)
        self.link = socket.create_connection(("127.0.0.1", server.port))
        self.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request = encoded(words)
        self.waits, self.going = [], True

    def run(self):
        link, request, clock = self.link, self.request, time.perf_counter
        while self.going:
            before = clock()
            link.sendall(request)
            link.recv(4096)
            self.waits.append(clock() - before)
            time.sleep(0.0005)

    def take(self):
        taken, self.waits = self.waits, []
        return sorted(taken)


def benchmark(server, seconds_or_requests, arguments):
    out = subprocess.run(
        ["taskset", "-c", "1", "redis-benchmark", "-p", str(server.port), "-n", str(seconds_or_requests), "--csv", *arguments],
        capture_output=True, text=True, check=True).stdout.splitlines()
    return float(out[-1].split(",")[1].strip('"'))


class Writers:
    """Writers that go on until they are stopped, at a rate that leaves the server time: their requests are counted by it."""

    def __init__(self, server, loads):
        self.server = server
        self.processes = [subprocess.Popen(
            ["taskset", "-c", "1", "redis-benchmark", "-p", str(server.port), "-l", "-q", "-c", str(20 // len(loads)), *load],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for load in loads]

    def rate(self, seconds, until=None):
        begin, count = time.time(), int(info(self.server, "total_commands_processed"))
        while time.time() - begin < seconds or (until and not until()):
            time.sleep(0.2)
        return (int(info(self.server, "total_commands_processed")) - count) / (time.time() - begin)

    def stop(self):
        for process in self.processes:
            process.kill()
            process.wait()


def row(*cells):
    print("| " + " | ".join(str(c) for c in cells) + " |", flush=True)


def wait_for(server, field, value):
    while info(server, field) != value:
        time.sleep(0.05)


def restarted(server, program, options):
    """Starts again in the same folder; seconds from the log."""
    folder = server.folder
    server.socket.sendall(encoded(["SHUTDOWN", "NOSAVE"]))
    server.process.wait()
    again = Server(program, options=options, folder=folder)
    return again, loaded(again)


def loaded(server):
    """Seconds that loading took, from the log: asking the server would take its time from the loading."""
    while True:
        found = re.findall(r"DB loaded from (?:disk|append only file): ([0-9.]+) seconds", (server.folder / "out.log").read_text())
        if found:
            return float(found[-1])
        time.sleep(0.05)


def save(arguments):
    print(f"\n{arguments.keys:,} keys of 16 bytes with values of 64 bytes, 1 core")
    row("server", "SAVE keys/s", "MB/s", "load RDB keys/s", "MB/s", "load AOF (commands) keys/s")
    row(*["---"] * 6)
    for program in arguments.programs:
        server = Server(program, options=["--appendonly", "yes", "--auto-aof-rewrite-percentage", "0", "--appendfsync", "no"])
        fill_keys(server, arguments.keys)
        begin = time.perf_counter()
        server.send(encoded(["SAVE"]))
        saving = time.perf_counter() - begin
        megabytes = (server.folder / "dump.rdb").stat().st_size / 1e6
        folder = pathlib.Path(str(server.folder) + "-rdb")
        folder.mkdir()
        shutil.copy(server.folder / "dump.rdb", folder)
        server, commands = restarted(server, program, ["--appendonly", "yes", "--auto-aof-rewrite-percentage", "0"])
        server.stop()
        server = Server(program, folder=folder)
        loading = loaded(server)
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
        row(server.name, f"{arguments.keys / saving:,.0f}", f"{megabytes / saving:.0f}", f"{arguments.keys / loading:,.0f}",
            f"{megabytes / loading:.0f}", f"{arguments.keys / commands:,.0f}")


def stall(arguments, giant):
    what = f"one hash of {arguments.fields:,} fields" if giant else f"{arguments.keys:,} keys"
    print(f"\n{what}, 20 writers and a probe; milliseconds of waiting: longest / 99.9th percentile")
    row("server", "phase", "longest", "p99.9", "requests/s", "of peace", "memory / before", "cut, ms")
    row(*["---"] * 8)
    lengths = [int(n) for n in arguments.lengths.split(",")] if arguments.lengths else [32 if giant else 64]
    loads = [["-r", str(arguments.fields), "HSET", "giant", "field:__rand_int__", "v" * n] if giant
             else ["-r", str(arguments.keys), "SET", "key:__rand_int__", "w" * n] for n in lengths]
    probe_words = ["HGET", "giant", "field:000000000001"] if giant else ["GET", "key:000000000001"]
    for program in arguments.programs:
        server = Server(program, options=["--appendonly", "yes", "--appendfsync", "everysec", "--auto-aof-rewrite-percentage", "0"])
        (fill_hash if giant else fill_keys)(server, arguments.fields if giant else arguments.keys)
        server.send(encoded(["BGREWRITEAOF"]))
        wait_for(server, "aof_rewrite_in_progress", "0")
        writers = Writers(server, loads)
        writers.rate(5)
        probe = Probe(server, probe_words)
        probe.start()
        before = memory(server)
        probe.take()
        peace = writers.rate(arguments.seconds)
        waits = probe.take()
        row(server.name, "in peace", f"{waits[-1] * 1e3:.1f}", f"{waits[int(len(waits) * .999)] * 1e3:.1f}", f"{peace:,.0f}", "", "", "")
        for command, field in (("BGSAVE", "rdb_bgsave_in_progress"), ("BGREWRITEAOF", "aof_rewrite_in_progress")):
            peak = [0.0]
            server.send(encoded([command]))

            def ended():
                peak[0] = max(peak[0], memory(server))
                return info(server, field) == "0"
            begin = time.time()
            rate = writers.rate(0.5, ended)
            took = time.time() - begin
            waits = probe.take()
            row(server.name, f"{command} {took:.1f} s", f"{waits[-1] * 1e3:.1f}", f"{waits[int(len(waits) * .999)] * 1e3:.1f}",
                f"{rate:,.0f}", f"{rate / peace:.2f}", f"{peak[0] / before:.2f}", f"{int(info(server, 'latest_fork_usec')) / 1e3:.1f}")
            time.sleep(2)
        probe.going = False
        writers.stop()
        server.stop()


def always(arguments):
    print("\nSET with appendfsync always, 50 clients, requests per second, median of 5")
    row("pipeline", "redis", "Respite", "ratio")
    row(*["---"] * 4)
    servers = [Server(p, options=["--appendonly", "yes", "--appendfsync", "always", "--auto-aof-rewrite-percentage", "0"])
               for p in PROGRAMS.values()]
    for server in servers:
        benchmark(server, 400_000, ["-c", "50", "-P", "4", "-r", "100000", "-d", "64", "-t", "set"])
    for pipeline in (1, 16):
        rates = {s.name: [] for s in servers}
        for _ in range(6):
            for server in servers:
                rates[server.name].append(benchmark(
                    server, 60_000 * (4 if pipeline > 1 else 1), ["-c", "50", "-P", str(pipeline), "-r", "100000", "-d", "64", "-t", "set"]))
        medians = {name: statistics.median(r[1:]) for name, r in rates.items()}
        row(pipeline, f"{medians['redis']:,.0f}", f"{medians['Respite']:,.0f}", f"{medians['Respite'] / medians['redis']:.2f}")
    for server in servers:
        server.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", type=int, default=5_000_000)
    parser.add_argument("--fields", type=int, default=10_000_000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--tests", default="save,stall,hash,always")
    parser.add_argument("--lengths", default="", help="of the values that are written: 64,40 for some of either; as filled if not said")
    parser.add_argument("--servers", default="redis,respite", help="which of them; always needs both")
    arguments = parser.parse_args()
    arguments.programs = [PROGRAMS[name] for name in arguments.servers.split(",")]
    tests = {"save": save, "stall": lambda a: stall(a, False), "hash": lambda a: stall(a, True), "always": always}
    for test in arguments.tests.split(","):
        if test not in tests:
            sys.exit(f"there is no test '{test}'; there are {', '.join(tests)}")
        tests[test](arguments)


if __name__ == "__main__":
    main()
