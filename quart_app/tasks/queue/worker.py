"""The worker: runs what was sent, and takes over what a dead worker had begun."""

from __future__ import annotations

import asyncio
import contextvars
import signal
from asyncio import FIRST_COMPLETED
from contextlib import suppress
from typing import Any

import procrastinate
import procrastinate.worker
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from psycopg_pool import PoolTimeout
from quart import Quart
from sqlalchemy.engine import make_url

from quart_app.bridge import drive

from ..messages import Message, TaskDefinition, definitions
from ..running import database_of, perform
from ..spawning import DEFAULT_CONCURRENCY
from ..tracking import logger
from .outcomes import QUEUE, DatabaseOutcomes
from .schema import SCHEMA

#: A job that so many workers have not survived is given up.
LIVES = 100
#: A new message wakes the worker. How often it looks for those that wait to be run again, in seconds.
POLLING = 1.0
#: How long jobs may take to end that were cut off, in seconds.
PATIENCE = 5.0
#: The longest pause before the next attempt to reach the database, in seconds.
LONGEST_PAUSE = 10.0

_left_behind: set[asyncio.Task[None]] = set()


class RunAgainError(Exception):
    """A task has failed, which is noted, and is to be run again after some seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"again in {seconds} s")
        self.seconds = seconds


class GivenUpError(Exception):
    """A task has failed, which is noted, for the last time."""


class Retry(BaseRetryStrategy):
    """What becomes of a job that ended with an exception."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Do as the run has said; where it could not (the database was gone, the worker is stopped), try it again."""
        if isinstance(exception, GivenUpError) or job.attempts >= LIVES:
            return None
        seconds = exception.seconds if isinstance(exception, RunAgainError) else 1.0
        return RetryDecision(retry_in={"milliseconds": int(seconds * 1000)})


