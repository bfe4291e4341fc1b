#!/usr/bin/env python3
"""JCache providers in turns, A B A B, for a machine that others use as well: strings, one thread.

  interleaved.py ROUNDS OPERATIONS PROVIDER...     such as: interleaved.py 3 'get|put' respite caffeine

Each round is a JVM of its own for every operation and provider. Prints the median and the quartiles of all iterations:
thousand operations a second, and nanoseconds of processor time per operation, of all threads of the JVM. Run jcache.sh with the
same providers before, which builds and finds the class paths.
"""
import json
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE / "target" / "jcache"
SHORT = "-t 1 -wi 5 -w 500ms -i 10 -r 300ms -f 1".split()


def class_path(provider):
    if provider == "respite":
        return f"{HERE}/target/classes:{HERE}/target/lib/*"
    return f"{HERE}/target/classes:{HERE}/rivals:{(OUT / f'{provider}.cp').read_text().strip()}"


def run(provider, operations, result):
    subprocess.run(
        ["java", "-cp", class_path(provider), "org.openjdk.jmh.Main", f"JCacheBenchmark.({operations})$"]
        + ["-p", "values=string", *SHORT, "-prof", "io.respite.benchmarks.ProcessorTime"]
        + ["-jvmArgs", "-Xms2g -Xmx2g", "-rf", "json", "-rff", str(result)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    for benchmark in json.loads(result.read_text()):
        name = benchmark["benchmark"].rsplit(".", 1)[1]
        rates = [x for fork in benchmark["primaryMetric"]["rawData"] for x in fork]
        times = [x for fork in benchmark["secondaryMetrics"]["cpu"]["rawData"] for x in fork]
        yield name, rates, times


def shown(values):
    low, middle, high = statistics.quantiles(values, n=4)
    return f"{middle:,.0f} ({low:,.0f} to {high:,.0f})"


def main(rounds, operations, *providers):
    rates, times = {}, {}
    for number in range(int(rounds)):
        for provider in providers:
            for name, some, nanos in run(provider, operations, OUT / f"interleaved-{provider}-{number}.json"):
                rates.setdefault(name, {}).setdefault(provider, []).extend(some)
                times.setdefault(name, {}).setdefault(provider, []).extend(nanos)
    for title, table in (("thousand operations a second", rates), ("ns of processor time", times)):
        print(f"| {title} | " + " | ".join(providers) + " |")
        print("|---|" + "---:|" * len(providers))
        for name, row in table.items():
            print(f"| {name} | " + " | ".join(shown(row[provider]) for provider in providers) + " |")
        print()


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
