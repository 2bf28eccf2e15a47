"""The worker processes of a server: started, replaced when they die, and stopped together.

uvicorn's supervisor waits for the response of each worker in turn, so that a worker which loads slowly is killed,
signals and other workers wait meanwhile, and a worker that dies at each start is replaced for ever. And it keeps the
port open while the workers stop: who connects then is reset when it ends.
"""

import socket
import time
from collections import Counter, defaultdict
from collections.abc import Callable

import structlog
import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors.multiprocess import SIGNALS, Multiprocess, Process

from exercise_buddy.core.http.server import DrainingServer
from exercise_buddy.core.restart_limit import MAX_RESTARTS, RestartLimit

_ENDING = {number for number, name in SIGNALS.items() if name in {"INT", "TERM", "BREAK"}}
# A worker ends its own requests within `timeout_graceful_shutdown`.
_STOP_SECONDS = 15.0

log = structlog.get_logger()


class WorkersError(RuntimeError):
    """The workers do not stay alive. The text is one line."""


class Worker(Process):
    """A worker process. A thread in it responds to pings from the moment that its modules are loaded.

    Attributes:
        is_serving: whether it has begun to serve.
        replaced_at: when the worker that it replaces has ended, until it serves. None for the first one of its place.

    """

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket]) -> None:
        super().__init__(config, sockets)
        self.is_serving = False
        self.replaced_at: float | None = None
        self._has_responded = False
        self._pinged_at: float | None = None

    @property
    def server(self) -> uvicorn.Server:
        """The server in the process."""
        if self._server is None:
            self._server = DrainingServer(config=self.config)
        return self._server

    def target(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve, in the process."""
        # Else the thread that responds could create a second server at the same time, which never starts.
        _ = self.server
        super().target(sockets)

    def is_hung(self, start_seconds: float, response_seconds: float) -> bool:
        """Return whether it has not responded for too long. Does not wait.

        Args:
            start_seconds: how long it may take to load its modules.
            response_seconds: how long it may take to respond later.

        """
        now = time.monotonic()
        try:
            while self.parent_conn.poll():
                self.is_serving = bool(self.parent_conn.recv()) or self.is_serving
                self._has_responded = True
                self._pinged_at = None
            if self._pinged_at is None:
                self.parent_conn.send(b"ping")
                self._pinged_at = now
        except (OSError, EOFError):
            # It has just ended, which the caller sees next time.
            return False
        return now - self._pinged_at > (response_seconds if self._has_responded else start_seconds)


class Workers(Multiprocess):
    """Runs the workers of a server.

    Args:
        config: what uvicorn needs to know; its application must be a factory by name.
        sockets: the ports.
        on_ready: called once, when all workers serve.

    """

    start_seconds = 300.0
    """Loading takes a second, on a busy machine a minute. A worker that hangs for longer never serves."""
    response_seconds = 30.0

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket], on_ready: Callable[[], None]) -> None:
        super().__init__(config, sockets)
        self._on_ready: Callable[[], None] | None = on_ready
        self._restarts: defaultdict[int, RestartLimit] = defaultdict(RestartLimit)
        # The starts of each place after which the worker never served, one after the other.
        self._failed_starts: Counter[int] = Counter()
        self._has_served = False
        self._failure: str | None = None

    def run(self) -> None:
        """Run until a signal ends it.

        Raises:
            WorkersError: a worker has died too often.

        """
        super().run()
        if self._failure is not None:
            raise WorkersError(self._failure)

    def init_processes(self) -> None:
        """Start all workers."""
        self.processes = [self._start() for _ in range(self.processes_num)]

    def _start(self) -> Worker:
        worker = Worker(self.config, self.sockets)
        worker.start()
        return worker

    def keep_subprocess_alive(self) -> None:
        """Replace workers that have died or hang. The supervisor calls this twice in a second."""
        for index, worker in enumerate(self.processes):
            assert isinstance(worker, Worker)  # noqa: S101  (nothing else is started)
            if self.should_exit.is_set():
                return
            if worker.process.is_alive():
                if not worker.is_hung(self.start_seconds, self.response_seconds):
                    if worker.is_serving:
                        self._record_serving(index, worker)
                    continue
                reason = "it does not respond"
            else:
                reason = f"exit code {worker.exitcode}"
            worker.kill()
            worker.join()
            self._replace(index, worker, reason)
        if self._on_ready is not None and all(getattr(worker, "is_serving", False) for worker in self.processes):
            self._on_ready()
            self._on_ready = None

    def _record_serving(self, index: int, worker: Worker) -> None:
        self._has_served = True
        self._failed_starts.pop(index, None)
        if worker.replaced_at is not None:
            seconds = round(time.monotonic() - worker.replaced_at, 1)
            log.warning("worker_replaced", worker=worker.pid, seconds=seconds)
            worker.replaced_at = None

    def _replace(self, index: int, worker: Worker, reason: str) -> None:
        log.error("worker_ended", worker=worker.pid, reason=reason)
        if not worker.is_serving:
            self._failed_starts[index] += 1
        if worker.exitcode == STARTUP_FAILURE and not self._has_served:
            self._give_up(f"The workers do not start ({reason}). The log says why.")
        elif self._failed_starts[index] > MAX_RESTARTS or not self._restarts[index].allow():
            self._give_up(f"A worker ended more than {MAX_RESTARTS} times in a row ({reason}). The log says why.")
        else:
            replacement = self.processes[index] = self._start()
            # A replacement that never serves has not shortened the time without a worker.
            replacement.replaced_at = worker.replaced_at or time.monotonic()

    def _give_up(self, failure: str) -> None:
        self._failure = failure
        log.error("workers_given_up", reason=failure)
        self.should_exit.set()

    def restart_all(self) -> None:
        """Replace one worker after the other, each when its replacement serves."""
        for index, old in enumerate(self.processes):
            new = self._start()
            while not new.is_serving:
                is_ending = any(number in _ENDING for number in self.signal_queue)
                if is_ending or not new.process.is_alive() or new.is_hung(self.start_seconds, self.response_seconds):
                    new.kill()
                    new.join()
                    if not is_ending:
                        log.error("worker_ended", worker=new.pid, reason="it was to replace another one, which stays")
                    return
                time.sleep(0.1)
            old.terminate()
            old.join()
            self.processes[index] = new

    def handle_ttin(self) -> None:
        """Start one worker more."""
        self.processes_num += 1
        self.processes.append(self._start())

    def terminate_all(self) -> None:
        """Close the port here, and let the workers end."""
        # Otherwise the system would accept connections that nobody serves, until this process ends and resets them.
        for listener in self.sockets:
            listener.close()
        super().terminate_all()

    def join_all(self) -> None:
        """Wait for the workers, and kill those that do not end."""
        deadline = time.monotonic() + (self.config.timeout_graceful_shutdown or 0) + _STOP_SECONDS
        for worker in self.processes:
            worker.process.join(max(0.0, deadline - time.monotonic()))
            if worker.process.is_alive():
                log.error("worker_ended", worker=worker.pid, reason="it did not stop in time")
                worker.process.kill()
                worker.process.join()
