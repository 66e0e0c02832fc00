"""A set written into a folder, in the format of the labelled licence set: what scores that scores these."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bench.fresh_licence.cases import Case, Maker

AS_OF = "2026-11-01"
"""Day on which the cases are judged."""


def write(folder: Path, maker: Maker, *, prefix: str, shops: str) -> None:
    """Writes the cases of ``maker`` into a new folder.

    Args:
        folder: gets the pages, the pictures, the register and the truth.
        maker: draws the cases.
        prefix: letter before the number of a case.
        shops: address of a shop on the platform, with ``{}`` for the number of its case.
    """
    (folder / "pages").mkdir(parents=True)
    cases, labels, register = [], [], {maker.platform.no: maker.platform.row()}
    for at, case in enumerate(maker.cases()):
        number = f"{prefix}{at:04d}"
        site = f"https://www.{number}.example" if case.standalone else shops.format(number)
        register |= {each.no: each.row() for each in case.rows}
        cases.append(_written(folder, number, site, case, maker))
        labels.append({"id": number, "codes": sorted(case.codes), "lic_state": "", "tags": [case.tag]})
    for name, rows in (("cases", cases), ("labels", labels), ("registry", list(register.values()))):
        lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / f"{name}.jsonl").write_text(lines + "\n", encoding="utf-8")


def _written(folder: Path, number: str, site: str, case: Case, maker: Maker) -> dict[str, Any]:
    entry = f"pages/{number}.html"
    (folder / entry).write_bytes(_encoded(case.entry))
    pages: list[dict[str, Any]] = [{"url": f"{site}/", "file": entry, "status": 200}]
    for path, text in case.pages.items():
        file = None if text is None else f"pages/{number}_{len(pages)}.html"
        if file is not None and text is not None:
            (folder / file).write_bytes(_encoded(text))
        pages.append({"url": f"{site}/{path.lstrip('/')}", "file": file, "status": 200 if file else 404})
    for path, data in case.pictures.items():
        picture = folder / path.lstrip("/")
        picture.parent.mkdir(exist_ok=True)
        picture.write_bytes(data)
    return {
        "id": number,
        "entry": entry,
        "pages": pages,
        "category": case.category,
        "shop_name": case.shop,
        "as_of": AS_OF,
        "site_kind": "standalone" if case.standalone else "platform_shop",
        "platform": None if case.standalone else {"name": maker.platform.name, "uscc": maker.platform.no},
    }


def _encoded(page: str) -> bytes:
    # In the charset that the page declares.
    head = page[:500].lower()
    return page.encode("gb18030" if "charset=gb" in head or 'charset="gb' in head else "utf-8")
