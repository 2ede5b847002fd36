"""The answer to a task, or what stands in its place: a button, progress with the best so far, a sentence."""

from collections.abc import Callable
from typing import Literal

import streamlit as st

from finder.pages import solver_jobs
from finder.pages.solver_jobs import Job
from finder.pages.solver_worker import Task
from finder.words.messages import Messages

JOB_KEY = "solver_job_"
STARTED_KEY = "solver_started_"
POLL_S = 0.7

Told = Callable[[Messages, Job], str]


def answer_of(
    t: Messages,
    task: Task,
    *,
    button: str,
    told: Told,
    starts_now: bool = False,
    can_stop: Callable[[Job], bool] | None = None,
    is_first: bool = True,
) -> object | None:
    """Return the answer if it is kept; else show how to get it, or how far it is.

    Parameters
    ----------
    t
        Messages.
    task
        What is asked.
    button
        What the button says that starts it.
    told
        Says how far a running job is.
    starts_now
        Start without the button.
    can_stop
        Whether a running job has something worth keeping already; None: it never can be stopped, only cancelled.
    is_first
        Whether the button is what the page asks for first.
    """
    kept = solver_jobs.shelf().get(task.key)
    if kept is not None:
        return kept
    job = _job(task)
    if job is None and starts_now:
        _start(task)
        job = _job(task)
    if job is not None and job.state == "done":
        # New data emptied the shelf meanwhile: what was found with the old ones is not shown.
        job = None
    if job is not None and job.is_running:
        st.fragment(_show_progress, run_every=POLL_S)(t, job, told, can_stop)
        return None
    if job is not None:
        _say_end(t, job)
    look: Literal["primary", "secondary"] = "primary" if is_first else "secondary"
    st.button(button, key=f"solver_go_{task.name}", type=look, on_click=_start, args=(task,))
    return None


def has_started(task: Task) -> bool:
    """Return whether this visitor had this task, the last of its name, solved."""
    return st.session_state.get(STARTED_KEY + task.name) == task.key


def _job(task: Task) -> Job | None:
    job: Job | None = st.session_state.get(JOB_KEY + task.name)
    return job if job is not None and job.task.key == task.key else None


def _start(task: Task) -> None:
    before: Job | None = st.session_state.get(JOB_KEY + task.name)
    if before is not None:
        before.cancel()
    st.session_state[JOB_KEY + task.name] = solver_jobs.start(task)
    st.session_state[STARTED_KEY + task.name] = task.key


def _say_end(t: Messages, job: Job) -> None:
    if job.state == "refused":
        st.error(t("solver.refused", why=job.told))
    elif job.state == "crashed":
        st.error(t("solver.crashed", code=job.told))
    elif job.state == "cancelled":
        st.info(t("solver.cancelled"))


def _show_progress(t: Messages, job: Job, told: Told, can_stop: Callable[[Job], bool] | None) -> None:
    if not job.is_running:
        st.rerun()
    step = job.step
    st.progress(min(step.step / step.of, 1.0) if step.of else 0.0, text=told(t, job))
    with st.container(horizontal=True):
        if can_stop is not None and can_stop(job):
            st.button(
                t("solver.stop"), key=f"solver_stop_{job.task.name}", on_click=job.stop, help=t("solver.stop_help")
            )
        st.button(t("solver.cancel"), key=f"solver_cancel_{job.task.name}", on_click=job.cancel)
