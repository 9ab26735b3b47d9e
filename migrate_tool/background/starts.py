"""Where background work is started, and how a keyword argument reaches what is started."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from migrate_tool.catalog import Consumer
from migrate_tool.model.ancestry import lineage
from migrate_tool.model.spelling import last_name
from migrate_tool.model.symbols import ClassInfo, FunctionInfo, ModuleInfo
from migrate_tool.model.types import ClassRef, External, FunctionRef

from .calls import Calls
from .candidates import Candidates, named_like

#: "keyword": ``submit(work, 1, user_id=2)``. "mapping": ``Thread(target=work, kwargs={"user_id": 2})``. "none": there is no way.
Passing = Literal["keyword", "mapping", "none"]


@dataclass(frozen=True, slots=True)
class _Starter:
    """What a library's function that starts work looks like."""

    #: How the report calls it.
    what: str
    #: Where it takes the work: position and keyword.
    target: int
    keyword: str = ""
    passing: Passing = "keyword"
    #: The position of ``kwargs``.
    mapping: int = 99


_THREAD = _Starter("a thread", 1, "target", "mapping", 4)
_JOB = _Starter("a scheduled job", 0, "func", "mapping", 4)
STARTERS: dict[str, _Starter] = {
    "threading.Thread": _THREAD,
    "quart_app.tasks.BackgroundThread": _THREAD,
    "threading.Timer": _Starter("a timer", 1, "function", "mapping", 3),
    "concurrent.futures.ThreadPoolExecutor.submit": _Starter("a thread pool", 0),
    "concurrent.futures.ThreadPoolExecutor.map": _Starter("a thread pool", 0, passing="none"),
    "flask_executor.Executor.submit": _Starter("an executor", 0),
    "flask_executor.Executor.map": _Starter("an executor", 0, passing="none"),
    "rq.Queue.enqueue": _Starter("an rq job", 0),
    "rq.Queue.enqueue_in": _Starter("an rq job", 1),
    "rq.Queue.enqueue_at": _Starter("an rq job", 1),
    "apscheduler.BaseScheduler.add_job": _JOB,
}
#: Methods of a decorated task: ``work.delay(1)``.
_METHODS: dict[str, _Starter] = {
    "delay": _Starter("a task", 0),
    "apply_async": _Starter("a task", 0, passing="mapping", mapping=1),
    "submit": _Starter("an executor", 0),
}
_THREADS = {"threading.Thread", "threading.Timer", "quart_app.tasks.BackgroundThread"}
_SCHEDULED = {"apscheduler.BaseScheduler.scheduled_job", "apscheduler.BaseScheduler.task"}
#: Decorators that give a function ``submit``.
JOBS = {"flask_executor.Executor.job"}
_COPIES = "flask.copy_current_request_context"


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """One place that starts work."""

    node: ast.Call
    module: ModuleInfo
    #: The function around it; None at import.
    owner: FunctionInfo | None
    target: FunctionInfo
    what: str
    passing: Passing
    mapping: int
    #: The expression that names the work, whose use is no call.
    named: ast.expr

    @property
    def place(self) -> str:
        """``path:line``."""
        return f"{self.module.path}:{self.node.lineno}"


def starts(found: Calls) -> Iterator[Start]:
    """Every start of a function of the project that does not take its request along."""
    candidates = Candidates(found, STARTERS)
    scheduling = named_like(found.project, _SCHEDULED)
    classes = any(_is_thread(found, cls) for cls in found.project.classes())
    for module in found.survey.modules():
        for node in module.of_type(ast.Call):
            assert isinstance(node, ast.Call)
            if candidates.may_be(node.func):
                yield from _by_library(found, module, node)
            yield from _by_method(found, module, node)
            if classes:
                yield from _by_class(found, module, node)
        for function in module.functions:
            if any(last_name(getattr(node, "func", node)) in scheduling for node in function.decorators):
                yield from _by_decorator(found, module, function)


