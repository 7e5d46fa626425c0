"""Measures everything in turns and writes the report: `make bench`."""

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks import bare, racing, relais, report, scale

REPORTS = racing.ROOT / "docs" / "benchmarks"


def main() -> int:
    """The end with 1 when a ratio is a fifth lower than in the last report."""
    orders = argparse.ArgumentParser(description=__doc__)
    orders.add_argument("--events", type=int, default=5000, help="messages for each figure")
    orders.add_argument("--rounds", type=int, default=3)
    orders.add_argument("--into", type=Path, default=REPORTS, help="folder of the reports")
    orders.add_argument("--growth", type=int, nargs="*", default=scale.GROWTH, help="sizes of logs")
    orders.add_argument("--backlog", type=int, default=scale.BACKLOG)
    order = orders.parse_args()
    run = measure(order.events, order.rounds)
    if order.growth:
        run.scale = scale.measure(order.growth, order.backlog, 2 * order.events)
    day, last = f"{datetime.now(UTC):%Y-%m-%d}", last_ratios(order.into)
    order.into.mkdir(parents=True, exist_ok=True)
    (order.into / f"{day}.json").write_text(report.as_json(run), encoding="utf-8")
    page = report.as_page(run, day, last)
    (order.into / f"{day}.md").write_text(page, encoding="utf-8")
    sys.stdout.write(page)
    return 1 if report.fallen(run, last) else 0


def measure(events: int, rounds: int) -> report.Run:
    """Everybody once in each round, so that what the machine does else meets all alike."""
    run = report.Run(events, report.machine())
    for number in range(rounds):
        for name in racing.RACERS:
            run.peers.setdefault(name, []).append(racing.race(name, events))
        run.bare.append(bare.together(bare.limits(events)))
        for place, figures in relais.figures(events, single=200).items():
            run.relais.setdefault(place, []).append(figures)
        sys.stderr.write(f"round {number + 1} of {rounds} is done\n")
    return run


def last_ratios(folder: Path) -> dict[str, float]:
    """Those of the newest report, if there is one."""
    reports = sorted(folder.glob("*.json"))
    ratios = json.loads(reports[-1].read_text(encoding="utf-8"))["ratios"] if reports else {}
    return dict(ratios)


if __name__ == "__main__":
    sys.exit(main())
