#!/usr/bin/env python3
"""What an operation costs in a small and in a large collection: microseconds of the server's processor time for a request.

    growth.py [--small 10000] [--large 10000000] [--requests 400000] [--heap 7g]

A sorted set, a list and a stream of each size, in Respite and in redis-server, one after the other, and each asked the same
random questions in batches of 100. A server's cost is its own time in user and kernel mode, so it does not matter that the
client is a script. A cost that grows with the logarithm of the size, or with the misses of a processor's cache, shows as a
column of ratios a little above one; a cost that grows with the size itself would show as a thousand."""
import argparse
import random
import shutil
import sys

from servers import RESPITE, Server, encoded

BATCH = 100
FILL = 500


def zset(size):
    dice = random.Random(1)
    for first in range(0, size, FILL):
        yield ["ZADD", "zset", *(w for n in range(first, min(first + FILL, size)) for w in (repr(dice.random()), f"member:{n:08d}"))]


def rows(size):
    for first in range(0, size, FILL):
        yield ["RPUSH", "list", *(f"element:{n:08d}" for n in range(first, min(first + FILL, size)))]


def stream(size):
    for n in range(1, size + 1):
        yield ["XADD", "stream", f"{n}-0", "field", f"value:{n:08d}"]


# Collection -> how it is filled, requests to a batch while it is, and the questions; each takes dice and the size.
COLLECTIONS = {
    "zset": (zset, 4, {
        "ZADD (new score)": lambda dice, size: ["ZADD", "zset", repr(dice.random()), f"member:{dice.randrange(size):08d}"],
        "ZRANK": lambda dice, size: ["ZRANK", "zset", f"member:{dice.randrange(size):08d}"],
        "ZRANGE by rank, 10": lambda dice, size: (lambda at: ["ZRANGE", "zset", at, at + 9])(dice.randrange(size - 10)),
    }),
    "list": (rows, 4, {
        "LINDEX in the middle": lambda dice, size: ["LINDEX", "list", size // 2 + dice.randrange(-size // 100, size // 100)],
    }),
    "stream": (stream, 500, {
        "XRANGE, COUNT 10": lambda dice, size: ["XRANGE", "stream", f"{dice.randrange(1, size - 10)}-0", "+", "COUNT", 10],
    }),
}


def cost(server, question, size, requests):
    """Microseconds of processor time for a request. The same ones have been asked before once: by then they are compiled."""
    dice = random.Random(2)
    batches = [b"".join(encoded(question(dice, size)) for _ in range(BATCH)) for _ in range(requests // BATCH)]
    for batch in batches:
        server.send(batch)
    before = server.cpu_seconds()
    for batch in batches:
        server.send(batch)
    return (server.cpu_seconds() - before) * 1e6 / (len(batches) * BATCH)


def measure(options, program, size):
    figures = {}
    for name, (fill, batch, questions) in COLLECTIONS.items():
        server = Server(program, java_options=f"-Xms{options.heap} -Xmx{options.heap}")
        try:
            server.fill(fill(size), batch)
            for question, words in questions.items():
                figures[question] = cost(server, words, size, options.requests)
                print(f"{server.name}, {size:,} elements, {name}: {question} {figures[question]:.2f} us", file=sys.stderr, flush=True)
        finally:
            server.stop()
    return figures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=10_000_000)
    parser.add_argument("--requests", type=int, default=400_000)
    parser.add_argument("--heap", default="7g", help="of Respite, for the larger collections")
    options = parser.parse_args()
    if not shutil.which("redis-server"):
        sys.exit("redis-server is needed (Debian: redis-server)")
    if options.small < 1_000:
        sys.exit("the smaller collection must have 1000 elements or more: smaller ones have another form")
    columns = [measure(options, program, size) for program in (RESPITE, "redis-server") for size in (options.small, options.large)]
    print(f"| operation | Respite, {options.small:,} | Respite, {options.large:,} | growth "
          f"| redis, {options.small:,} | redis, {options.large:,} | growth |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for question in columns[0]:
        ours, ours_large, theirs, theirs_large = (column[question] for column in columns)
        print(f"| {question} | {ours:.2f} | {ours_large:.2f} | {ours_large / ours:.2f} "
              f"| {theirs:.2f} | {theirs_large:.2f} | {theirs_large / theirs:.2f} |")


if __name__ == "__main__":
    main()
