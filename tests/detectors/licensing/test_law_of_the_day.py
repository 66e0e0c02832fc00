"""A page is judged by the law of the day on which it was captured, never by a later one."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from detectors.licence import Given
from detectors.licensing.model import State
from detectors.licensing.page import read_page
from domain.finding import Finding
from domain.licence import LicenceCapture
from tests.detectors.licensing.builders import CODE, NAME, a_page, a_register, decide, licence_block
from tests.shipped import licence

DETECTOR = licence()
WRONG = licence_block(CODE[:-1] + "0")
DECLARED = (
    "<p>个人从事零星小额交易活动，依法不需要办理市场主体登记</p><p>地址：杭州市西湖区 电话：13900001111</p>"
)
OLD, TRADE_LAW, RULES = "网络交易管理办法", "中华人民共和国电子商务法", "网络交易监督管理办法"
REGISTRATION = "市场主体登记管理条例"


def judged(body: str, day: date, *, standalone: bool = False, category: str = ""):
    page = read_page(a_page(body))
    capture = LicenceCapture(
        shop="t:1", name="青杉小铺", url="https://t.example/s", page=page, standalone=standalone
    )
    seen = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    given = Given(register=a_register(), categories=(category,) if category else ())
    return DETECTOR.judge(capture, seen, snapshot="s", given=given)


def laws(finding: Finding) -> set[str]:
    return {basis.law for basis in finding.basis}


@pytest.mark.parametrize(
    ("day", "cited", "not_cited"),
    [
        (date(2016, 6, 1), {OLD}, {TRADE_LAW, RULES, REGISTRATION}),
        (date(2018, 12, 31), {OLD}, {TRADE_LAW, RULES, REGISTRATION}),
        (date(2019, 1, 1), {OLD, TRADE_LAW}, {RULES, REGISTRATION}),
        (date(2020, 11, 11), {OLD, TRADE_LAW}, {RULES, REGISTRATION}),
        (date(2021, 4, 30), {OLD, TRADE_LAW}, {RULES, REGISTRATION}),
        (date(2021, 5, 1), {TRADE_LAW, RULES}, {OLD, REGISTRATION}),
        (date(2022, 6, 1), {TRADE_LAW, RULES, REGISTRATION}, {OLD}),
    ],
)
def test_what_is_missing_is_missing_under_the_law_of_the_day(day: date, cited: set[str], not_cited: set[str]):
    [finding] = judged("<p>小店</p>", day, standalone=False).findings
    assert finding.rule == "LIC-MISSING"
    assert cited <= laws(finding)
    assert not laws(finding) & not_cited


@pytest.mark.parametrize("body", ["<p>小店</p>", WRONG, licence_block(name="深圳白榆电器有限公司")])
@pytest.mark.parametrize("day", [date(2016, 6, 1), date(2019, 6, 1), date(2020, 6, 1), date(2022, 6, 1)])
def test_no_finding_cites_a_law_that_was_not_in_force(body: str, day: date):
    findings = judged(body, day, category="FOOD", standalone=True).findings
    assert findings
    for finding in findings:
        assert finding.basis
        assert all(basis.holds_on(day) for basis in finding.basis)


def test_before_any_law_asked_for_a_licence_nothing_is_judged():
    result = judged("<p>小店</p>", date(2013, 6, 1))
    assert result.findings == ()
    assert "LIC-MISSING: no_law" in result.not_judged


@pytest.mark.parametrize(
    ("day", "standalone", "for_person"),
    [
        (date(2016, 6, 1), False, True),
        (date(2018, 12, 31), False, True),
        (date(2019, 1, 1), False, False),
        (date(2016, 6, 1), True, False),
    ],
)
def test_natural_persons_could_sell_unregistered_until_2019(day: date, standalone: bool, for_person: bool):
    fact = decide("<p>小店</p>", standalone=standalone, as_of=day).facts[0]
    assert (fact.code, fact.for_person) == ("LIC-MISSING", for_person)
    assert ("第七条第二款" in fact.reason) is for_person


@pytest.mark.parametrize(
    ("day", "state", "doubtful"),
    [
        (date(2020, 6, 1), State.OK_EXEMPT, True),
        (date(2021, 4, 30), State.OK_EXEMPT, True),
        (date(2021, 5, 1), State.MISSING, False),
    ],
)
@pytest.mark.parametrize("linked", [False, True])
def test_the_limit_of_small_trade_counts_from_the_day_it_was_set(
    day: date, state: State, doubtful: bool, linked: bool
):
    boast = "<p>本店年交易额36.8万元</p>"
    if linked:
        pages = {"https://shop.example/zz.html": a_page(DECLARED)}
        outcome = decide(f"<a href='/zz.html'>主体信息</a>{boast}", linked=pages, as_of=day)
    else:
        outcome = decide(DECLARED + boast, as_of=day)
    assert outcome.state is state
    assert ("LIC-EXEMPT-DOUBTFUL" in {each.code for each in outcome.warnings}) is doubtful


@pytest.mark.parametrize(
    ("category", "permit", "day", "codes"),
    [
        ("pesticide", "", date(2016, 6, 1), ("OK",)),
        ("pesticide", "", date(2018, 7, 31), ("OK",)),
        ("pesticide", "", date(2018, 8, 1), ("PERMIT-MISSING",)),
        ("food", "食品流通许可证：SP3301061410012345", date(2016, 6, 1), ("OK",)),
        ("food", "食品流通许可证：SP3301061410012345", date(2022, 6, 1), ("PERMIT-EXPIRED",)),
        ("catering", "浙餐证字2014330106000123号", date(2016, 6, 1), ("OK",)),
        ("home", "食品生产许可证：QS330106012345", date(2018, 9, 30), ("OK",)),
        ("home", "食品生产许可证：QS330106012345", date(2018, 10, 1), ("PERMIT-EXPIRED",)),
        ("drug", "药品经营许可证：浙DA5710123", date(2016, 6, 1), ("OK",)),
    ],
)
def test_permits_are_asked_for_and_count_on_their_days(
    category: str, permit: str, day: date, codes: tuple[str, ...]
):
    outcome = decide(licence_block() + f"<p>{permit}</p>", category=category, as_of=day)
    assert outcome.codes == codes


def test_permits_need_not_be_shown_before_2019_so_a_missing_one_goes_to_a_person():
    for day, for_person in ((date(2018, 12, 31), True), (date(2019, 1, 1), False)):
        [fact] = decide(licence_block(), category="food", as_of=day).facts
        assert (fact.code, fact.for_person) == ("PERMIT-MISSING", for_person)
        assert ("食品流通许可证" in fact.reason) is for_person


def test_a_number_is_explained_by_the_law_of_the_day():
    wrong = f"<p>企业名称：{NAME}</p>{licence_block()}<p>食品经营许可证：JY13301060123451</p>"
    for day, law in (
        (date(2020, 6, 1), "食品经营许可管理办法"),
        (date(2024, 6, 1), "食品经营许可和备案管理办法"),
    ):
        [fact] = decide(wrong, category="food", as_of=day).facts
        assert fact.code == "PERMIT-INVALID"
        assert f"《{law}》" in fact.reason
