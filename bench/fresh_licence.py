"""Licence pages in frames, words and tricks that nobody tuned for: ``python -m bench.fresh_licence``.

``bench/data/fresh_licence.yaml`` holds two halves that share no frame, label, hiding trick, link word or
declaration. What fails in ``open`` may be looked at when the engine is improved; of ``closed`` only the
figures are read. Cases follow the decision rules of the labelled licence set and are written in its format,
so what scores that set scores these. ``bench.fresh_licence_more`` has further kinds.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from bench.fresh_licence_cases import SYLLABLES, Writer
from netsword.evaluate_licence import GoldCases, score

DATA = Path(__file__).parent / "data" / "fresh_licence.yaml"
AS_OF = "2026-11-01"
SEED = 20261130


def a_writer(half: str) -> Writer:
    """The writer of a half."""
    return Writer(yaml.safe_load(DATA.read_text(encoding="utf-8"))[half], seed=SEED + len(half))


def _encoded(page: str) -> bytes:
    # In the charset that the frame declares.
    charset = "gbk" if "charset=gbk" in page[:400] else "utf-8"
    return page.encode(charset, "xmlcharrefreplace")


def write(half: str, folder: Path, writer: Writer) -> None:
    """Writes a half into ``folder``, in the format of the labelled licence set."""
    platform = writer.operator(company=True)
    writer.start(platform)
    (folder / "pages").mkdir(parents=True)
    register = {platform.code: platform.row()}
    cases, labels = [], []
    for at, case in enumerate(writer.cases()):
        number, shop = f"{half[0]}{at:04d}", "".join(writer.chance.sample(SYLLABLES, 3)) + "的小店"
        site = f"https://{'www.' if case.standalone else 's'}{number}.example"
        entry = f"pages/{number}.html"
        (folder / entry).write_bytes(_encoded(writer.page(case, at, shop, platform)))
        pages: list[dict[str, Any]] = [{"url": f"{site}/", "file": entry, "status": 200}]
        for path, text in case.pages.items():
            file = f"pages/{number}_{len(pages)}.html" if text is not None else None
            if file is not None:
                (folder / file).write_text(text or "", encoding="utf-8")
            pages.append({"url": f"{site}/{path.lstrip('/')}", "file": file, "status": 200 if file else 404})
        for path, data in case.pictures.items():
            (folder / path.lstrip("/")).parent.mkdir(exist_ok=True)
            (folder / path.lstrip("/")).write_bytes(data)
        register.update((each.code, each.row()) for each in case.registered)
        cases.append(
            {
                "id": number,
                "entry": entry,
                "pages": pages,
                "category": case.category,
                "shop_name": shop,
                "as_of": AS_OF,
                "site_kind": "standalone" if case.standalone else "platform_shop",
                "platform": None if case.standalone else {"name": platform.name, "uscc": platform.code},
            }
        )
        labels.append({"id": number, "codes": sorted(case.codes), "lic_state": "", "tags": [case.kind]})
    for name, rows in (("cases", cases), ("labels", labels), ("registry", list(register.values()))):
        lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / f"{name}.jsonl").write_text(lines + "\n", encoding="utf-8")


def measured(half: str, folder: Path, *, with_pictures: bool) -> dict[str, Any]:
    """Scores a half that was written into ``folder``."""
    found = {case.id: case.codes for case in GoldCases(folder, with_pictures=with_pictures)}
    labels = [json.loads(line) for line in (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
    report = score(found, labels)
    kinds = Counter(label["tags"][0].partition("_")[0] for label in labels)
    wrong = [label for label in labels if sorted(found[label["id"]]) != label["codes"]]
    missed = Counter(label["tags"][0].partition("_")[0] for label in wrong)
    return {
        "half": half,
        "cases": len(labels),
        **{name: report[name] for name in ("macro_f1", "exact_set", "clean_cases", "clean_accused")},
        "f1": {code: figures["f1"] for code, figures in report["codes"].items()},
        "by_kind": {kind: f"{count - missed[kind]}/{count}" for kind, count in kinds.items()},
        "wrong": [(each["id"], each["tags"][0], each["codes"], list(found[each["id"]])) for each in wrong],
    }


def main(writer_of: Callable[[str], Writer] = a_writer) -> None:
    """Prints the figures of one half or both; ``--show-wrong`` names the cases, for ``open`` only."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--half", choices=("open", "closed"), default=None, help="one half only")
    parser.add_argument("--no-pictures", action="store_true", help="leave pictures unread")
    parser.add_argument("--show-wrong", action="store_true", help="name the wrong cases of the open half")
    parser.add_argument("--keep", type=Path, default=None, help="write the cases here and keep them")
    given = parser.parse_args()
    for half in (given.half,) if given.half else ("open", "closed"):
        with tempfile.TemporaryDirectory() as scratch:
            folder = (given.keep or Path(scratch)) / half
            write(half, folder, writer_of(half))
            report = measured(half, folder, with_pictures=not given.no_pictures)
            wrong = report.pop("wrong")
            print(json.dumps(report, ensure_ascii=False, indent=1))
            if given.show_wrong and half == "open":
                for line in wrong:
                    print(*line)


if __name__ == "__main__":
    main()
