"""The answers in sentences, each with its proof; the page and the brief say the same."""

import math

import numpy as np
import pandas as pd

from finder.answers.places_allocation import Allocation, AllocationQuestion, TargetAnswer
from finder.answers.siting import SitingAnswer, SitingQuestion
from finder.capacity.location.solution import relative_gap
from finder.pages import cached
from finder.pages.solver_jobs import Job
from finder.pages.solver_worker import Task
from finder.words.messages import Messages
from finder.words.wording import count_text, decimal_text, minutes_text

NAMED = 6
FIRST_NAMED = 3
CHOSEN_SHARE = 0.8
NOTES = {"sites": ("traffic", "plot", "border"), "places": ("tenure", "neighbours", "cost")}
"""What to know beside an answer: names of messages, on the page and in the brief."""


def button_text(t: Messages, task: Task) -> str:
    """Return what will be searched, for the button that starts it."""
    question = task.question
    if isinstance(question, AllocationQuestion):
        return t("siting.go.next", count=count_text(question.new_places, t.language))
    if not isinstance(question, SitingQuestion):
        return t("siting.go.target")
    by, limit = t("by." + question.mode), f"{question.limit_min:g}"
    if question.objective == "fewest_sites":
        return t("siting.go.fewest_sites", limit=limit, by=by)
    if question.objective == "most_within":
        return t.count("siting.go.within", question.p, limit=limit, by=by)
    return t.count("siting.go.best", question.p, by=by)


def site_sentences(t: Messages, found: SitingAnswer) -> list[str]:
    """Return what the sites bring and what no choice can beat; then what must be said with it."""
    question, solution = found.question, found.solution
    if solution.status == "infeasible":
        return _impossible(t, found)
    if not math.isfinite(solution.objective):
        return [t("siting.answer.none_in_time")]
    texts = [_SENTENCES[question.objective](t, found)]
    if solution.status == "time_limit":
        texts.append(t("siting.answer.stopped"))
    if found.unreachable_people > 0:
        people = _people(t, found.unreachable_people)
        texts.append(t("siting.answer.unreached", people=people, who=who_text(t, found)))
    return texts


def who_text(t: Messages, found: SitingAnswer) -> str:
    """Return who is counted."""
    return t("siting.who." + found.question.people)


def newly_within(found: SitingAnswer) -> float:
    """Return the people whom the sites bring within the limit."""
    points, limit = found.points, found.question.limit_min
    return float(points["people"][(points["before_min"] > limit) & (points["after_min"] <= limit)].sum())


def _people(t: Messages, number: float) -> str:
    return count_text(number, t.language) if number >= 1 or number == 0 else "< 1"


def _most_within(t: Messages, found: SitingAnswer) -> str:
    added = newly_within(found)
    best = added + max(0.0, found.solution.bound - found.solution.objective)
    first = t.count(
        "siting.answer.most_within", len(found.sites), added=_people(t, added), who=who_text(t, found),
        limit=minutes_text(found.question.limit_min, t.language), how=t("by." + found.question.mode),
    )  # fmt: skip
    return f"{first} {_proof(t, found, added, best, _people(t, best))}"


def _fewest_minutes(t: Messages, found: SitingAnswer) -> str:
    people = found.points["people"]
    after = float((people * found.points["after_min"]).sum() / people.sum())
    best = min(after, found.solution.bound / float(people.sum()))
    before = found.points["before_min"]
    values = {"after": _precise(t, after), "who": who_text(t, found), "how": t("by." + found.question.mode)}
    if np.isfinite(before).all():
        mean = float((people * before).sum() / people.sum())
        first = t.count("siting.answer.mean", len(found.sites), before=_precise(t, mean), **values)
    else:
        first = t.count("siting.answer.mean_new", len(found.sites), **values)
    return f"{first} {_proof(t, found, after, best, _precise(t, best))}"


def _shortest_longest(t: Messages, found: SitingAnswer) -> str:
    solution, before = found.solution, found.points["before_min"]
    values = {"after": _precise(t, solution.objective), "how": t("by." + found.question.mode)}
    if np.isfinite(before).all():
        first = t.count("siting.answer.longest", len(found.sites), before=_precise(t, before.max()), **values)
    else:
        first = t.count("siting.answer.longest_new", len(found.sites), **values)
    return f"{first} {_proof(t, found, solution.objective, solution.bound, _precise(t, solution.bound))}"


def _fewest_sites(t: Messages, found: SitingAnswer) -> str:
    solution = found.solution
    values = {"who": who_text(t, found), "limit": minutes_text(found.question.limit_min, t.language),
              "how": t("by." + found.question.mode)}  # fmt: skip
    if not len(found.sites):
        return t("siting.answer.no_site_needed", **values)
    least = math.ceil(solution.bound - 1e-6)
    first = t.count("siting.answer.fewest_sites", len(found.sites), **values)
    return f"{first} {_proof(t, found, solution.objective, least, count_text(least, t.language))}"


_SENTENCES = {
    "most_within": _most_within,
    "fewest_minutes": _fewest_minutes,
    "shortest_longest": _shortest_longest,
    "fewest_sites": _fewest_sites,
}


def _precise(t: Messages, minutes: float) -> str:
    return f"{decimal_text(minutes, t.language)}\u00a0min"


