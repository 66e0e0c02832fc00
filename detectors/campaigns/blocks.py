"""Dense blocks 密集团块 in a graph of users and what they rate, camouflaged or not.

An edge weighs what it surprises: the logarithm of a block's density over the edge's chance in a graph with
the same degrees (the configuration model), so that the natural core of busy users, whose edges their degrees
explain, weighs nothing. The heaviest block is found by greedy peeling (Charikar, 2000; FRAUDAR, Hooi et al.,
KDD 2016), redrawn by the likelihood ratio of each user and target until it stands still, then its edges are
taken out and the next one is sought. A block counts if its likelihood ratio is beyond that of the best block
in graphs with the same degrees and shuffled ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from detectors.campaigns.columns import Bools, Floats, Longs

_FLOOR_DENSITY = 0.15
_PEELED_AT_ONCE = 0.03
_ROUNDS = 30
_LEAST_SIDE = 4
_LEAST_LIFT = 8.0
_LEAST_DEVOTION = 0.5
_SPLIT_SHARE = 0.7
_SPLIT_CONTRAST = 1.5
_PROMINENT = 0.1
_MOST_SURPRISE = 1.5
_NULLS = 2
_MOST = 40


@dataclass(frozen=True, slots=True)
class Graph:
    """Distinct edges from users to targets, each numbered from 0."""

    user: Longs
    target: Longs
    users: int
    targets: int

    @classmethod
    def of(cls, user: Longs, target: Longs) -> Graph:
        """Keeps each edge once."""
        users, targets = int(user.max(initial=-1)) + 1, int(target.max(initial=-1)) + 1
        edges = np.unique(user * max(targets, 1) + target)
        return cls(edges // max(targets, 1), edges % max(targets, 1), users, targets)

    def chance(self) -> Floats:
        """Probability of each edge given the degrees of its ends."""
        out = np.bincount(self.user, minlength=self.users)[self.user].astype(float)
        into = np.bincount(self.target, minlength=self.targets)[self.target]
        return np.minimum(out * into / max(len(self.user), 1), 1.0)


@dataclass(frozen=True, slots=True)
class Block:
    """A dense block.

    ``lift`` is its edges over what the degrees outside it let expect; ``devotion`` the larger of two shares:
    of the users' edges, and of the targets' edges, that lie inside; ``evidence`` the log-likelihood ratio of
    its users, each with its ``weight``.
    """

    users: Longs
    targets: Longs
    edges: int
    lift: float
    devotion: float
    evidence: float
    weight: Floats

    @property
    def density(self) -> float:
        """Share of possible edges that are there."""
        return self.edges / (len(self.users) * len(self.targets))


def dense_blocks(graph: Graph, *, seed: int = 0, bound: float | None = None) -> tuple[Block, ...]:
    """Blocks in falling order of evidence.

    Args:
        graph: who rated whom.
        seed: of the shuffled graphs that set the bound.
        bound: evidence that a block must reach; ``None``: measured on shuffled graphs.
    """
    if bound is None:
        bound = null_bound(graph, seed=seed)
    return tuple(sorted(_blocks(graph, bound), key=lambda block: -block.evidence))


def null_bound(graph: Graph, *, seed: int = 0) -> float:
    """Evidence of the best block in graphs with the same degrees and shuffled ends, doubled for safety."""
    chance = np.random.default_rng(seed)
    best = 0.0
    for _ in range(_NULLS):
        shuffled = Graph.of(graph.user, chance.permutation(graph.target))
        found = _heaviest(shuffled, np.ones(len(shuffled.user), dtype=bool), shuffled.chance())
        best = max(best, found.evidence if found else 0.0)
    return 2 * best


def _blocks(graph: Graph, bound: float) -> Iterator[Block]:
    left = np.ones(len(graph.user), dtype=bool)
    chance = graph.chance()
    for _ in range(_MOST):
        found = _heaviest(graph, left, chance)
        if found is None:
            return
        for block in _split(graph, left, found):
            if block.evidence >= bound and block.lift >= _LEAST_LIFT and block.devotion >= _LEAST_DEVOTION:
                yield block
        left &= ~_inside(graph, found.users, found.targets)


def _split(graph: Graph, left: Bools, whole: Block) -> tuple[Block, ...]:
    # Blocks of equal weight are peeled together. Redrawn from one user's own targets, each stands alone.
    rows = np.flatnonzero(left & _inside(graph, whole.users, whole.targets))
    inner = Graph(graph.user[rows], graph.target[rows], graph.users, graph.targets)
    open_users = np.zeros(graph.users, dtype=bool)
    open_users[whole.users] = True
    parts: list[Block] = []
    for _ in range(_MOST):
        free = open_users[inner.user]
        if not free.any():
            break
        degree = np.bincount(inner.user[free], minlength=graph.users)
        seed = int(degree.argmax())
        aims = np.zeros(graph.targets, dtype=bool)
        aims[inner.target[inner.user == seed]] = True
        company = np.bincount(inner.user[aims[inner.target]], minlength=graph.users)
        close = company >= max(company[open_users].max() / 3, 2)
        part = _Draft(graph, graph.user[rows], graph.target[rows], close & open_users, aims).block()
        taken = part.users if part else np.array([seed])
        open_users[taken] = False
        open_users[seed] = False
        if part is not None:
            parts.append(part)
    apart = sum(part.edges for part in parts)
    cells = sum(len(part.users) * len(part.targets) for part in parts)
    denser = bool(parts) and apart / cells >= _SPLIT_CONTRAST * whole.density
    return tuple(parts) if denser and apart >= _SPLIT_SHARE * whole.edges else (whole,)


def _inside(graph: Graph, users: Longs, targets: Longs) -> Bools:
    user_in, target_in = np.zeros(graph.users, dtype=bool), np.zeros(graph.targets, dtype=bool)
    user_in[users], target_in[targets] = True, True
    found: Bools = user_in[graph.user] & target_in[graph.target]
    return found


def _heaviest(graph: Graph, left: Bools, chance: Floats) -> Block | None:
    rows = np.flatnonzero(left)
    if len(rows) < _LEAST_SIDE**2:
        return None
    user, target = graph.user[rows], graph.target[rows]
    # Bounded, since an edge between two loners is improbable too and yet no block.
    surprise = np.clip(np.log(_FLOOR_DENSITY / chance[rows]), 0, _MOST_SURPRISE)
    user_in, target_in = _peeled(graph, user, target, surprise)
    return _Draft(graph, user, target, user_in, target_in).block()


def _peeled(graph: Graph, user: Longs, target: Longs, weight: Floats) -> tuple[Bools, Bools]:
    # Lightest nodes first, a few per cent at a time; the best average weight on the way is kept.
    node = np.concatenate((user, target + graph.users))
    alive = np.zeros(graph.users + graph.targets, dtype=bool)
    alive[node] = True
    best, kept = -1.0, alive.copy()
    edges = np.arange(len(user))
    while len(edges) and alive.any():
        mass = np.bincount(user[edges], weights=weight[edges], minlength=len(alive))
        mass += np.bincount(target[edges] + graph.users, weights=weight[edges], minlength=len(alive))
        members = np.flatnonzero(alive)
        average = weight[edges].sum() / len(members)
        if average > best:
            best, kept = average, alive.copy()
        order = members[np.argsort(mass[members], kind="stable")]
        alive[order[: max(int(_PEELED_AT_ONCE * len(order)), 1)]] = False
        edges = edges[alive[user[edges]] & alive[target[edges] + graph.users]]
    return kept[: graph.users], kept[graph.users :]


@dataclass(slots=True)
class _Draft:
    """A block while it is redrawn, over the edges ``user``/``target`` that are still free."""

    graph: Graph
    user: Longs
    target: Longs
    user_in: Bools
    target_in: Bools

    def block(self) -> Block | None:
        """Moves users and targets in and out until they stand still; ``None`` if nothing is left."""
        for _ in range(_ROUNDS):
            if not self._is_wide():
                return None
            before = self.user_in, self.target_in
            _, self.user_in = self._side(of_users=True)
            if not self._is_wide():
                return None
            _, self.target_in = self._side(of_users=False)
            if (self.user_in == before[0]).all() and (self.target_in == before[1]).all():
                break
        if not self._is_wide():
            return None
        part, _ = self._side(of_users=True)
        return self._drawn(part)

    def _is_wide(self) -> bool:
        return min(int(self.user_in.sum()), int(self.target_in.sum())) >= _LEAST_SIDE

    @property
    def _inside(self) -> Bools:
        found: Bools = self.user_in[self.user] & self.target_in[self.target]
        return found

    def _degrees(self) -> tuple[Floats, Floats, float]:
        # Degrees without the block's own edges: a block must not explain itself.
        inside = self._inside
        out = np.bincount(self.graph.user, minlength=self.graph.users).astype(float)
        into = np.bincount(self.graph.target, minlength=self.graph.targets).astype(float)
        out -= np.bincount(self.user[inside], minlength=self.graph.users)
        into -= np.bincount(self.target[inside], minlength=self.graph.targets)
        # Half an edge each, so that a node known only from the block has a chance too.
        return out + 0.5, into + 0.5, float(len(self.graph.user) - inside.sum() + 1)

    def _side(self, *, of_users: bool) -> tuple[Floats, Bools]:
        # Log-likelihood ratio of every node of one side: belongs to the block, or rates as its degree says.
        out, into, total = self._degrees()
        density = self._inside.sum() / (self.user_in.sum() * self.target_in.sum())
        chance = np.minimum(out[self.user] * into[self.target] / total, density)
        surprise = np.log(density / chance)
        if of_users:
            node, others, own, theirs, size = self.user, self.target_in, out, into, self.graph.users
            counted = others[self.target]
        else:
            node, others, own, theirs, size = self.target, self.user_in, into, out, self.graph.targets
            counted = others[self.user]
        gained = np.bincount(node, weights=surprise * counted, minlength=size)
        missing = np.maximum(density * others.sum() - own * theirs[others].sum() / total, 0)
        part: Floats = gained - missing
        members = part[self.user_in if of_users else self.target_in]
        # Camouflage meets popular targets a little more often than chance, so a member must bring a third of
        # what members bring.
        return part, part > max(np.log(size), float(np.mean(members)) / 3)

    def _drawn(self, part: Floats) -> Block:
        inside = self._inside
        users, targets = np.flatnonzero(self.user_in), np.flatnonzero(self.target_in)
        out, into, total = self._degrees()
        edges = int(inside.sum())
        elsewhere, received = float(out[users].sum()), float(into[targets].sum())
        lift = edges / max(elsewhere * received / total, 1e-9)
        devotion = max(edges / (edges + elsewhere), edges / (edges + received))
        return Block(users, targets, edges, lift, devotion, float(part[users].sum()), part[users])


def block_of_users(graph: Graph, blocks: tuple[Block, ...]) -> tuple[Floats, Longs]:
    """Score 0..1 and block number (-1: none) of every user, the block with most evidence first.

    A block with under a tenth of the strongest one's evidence gives its users a score but no number.
    """
    score, number = np.zeros(graph.users), np.full(graph.users, -1, dtype=np.int64)
    strongest = max((block.evidence for block in blocks), default=0.0)
    for place, block in reversed(list(enumerate(blocks))):
        prominent = block.evidence >= _PROMINENT * strongest
        own = block.weight / block.weight.max()
        score[block.users] = np.maximum(score[block.users], (0.5 + 0.5 * own) if prominent else 0.4 * own)
        if prominent:
            number[block.users] = place
    return score, number


@dataclass(frozen=True, slots=True)
class Planted:
    """A graph with blocks planted into it: ``block`` per user, -1 for users that belong to none."""

    graph: Graph
    block: Longs


def plant(
    graph: Graph,
    *,
    shapes: tuple[tuple[int, int, float], ...],
    seed: int,
    camouflage: float = 1.0,
    hijacked: bool = False,
    known_targets: bool = True,
) -> Planted:
    """Plants blocks for measuring.

    Args:
        graph: the background, left as it is.
        shapes: users, targets and density of each block.
        seed: of all choices.
        camouflage: edges to other targets per edge in the block, drawn by popularity.
        hijacked: members are drawn from the users there are, rather than new ones.
        known_targets: the block's targets are drawn from those there are, rather than new ones.
    """
    chance = np.random.default_rng(seed)
    popularity = np.bincount(graph.target, minlength=graph.targets) / max(len(graph.target), 1)
    users, targets = [graph.user], [graph.target]
    next_user, next_target = graph.users, graph.targets
    label: dict[int, int] = {}
    free_users, free_targets = chance.permutation(graph.users), chance.permutation(graph.targets)
    for number, (wide, high, density) in enumerate(shapes):
        if hijacked:
            members, free_users = free_users[:wide], free_users[wide:]
        else:
            members, next_user = np.arange(next_user, next_user + wide), next_user + wide
        if known_targets:
            aims, free_targets = free_targets[:high], free_targets[high:]
        else:
            aims, next_target = np.arange(next_target, next_target + high), next_target + high
        who, whom = np.nonzero(chance.random((wide, high)) < density)
        hidden = round(camouflage * len(who))
        users += [members[who], chance.choice(members, hidden)]
        targets += [aims[whom], chance.choice(graph.targets, hidden, p=popularity)]
        label |= dict.fromkeys(members.tolist(), number)
    block = np.full(next_user, -1, dtype=np.int64)
    block[list(label)] = list(label.values())
    planted = Graph.of(np.concatenate(users), np.concatenate(targets))
    return Planted(Graph(planted.user, planted.target, next_user, max(next_target, planted.targets)), block)
