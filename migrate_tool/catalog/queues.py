"""Task queues whose workers are processes of their own and stay synchronous."""

from __future__ import annotations

from .api import Api, Consumer, cls, decorator, fn, members, value, waits

_RULE = "FQ401"
_SCHEDULERS = (
    ("apscheduler.schedulers.background", "BackgroundScheduler"),
    ("apscheduler.schedulers.blocking", "BlockingScheduler"),
    ("flask_apscheduler", "APScheduler"),
)

APIS: dict[str, Api] = {
    "celery.Celery": cls(),
    **members("celery.Celery", task=decorator(Consumer.WORKER), on_after_configure=fn()),
    "celery.Task": cls(hooks={"__call__": Consumer.WORKER, "*": Consumer.WORKER}),
    "celery.shared_task": decorator(Consumer.WORKER),
    "celery.signals.*": decorator(Consumer.WORKER),
    "flask_executor.Executor": cls("quart_app.tasks.Executor", rule=_RULE),
    **members(
        "flask_executor.Executor",
        init_app=fn(),
        submit=fn("flask_executor.Execution", takes={0: Consumer.AWAITS}),
        submit_stored=fn("flask_executor.Execution", takes={1: Consumer.AWAITS}),
        map=waits("list", takes={0: Consumer.AWAITS}, rule=_RULE),
        job=decorator(Consumer.AWAITS),
        add_default_done_callback=fn(takes={0: Consumer.AWAITS}),
        futures=value("flask_executor.Executions"),
    ),
    "flask_executor.Execution": cls(),
    **members(
        "flask_executor.Execution",
        result=waits("", rule=_RULE),
        exception=waits("", rule=_RULE),
        add_done_callback=fn(takes={0: Consumer.AWAITS}),
    ),
    "flask_executor.Executions": cls(),
    **members(
        "flask_executor.Executions",
        pop=fn("flask_executor.Execution"),
        result=waits("", rule=_RULE),
        exception=waits("", rule=_RULE),
    ),
    "apscheduler.BaseScheduler": cls(),
    **{f"{module}.{name}": cls(bases=("apscheduler.BaseScheduler",)) for module, name in _SCHEDULERS},
    **members(
        "apscheduler.BaseScheduler",
        add_job=fn(takes={0: Consumer.WORKER, "func": Consumer.WORKER}),
        scheduled_job=decorator(Consumer.WORKER),
        task=decorator(Consumer.WORKER),
    ),
    "rq.job": decorator(Consumer.WORKER),
    "rq.Queue": cls(),
    **members(
        "rq.Queue",
        enqueue=fn(takes={0: Consumer.WORKER}),
        enqueue_in=fn(takes={1: Consumer.WORKER}),
        enqueue_at=fn(takes={1: Consumer.WORKER}),
    ),
}

ALIASES = {
    "celery.app.task.Task": "celery.Task",
    "celery.Celery.Task": "celery.Task",
    "flask_executor.executor.Executor": "flask_executor.Executor",
    "quart_app.tasks.Executor": "flask_executor.Executor",
    "quart_app.tasks.Execution": "flask_executor.Execution",
}
