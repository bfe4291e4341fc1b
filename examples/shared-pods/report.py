#!/usr/bin/env python3
"""Reads and corrects the prices that two Java applications keep in a JCache cache.

    report.py URI list                                   all prices
    report.py URI correct ARTICLE PRICE                  sets a price, and lets the others know
    report.py URI correct ARTICLE PRICE --tell-nobody    sets a price, as if nobody else were there
    report.py URI reads                                  how many fields the server has been asked for

URI is redis://[user:password@]host:port[/db][?prefix=text], the one that the applications have.
Python's standard library is all it needs: an entry of the cache is a field of a hash.

What it knows of the cache is its format 1, and that the keys' codec is "string" and the values'
"json":

    prices#meta            a hash: format, buckets (how many), keys and values (the codecs)
    prices#0, prices#1 ... the buckets; with one bucket the hash is called "prices". A key's bucket is
                           zlib.crc32(key) % buckets
    {prices#0}#ttl         on servers whose fields have no time to live: a sorted set of deadlines
    {prices#0}#events:...  the channels on which whoever changes an entry tells of it
"""

import json
import os
import re
import socket
import struct
import sys
import time
import urllib.parse
import zlib

CACHE = "prices"
WHO = "report.py"


class Server:
    """A connection that speaks RESP: a request is a list of byte strings, with their lengths."""

    def __init__(self, uri):
        parts = urllib.parse.urlsplit(uri)
        if parts.scheme != "redis" or not parts.hostname:
            raise ValueError(f"This script speaks to one server, redis://host:port/db, and not to {parts.scheme}")
        self.socket = socket.create_connection((parts.hostname, parts.port or 6379), timeout=10)
        self.replies = self.socket.makefile("rb")
        if parts.password:
            user = urllib.parse.unquote(parts.username or "default")
            self.ask("AUTH", user, urllib.parse.unquote(parts.password))
        database = parts.path.strip("/")
        if database:
            self.ask("SELECT", database)

    def ask(self, *words):
        """Sends a command and answers what the server says: bytes, a number, a list, or None."""
        words = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        request = b"*%d\r\n" % len(words)
        for word in words:
            request += b"$%d\r\n%s\r\n" % (len(word), word)
        self.socket.sendall(request)
        return self.reply()

    def reply(self):
        line = self.replies.readline()
        if not line.endswith(b"\r\n"):
            raise OSError("the server has closed the connection")
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            raise OSError("the server says " + rest.decode())
        if kind == b"+":
            return rest
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else self.replies.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return None if rest == b"-1" else [self.reply() for _ in range(int(rest))]
        raise OSError(f"the server says something that is no RESP: {line!r}")


class Cache:
    """A cache of format 1 on one server."""

    def __init__(self, server, name):
        self.server = server
        self.name = name.encode()
        words = server.ask("HGETALL", self.name + b"#meta")
        meta = dict(zip(words[::2], words[1::2]))
        if not meta:
            raise LookupError(f"There is no cache {name}")
        if (meta[b"format"], meta[b"keys"], meta[b"values"]) != (b"1", b"string", b"json"):
            raise LookupError(f"The cache {name} is kept in a way that this script does not know: {meta}")
        self.buckets = int(meta[b"buckets"])
        # Else the fields' deadlines are in sorted sets.
        self.fields_expire = server.ask("COMMAND", "INFO", "HPEXPIRETIME")[0] is not None

    def bucket(self, key):
        """The number of the bucket that an entry is in."""
        return zlib.crc32(key) % self.buckets

    def hash(self, bucket):
        """The name of the hash that is a bucket."""
        return self.name if self.buckets == 1 else b"%s#%d" % (self.name, bucket)

    def deadline(self, hash, key):
        """When an entry ends, in milliseconds since 1970 by the server's clock; None for never."""
        if self.fields_expire:
            found = self.server.ask("HPEXPIRETIME", hash, "FIELDS", 1, key)
            return found[0] if found and found[0] >= 0 else None
        found = self.server.ask("ZSCORE", b"{%s}#ttl" % hash, key)
        return None if found is None else int(float(found))

    def now(self):
        seconds, micros = self.server.ask("TIME")
        return int(seconds) * 1000 + int(micros) // 1000

    def get(self, key):
        """An entry's value and its deadline; None and None when there is no such entry."""
        hash = self.hash(self.bucket(key))
        value, deadline = self.server.ask("HGET", hash, key), self.deadline(hash, key)
        # Where fields do not expire, one that is over may still lie there.
        over = value is None or deadline is not None and deadline <= self.now()
        return (None, None) if over else (value, deadline)

    def keys(self):
        """All keys, in order."""
        keys = []
        for bucket in range(self.buckets):
            for key in self.server.ask("HKEYS", self.hash(bucket)):
                if self.bucket(key) != bucket:
                    raise LookupError(f"{key!r} is in bucket {bucket} and belongs into {self.bucket(key)}")
                keys.append(key)
        return sorted(keys)

    def replace(self, key, value, tell=True):
        """Gives an entry that is there another value; answers the old one, or None if it is not there.

        HSET alone would do for a cache that nobody else has opened. But HSET ends a field's own
        time to live, so it is set again. And HSET tells nobody: near caches in other programs would
        answer the old value until its time is over, and listeners would never hear of the change. So
        it goes out together with the messages that the Java applications would send (see `messages`).

        WATCH, MULTI and EXEC make one change of it all; EXEC answers None, and we begin again, when
        somebody has changed the same hash in between.
        """
        hash = self.hash(self.bucket(key))
        while True:
            self.server.ask("WATCH", hash, b"{%s}#ttl" % hash)
            old, deadline = self.get(key)
            if old is None:
                self.server.ask("UNWATCH")
                return None
            self.server.ask("MULTI")
            self.server.ask("HSET", hash, key, value)
            if self.fields_expire and deadline is not None:
                self.server.ask("HPEXPIREAT", hash, deadline, "FIELDS", 1, key)
            if tell:
                for channel, message in messages(hash, b"U", key, value, old):
                    self.server.ask("SPUBLISH", channel, message)
            if self.server.ask("EXEC") is not None:
                return old


