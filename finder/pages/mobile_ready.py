"""The plan that the page Mobile opens with: made before and kept with the data, told again with them."""

import logging

import streamlit as st

from finder.answers.mobile_question import MobileQuestion, question_from_dict
from finder.answers.mobile_told import MobilePlan, tell_again
from finder.capacity.mobile.plan import Plan
from finder.capacity.mobile.plan_json import plan_from_dict
from finder.errors import DatasetNotFoundError, FinderError
from finder.pages import cached
from finder.sources.ready_mobile_plan import read_ready_plan

_log = logging.getLogger(__name__)


def ready_plan(question: MobileQuestion) -> MobilePlan | None:
    """Return the plan kept with the data if it answers the question, else None."""
    kept = _kept()
    return _told() if kept is not None and question_from_dict(kept.question) == question else None


def prepare_mobile() -> None:
    """Prepare what the page shows first."""
    _told()


@st.cache_resource(show_spinner=False)
def _kept() -> Plan | None:
    try:
        plan = plan_from_dict(read_ready_plan())
        question_from_dict(plan.question)
    except DatasetNotFoundError:
        return None
    except FinderError:
        # The page can do without: it offers to make a plan.
        _log.exception("The plan kept with the data cannot be read.")
        return None
    return plan


@st.cache_resource(show_spinner=False)
def _told() -> MobilePlan | None:
    plan = _kept()
    if plan is None:
        return None
    try:
        return tell_again(cached.atlas(), plan)
    except FinderError:
        _log.exception("The plan kept with the data does not go with them.")
        return None
