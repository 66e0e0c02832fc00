"""Inclusion probabilities of clusters 整群: of shops that are visited when one of their listings is drawn."""

from __future__ import annotations

from math import expm1, inf, lgamma

import numpy as np

from crawlers.sampling.chance import STARTS, Floats, Ints
from crawlers.sampling.layouts import GroupLayout, Layout, ShopLayout, SystematicLayout


def cluster_chances(layout: Layout, rows: Ints, clusters: Ints) -> Floats:
    """Chance that at least one unit of each cluster is drawn.

    Args:
        layout: the design over its frame.
        rows: units that belong to a cluster.
        clusters: cluster of each of them, 0, 1, … without gaps.
    """
    if rows.size == 0:
        return np.zeros(0)
    if isinstance(layout, GroupLayout):
        return _of_groups(layout, rows, clusters)
    if isinstance(layout, SystematicLayout):
        return _of_systematic(layout, rows, clusters)
    if isinstance(layout, ShopLayout):
        return _of_shops(layout, rows, clusters)
    # Units come independently: one minus the chance that all are missed.
    with np.errstate(divide="ignore"):
        return np.asarray(-np.expm1(np.bincount(clusters, weights=np.log1p(-layout.probability[rows]))))


def _of_groups(layout: GroupLayout, rows: Ints, clusters: Ints) -> Floats:
    """1 - prod_h C(N_h - m_h, n_h) / C(N_h, n_h), m_h being the units of the cluster in group h."""
    size = layout.totals.size
    pairs, counts = np.unique(clusters * size + layout.groups[rows], return_counts=True)
    missed = np.zeros(int(clusters.max()) + 1)
    for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
        cluster, group = divmod(pair, size)
        missed[cluster] += _log_miss(int(layout.totals[group]), int(layout.drawn[group]), count)
    return np.array([-expm1(log) for log in missed.tolist()])


def _of_systematic(layout: SystematicLayout, rows: Ints, clusters: Ints) -> Floats:
    """One minus the chance that every start misses the cluster.

    A start hits a unit when it falls on the stretch that the unit takes up in its zone; each start counts the
    length that the stretches of the cluster's units cover together.
    """
    place = np.empty(layout.rows.size, dtype=np.int64)
    place[layout.rows] = np.arange(layout.rows.size)
    zones = np.searchsorted(layout.begins, place[rows], side="right") - 1
    lengths = layout.lengths[zones]
    begins = (place[rows] - layout.begins[zones]) / lengths
    starts = zones % STARTS
    missed = np.ones((int(clusters.max()) + 1, STARTS))
    last, reached = (-1, -1), 0.0
    for row in np.lexsort((begins, starts, clusters)).tolist():
        key = (int(clusters[row]), int(starts[row]))
        if key != last:
            last, reached = key, 0.0
        end = float(begins[row] + 1 / lengths[row])
        missed[key] -= max(0.0, end - max(float(begins[row]), reached))
        reached = max(reached, end)
    return np.asarray(1 - np.maximum(missed, 0.0).prod(axis=1))


def _of_shops(layout: ShopLayout, rows: Ints, clusters: Ints) -> Floats:
    """The chance of the shop itself, of which at least one listing is drawn whenever it is."""
    chances = np.zeros(int(clusters.max()) + 1)
    chances[clusters] = layout.shop_probability[layout.shops[rows]]
    return chances


def _log_miss(size: int, drawn: int, count: int) -> float:
    """Log of C(size - count, drawn) / C(size, drawn); minus infinity when a miss is impossible."""
    if size - count < drawn:
        return -inf
    return _log_choose(size - count, drawn) - _log_choose(size, drawn)


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