def messages(hash, kind, key, new, old):
    """What is published about a change of one entry, on three channels beside its hash.

    kind  C created, U updated, R removed, X expired
    who   eight bytes that no other writer has, for nobody wants to be told what he did himself
    then key, new value and old value, each but the last behind its length: four bytes, high one first
    """
    keys = kind + os.urandom(8) + struct.pack(">I", len(key)) + key
    changes = keys + struct.pack(">I", len(new)) + new
    channel = b"{%s}#events" % hash
    return [
        (channel + b":keys", keys),  # for near caches
        (channel + b":changes", changes),  # for listeners
        (channel + b":olds", changes + old),  # for listeners that want old values
    ]


def say(text):
    print(f"{WHO} | {text}", flush=True)


def money(value):
    cents = json.loads(value)["cents"]
    return f"{cents // 100}.{cents % 100:02d}"


def show(cache):
    for key in cache.keys():
        value, deadline = cache.get(key)
        if value is not None:
            life = "for ever" if deadline is None else f"for {(deadline - cache.now()) / 1000:.0f} s"
            say(f"reads {key.decode():<8} {money(value)} {life} in {cache.hash(cache.bucket(key)).decode()}: {value.decode()}")


def correct(cache, article, price, tell):
    if not re.fullmatch(r"\d{1,6}\.\d\d", price):
        raise ValueError(f"A price is a number like 2.95, and not {price}")
    say(f"sets {article} to {price}, {'and tells' if tell else 'and tells nobody'}")
    micros = time.time_ns() // 1000
    # Names in alphabetical order and no spaces, as Java writes it: equal prices are equal bytes.
    value = {"by": WHO, "cents": int(price.replace(".", "")), "micros": micros}
    value = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    if cache.replace(article.encode(), value, tell) is None:
        raise LookupError(f"There is no price of {article}")


def reads(server):
    """The calls of commands that read single fields, by the server's own count."""
    calls = 0
    for line in server.ask("INFO", "commandstats").decode().splitlines():
        name, _, figures = line.partition(":")
        if name in ("cmdstat_hget", "cmdstat_hmget"):
            calls += int(dict(figure.split("=") for figure in figures.split(","))["calls"])
    return calls


def main(uri, what, *rest):
    server = Server(uri)
    if what == "reads":
        print(reads(server))
        return
    prefix = urllib.parse.parse_qs(urllib.parse.urlsplit(uri).query).get("prefix", [""])[0]
    cache = Cache(server, prefix + CACHE)
    if what == "list":
        show(cache)
    else:
        article, price, *options = rest
        correct(cache, article, price, tell=options != ["--tell-nobody"])


if __name__ == "__main__":
    # How many words follow each of them.
    if len(sys.argv) - 3 not in {"list": [0], "correct": [2, 3], "reads": [0]}.get("".join(sys.argv[2:3]), []):
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except (OSError, ValueError, LookupError) as problem:
        # Without the password that may be in the URI.
        sys.exit(f"report.py {' '.join(sys.argv[2:])} at {sys.argv[1].rpartition('@')[2]}: {problem}")
    except KeyboardInterrupt:
        sys.exit(130)
