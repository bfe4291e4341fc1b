#!/usr/bin/env python3
"""Respite beside redis-server: requests per second by redis-benchmark, the two in turn.

    resp.py [--rounds 5] [--pipeline 1,16] [--clients 50] [--tests set,get,...] [--size 64] [--seconds 1.5] [--warm 400000] [--unix]

Starts both servers on free loopback ports in folders of their own, pinned to the first core with all their threads; the client
runs on the second. Each figure is the median of the rounds; the ratio is the median of the ratios of neighbouring runs, in which
a machine's drift cancels. Beside requests per second it shows the processor time that each server took for a request, which
hardly depends on what else the machine does; that ratio is redis-server's time by Respite's, so that more is better in both.
Needs redis-server and redis-tools, and Respite built (./mvnw package)."""
import argparse
import hashlib
import json
import random
import shutil
import statistics
import subprocess
import sys

from servers import RESPITE, Server

MANY = 100_000
FILL = 1_000
"""Elements to a request when a key is filled."""


def batches(count):
    return (range(i, min(i + FILL, count)) for i in range(0, count, FILL))


def members(command, key, count):
    for numbers in batches(count):
        yield [command, key, *(f"element:{n:012d}" for n in numbers)]


def scored(key, count):
    for numbers in batches(count):
        yield ["ZADD", key, *(word for n in numbers for word in (n, f"element:{n:012d}"))]


def places(key, count):
    dice = random.Random(1)
    for numbers in batches(count):
        yield ["GEOADD", key, *(word for n in numbers for word in (
            f"{dice.uniform(-180, 180):.6f}", f"{dice.uniform(-85, 85):.6f}", f"place:{n:012d}"))]


class Test:
    """One kind of request. What redis-benchmark has as a test of its own is asked for by its name there, the rest by its words."""

    def __init__(self, ask, key="", fill=None, each_round=False):
        self.ask, self.key, self.fill, self.each_round = ask, key, fill, each_round

    def prepare(self, server, requests, round_begins):
        """Before the first measurement, and before every one where requests use the key up or let it grow."""
        if self.key and (self.each_round or round_begins):
            server.fill([["DEL", self.key]])
            if self.fill:
                server.fill(self.fill(requests), batch=4)


class Script(Test):
    """An EVALSHA; the arguments behind the digest as EVALSHA takes them."""

    def __init__(self, text, *arguments):
        super().__init__(["EVALSHA", hashlib.sha1(text.encode()).hexdigest(), *arguments])
        self.text = text

    def prepare(self, server, requests, round_begins):
        server.fill([["SCRIPT", "LOAD", self.text]])


DOCUMENT = json.dumps({"id": 4711, "name": "A customer of some length", "tags": ["a", "b", "c"], "active": True, "balance": 1234.5,
                       "orders": [{"id": n, "item": f"item number {n}", "price": n * 1.25, "count": n} for n in range(14)]})
"""About a kilobyte."""

TESTS = {
    "set": Test("set"),
    "get": Test("get"),
    "incr": Test("incr"),
    "hset": Test("hset"),
    "hget": Test(["HGET", "myhash", "element:__rand_int__"]),
    "mset": Test("mset"),
    "lpush": Test("lpush", "mylist", None, True),
    "rpop": Test("rpop", "mylist", lambda requests: members("RPUSH", "mylist", requests), True),
    "lrange_100": Test(["LRANGE", "hundreds", "0", "99"], "hundreds", lambda _: members("RPUSH", "hundreds", MANY)),
    "sadd": Test("sadd"),
    "spop": Test("spop", "myset", lambda requests: members("SADD", "myset", requests), True),
    "zadd": Test("zadd"),
    "zrange_100": Test(["ZRANGE", "ranks", "0", "99"], "ranks", lambda _: scored("ranks", MANY)),
    "zpopmin": Test("zpopmin", "myzset", lambda requests: scored("myzset", requests), True),
    "xadd": Test(["XADD", "mystream", "*", "myfield", "__data__"], "mystream", None, True),
    "pfadd": Test(["PFADD", "visitors", "element:__rand_int__"]),
    "geosearch": Test(["GEOSEARCH", "places", "FROMMEMBER", "place:__rand_int__", "BYRADIUS", "100", "km"], "places",
                      lambda _: places("places", MANY)),
    "eval_key": Script("return KEYS[1]", "1", "key:__rand_int__"),
    "eval_get_set": Script("local v = redis.call('GET', KEYS[1]) redis.call('SET', KEYS[1], ARGV[1]) return v",
                           "1", "key:__rand_int__", "__data__"),
    "eval_loop": Script("local s = 0 for i = 1, 100 do s = s + i if i % 10 == 0 then redis.call('GET', KEYS[1]) end end return s",
                        "1", "key:__rand_int__"),
    "eval_json": Script("local d = cjson.decode(ARGV[1]) d.visits = #d.orders return cjson.encode(d)", "0", DOCUMENT),
    "eval_rate": Script("local n = redis.call('INCR', KEYS[1]) if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end "
                        "if n > tonumber(ARGV[2]) then return 0 end return 1", "1", "rate:__rand_int__", "10000", "50"),
}


