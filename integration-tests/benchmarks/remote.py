#!/usr/bin/env python3
"""Caches on a server, side by side: Respite's provider, Redisson's JCache and bare Lettuce, on redis-server and on Respite's own server.

    remote.py [--quick] [--servers redis,respite] [--contenders respite,redisson,lettuce] [--rounds N] [--seconds S]
              [--threads 1,8,64] [--operations get,put,getAll,putAll,invoke,iterate] [--expiry eternal,created] [--starts N] [--uri URI] [--no-build]

Each contender runs in a JVM of its own, alone with its provider on the class path, and is warmed up; then they take turns: for each line of the
table A B C, B C A, C A B ... . Figures are medians over the rounds; ratios are medians of the rounds' own ratios, with the least and the
greatest in brackets. Progress goes to stderr, the tables to stdout, all figures as JSON to target/remote/. The full form takes
about 17 minutes, --quick (redis-server alone) under 3.

The servers run on core 0 when there are several, the contenders where the system puts them. --uri gives another URI for Respite, with
PORT for the port.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import servers

HERE = servers.HERE
ROOT = HERE.parent.parent
OUT = HERE / "target" / "remote"
OPERATIONS = ["get", "put", "getAll", "putAll", "invoke", "iterate"]
NAMES = {"respite": "Respite", "redisson": "Redisson", "lettuce": "Lettuce"}
GOALS = {"redisson": 1.5, "lettuce": 0.85}
REDISSON = """codec: !<org.redisson.client.codec.StringCodec> {}
singleServerConfig:
  address: "redis://127.0.0.1:%d"
"""


def say(text):
    print(text, file=sys.stderr, flush=True)


def build(contenders, skip=False):
    """Compiles the benchmark and finds each contender's class path; what an earlier run has made serves when it is to be skipped."""
    maven = [str(ROOT / "mvnw"), "-q", "-ntp"]
    if not skip:
        # What an earlier build copied may be of other versions.
        shutil.rmtree(HERE / "target" / "lib", ignore_errors=True)
        subprocess.run([*maven, "-pl", "integration-tests/benchmarks", "-am", "-DskipTests", "-Dspotless.check.skip=true", "package"],
                       cwd=ROOT, check=True, stdout=sys.stderr)
    OUT.mkdir(parents=True, exist_ok=True)
    ours = f"{HERE}/target/classes:{HERE}/target/lib/*"
    paths = {"respite": ours, "lettuce": ours}
    if "redisson" in contenders:
        cached = OUT / "redisson.cp"
        if not skip:
            subprocess.run([*maven, "-f", str(HERE / "rivals" / "pom.xml"), "-Predisson",
                            "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath", f"-Dmdep.outputFile={cached}"],
                           cwd=ROOT, check=True, stdout=sys.stderr)
        paths["redisson"] = f"{HERE}/target/classes:{cached.read_text()}"
    return paths


def command(contender, mode, paths, uri, port, folder):
    """The command line of a contender's JVM."""
    kind = "lettuce" if contender == "lettuce" else "jcache"
    if contender == "redisson":
        file = folder / "redisson-jcache.yaml"
        file.write_text(REDISSON % port)
        where = file.as_uri()
    elif contender == "respite":
        where = uri.replace("PORT", str(port))
    else:
        where = f"redis://127.0.0.1:{port}/0"
    heap = ["-Xms512m", "-Xmx512m"] if mode == "serve" else []
    return ["java", *heap, "-Djava.util.logging.config.file=/dev/null", "-cp", paths[contender],
            "io.respite.benchmarks.remote.RemoteBenchmark", mode, kind, where]


class Contender:
    """A contender's JVM, which does what it is told."""

    def __init__(self, name, line, log):
        self.name = name
        self.log = log
        with open(log, "wb") as err:
            self.process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=err, text=True)
        self._answer("ready")

    def ask(self, line, expected):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self._answer(*expected)

    def _answer(self, *expected):
        for line in self.process.stdout:
            # Some libraries print to standard output on their own account.
            if line.split(" ", 1)[0].strip() in expected:
                return line.split(" ", 1)
        say(self.log.read_text(errors="replace")[-3000:])
        sys.exit(f"{NAMES[self.name]} has ended; see {self.log}")

    def run(self, expiry, operation, threads, seconds):
        """Operations a second and microseconds of this JVM's processor time for each; None when it fails."""
        word, rest = self.ask(f"run {expiry} {operation} {threads} {int(seconds * 1000)}", ("done", "failed"))
        if word == "failed":
            say(f"  {NAMES[self.name]} {operation} {threads} {expiry}: {rest.strip()}")
            return None
        count, nanos, cpu = map(int, rest.split())
        return {"rate": count / nanos * 1e9, "cpu": cpu / count / 1000}

    def stop(self):
        self.process.stdin.close()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()


def ratios(runs, one, other):
    """The rounds' ratios of two contenders."""
    return [a["rate"] / b["rate"] for a, b in zip(runs.get(one, []), runs.get(other, [])) if a and b]


def spread(values, goal):
    if not values:
        return ""
    text = f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"
    return text if statistics.median(values) >= goal else f"**{text}**"


def number(values, key, form):
    values = [v[key] for v in values if v]
    return format(statistics.median(values), form) if values else "fails"


