"""Work that goes on after the response.

``spawn(func, ..., user_id=...)`` is the way to write it: the task is told who acts, has its own application context and
database session, and its failure is logged. ``BackgroundThread`` is what ``threading.Thread`` became where its target turned
asynchronous: the same call, and as in a thread nothing of the request comes along. ``Executor`` is Flask-Executor's, and
``copy_current_request_context`` is Flask's: what is synchronous stays so.

``await send(func, ..., user_id=...)`` sends a ``@task`` with the current transaction: it runs if that commits, here or, with
``TASKS_QUEUE = "postgresql"``, in a worker (``quart tasks worker``).
"""

from .copying import copy_current_request_context
from .executor import Execution, Executor
from .messages import task
from .outcomes import MessageState, Outcome
from .running import CommittedTwiceError
from .sending import outcome, send
from .spawning import ANONYMOUS, FROM_REQUEST, SYSTEM, Task, TaskState, acting_user_id, spawn
from .thread import BackgroundThread

__all__ = [
    "ANONYMOUS",
    "FROM_REQUEST",
    "SYSTEM",
    "BackgroundThread",
    "CommittedTwiceError",
    "Execution",
    "Executor",
    "MessageState",
    "Outcome",
    "Task",
    "TaskState",
    "acting_user_id",
    "copy_current_request_context",
    "outcome",
    "send",
    "spawn",
    "task",
]