def ask(options, server, test, pipeline, requests):
    """Requests a second, 99th percentile in milliseconds, and microseconds of the server's processor time for each."""
    where = ["-s", str(server.folder / "socket")] if options.unix else ["-p", str(server.port)]
    command = ["taskset", "-c", "1", "redis-benchmark", *where, "-P", str(pipeline), "-c", str(options.clients),
               "-n", str(requests), "-r", str(MANY), "-d", str(options.size), "--csv"]
    if isinstance(test.ask, str):
        command += ["-t", test.ask]
    else:
        command += [word.replace("__data__", "x" * options.size) for word in test.ask]
    before = server.cpu_seconds()
    out = subprocess.run(command, capture_output=True, text=True, timeout=600, check=True).stdout
    took = server.cpu_seconds() - before
    # The first column is the request as it was given, quotation marks and commas included: columns are counted from the end.
    _, rate, _, _, _, _, p99, _ = out.strip().splitlines()[-1].strip('"').rsplit('","', 7)
    return float(rate), float(p99), took * 1e6 / requests


def measure(options, servers, name, pipeline):
    test = TESTS[name]
    for server in servers:
        test.prepare(server, options.warm, True)
    rate, _, _ = ask(options, servers[0], test, pipeline, max(20_000, options.warm // 4))
    requests = min(options.most, max(20_000, int(rate * options.seconds)))
    rounds = []
    for _ in range(options.rounds):
        pair = []
        for server in servers:
            test.prepare(server, requests, False)
            pair.append(ask(options, server, test, pipeline, requests))
        rounds.append(pair)
    a, b = zip(*rounds)
    median = statistics.median
    rates = median(x[0] / y[0] for x, y in rounds)
    times = median(y[2] / x[2] for x, y in rounds)
    print(f"| {name.upper()} | {pipeline} | {median(x[0] for x in a):,.0f} | {median(y[0] for y in b):,.0f} | {rates:.2f} | "
          f"{median(x[2] for x in a):.2f} | {median(y[2] for y in b):.2f} | {times:.2f} | {median(x[1] for x in a):.2f} | "
          f"{median(y[1] for y in b):.2f} |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pipeline", default="1,16")
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--unix", action="store_true", help="over unix sockets, which cost the client's core half as much")
    parser.add_argument("--tests", default=",".join(TESTS))
    parser.add_argument("--seconds", type=float, default=1.5, help="about how long one measurement takes")
    parser.add_argument("--most", type=int, default=1_500_000, help="requests of one measurement at most: some fill memory")
    parser.add_argument("--warm", type=int, default=400_000, help="requests of each kind before anything is measured")
    options = parser.parse_args()
    if not shutil.which("redis-server") or not shutil.which("redis-benchmark"):
        sys.exit("redis-server and redis-benchmark are needed (Debian: redis-server, redis-tools)")
    names, pipelines = options.tests.split(","), [int(p) for p in options.pipeline.split(",")]
    unknown = [name for name in names if name not in TESTS]
    if unknown:
        sys.exit(f"no such test: {', '.join(unknown)}; there are {', '.join(TESTS)}")
    more = ["--unixsocket", "socket"] if options.unix else []
    servers = [Server(RESPITE, options=more), Server("redis-server", options=more)]
    try:
        for name in names:  # all of them first: a server that has seen one command only is a different one
            for server in servers:
                TESTS[name].prepare(server, options.warm, True)
                ask(options, server, TESTS[name], 16, options.warm)
        print("| test | pipeline | Respite req/s | redis req/s | ratio | Respite CPU µs | redis CPU µs | CPU ratio "
              "| Respite p99 ms | redis p99 ms |")
        print("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
        for pipeline in pipelines:
            for name in names:
                measure(options, servers, name, pipeline)
    finally:
        for server in servers:
            server.stop()


if __name__ == "__main__":
    main()
