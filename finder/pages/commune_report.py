"""Documents to take away: the sheet at once, the report of a province in the background with a bar and a stop."""

import datetime
import logging
import threading
import time
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import streamlit as st

from finder.answers.atlas import Atlas
from finder.answers.commune_frame import sheet_frame
from finder.answers.commune_sheet import CommuneSheet, SheetBasis, commune_sheet
from finder.answers.province_sheet import province_sheet
from finder.errors import FinderError
from finder.maps.export import csv_bytes
from finder.pages import cached, commune_data
from finder.reports.commune import commune_document
from finder.reports.figures_text import province_text
from finder.reports.province import province_document
from finder.reports.write import document_bytes
from finder.words.messages import Language, Messages

_log = logging.getLogger(__name__)

JOB_KEY: Final = "commune_report_job"
TYPES: Final = {"pdf": "application/pdf", "html": "text/html"}


def show_downloads(t: Messages, sheet: CommuneSheet) -> None:
    """Offer the sheet as PDF and HTML, and its figures as CSV; each is made when asked for."""
    stem = f"finder_{sheet.nis}_{t.language}"
    with st.container(horizontal=True):
        document = partial(commune_document, sheet, t)
        st.download_button(
            t("commune.pdf"), lambda: document_bytes(document(), file_format="pdf"), f"{stem}.pdf", TYPES["pdf"]
        )
        st.download_button(
            t("commune.html"), lambda: document_bytes(document(), file_format="html"), f"{stem}.html", TYPES["html"]
        )
        sources = list(sheet.sources["attribution"].drop_duplicates())
        st.download_button(
            t("commune.csv"), lambda: csv_bytes(sheet_frame(sheet), attribution=sources), f"{stem}.csv", "text/csv"
        )


@dataclass
class Job:
    """A report being made in a thread of its own, which touches nothing of the page but this."""

    question: tuple[str, Language, bool, bool, datetime.date]
    stop: threading.Event = field(default_factory=threading.Event)
    started: float = field(default_factory=time.monotonic)
    done: int = 0
    total: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    error: str = ""

    @property
    def is_running(self) -> bool:
        """Whether there is more to wait for."""
        return not (self.files or self.error or self.stop.is_set())

    def run(self, atlas: Atlas, basis: SheetBasis) -> None:
        """Make the report, looking between two communes whether it is still wanted."""
        province, language, is_modelled, with_sheets, _ = self.question
        try:
            whole = province_sheet(atlas, basis, province)
            codes = [str(nis) for nis in whole.communes.index] if with_sheets else []
            self.total = len(codes) + 2
            sheets = []
            for nis in codes:
                if self.stop.is_set():
                    return
                found = commune_sheet(atlas, basis, nis)
                sheets.append(found if is_modelled else found.without_model())
                self.done += 1
            whole = whole if is_modelled else whole.without_model()
            document = province_document(whole, Messages(language), communes=sheets)
            made = {}
            for name in ("html", "pdf"):
                if self.stop.is_set():
                    return
                made[name] = document_bytes(document, file_format="html" if name == "html" else "pdf")
                self.done += 1
            self.files = made
        except FinderError as error:
            self.error = str(error)
        except Exception as error:
            # Nobody waits for this thread: what it does not say here would leave the page waiting for ever.
            _log.exception("The report of %s failed.", province)
            self.error = type(error).__name__


def show_province(t: Messages, sheet: CommuneSheet, *, is_modelled: bool) -> None:
    """Offer the report of the commune's province."""
    with st.expander(t("commune.report.title", province=province_text(t, sheet.province))):
        st.html(f"<p>{t('commune.report.text')}</p>")
        with_sheets = st.toggle(t("commune.report.sheets"), key="commune_report_sheets", persist_state="session")
        question = (sheet.province, t.language, is_modelled, with_sheets, sheet.day)
        if st.button(t("commune.report.make"), key="commune_report_make"):
            _start(question)
        job: Job | None = st.session_state.get(JOB_KEY)
        if job is not None and job.question == question:
            _watch(t)


def _start(question: tuple[str, Language, bool, bool, datetime.date]) -> None:
    before: Job | None = st.session_state.get(JOB_KEY)
    if before is not None:
        before.stop.set()
    job = Job(question)
    st.session_state[JOB_KEY] = job
    arguments = (cached.atlas(), commune_data.basis(question[-1]))
    threading.Thread(target=job.run, args=arguments, name="province-report", daemon=True).start()


def _watch(t: Messages) -> None:
    job: Job = st.session_state[JOB_KEY]
    if job.is_running:
        st.fragment(_show_progress, run_every=0.7)(t, job)
        return
    if job.error:
        st.error(t("commune.report.failed", why=job.error))
    elif job.files:
        with st.container(horizontal=True):
            for name, content in job.files.items():
                label = t("commune.report.pdf" if name == "pdf" else "commune.report.html")
                st.download_button(label, content, f"finder_{job.question[0]}_{t.language}.{name}", TYPES[name])
    else:
        st.info(t("commune.report.stopped"))


def _show_progress(t: Messages, job: Job) -> None:
    if not job.is_running:
        st.rerun()
    share = job.done / job.total if job.total else 0.0
    text = t("commune.report.starting")
    if job.done:
        left = (time.monotonic() - job.started) * (job.total - job.done) / job.done
        text = t("commune.report.progress", done=job.done, total=job.total, seconds=max(1, round(left)))
    st.progress(share, text=text)
    if st.button(t("commune.report.cancel"), key="commune_report_cancel"):
        job.stop.set()
        st.rerun()