class _LoopOfJobs(procrastinate.worker.Worker):
    """Procrastinate's worker, which ends when it has gone deaf or its heart has stopped.

    Without periodic tasks it does not notice by itself (3.10): it goes on, taken for dead, and others run its jobs, too.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.told_to_stop = asyncio.Event()

    def _start_side_tasks(self) -> list[asyncio.Task[Any]]:
        tasks = super()._start_side_tasks()
        for task in tasks:
            task.add_done_callback(self._side_task_ended)
        return tasks

    def stop(self) -> None:
        self.told_to_stop.set()
        super().stop()  # type: ignore[no-untyped-call]

    def _side_task_ended(self, task: asyncio.Task[Any]) -> None:
        if not task.cancelled() and task.exception() is not None:
            self.stop()


class Worker:
    """Runs the tasks of one application until it is stopped, whatever becomes of its connections."""

    def __init__(self, app: Quart, concurrency: int | None = None) -> None:
        self._app = app
        self._concurrency = concurrency or int(app.config.get("TASKS_CONCURRENCY") or DEFAULT_CONCURRENCY)
        self._stalled_after = float(app.config.get("TASKS_STALLED_AFTER") or 30)
        self._grace = float(app.config["BACKGROUND_TASK_SHUTDOWN_TIMEOUT"])
        self._stopping = asyncio.Event()
        self._loop_of_jobs: _LoopOfJobs | None = None
        #: Which jobs, in which attempt, have ended since the last look for jobs that are left alone, and before it.
        self._ended: list[tuple[int | None, int]] = []
        self._ended_before: list[tuple[int | None, int]] = []

    async def run(self) -> None:
        """Work until SIGTERM or SIGINT; then wait for what runs, up to ``BACKGROUND_TASK_SHUTDOWN_TIMEOUT`` seconds."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        pause = 0.1
        while not self._stopping.is_set():
            began = loop.time()
            problem: Exception | None = None
            try:
                await self._work()
            except (ConnectorException, PoolTimeout, OSError) as error:
                problem = error
            if self._stopping.is_set():
                break
            pause = 0.1 if loop.time() - began > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
            logger.warning("The worker lost its database; again in %.1f s", pause, exc_info=problem)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)

    def stop(self) -> None:
        """Let :meth:`run` end."""
        self._stopping.set()
        if self._loop_of_jobs is not None:
            self._loop_of_jobs.stop()

    async def _work(self) -> None:
        queue = procrastinate.App(
            connector=procrastinate.PsycopgConnector(
                conninfo=conninfo_of(self._app),
                kwargs={"options": f"-c search_path={SCHEMA}"},
                min_size=1,
                max_size=4,
            )
        )
        for task in definitions():
            self._register(queue, task)
        async with queue.open_async():
            rescuing = asyncio.create_task(self._rescue(queue))
            self._loop_of_jobs = _LoopOfJobs(
                queue,
                queues=[QUEUE],
                concurrency=self._concurrency,
                fetch_job_polling_interval=POLLING,
                install_signal_handlers=False,
                shutdown_graceful_timeout=self._grace,
                update_heartbeat_interval=self._stalled_after / 3,
                stalled_worker_timeout=self._stalled_after,
            )
            try:
                await self._until_it_ends(self._loop_of_jobs)
            finally:
                self._loop_of_jobs = None
                rescuing.cancel()
                await asyncio.gather(rescuing, return_exceptions=True)

    async def _until_it_ends(self, jobs: _LoopOfJobs) -> None:
        running = asyncio.create_task(jobs.run())  # type: ignore[no-untyped-call]
        told = asyncio.create_task(jobs.told_to_stop.wait())
        await asyncio.wait([running, told], return_when=FIRST_COMPLETED)
        told.cancel()
        await asyncio.wait([running], timeout=self._grace + PATIENCE)
        if running.done():
            await running
            return
        # A job that was to be reported on a connection that died may wait for the answer for ever, cancelled or not (seen with
        # psycopg 3.3 after a crash of the server). It is taken over when this worker has begun anew.
        for task in asyncio.all_tasks():
            if task.get_name().startswith("process job"):
                logger.warning("%s does not end and is left behind: %s", task.get_name(), task.get_stack())
        _left_behind.add(running)

    def _register(self, queue: procrastinate.App, task: TaskDefinition) -> None:
        async def run(context: procrastinate.JobContext, /, **values: Any) -> None:
            try:
                await perform_as_told(Message(task.name, **values))
            finally:
                self._ended.append((context.job.id, context.job.attempts))

        async def perform_as_told(message: Message) -> None:
            outcomes = DatabaseOutcomes(database_of(self._app))
            work = drive(perform(self._app, message, outcomes))
            # Nothing of the worker's own context, as in spawn().
            ended = await asyncio.create_task(work, name=task.name, context=contextvars.Context())
            if ended.again is not None:
                raise RunAgainError(ended.again)
            if ended.error is not None:
                raise GivenUpError(ended.error)

        queue.task(name=task.name, queue=QUEUE, retry=Retry(), pass_context=True)(run)

    async def _rescue(self, queue: procrastinate.App) -> None:
        while True:
            try:
                for job in await self._left_alone(queue):
                    await self._take_over(queue, job)
            except ConnectorException as error:
                logger.warning("Cannot look for what dead workers left: %s", error)
            await asyncio.sleep(self._stalled_after / 3)

    async def _left_alone(self, queue: procrastinate.App) -> list[Job]:
        """Find the jobs that are said to run and do not."""
        manager = queue.job_manager
        stalled = await manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=self._stalled_after)
        # Those that ended here, before the last look already, while the database could not be told.
        untold, self._ended_before, self._ended = set(self._ended_before), self._ended, []
        running = await manager.list_jobs_async(queue=QUEUE, status="doing") if untold else []
        return [*stalled, *(job for job in running if (job.id, job.attempts) in untold)]

    async def _take_over(self, queue: procrastinate.App, job: Job) -> None:
        logger.warning("Nobody runs job %s (%s) any more", job.id, job.task_name)
        try:
            if job.attempts < LIVES:
                await queue.job_manager.retry_job(job)
            else:
                await queue.job_manager.finish_job(job, Status.FAILED, delete_job=False)
        except ConnectorException:
            logger.info("Job %s was taken over by another worker", job.id)


def conninfo_of(app: Quart) -> str:
    """Return where the queue is, for psycopg: ``TASKS_DATABASE_URL``, or the application's database."""
    given = app.config.get("TASKS_DATABASE_URL") or app.config["SQLALCHEMY_DATABASE_URI"]
    url = make_url(given)
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise RuntimeError(
            f"The queue needs PostgreSQL; this application's database is {url.get_backend_name()}."
        )
    return url.set(drivername="postgresql").render_as_string(hide_password=False)
