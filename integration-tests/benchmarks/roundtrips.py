#!/usr/bin/env python3
"""How many round trips each operation of javax.cache.Cache takes, and which commands: Respite's provider beside Redisson's.

    roundtrips.py [--server redis|respite] [--contenders respite,redisson] [--uri redis://127.0.0.1:PORT/0] [--no-build]

Prints Markdown: a table of round trips for each expiry policy, and one of the commands that the server executed. RoundTrips.java does the
counting. Takes about four minutes.
"""
import argparse
import subprocess
import sys

import remote
import servers

POLICIES = ["eternal", "created", "modified", "accessed", "touched", "custom"]
REDISSON = remote.REDISSON.replace("%d", "PORT")


def counted(contender, paths, uri, port):
    """For each row and policy: round trips, requests and executed commands, or None when the operation fails."""
    where = REDISSON if contender == "redisson" else uri
    log = remote.OUT / f"roundtrips-{contender}.log"
    with open(log, "wb") as err:
        ended = subprocess.run(["java", "-Djava.util.logging.config.file=/dev/null", "-cp", paths[contender], "io.respite.benchmarks.remote.RoundTrips",
                                str(port), where], stdout=subprocess.PIPE, stderr=err, text=True, timeout=900)
    if ended.returncode:
        sys.exit(f"{contender} failed: {log.read_text()[-3000:]}")
    found = {}
    for line in ended.stdout.splitlines():
        cells = line.split("\t")
        if len(cells) >= 3:
            found[cells[0], cells[1]] = None if cells[2] == "fails" else cells[2:]
    return found


def counts(text):
    """What RoundTrips prints as `2 HGET, HSET`, by name."""
    words = (part.split() for part in text.split(", ") if part)
    # A subcommand's name has a bar, which would end a table's cell.
    return {w[-1].replace("|", " "): int(w[0]) if len(w) == 2 else 1 for w in words}


def listed(of):
    return ", ".join(f"{count} {name}" if count > 1 else name for name, count in of.items())


def commands(cell):
    """The client's requests, and in brackets what scripts among them executed."""
    if cell is None:
        return "fails"
    sent, executed = counts(cell[1]), counts(cell[2])
    inner = {name: count - sent.get(name, 0) for name, count in executed.items() if count > sent.get(name, 0)}
    return listed(sent) + (f" [{listed(inner)}]" if inner else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", choices=["redis", "respite"], default="redis")
    parser.add_argument("--contenders", type=lambda text: text.split(","), default=["respite", "redisson"])
    parser.add_argument("--uri", default="redis://127.0.0.1:PORT/0")
    parser.add_argument("--no-build", action="store_true", help="count what the last run of this or of remote.py has built")
    options = parser.parse_args()
    paths = remote.build(options.contenders, options.no_build)
    found = {}
    for c in options.contenders:
        server = servers.Server(servers.RESPITE if options.server == "respite" else "redis-server", core=None)
        try:
            remote.say(f"{c}: counting")
            found[c] = counted(c, paths, options.uri, server.port)
        finally:
            server.stop()
    rows = list(dict.fromkeys(row for of in found.values() for row, _ in of))
    names = " / ".join(remote.NAMES[c] for c in options.contenders)
    print(f"Round trips, {names}:\n")
    print("| operation | " + " | ".join(POLICIES) + " |\n|---|" + "---:|" * len(POLICIES))
    for row in rows:
        cells = [" / ".join(found[c][row, p][0] if found[c][row, p] else "fails" for c in found) for p in POLICIES]
        print(f"| {row} | " + " | ".join(cells) + " |")
    print("\nRequests of the client, and in brackets what their scripts executed:\n")
    shown = ["eternal", "touched"]
    print("| operation | " + " | ".join(f"{remote.NAMES[c]}, {p}" for p in shown for c in found) + " |\n|---|" + "---|" * len(shown) * len(found))
    for row in rows:
        print(f"| {row} | " + " | ".join(commands(found[c][row, p]) for p in shown for c in found) + " |")


if __name__ == "__main__":
    main()
