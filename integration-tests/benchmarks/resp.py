#!/usr/bin/env python3
"""Respite beside redis-server: requests per second by redis-benchmark, the two in turn.

    resp.py [--rounds 5] [--pipeline 1,16] [--clients 50] [--tests set,get,incr,hset,hget,mset] [--size 64]

Starts both servers on free loopback ports in folders of their own, pinned to the first core with all their threads; the client
runs on the second. Each figure is the median of the rounds; the ratio is the median of the ratios of neighbouring runs, in which
a machine's drift cancels. Needs redis-server and redis-tools, and Respite built (./mvnw package)."""
import argparse
import csv
import io
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
RESPITE = HERE.parent.parent / "server" / "bin" / "respite-server"
# What redis-benchmark does not have as a test of its own.
CUSTOM = {"hget": ["HGET", "myhash", "element:__rand_int__"]}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start(program, folder):
    port = free_port()
    log = open(folder / "out.log", "wb")
    process = subprocess.Popen(
        ["taskset", "-c", "0", str(program), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
         "--dir", str(folder)], stdout=log, stderr=subprocess.STDOUT)
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return process, port
        except OSError:
            time.sleep(0.05)
    sys.exit(f"{program} did not start; see {folder}/out.log")


def measure(options, port, test, pipeline, requests):
    command = ["taskset", "-c", "1", "redis-benchmark", "-p", str(port), "-P", str(pipeline), "-c", str(options.clients),
               "-n", str(requests), "-r", "100000", "-d", str(options.size), "--csv"]
    command += CUSTOM.get(test, ["-t", test])
    out = subprocess.run(command, capture_output=True, text=True, timeout=600, check=True).stdout
    row = [r for r in csv.DictReader(io.StringIO(out)) if r.get("rps")][-1]
    return float(row["rps"]), float(row["p99_latency_ms"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pipeline", default="1,16")
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--tests", default="set,get,incr,hset,hget,mset")
    parser.add_argument("--seconds", type=float, default=1.5, help="about how long one measurement takes")
    parser.add_argument("--warm", type=int, default=400_000, help="requests of each kind before anything is measured")
    options = parser.parse_args()
    if not shutil.which("redis-server") or not shutil.which("redis-benchmark"):
        sys.exit("redis-server and redis-benchmark are needed (Debian: redis-server, redis-tools)")
    folders = [pathlib.Path(tempfile.mkdtemp(prefix="resp-")) for _ in range(2)]
    ours, theirs = start(RESPITE, folders[0]), start("redis-server", folders[1])
    try:
        tests, pipelines = options.tests.split(","), [int(p) for p in options.pipeline.split(",")]
        for test in tests:  # all of them first: a server that has seen one command only is a different one
            for _, port in (ours, theirs):
                measure(options, port, test, 16, options.warm)
        print("| test | pipeline | Respite req/s | redis req/s | ratio | Respite p99 ms | redis p99 ms |")
        print("|---|---:|---:|---:|---:|---:|---:|")
        for pipeline in pipelines:
            for test in tests:
                rate, _ = measure(options, ours[1], test, pipeline, options.warm // 4)
                requests = max(20_000, int(rate * options.seconds))
                pairs = [(measure(options, ours[1], test, pipeline, requests), measure(options, theirs[1], test, pipeline, requests))
                         for _ in range(options.rounds)]
                a, b = zip(*pairs)
                ratio = statistics.median(x[0] / y[0] for x, y in pairs)
                print(f"| {test.upper()} | {pipeline} | {statistics.median(x[0] for x in a):,.0f} | "
                      f"{statistics.median(y[0] for y in b):,.0f} | {ratio:.2f} | {statistics.median(x[1] for x in a):.2f} | "
                      f"{statistics.median(y[1] for y in b):.2f} |", flush=True)
    finally:
        for process, _ in (ours, theirs):
            process.terminate()
            process.wait(20)
        for folder in folders:
            shutil.rmtree(folder)


main()
