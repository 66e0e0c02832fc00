"""A shop whose licence only a script holds is shown to the browser, where the crawl has one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import settings
from domain.target import PageKind
from storage.store import Store
from tests.crawlers.crawling import PROFILE, RUN, Crawl
from tests.crawlers.licence_site import a_site
from tests.detectors.licensing.builders import CODE, NAME

pytestmark = [pytest.mark.mongo, pytest.mark.browser]

HELD = f"[['企业名称','{NAME}'],['统一社会信用代码','{CODE}']]"
DRAWS = "d.forEach(function(x){document.getElementById('z').innerHTML+='<p>'+x[0]+'：'+x[1]+'</p>'})"
SCRIPTS = {
    "drawn": (f"var d={HELD};{DRAWS}", "ok"),
    "never run": (f"var d={HELD};if(d.length>9){{{DRAWS}}}", "missing"),
    "drawn out of sight": (
        f"var d={HELD};{DRAWS};['display'].map(function(x){{document.getElementById('z').style[x]='none'}})",
        "hidden",
    ),
}


def a_page(body: str) -> str:
    return f"<title>店</title><h1 class=title>青杉小铺</h1><p>本店主营晾衣架。</p><div id=z></div>{body}"


def crawled(crawl: Crawl) -> dict[str, str]:
    shops = [f"/shop/{at}" for at in range(len(SCRIPTS))]
    targets = crawl.plant(*shops, "/shop/9", kind=PageKind.SHOP)
    crawl.finish(ITEM_PIPELINES=json.dumps(settings.ITEM_PIPELINES))
    assert [len(crawl.snapshots(target)) for target in targets] == [1, 1, 1, 2]
    return {each.shop.rpartition(":")[2]: each.state for each in crawl.store.licences.of_run(RUN)}


@pytest.mark.parametrize("has_browser", [True, False])
def test_the_browser_tells_where_there_is_one(
    store: Store, mongo_uri: str, tmp_path: Path, *, has_browser: bool
) -> None:
    pages = {f"/shop/{at}": a_page(f"<script>{one}</script>") for at, (one, _) in enumerate(SCRIPTS.values())}
    pages |= {"/shop/9": a_page("<a href='/lic'>营业执照</a>"), "/lic": pages["/shop/0"]}
    profile = PROFILE + ("render: [listing]\n" if has_browser else "")
    with a_site(pages) as site:
        states = crawled(Crawl(store, mongo_uri, tmp_path, site, profile=profile))
    told = [*(state for _, state in SCRIPTS.values()), "ok_link"]
    wanted = told if has_browser else ["not_rendered"] * len(told)
    assert [states[shop] for shop in ("0", "1", "2", "9")] == wanted
