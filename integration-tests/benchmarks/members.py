"""Bytes per member of a set and of a sorted set in redis-server, by used_memory; memory.sh calls it for two rows of its table."""
import random

from servers import Server

MEMBERS = 1_000_000
BATCH = 1_000


def used(server):
    text = server.ask(["INFO", "memory"]).decode()
    return next(int(line.split(":")[1]) for line in text.split("\r\n") if line.startswith("used_memory:"))


def members(key, scored):
    dice = random.Random(1)
    for first in range(0, MEMBERS, BATCH):
        names = [f"member:{n:06d}" for n in range(first, first + BATCH)]
        yield ["ZADD", key, *(word for name in names for word in (repr(dice.random()), name))] if scored else ["SADD", key, *names]


def main():
    server = Server("redis-server")
    try:
        for key, scored in (("set", False), ("zset", True)):
            before = used(server)
            server.fill(members(key, scored), batch=4)
            print(f"| {key}, redis-server | {(used(server) - before) / MEMBERS:.1f} |")
    finally:
        server.stop()


if __name__ == "__main__":
    main()
