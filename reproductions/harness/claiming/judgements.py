"""All claims of a record judged together: a verdict on each, and one on each family."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from reproductions.harness.claiming.claims import Claim, judge_claim
from reproductions.harness.claiming.plans import SeedPlan
from reproductions.harness.judging.families import (
    Family,
    decide_family,
    group_claims,
    share_level,
)
from reproductions.harness.judging.verdicts import (
    INCONCLUSIVE,
    NOT_RUN,
    REPRODUCED,
    UNFINISHED,
    Verdict,
    join_sentences,
)


class Judgement(NamedTuple):
    """The verdicts on all claims, in their order, and those on their families."""

    verdicts: list[Verdict]
    families: list[Family]


def judge_all(
    claims: Sequence[Claim],
    metrics: Mapping[str, np.ndarray],
    stand_in: str,
    plan: SeedPlan,
    seeds: int,
) -> Judgement:
    """Return the verdicts on all claims and families.

    Args:
        claims: what is judged.
        metrics: arrays of shape (seeds,), or (seeds, k).
        stand_in: why these numbers cannot be compared with the publication, else "".
        plan: the planned seeds.
        seeds: how many there are.
    """
    level = plan.level(seeds)

    def judge(claim: Claim, at_level: float) -> Verdict:
        verdict = judge_claim(claim, metrics, stand_in, at_level)
        if plan.is_complete(seeds) or not claim.judge.has_scatter:
            return verdict
        return withhold(verdict, plan, seeds)

    verdicts = {claim.id: judge(claim, level) for claim in claims}
    by_id = {claim.id: claim for claim in claims}
    groups = group_claims(
        {claim.id: claim.family or claim.id for claim in claims}
    )
    families = []
    for family, ids in groups.items():
        shared = share_level(level, len(ids))
        statuses = [verdicts[id].status for id in ids]
        strict = statuses
        if len(ids) > 1:
            strict = [judge(by_id[id], shared).status for id in ids]
        families.append(
            Family(
                family,
                tuple(ids),
                decide_family(statuses, strict),
                statuses.count(REPRODUCED),
            )
        )
    return Judgement(list(verdicts.values()), families)


def withhold(verdict: Verdict, plan: SeedPlan, seeds: int) -> Verdict:
    """Return the numbers of a verdict without its status, as the planned seeds are not
    complete."""
    if verdict.status == NOT_RUN:
        return verdict
    reason = (
        f"no verdict before the {plan.looks[-1]} planned seeds; so far {seeds}"
    )
    return replace(
        verdict,
        status=INCONCLUSIVE,
        cause=UNFINISHED,
        seeds_needed=plan.looks[-1],
        detail=join_sentences(reason, verdict.detail),
    )
