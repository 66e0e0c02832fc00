"""Every way from a shop's page to its licence, walked by one real sweep over loopback and judged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from secrets import token_hex

import pytest

import settings
from domain.target import PageKind
from storage.store import open_store
from tests.crawlers.crawling import RUN, Crawl
from tests.crawlers.licence_site import HANGS, Answer, a_site
from tests.detectors.licensing.builders import CODE, NAME, PLATFORM_CODE, licence_block

pytestmark = pytest.mark.mongo

MARK = "https://zzlz.gsxt.gov.cn/businessCheck/verifKey.do?showType=p&serial="
WAYS: dict[str, tuple[str, str]] = {
    "words": ("<a href='/p/lic'>营业执照</a>", "ok_link"),
    "address": ("<a href='/p/yyzz.html'>查看</a>", "ok_link"),
    "two hops": ("<a href='/p/hop'>营业执照</a>", "missing"),
    "mark by code": (f"<a href='{MARK}{CODE}-SAIC_SHOW_1'><img src='/p/l.png'></a>", "ok_link"),
    "mark by key": (f"<a href='{MARK}Zr3mX0pQk1e7yA'><img src='/p/l.png'></a>", "ok_link"),
    "mark without a key": ("<a href='https://zzlz.gsxt.gov.cn/'>工商亮照</a>", "missing"),
    "gone": ("<a href='/p/gone'>营业执照</a>", "missing"),
    "hangs": ("<a href='/p/hangs'>营业执照</a>", "not_observed"),
    "leads home": ("<a href='/p/home'>营业执照</a>", "missing"),
    "leads to a licence": ("<a href='/p/moved'>营业执照</a>", "ok_link"),
    "frame": ("<iframe src='/p/lic' width='400' height='300'></iframe>", "ok"),
    "frame without size": ("<iframe src='/p/lic' width='0' height='0'></iframe>", "missing"),
    "frame that hangs": ("<iframe src='/p/hangs'></iframe>", "not_observed"),
    "frame that is gone": ("<iframe src='/p/gone'></iframe>", "missing"),
    "frame inside": (f'<iframe srcdoc="{licence_block()}"></iframe>', "ok"),
    "link inside a frame": ("<iframe srcdoc=\"<a href='/p/lic'>营业执照</a>\"></iframe>", "ok_link"),
    "written": ("<script>document.write(\"<a href='/p/lic'>营业执照</a>\")</script>", "ok_link"),
    "made": (
        "<div id='z'></div><script>var a=document.createElement('a');a.href='/p/lic';"
        "a.textContent='营业执照';document.getElementById('z').appendChild(a)</script>",
        "ok_link",
    ),
    "set": (
        "<a id='y'>营业执照</a><script>document.getElementById('y').href='/p/lic'</script>",
        "ok_link",
    ),
    "set as an attribute": (
        "<a id='y'>营业执照</a><script>document.getElementById('y').setAttribute('href','/p/lic')</script>",
        "ok_link",
    ),
    "image map": (
        "<img src='/p/f.png' usemap='#m'><map name='m'><area href='/p/lic' alt='营业执照'></map>",
        "ok_link",
    ),
    "image map of no picture": ("<map name='m'><area href='/p/lic' alt='营业执照'></map>", "hidden"),
    "form": ("<form action='/p/lic'><button>营业执照</button></form>", "ok_link"),
    "function": (
        "<a href='javascript:void(0)' onclick='show(1)'>营业执照</a>"
        "<script>function show(n){var w=1;window.open('/p/lic')}</script>",
        "ok_link",
    ),
    "handler by id": (
        "<span id='y'>营业执照</span>"
        "<script>document.getElementById('y').onclick=function(){location.href='/p/lic'}</script>",
        "ok_link",
    ),
    "handler by jQuery": (
        "<b id='y'>营业执照</b><script>$('#y').on('click',function(){location.href='/p/lic'})</script>",
        "ok_link",
    ),
    "handler of another": (
        "<b id='x'>营业执照</b><script>$('#y').on('click',function(){location.href='/p/lic'})</script>",
        "missing",
    ),
    "object": ("<object data='/p/lic' width='400' height='300'></object>", "ok"),
    "base": ("<base href='/p/'><a href='lic'>营业执照</a>", "ok_link"),
    "base of a picture": ("<base href='/p/'><a href='lic'><img src='l.png' alt='营业执照'></a>", "ok_link"),
    "platform's by word": ("<a href='/p/lic'>平台营业执照</a>", "missing"),
    "platform's by code": ("<a href='/p/platform'>营业执照</a>", "missing"),
    "maker's": ("<a href='/p/maker'>营业执照</a>", "missing"),
    "picture that is gone": ("<a href='/p/gone.jpg'>营业执照</a>", "missing"),
    "file to save": ("<a href='/p/licence.pdf'>营业执照</a>", "not_observed"),
    "imported style": (
        f"<style>@import url('/p/a.css');</style><div class='q'>{licence_block()}</div>",
        "hidden",
    ),
    "script": (f"<script>new Vue({{data:['{NAME}','信用代码：{CODE}']}})</script>", "not_rendered"),
    "script one link away": ("<a href='/p/script'>营业执照</a>", "not_rendered"),
    "fifth link": (
        "".join(f"<a href='/p/none{n}'>资质证照{n}</a>" for n in range(5)) + "<a href='/p/lic'>营业执照</a>",
        "ok_link",
    ),
}


def a_page(body: str) -> str:
    return (
        "<!DOCTYPE html><html><head><title>青杉小铺</title></head><body><h1 class='title'>青杉小铺</h1>"
        f"<p>本店主营晾衣架，七天无理由退货。</p>{body}</body></html>"
    )


PAGES: dict[str, Answer] = {
    "/p/lic": a_page(licence_block()),
    "/p/yyzz.html": a_page(licence_block()),
    "/p/hop": a_page("<a href='/p/lic'>营业执照</a>"),
    "/p/hangs": HANGS,
    "/p/home": (302, "text/html", "/"),
    "/": a_page(f"<footer>平台营业执照：统一社会信用代码 {PLATFORM_CODE}</footer>"),
    "/p/moved": (302, "text/html", "/p/lic"),
    "/p/platform": a_page(licence_block(PLATFORM_CODE, "海岸云市网络科技有限公司")),
    "/p/maker": a_page(f"<p>生产企业：{NAME} 统一社会信用代码：{CODE}</p>"),
    "/p/licence.pdf": (200, "application/pdf", "%PDF-1.4\n\x00\x01\x02\x03"),
    "/p/a.css": (200, "text/css", "@import 'b.css';p{color:#333}"),
    "/p/b.css": (200, "text/css", ".q{display:none}"),
    "/p/script": a_page(f"<script>new Vue({{data:['{NAME}','信用代码：{CODE}']}})</script>"),
    **{f"/p/none{n}": a_page("<p>商品检验报告</p>") for n in range(5)},
}


@pytest.fixture(scope="module")
def states(mongo_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    var_dir, database = tmp_path_factory.mktemp("ways"), f"test_{token_hex(8)}"
    pages = PAGES | {f"/shop/{at}": a_page(body) for at, (body, _) in enumerate(WAYS.values())}
    with a_site(pages) as site, open_store(uri=mongo_uri, var_dir=var_dir, database=database) as store:
        crawl = Crawl(store, mongo_uri, var_dir, site)
        scope = crawl.sweep().platforms[0].model_dump(mode="json")
        changed = scope | {"operator_name": "海岸云市网络科技有限公司", "operator_code": PLATFORM_CODE}
        crawl.changes = {"platforms": [changed]}
        crawl.plant(*(f"/shop/{at}" for at in range(len(WAYS))), kind=PageKind.SHOP)
        crawl.finish(ITEM_PIPELINES=json.dumps(settings.ITEM_PIPELINES), DOWNLOAD_TIMEOUT="20")
        records = store.licences.of_run(RUN)
        yield {record.shop.rpartition(":")[2]: record.state for record in records}
        store.database.client.drop_database(database)


@pytest.mark.parametrize("way", WAYS)
def test_each_way_to_a_licence_is_told_apart(states: dict[str, str], way: str) -> None:
    assert states[str(list(WAYS).index(way))] == WAYS[way][1]
