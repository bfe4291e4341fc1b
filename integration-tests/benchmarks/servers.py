"""What the measuring scripts share: Respite and redis-server as processes, filling them, and the processor time they take."""
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
RESPITE = HERE.parent.parent / "server" / "bin" / "respite-server"
TICKS = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def encoded(words):
    """One request in RESP."""
    parts = [w if isinstance(w, bytes) else str(w).encode() for w in words]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%b\r\n" % (len(p), p) for p in parts)


class Server:
    """A server of its own on a free loopback port, in a folder of its own, all its threads on one core."""

    def __init__(self, program, core=0, java_options="", options=(), folder=None):
        """Options replace the ones that are given here: nothing is saved, and there is no append-only file."""
        self.name = "redis" if program == "redis-server" else "Respite"
        self.folder = folder or pathlib.Path(tempfile.mkdtemp(prefix="respite-benchmark-"))
        self.port = free_port()
        environment = dict(os.environ)
        if java_options:
            environment["RESPITE_JAVA_OPTS"] = f"{environment.get('RESPITE_JAVA_OPTS', '')} {java_options}".strip()
        with open(self.folder / "out.log", "wb") as log:
            self.process = subprocess.Popen(
                [*(["taskset", "-c", str(core)] if core is not None else []), str(program), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
                 *([] if "--appendonly" in options else ["--appendonly", "no"]), "--dir", str(self.folder), *options], stdout=log, stderr=subprocess.STDOUT, env=environment)
        self.socket = self._connected()

    def _connected(self):
        for _ in range(200):
            try:
                return socket.create_connection(("127.0.0.1", self.port), 600)
            except OSError:
                time.sleep(0.05)
        sys.exit(f"{self.name} did not start; see {self.folder}/out.log")

    def send(self, requests):
        """Requests as bytes, then waits for all their replies; small replies only, for nothing is read while it is sent."""
        marker = os.urandom(8).hex().encode()
        self.socket.sendall(requests + encoded(["ECHO", marker]))
        end = b"$16\r\n" + marker + b"\r\n"
        got, tail = b"", b""
        while not tail.endswith(end):
            piece = self._received()
            got = got or piece
            tail = (tail + piece)[-len(end):]
        if got.startswith(b"-") or b"\r\n-" in got:
            sys.exit(f"{self.name} refused: {got[:200]!r} to {requests[:200]!r}")

    def ask(self, words):
        """The value of a request that answers one bulk string."""
        self.socket.sendall(encoded(words))
        got = b""
        while b"\r\n" not in got:
            got += self._received()
        head, rest = got.split(b"\r\n", 1)
        if not head.startswith(b"$"):
            sys.exit(f"{self.name} answered {head!r} to {words}")
        while len(rest) < int(head[1:]) + 2:
            rest += self._received()
        return rest[:-2]

    def _received(self):
        piece = self.socket.recv(1 << 20)
        if not piece:
            sys.exit(f"{self.name} closed the connection; see {self.folder}/out.log")
        return piece

    def fill(self, requests, batch=200):
        """Requests as lists of words, pipelined."""
        waiting = []
        for request in requests:
            waiting.append(encoded(request))
            if len(waiting) == batch:
                self.send(b"".join(waiting))
                waiting.clear()
        self.send(b"".join(waiting))

    def cpu_seconds(self):
        """Processor time of all threads since the start, in user and in kernel mode."""
        stat = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text()
        fields = stat[stat.rindex(")") + 2:].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def stop(self):
        self.socket.close()
        self.process.terminate()
        self.process.wait(60)
        shutil.rmtree(self.folder, ignore_errors=True)