def table(title, lines, contenders, against):
    print(f"\n{title}\n")
    heads = ["operation", "threads", "expiry", *(f"{NAMES[c]}/s" for c in contenders), *(f"beside {NAMES[c]}" for c in against),
             *(f"{NAMES[c]} CPU µs" for c in contenders)]
    print("| " + " | ".join(heads) + " |")
    print("|---|---:|---|" + "---:|" * (len(heads) - 3))
    for (operation, threads, expiry), runs in lines.items():
        cells = [operation, str(threads), expiry, *(number(runs[c], "rate", ",.0f") for c in contenders),
                 *(spread(ratios(runs, "respite", c), GOALS[c]) for c in against), *(number(runs[c], "cpu", ",.1f") for c in contenders)]
        print("| " + " | ".join(cells) + " |", flush=True)
    for c in against:
        met = [statistics.median(r) >= GOALS[c] for r in (ratios(runs, "respite", c) for runs in lines.values()) if r]
        print(f"\nBeside {NAMES[c]}: {sum(met)} of {len(met)} lines reach the goal of {GOALS[c]}; the others are set in bold.")


def starts(options, paths, port, folder, contenders):
    """Fresh JVMs in turn: milliseconds to the first value."""
    found = {c: [] for c in contenders}
    for _ in range(options.starts):
        for c in contenders:
            ended = subprocess.run(command(c, "first-get", paths, options.uri, port, folder), capture_output=True, text=True, timeout=120)
            if ended.returncode:
                say(ended.stderr[-3000:])
                sys.exit(f"{NAMES[c]} did not start")
            found[c].append(tuple(map(float, ended.stdout.strip().splitlines()[-1].split())))
    return found


def measure(options, paths, which):
    server = servers.Server(servers.RESPITE if which == "respite" else "redis-server", core=0 if (os.cpu_count() or 1) > 1 else None)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="respite-remote-"))
    contenders = {}
    try:
        for c in options.contenders:
            contenders[c] = Contender(c, command(c, "serve", paths, options.uri, server.port, folder), OUT / f"{which}-{c}.log")
        # A fresh JVM's first value is one of the eternal ones.
        for expiry in dict.fromkeys([*options.expiry, "eternal"]):
            for c in contenders.values():
                c.ask(f"fill {expiry}", ("filled",))
        say(f"{which}: warming up")
        for c in contenders.values():
            for operation in options.operations:
                c.run(options.expiry[0], operation, 8, options.warm)
        lines = {}
        total = len(options.expiry) * len(options.operations) * len(options.threads)
        for expiry in options.expiry:
            for operation in options.operations:
                for threads in options.threads:
                    began = time.time()
                    runs = {c: [] for c in contenders}
                    order = list(contenders.values())
                    for c in order:
                        c.run(expiry, operation, threads, options.settle)
                    for _ in range(options.rounds):
                        for c in order:
                            runs[c.name].append(c.run(expiry, operation, threads, options.seconds))
                        order = order[1:] + order[:1]
                    lines[operation, threads, expiry] = runs
                    say(f"{which} {len(lines)}/{total} {operation} {threads} {expiry}: "
                        + ", ".join(f"{NAMES[c]} {number(runs[c], 'rate', ',.0f')}" for c in runs) + f" ({time.time() - began:.1f} s)")
        for c in contenders.values():
            c.stop()
        say(f"{which}: fresh JVMs")
        began = starts(options, paths, server.port, folder, options.contenders) if options.starts else {}
        return lines, began
    finally:
        for c in contenders.values():
            if c.process.poll() is None:
                c.process.kill()
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words = lambda text: text.split(",")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--servers", type=words)
    parser.add_argument("--contenders", type=words, default=["respite", "redisson", "lettuce"])
    parser.add_argument("--operations", type=words, default=OPERATIONS)
    parser.add_argument("--expiry", type=words, default=["eternal", "created"])
    parser.add_argument("--threads", type=lambda text: [int(t) for t in text.split(",")], default=[1, 8, 64])
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--starts", type=int)
    parser.add_argument("--uri", default="redis://127.0.0.1:PORT/0")
    parser.add_argument("--no-build", action="store_true", help="measure what the last run has built")
    options = parser.parse_args()
    quick = options.quick
    options.servers = options.servers or (["redis"] if quick else ["redis", "respite"])
    options.rounds = options.rounds or (3 if quick else 5)
    options.seconds = options.seconds or (0.2 if quick else 0.6)
    options.starts = (3 if quick else 5) if options.starts is None else options.starts
    options.warm, options.settle = (1, 0.1) if quick else (3, 0.4)
    began = time.time()
    paths = build(options.contenders, options.no_build)
    against = [c for c in options.contenders if c != "respite" and "respite" in options.contenders]
    version = subprocess.run(["redis-server", "--version"], capture_output=True, text=True, check=True).stdout.split()[2].removeprefix("v=")
    for which in options.servers:
        lines, first = measure(options, paths, which)
        (OUT / f"{which}.json").write_text(json.dumps(
            {"lines": [{"operation": o, "threads": t, "expiry": e, "runs": r} for (o, t, e), r in lines.items()], "starts": first}, indent=1))
        server = f"redis-server {version}" if which == "redis" else "Respite's own server"
        table(f"On {server}: operations a second ({options.rounds} rounds of {options.seconds:g} s; for iterate, entries a second)",
              lines, options.contenders, against)
        if first:
            print(f"\nOn {server}: milliseconds to the first value in a fresh JVM\n")
            print("| contender | from getCacheManager, median (least to greatest) | from getCachingProvider, median | CPU time of the JVM, median |")
            print("|---|---:|---:|---:|")
            for c, times in first.items():
                asked, provider, cpu = zip(*times)
                print(f"| {NAMES[c]} | {statistics.median(asked):.0f} ({min(asked):.0f} to {max(asked):.0f}) "
                      f"| {statistics.median(provider):.0f} | {statistics.median(cpu):.0f} |")
    say(f"{time.time() - began:.0f} s in all")


if __name__ == "__main__":
    main()