def _proof(t: Messages, found: SitingAnswer, value: float, best: float, best_text: str) -> str:
    if found.solution.status == "optimal":
        return t("siting.proof.optimal")
    key = "siting.proof.most" if found.question.objective == "most_within" else "siting.proof.least"
    return t(key, best=best_text, gap=gap_text(t, relative_gap(value, best)))


def gap_text(t: Messages, gap: float) -> str:
    """Return a gap in percent with one decimal."""
    return decimal_text(100 * gap, t.language)


def _impossible(t: Messages, found: SitingAnswer) -> list[str]:
    question, ids = found.question, list(found.solution.unmet_ids)
    missed = found.points.loc[found.points.index.isin(ids)]
    if missed.empty:
        return [t("siting.impossible.more_sites", count=question.p)]
    values = {"points": count_text(len(missed), t.language), "people": _people(t, missed["people"].sum()),
              "who": who_text(t, found)}  # fmt: skip
    names = cached.commune_names(t.language)
    most = missed.groupby("nis")["people"].sum().sort_values(ascending=False)
    where = ", ".join(names[str(nis)] for nis in most.index[:NAMED])
    if question.objective == "fewest_sites":
        limit = minutes_text(question.limit_min, t.language)
        first = t("siting.impossible.limit", limit=limit, how=t("by." + question.mode), **values)
    else:
        first = t("siting.impossible.reach", **values)
    return [first, t("siting.impossible.where", communes=where)]


def next_sentences(t: Messages, found: Allocation) -> list[str]:
    """Return where the next places go and how sure that is."""
    table, names = found.table, cached.commune_names(t.language)
    given = table[table["places_added"] > 0]
    if given.empty:
        return [t("siting.next.none")]
    first = ", ".join(names[str(nis)] for nis in given.sort_values("first_step").index[:FIRST_NAMED])
    sure = int((given["share_chosen"] >= CHOSEN_SHARE).sum())
    texts = [
        t("siting.next.answer", places=count_text(found.total_places, t.language), first=first,
          communes=count_text(len(given), t.language)),
        t("siting.next.sure", sure=count_text(sure, t.language), of=count_text(len(given), t.language),
          share=f"{CHOSEN_SHARE * 100:g}"),
        t("siting.next.proof." + found.question.objective),
    ]  # fmt: skip
    if found.left_places > 0 and found.total_places + 7 <= found.question.new_places:
        texts.append(t("siting.next.left", left=count_text(found.left_places, t.language)))
    return texts


def target_sentences(t: Messages, found: TargetAnswer) -> list[str]:
    """Return the cheapest plan, its proof and what is lacking in the draws."""
    table, plan, costs = found.table, found.plan, found.question.costs
    if not table["places_added"].sum():
        return [t("siting.target.none")]
    unit = t("siting.unit_places") if costs.unit == "places" else costs.unit
    first = t(
        "siting.target.answer", places=count_text(table["places_added"].sum(), t.language),
        communes=count_text((table["places_added"] > 0).sum(), t.language),
        enlarged=count_text(table["enlarged_places"].sum(), t.language),
        sites=count_text(table["new_sites_count"].sum(), t.language),
        share=f"{found.question.sure_share * 100:g}",
    )  # fmt: skip
    proof = t("siting.target.optimal", cost=count_text(plan.objective, t.language), unit=unit)
    if plan.gap > 1e-4:
        proof = t("siting.target.gap", cost=count_text(plan.objective, t.language), unit=unit,
                  bound=count_text(plan.bound, t.language), gap=gap_text(t, plan.gap))  # fmt: skip
    total = found.missing_total
    numbers = {name: count_text(total[name], t.language) for name in ("mean", "p10", "p90")}
    return [f"{first} {proof}", t("siting.target.missing", **numbers)]


def change_by_commune(found: SitingAnswer) -> pd.DataFrame:
    """Return :meth:`SitingAnswer.by_commune` with ``change_min``, nan where there was or is nothing to go to."""
    table = found.by_commune().replace(np.inf, np.nan)
    return table.assign(change_min=table["mean_after_min"] - table["mean_before_min"])


def progress_text(t: Messages, job: Job) -> str:
    """Return how far a job is: what was found, what no choice can beat, and the gap between them."""
    seconds = count_text(job.seconds, t.language)
    if job.state == "waiting":
        return t("solver.waiting", seconds=seconds)
    step, of, objective, bound, _ = job.step
    is_known = math.isfinite(objective) and math.isfinite(bound)
    # A table that is complete says nothing of the search that follows it without figures of its own.
    if not of or (step >= of and not is_known):
        return t("solver.starting", seconds=seconds)
    if not is_known:
        key = "siting.draws" if job.task.name == "shares" else "siting.table"
        return t(key, done=count_text(step, t.language), of=count_text(of, t.language), seconds=seconds)
    question = job.task.question
    is_minutes = isinstance(question, SitingQuestion) and question.objective == "shortest_longest"
    found, best = (minutes_text(x, t.language) if is_minutes else count_text(x, t.language) for x in (objective, bound))
    gap = decimal_text(100 * relative_gap(objective, bound), t.language)
    goal = question.objective if isinstance(question, SitingQuestion) else ""
    return t("siting.step." + goal, found=found, best=best, gap=gap, seconds=seconds)


def can_stop(job: Job) -> bool:
    """Return whether sites were found that are worth keeping."""
    return job.task.name == "sites" and math.isfinite(job.step.objective)
