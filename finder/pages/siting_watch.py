"""The answer to a task, or what stands in its place: a button, progress with bound and gap, a sentence."""

import math

import streamlit as st

from finder.answers.siting import SitingQuestion
from finder.capacity.location.solution import relative_gap
from finder.pages import siting_jobs
from finder.pages.siting_jobs import Job
from finder.pages.siting_question import AUTO_KEY, RAN_KEY
from finder.pages.siting_worker import Task
from finder.words.messages import Messages
from finder.words.wording import count_text, decimal_text, minutes_text

JOB_KEY = "siting_job_"
POLL_S = 0.7


def answer_of(t: Messages, task: Task, *, button: str) -> object | None:
    """Return the answer if it is kept; else show how to get it, or how far it is.

    Parameters
    ----------
    t
        Messages.
    task
        What is asked.
    button
        What the button says that starts it.
    """
    kept = siting_jobs.shelf().get(task.key)
    if kept is not None:
        return kept
    job = _job(task)
    if job is None and task.name != "shares" and st.session_state.pop(AUTO_KEY, False):
        _start(task)
        job = _job(task)
    if job is not None and job.state == "done":
        # New data emptied the shelf meanwhile: what was found with the old ones is not shown.
        job = None
    if job is not None and job.is_running:
        st.fragment(_show_progress, run_every=POLL_S)(t, job)
        return None
    if job is not None:
        _say_end(t, job)
    st.button(button, key=f"siting_go_{task.name}", type="primary", on_click=_start, args=(task,))
    return None


def _job(task: Task) -> Job | None:
    job: Job | None = st.session_state.get(JOB_KEY + task.name)
    return job if job is not None and job.task.key == task.key else None


def _start(task: Task) -> None:
    before: Job | None = st.session_state.get(JOB_KEY + task.name)
    if before is not None:
        before.cancel()
    job = siting_jobs.start(task)
    st.session_state[JOB_KEY + task.name] = job
    if task.name != "shares":
        st.session_state[RAN_KEY] = task.key


def _say_end(t: Messages, job: Job) -> None:
    if job.state == "refused":
        st.error(t("siting.refused", why=job.told))
    elif job.state == "crashed":
        st.error(t("siting.crashed", code=job.told))
    elif job.state == "cancelled":
        st.info(t("siting.cancelled"))


def _show_progress(t: Messages, job: Job) -> None:
    if not job.is_running:
        st.rerun()
    step, of, _, _ = job.step
    st.progress(min(step / of, 1.0) if of else 0.0, text=progress_text(t, job))
    with st.container(horizontal=True):
        question = job.task.question
        is_stoppable = job.task.name == "sites" and math.isfinite(job.step[2])
        if isinstance(question, SitingQuestion) and is_stoppable:
            st.button(t("siting.stop"), key="siting_stop", on_click=job.stop, help=t("siting.stop_help"))
        st.button(t("siting.cancel"), key=f"siting_cancel_{job.task.name}", on_click=job.cancel)


def progress_text(t: Messages, job: Job) -> str:
    """Return how far a job is: what was found, what no choice can beat, and the gap between them."""
    seconds = count_text(job.seconds, t.language)
    if job.state == "waiting":
        return t("siting.waiting", seconds=seconds)
    step, of, objective, bound = job.step
    is_known = math.isfinite(objective) and math.isfinite(bound)
    # A table that is complete says nothing of the search that follows it without figures of its own.
    if not of or (step >= of and not is_known):
        return t("siting.starting", seconds=seconds)
    if not is_known:
        key = "siting.draws" if job.task.name == "shares" else "siting.table"
        return t(key, done=count_text(step, t.language), of=count_text(of, t.language), seconds=seconds)
    question = job.task.question
    is_minutes = isinstance(question, SitingQuestion) and question.objective == "shortest_longest"
    found, best = (minutes_text(x, t.language) if is_minutes else count_text(x, t.language) for x in (objective, bound))
    gap = decimal_text(100 * relative_gap(objective, bound), t.language)
    goal = question.objective if isinstance(question, SitingQuestion) else ""
    return t("siting.step." + goal, found=found, best=best, gap=gap, seconds=seconds)
