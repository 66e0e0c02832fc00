"""An optional model where labels exist 有标注时的模型: logistic regression on the very points of the rules.

Kept apart: nothing uses it unless somebody fits it on decisions, and the rule score stands where it has
nothing to say. It answers how far better weights would carry, not whether a shop is guilty.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.campaigns.columns import Bools, Floats, Longs
from detectors.campaigns.judge import Judgement

_PENALTY = 1.0
_LEAST_POSITIVE = 20


@dataclass(frozen=True, slots=True)
class Learned:
    """Weights per signal and an intercept."""

    names: tuple[str, ...]
    weights: Floats
    intercept: float

    @classmethod
    def fit(cls, judged: Judgement, labels: Bools, rows: Longs) -> Learned | None:
        """Fits on ``rows`` with their ``labels`` (one per review); ``None`` with too few of either kind."""
        # Imported here: a second that nothing else has use for.
        from scipy.optimize import minimize

        given = labels[rows]
        if min(int(given.sum()), int((~given).sum())) < _LEAST_POSITIVE:
            return None
        names, table = _table(judged)
        features, sign = table[rows], np.where(given, 1.0, -1.0)

        def loss(values: Floats) -> tuple[float, Floats]:
            margin = sign * (features @ values[1:] + values[0])
            pull = -sign * _logistic(-margin)
            slope = np.concatenate(([pull.sum()], features.T @ pull + _PENALTY * values[1:]))
            cost = np.logaddexp(0, -margin).sum() + _PENALTY / 2 * (values[1:] ** 2).sum()
            return float(cost), slope

        found = minimize(loss, np.zeros(features.shape[1] + 1), jac=True, method="L-BFGS-B").x
        return cls(names, found[1:], float(found[0]))

    def score(self, judged: Judgement) -> Floats:
        """Probability of each judged review."""
        _, table = _table(judged)
        return _logistic(table @ self.weights + self.intercept)


def _logistic(margin: Floats) -> Floats:
    # By the tangent, which overflows nowhere.
    found: Floats = (1 + np.tanh(margin / 2)) / 2
    return found


def out_of_fold(judged: Judgement, labels: Bools, fold: Longs) -> Floats:
    """Scores of every review by a model of the other folds; the rule score where none could be fitted."""
    found = judged.reviews["score"].to_numpy().copy()
    for turn in np.unique(fold):
        model = Learned.fit(judged, labels, np.flatnonzero(fold != turn))
        if model is not None:
            asked = fold == turn
            found[asked] = model.score(judged)[asked]
    return found


def _table(judged: Judgement) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    columns = {
        f"{family}.{name}": values
        for family, parts in judged.points.items()
        for name, values in parts.items()
    }
    columns |= {
        "top": judged.signals.top.astype(float),
        "padding": judged.signals.padding,
        "unreserved": judged.signals.unreserved,
    }
    return tuple(columns), np.column_stack(list(columns.values()))
