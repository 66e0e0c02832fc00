"""CPU per rendered page with and without blocking pictures, media and fonts, against the same pages plain.

``python -m bench.render --pages 20 --rounds 2``: shops of the bundled Yunfan, rendered in turns through the
product's own handler, in child processes of this one. CPU is that of the crawl process and of everything
below it, Chromium included; the marketplace's own is in none. Medians over the rounds; ratios are against the
same pages fetched and preserved but not rendered.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from crawlers.runner import ROOT
from demo.market import build_market
from netsword.demo import marketplace

SEED = 20261111
KINDS = ("plain", "blocked", "all")
NAMES = {"plain": "fetched only", "blocked": "rendered, blocking", "all": "rendered, not blocking"}


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    # One more than is counted: the first page of each crawl warms up.
    shops = list(build_market(SEED, platform="yunfan").shops)[: options.pages + 1]
    found: dict[str, list[dict[str, float]]] = {kind: [] for kind in KINDS}
    with (
        tempfile.TemporaryDirectory(prefix="nsb-") as folder,
        marketplace(SEED, "--no-faults", platforms=["yunfan"]) as market,
    ):
        listed = Path(folder) / "urls"
        listed.write_text("\n".join(f"{market.url}/store/{shop}" for shop in shops), encoding="utf-8")
        for number in range(options.rounds):
            for kind in KINDS:
                found[kind].append(_measure(listed, kind, Path(folder) / f"{kind}-{number}"))
    _print(found)


def _measure(listed: Path, kind: str, root: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.render_spider", str(listed), kind, str(root)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)  # noqa: S603 - our own command line
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def _print(found: dict[str, list[dict[str, float]]]) -> None:
    def median(kind: str, figure: str) -> float:
        return statistics.median(one[figure] for one in found[kind])

    print(
        f"{'':24}{'pages':>7}{'CPU ms/page':>13}{'browser ms':>12}{'ratio':>8}{'peak MB':>9}{'requests':>10}"
    )
    plain = median("plain", "cpu_ms")
    for kind in KINDS:
        cpu, browser = median(kind, "cpu_ms"), median(kind, "browser_ms")
        print(
            f"{NAMES[kind]:24}{median(kind, 'pages'):>7.0f}{cpu:>13.1f}{browser:>12.1f}{cpu / plain:>8.1f}"
            f"{median(kind, 'peak_mb'):>9.0f}{median(kind, 'requests'):>10.1f}"
        )
    saved = 1 - median("blocked", "cpu_ms") / median("all", "cpu_ms")
    print(f"blocking saves {saved:.0%} of the CPU of a rendered page")


if __name__ == "__main__":
    main()
