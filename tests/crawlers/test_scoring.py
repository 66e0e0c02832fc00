"""The risk score of real cards: signs from rule packs and store, kept once, the same whoever asks later."""

from dataclasses import replace

import pytest

from crawlers.drawing import framed_units
from crawlers.scoring import CONFIRMED_LISTING, CONFIRMED_SHOP, OPEN_LISTING, WORD, score_frame
from domain.notes import NoteCode
from storage.review_queue import Review, Status
from storage.subjects import Sighting
from tests.builders import a_sweep as plain_sweep
from tests.storage.builders import DAY, a_finding, a_listing, a_run, a_unit

pytestmark = pytest.mark.mongo

EARLIER, NOW = a_run(1).id, a_run(2).id


def a_sweep(kind: str = "risk_bands"):
    return plain_sweep(design={"kind": kind, "size": 3}, detectors=["advertising", "prohibited"])


def units(**shops: str):
    """Cards 1 to 9 of plain goods at one price, of shop ``s`` unless said otherwise."""
    cards = [a_unit(n, run=NOW, title="苹果 5斤", price="30", category="FOOD") for n in range(1, 10)]
    return [replace(card, shop=f"lingang:{shops.get(f'n{card.rank}', 's')}") for card in cards]


def scored(store, cards):
    found = score_frame(store, a_sweep(), NOW, cards)
    assert found
    return found


def test_words_in_the_title_count_as_their_rule_would(store):
    cards = units()
    cards[0] = replace(cards[0], title="国家级配方 全网最佳 苹果 5斤")
    found = scored(store, cards)
    assert 0 < found.scores[cards[0].key] <= WORD
    assert {found.scores[card.key] for card in cards[1:]} == {0.0}
    assert (found.with_words, found.with_past) == (1, 0)


def test_past_findings_count_until_a_person_rejects_them(store):
    cards = units(n2="other", n3="third", n4="fourth")
    findings = [
        a_finding(1, shop="lingang:s"),
        a_finding(2, shop="lingang:other"),
        a_finding(3, shop="lingang:third"),
        a_finding(4, shop="lingang:fourth", weak=True),
    ]
    store.findings.save(findings, EARLIER)
    store.findings.save([a_finding(5, shop="lingang:s")], NOW)
    for finding, status in ((findings[0], Status.CONFIRMED), (findings[2], Status.REJECTED)):
        store.review_queue.decide(finding.id, seen="", review=Review(status=status))
    found = scored(store, cards)
    assert [found.scores[card.key] for card in cards[:5]] == [
        CONFIRMED_LISTING + CONFIRMED_SHOP,
        OPEN_LISTING + 0.75,
        0.0,
        0.0,
        CONFIRMED_SHOP,
    ]
    assert found.note.values["past"] == 7


def test_shop_is_new_only_on_a_platform_that_was_visited_before(store):
    cards = units(n1="new")
    assert {*scored(store, cards).scores.values()} == {0.0}
    seen = Sighting(run=EARLIER, snapshot="s", seen_at=DAY)
    store.listings.save([(a_listing(shop="lingang:s"), seen)])
    found = scored(store, cards)
    assert found.new_shop == 1
    assert found.scores[cards[0].key] == 0.5


def test_first_score_given_stays_though_findings_come_later(store):
    store.runs.create(a_run(2))
    store.frame.save(units())
    first = framed_units(store, a_sweep(), NOW)
    assert {unit.risk for unit in first} == {0.0}
    store.findings.save([a_finding(1)], EARLIER)
    assert scored(store, first).with_past > 0
    assert framed_units(store, a_sweep(), NOW) == first
    store.frame.keep_risk(NOW, {unit.key: 9.0 for unit in first})
    assert store.frame.units(NOW) == first
    [scores] = store.runs.get(NOW).notes
    assert (scores.code, scores.values["cards"]) == (NoteCode.RISK_SCORED, 9)


def test_other_designs_need_no_score(store):
    store.frame.save(units())
    assert {unit.risk for unit in framed_units(store, a_sweep("stratified"), NOW)} == {None}
