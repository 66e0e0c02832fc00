"""Dense blocks: planted ones are found to the user, natural ones and noise are not reported."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.campaigns.blocks import Graph, block_of_users, dense_blocks, plant


def a_background(seed: int = 1, users: int = 1_500, edges: int = 9_000) -> Graph:
    """Popular targets and busy users by a power law: busy users rate the popular targets."""
    chance = np.random.default_rng(seed)
    busy, popular = 1 / np.arange(1, users + 1) ** 0.8, 1 / np.arange(1, users + 1) ** 0.8
    return Graph.of(
        chance.choice(users, edges, p=busy / busy.sum()),
        chance.choice(users, edges, p=popular / popular.sum()),
    )


def f1(truth, found) -> float:
    hits = (truth & found).sum()
    return float(2 * hits / max(truth.sum() + found.sum(), 1))


@pytest.mark.parametrize("hijacked", [False, True])
@pytest.mark.parametrize(("shapes", "least"), [(((120, 120, 0.2),), 0.97), (((40, 40, 0.4),) * 3, 0.9)])
def test_planted_blocks_are_found_behind_camouflage(shapes, least, hijacked):
    planted = plant(a_background(), shapes=shapes, seed=2, hijacked=hijacked)
    blocks = dense_blocks(planted.graph)
    number = block_of_users(planted.graph, blocks)[1]
    assert f1(planted.block >= 0, number >= 0) >= least
    assert len(blocks) == len(shapes)


def test_core_that_degrees_explain_is_not_reported():
    assert dense_blocks(a_background()) == ()


def test_block_is_counted_once_and_described():
    planted = plant(a_background(), shapes=((40, 30, 0.5),), seed=3)
    (block,) = dense_blocks(planted.graph)
    assert len(block.users) == pytest.approx(40, abs=2)
    assert block.density == pytest.approx(0.5, abs=0.08)
    assert block.lift > 8
    score, _ = block_of_users(planted.graph, (block,))
    assert score[planted.block >= 0].min() > score[planted.block < 0].max() - 1e-9


def test_same_seed_plants_the_same_graph():
    one, other = (plant(a_background(), shapes=((20, 20, 0.4),), seed=5) for _ in range(2))
    assert (one.graph.user == other.graph.user).all()
    assert (one.graph.target == other.graph.target).all()


@pytest.mark.parametrize("edges", [0, 1, 5])
def test_graph_too_small_for_a_block(edges):
    graph = Graph.of(np.arange(edges), np.arange(edges))
    assert dense_blocks(graph) == ()
