"""Solving beside the app: one process at a time for all visitors, its progress, its end, its answers kept."""

import logging
import pickle
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import IO, Final, Literal

import streamlit as st

from finder.pages.solver_worker import STOP, Step, Task

_log = logging.getLogger(__name__)

WORKER: Final = "finder.pages.solver_worker"
KEPT: Final = 30
"""Answers kept for all visitors; each is some 2 MB."""

State = Literal["waiting", "running", "done", "refused", "crashed", "cancelled"]


class Shelf:
    """Answers by key of their task, those asked for last; safe for several threads."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, object] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, key: str, answer: object) -> None:
        """Keep an answer."""
        with self._lock:
            self._answers[key] = answer
            self._answers.move_to_end(key)
            while len(self._answers) > KEPT:
                self._answers.popitem(last=False)

    def get(self, key: str) -> object | None:
        """Return an answer, if it is kept."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)


@st.cache_resource(show_spinner=False)
def shelf() -> Shelf:
    """Return the answers kept for all visitors; new data empties it."""
    return Shelf()


@st.cache_resource(show_spinner=False)
def _turn() -> threading.Semaphore:
    # A solver takes a core and up to a gigabyte: a second one at once would starve the pages.
    return threading.Semaphore(1)


@dataclass(eq=False)
class Job:
    """A task being solved; a thread of its own reads what the process says and touches nothing of the page but this."""

    task: Task
    state: State = "waiting"
    step: Step = field(default_factory=Step)
    told: str = ""
    started: float = field(default_factory=time.monotonic)
    answer: object | None = None
    _process: "subprocess.Popen[bytes] | None" = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_running(self) -> bool:
        """Whether there is more to wait for."""
        return self.state in ("waiting", "running")

    @property
    def seconds(self) -> int:
        """Seconds since it began to run, or to wait."""
        return round(time.monotonic() - self.started)

    def stop(self) -> None:
        """Ask for the best answer so far."""
        with self._lock:
            if self._process is not None and self._process.stdin is not None:
                try:
                    self._process.stdin.write(STOP)
                    self._process.stdin.flush()
                except OSError:
                    _log.info("The solver was already at its end.")

    def cancel(self) -> None:
        """End it without an answer."""
        with self._lock:
            if self.is_running:
                self.state = "cancelled"
            if self._process is not None:
                self._process.kill()

    def run(self, kept: Shelf, turn: threading.Semaphore) -> None:
        """Wait for its turn, start the process and follow it to its end."""
        while not turn.acquire(timeout=0.5):
            if not self.is_running:
                return
        try:
            if self._start():
                self._follow(kept)
        except Exception as error:
            # Nobody waits for this thread: what it does not say here would leave the page waiting for ever.
            _log.exception("The solver could not be followed.")
            self._end("crashed", type(error).__name__)
        finally:
            if self._process is not None:
                self._process.kill()
                self._process.wait()
            turn.release()

    def _start(self) -> bool:
        with self._lock:
            if not self.is_running:
                return False
            command = [sys.executable, "-m", WORKER]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self.state, self.started = "running", time.monotonic()
            pickle.dump(self.task, self._stdin(), protocol=pickle.HIGHEST_PROTOCOL)
            self._stdin().flush()
        return True

    def _stdin(self) -> IO[bytes]:
        assert self._process is not None
        assert self._process.stdin is not None
        return self._process.stdin

    def _follow(self, kept: Shelf) -> None:
        process = self._process
        assert process is not None
        assert process.stdout is not None
        while True:
            try:
                what, value = pickle.load(process.stdout)
            except (EOFError, pickle.UnpicklingError):
                self._end("crashed", str(process.wait()))
                return
            if what == "step":
                self.step = Step(*value)
                continue
            if what == "answer":
                self.answer = value
                kept.put(self.task.key, value)
                self._end("done", "")
            else:
                self._end("refused", value)
            return

    def _end(self, state: State, told: str) -> None:
        with self._lock:
            if self.is_running:
                self.state, self.told = state, told


def start(task: Task) -> Job:
    """Start a task and return its job."""
    job = Job(task)
    threading.Thread(target=job.run, args=(shelf(), _turn()), name="solver", daemon=True).start()
    return job