def _by_library(found: Calls, module: ModuleInfo, node: ast.Call) -> Iterator[Start]:
    for target in found.targets(node, module):
        if not isinstance(target, External):
            continue
        known = found.project.catalog.find(target.name)
        starter = STARTERS.get(known[0] if known else target.name)
        if starter is None:
            continue
        given = _given(node, starter)
        if given is None or _copies_context(found, module, given):
            return
        for work in _functions(found, module, given):
            if not _is_copied(found, work):
                yield Start(
                    node,
                    module,
                    module.scopes[node].owner(),
                    work,
                    starter.what,
                    starter.passing,
                    starter.mapping,
                    given,
                )
        return


def _by_method(found: Calls, module: ModuleInfo, node: ast.Call) -> Iterator[Start]:
    if not isinstance(node.func, ast.Attribute) or node.func.attr not in _METHODS:
        return
    starter = _METHODS[node.func.attr]
    for work in _functions(found, module, node.func.value):
        if _is_task(found, work):
            owner = module.scopes[node].owner()
            yield Start(
                node, module, owner, work, starter.what, starter.passing, starter.mapping, node.func.value
            )


def _by_class(found: Calls, module: ModuleInfo, node: ast.Call) -> Iterator[Start]:
    """``Worker(name)``: a thread of the project's own class, whose ``run`` takes no arguments."""
    for target in found.targets(node, module):
        if isinstance(target, ClassRef) and _is_thread(found, target.info):
            run, owner = target.info.methods["run"], module.scopes[node].owner()
            yield Start(node, module, owner, run, "a thread of its own class", "none", 0, node.func)


def _is_thread(found: Calls, cls: ClassInfo) -> bool:
    """Whether its objects are threads that run what the class itself says."""
    return "run" in cls.methods and not _THREADS.isdisjoint(
        base for base in lineage(found.project.types, cls) if isinstance(base, str)
    )


def _by_decorator(found: Calls, module: ModuleInfo, function: FunctionInfo) -> Iterator[Start]:
    """``@scheduler.scheduled_job("cron")``: it runs by the clock, for nobody."""
    for node in function.decorators:
        if isinstance(node, ast.Call) and _SCHEDULED & _names(found, node.func, function):
            yield Start(node, module, None, function, "a scheduled job", "none", 0, node.func)


def _given(node: ast.Call, starter: _Starter) -> ast.expr | None:
    for keyword in node.keywords:
        if starter.keyword and keyword.arg == starter.keyword:
            return keyword.value
    if any(isinstance(item, ast.Starred) for item in node.args[: starter.target + 1]):
        return None
    return node.args[starter.target] if len(node.args) > starter.target else None


def _functions(found: Calls, module: ModuleInfo, node: ast.expr) -> list[FunctionInfo]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        types = found.project.lookup(node.value)
    else:
        types = found.project.types.types(node, module.scopes[node])
    return [item.info for item in types if isinstance(item, FunctionRef)]


def _copies_context(found: Calls, module: ModuleInfo, node: ast.expr) -> bool:
    """``copy_current_request_context(work)``: it takes the request along."""
    if not isinstance(node, ast.Call):
        return False
    names = found.project.types.types(node.func, module.scopes[node])
    return any(isinstance(item, External) and item.name == _COPIES for item in names)


def _is_copied(found: Calls, function: FunctionInfo) -> bool:
    return _COPIES in _decorators(found, function)


def _is_task(found: Calls, function: FunctionInfo) -> bool:
    """Whether a library's decorator makes a task of it, which runs in another process or thread."""
    for name in _decorators(found, function):
        if name in JOBS:
            return True
        api = found.project.catalog.api(name)
        if api is not None and api.decorates in {Consumer.WORKER, Consumer.SPAWNS}:
            return True
    return False


def _decorators(found: Calls, function: FunctionInfo) -> set[str]:
    names: set[str] = set()
    for node in function.decorators:
        names |= _names(found, node.func if isinstance(node, ast.Call) else node, function)
    return names


def _names(found: Calls, node: ast.expr, function: FunctionInfo) -> set[str]:
    """The library's names of what stands above ``function``."""
    names = set()
    for item in found.project.types.types(node, function.outer):
        if isinstance(item, External):
            known = found.project.catalog.find(item.name)
            names.add(known[0] if known else item.name)
    return names
