"""make bench: prints the machine's floor, the hub's figures and their ratios; asserts nothing."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence

from bench import calls, deliveries, files, floor, growth, pages, poll, retention
from bench.load import percentile
from bench.measure import Bench, prepared, start_seconds
from bench.memory import peak_of
from tools.running import own_database

PARTS = ("postgresql", "sqlite", "growth", "poll", "deliveries", "calls", "files", "retention", "pages")


def main() -> None:
    """--events sets the size of each measurement; --only names parts to run."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--events", type=int, default=40_000, help="events per throughput measurement")
    parser.add_argument("--only", nargs="*", default=[], choices=PARTS, help="parts to run")
    parser.add_argument(
        "--sizes", nargs="*", type=int, default=growth.SIZES, help="stored entities of the growth series"
    )
    parser.add_argument(
        "--database", default="", help="URL of what make bench-data filled, for pages; else one is filled"
    )
    chosen = parser.parse_args()
    print(f"{floor.cores()} cores, shared by client, server, worker and database; {time.strftime('%Y-%m-%d %H:%M')}")
    acts: dict[str, Callable[[], None]] = {
        "postgresql": lambda: on_postgresql(chosen.events),
        "sqlite": lambda: on_sqlite(chosen.events // 2),
        "growth": lambda: on_growth(chosen.sizes),
        "poll": on_poll,
        "deliveries": lambda: on_deliveries(chosen.events // 2),
        "calls": on_calls,
        "files": on_files,
        "retention": lambda: on_retention(chosen.events * 10),
        "pages": lambda: on_pages(chosen.database, entities=chosen.events * 5, events=chosen.events * 25),
    }
    for part in chosen.only or PARTS:
        acts[part]()


def show(what: str, figure: float, unit: str, *, base: float = 0.0, aim: str = "") -> None:
    """One line: figure, share of the floor, aim."""
    share = f"{figure / base:5.2f} of the floor" if base else ""
    print(f"  {what:<52} {figure:>10,.0f} {unit:<9} {share:<20} {aim}", flush=True)


def on_postgresql(events: int) -> None:
    """Floor, accept, process, end to end."""
    print("PostgreSQL, default durability")
    with own_database() as url:
        copied, upserted = floor.copy_rate(url), floor.upsert_rate(url)
        show("floor: COPY", copied, "rows/s")
        show("floor: bulk upsert, 500 per statement", upserted, "rows/s")
        show("  the same from one JSON document", floor.document_upsert_rate(url), "rows/s")
        with prepared(url) as bench:
            _accept(bench, events, copied)
            _process(bench, upserted)
            _end_to_end(bench, events)
            _alone(bench)
            with peak_of(bench.memory_mb) as peak:
                bench.end_to_end(events=events, per_request=100, clients=4)
            show("memory of web, worker and children under load", peak[0], "MB", aim="at most 400")
            show("start to first accepted event", start_seconds(bench) * 1000, "ms", aim="at most 2,000")


def _accept(bench: Bench, events: int, copied: float) -> None:
    bench.accept(events=2000, per_request=100, clients=2)
    load = bench.accept(events=events, per_request=100, clients=4)
    aim = "aim 20,000, floor 12,000, 0.4 of COPY"
    show("accept, 100 per request, 4 clients", events / load.seconds, "events/s", base=copied, aim=aim)
    load = bench.accept(events=events // 8, per_request=1, clients=8)
    show("accept, 1 per request, 8 clients", events / 8 / load.seconds, "req/s", aim="aim 2,000, floor 1,200")
    show("  its 99th percentile", load.percentile_ms(0.99), "ms", aim="under 20")


def _process(bench: Bench, upserted: float) -> None:
    show("process alone", bench.process(), "events/s", base=upserted, aim="aim 0.45, floor 0.3")
    bench.hub.kill(bench.hub.workers.pop())
    print(bench.slice_times(10_000))
    share = bench.share_of_telling(10_000, rounds=3)
    show("  spans and counters, of a slice's transaction", share * 100, "%", aim="under 20")
    bench.hub.start_worker()


def _end_to_end(bench: Bench, events: int) -> None:
    rate = bench.end_to_end(events=events, per_request=100, clients=4)
    show("end to end, 100 per request", rate, "events/s", aim="aim 10,000, floor 6,000")
    rate = bench.end_to_end(events=events // 8, per_request=1, clients=8)
    show("end to end, 1 per request", rate, "events/s", aim="aim 1,500, floor 1,000")


def _alone(bench: Bench) -> None:
    seconds = bench.alone(40)
    show("visible after being sent alone, 95th percentile", seconds[37] * 1000, "ms", aim="within 300")


def on_sqlite(events: int) -> None:
    """The embedded hub."""
    print("SQLite, embedded")
    with prepared("") as bench:
        bench.accept(events=events, per_request=100, clients=2)
        show("process alone", bench.process(), "events/s", aim="aim 8,000")
        _alone(bench)
        bench.hub.kill(bench.hub.workers.pop())
        load, rate = bench.accept_while_processing(events=events)
        show("accept while processing, 99th percentile", load.percentile_ms(0.99), "ms", aim="under 250")
        show("  processed meanwhile", rate, "events/s")


def on_growth(sizes: Sequence[int]) -> None:
    """The same events beside more and more stored entities; the last line of each kind compares both ends."""
    print(f"Growth: PostgreSQL, one worker; median of {growth.ROUNDS} rounds after one that warms it up")
    rates: dict[str, list[float]] = {}
    for stored in sizes:
        for each, rate in growth.rates(stored):
            aim = f"aim {each.goal:,}" if each.goal else ""
            show(f"{each.what}; {stored:,} stored", rate * each.units, each.unit, aim=aim)
            rates.setdefault(each.what, []).append(rate)
    for what, (first, *_, last) in rates.items() if len(sizes) > 1 else ():
        print(f"  {what:<52} {first / last:>10.2f} × the time per event at {sizes[-1]:,}; aim: at most 2 ×")


def on_poll() -> None:
    """Polls with their acknowledgement, on both databases."""
    print(f"Poll queue: {poll.INTEGRATIONS} integrations, {poll.BATCH} messages per poll and acknowledgement")
    with own_database() as url:
        for name, where in (("PostgreSQL", url), ("SQLite", "")):
            with poll.filled(where) as polled:
                show(f"poll and ack, {name}", polled.rate(), "pairs/s", aim=f"aim {poll.AIM}")


def on_deliveries(number: int) -> None:
    """Deliveries by one process, and the same by one task each; what publishing adds to a transaction."""
    print(f"Deliveries: PostgreSQL, {deliveries.MAPPINGS} receivers, caps raised")
    events = number // deliveries.MAPPINGS
    with own_database() as url, deliveries.subscribed(url, 0.0) as bench:
        deliveries.run(bench, f"publish({number // 80})")
        singly = deliveries.run(bench, f"deliver_singly({number // 20})")["singly"]
        show("one after the other, as a task each would", singly, "/s")
        figures = deliveries.run(bench, f"publish({events})")
        show("events worked out", figures["project"], "events/s")
        show("bodies prepared", figures["prepare"], "/s")
        at_once = deliveries.run(bench, "deliver()")["deliver"]
        deliveries.check_delivered(bench, events * deliveries.MAPPINGS + number // 80 * deliveries.MAPPINGS)
        show("receiver that answers at once", at_once, "/s", aim="aim 4,000, floor 2,000")
        print(f"  {'':<52} {at_once / singly:>10.1f} × one after the other; aim: 10 ×")
    with own_database() as url, deliveries.subscribed(url, 0.05) as bench:
        deliveries.run(bench, f"publish({events})")
        show("receiver that takes 50 ms", deliveries.run(bench, "deliver()")["deliver"], "/s", aim="aim 2,000")
    with own_database() as url, deliveries.subscribed(url, 0.0, mappings=3) as bench:
        added = deliveries.run(bench, "publish_singly(300)")["single"]
        print(
            f"  {'an event with three mappings, added to its transaction':<52} {added:>8.2f} ms        aim: under 1 ms"
        )


def on_calls() -> None:
    """Managed calls through the web server, beside the same request to the other system itself."""
    print("Managed calls: PostgreSQL, one web server, token and connections warm, the answer mapped")
    with own_database() as url, calls.connected(url) as called:
        direct, through = called.added(calls.SINGLY)
        added = through.percentile_ms(0.5) - direct.percentile_ms(0.5)
        print(f"  {'a call, added to its upstream, median':<52} {added:>8.2f} ms        aim: under 5 ms")
        load = called.execute(calls.AT_ONCE, clients=calls.CLIENTS)
        show(f"calls, {calls.CLIENTS} clients", calls.AT_ONCE / load.seconds, "/s", aim="aim 300")
        show("  their 99th percentile", load.percentile_ms(0.99), "ms")
    print(f"  {'address policy, per call':<52} {calls.policy_ms():>8.4f} ms        aim: under 0.2 ms")


def on_files() -> None:
    """What a file of a gigabyte, and one in JSON, add to the memory of the web server."""
    print("Files: one at a time through the file proxy of an embedded hub")
    aim = f"under {files.MOST_ADDED_MB}"
    with files.set_up("") as found:
        added, rate = found.added_mb("raw", files.GIB, expected=files.GIB)
        show("1 GiB as it is, added to the memory", added, "MB", aim=aim)
        show("  its speed", rate, "MB/s")
        in_json = 128 * files.MIB
        added, rate = found.added_mb("json", in_json, expected=in_json // 4 * 3)
        show("96 MiB as base64 in JSON, added to the memory", added, "MB", aim=aim)
        show("  its speed", rate, "MB/s")
        seconds = found.seconds_until_left()
        show("client hangs up: the other system is left after", seconds * 1000, "ms")


def on_retention(events: int) -> None:
    """What intake takes alone, and while old rows are deleted and packed without a rest."""
    print(
        f"Retention: PostgreSQL, {events:,} events; intake of {retention.PER_SECOND} requests a second, one event each"
    )
    with own_database() as url, retention.aged(url, events) as bench:
        found = retention.measured(bench)
    for share in (0.5, 0.95, 0.99):
        alone, beside = (percentile(answers, share) for answers in (found.alone, found.beside))
        what, times = f"percentile {share * 100:.0f}: alone, beside retention", f"{alone:.1f} and {beside:.1f} ms"
        print(f"  {what:<52} {times:>20} {beside / alone:>9.2f} ×  {'aim: at most 2 ×' if share == 0.99 else ''}")
    show("rows deleted", found.gone / found.seconds_deleting, "rows/s")
    show("payloads packed", found.packed / found.seconds_packing, "/s")
    longest = max(found.longest, key=found.longest.__getitem__)
    show(f"longest transaction: {longest}", found.longest[longest] * 1000, "ms")


def on_pages(filled: str, *, entities: int, events: int) -> None:
    """What each page and query of monitoring takes over many events; aim: 50 ms on the server, 200 at most."""
    if filled:
        print("Pages: the PostgreSQL database that was named")
        pages.show(filled)
        return
    print(f"Pages: PostgreSQL, {events:,} events, {entities:,} entities")
    with own_database() as url:
        pages.fill(url, entities=entities, events=events)
        pages.show(url)


if __name__ == "__main__":
    main()
