"""``scrapy check``: recorded pages through the spider's callbacks, and a contract that can fail."""

import os
import subprocess
import sys

import pytest
from scrapy.exceptions import ContractFail

from crawlers.contracts import Reads
from crawlers.spiders.sweep import SweepSpider
from domain.target import PageKind, Target
from domain.visit import Visit
from tests.crawlers.crawling import ROOT
from tests.patience import PATIENCE_S


def scrapy(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "SCRAPY_SETTINGS_MODULE": "settings"}  # noqa: TID251 - no more than that
    command = [sys.executable, "-m", "scrapy", *words]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE_S
    )


def test_check_runs_every_callback_over_its_recorded_page():
    ended = scrapy("check", "--verbose")
    assert ended.returncode == 0, ended.stderr
    assert "Ran 4 contracts" in ended.stderr
    assert ended.stderr.count("... ok") == 4


def test_list_shows_the_spider():
    assert scrapy("list").stdout.split() == ["sweep"]


def a_visit() -> Visit:
    url = "http://shop.example/1"
    return Visit(target=Target(run="R", url=url, kind=PageKind.LISTING, platform="p", host="shop.example"))


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ([], "expected one visit, got 0"),
        ([a_visit(), a_visit()], "got 2"),
        ([a_visit()], "nothing was read for"),
    ],
)
def test_contract_fails_when_nothing_was_read(output, said):
    contract = Reads(SweepSpider(owner="test/1/0").parse_listing, "listings")
    with pytest.raises(ContractFail, match=said):
        contract.post_process(output)
