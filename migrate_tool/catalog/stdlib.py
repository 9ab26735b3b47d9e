"""The standard library: who calls the functions that it is handed, and what waits already."""

from __future__ import annotations

from .api import Api, Consumer, cls, decorator, fn, members, module, value

_CALLS = Consumer.CALLS
_LOOKED_AT: dict[int | str, Consumer] = dict.fromkeys(
    (0, "obj", "object", "func", "callable"), Consumer.PASSES
)
#: What only reads a function: its signature, its text, what it is called.
_LOOKS = [
    *(f"builtins.{name}" for name in ("dir", "hash", "id", "repr", "type", "vars")),
    *(
        f"inspect.{name}"
        for name in (
            *(
                "getdoc",
                "getcomments",
                "getfile",
                "getfullargspec",
                "getmodule",
                "getsource",
                "getsourcefile",
            ),
            *("getsourcelines", "isbuiltin", "isclass", "isfunction", "ismethod", "isroutine", "signature"),
            "unwrap",
        )
    ),
    "typing.get_type_hints",
]

#: What writes down whatever it is given, a function by its name.
_WRITES = [
    "builtins.print",
    *(
        f"{where}.{name}"
        for where in ("logging", "logging.Logger", "logging.LoggerAdapter")
        for name in ("critical", "debug", "error", "exception", "fatal", "info", "log", "warn", "warning")
    ),
]

#: What takes values to compare, count, change or collect them, and calls none of them.
_VALUES: dict[int | str, Consumer] = {"*": Consumer.PASSES}

APIS: dict[str, Api] = {
    **{name: fn("", takes=_VALUES) for name in _WRITES},
    **{name: fn("", takes=_LOOKED_AT) for name in _LOOKS},
    "builtins.property": decorator(Consumer.ATTRIBUTE, takes={0: _CALLS, 1: _CALLS}),
    "builtins.staticmethod": decorator(Consumer.PASSES, type="Arg0", takes={0: Consumer.PASSES}),
    "builtins.classmethod": decorator(Consumer.PASSES),
    "builtins.sorted": fn("list[Elem0]", takes=_VALUES | {"key": _CALLS}),
    "builtins.list": fn("list[Elem0]", takes=_VALUES),
    "builtins.tuple": fn("list[Elem0]", takes=_VALUES),
    "builtins.set": fn("list[Elem0]", takes=_VALUES),
    "builtins.reversed": fn("list[Elem0]", takes=_VALUES),
    "builtins.frozenset": fn("list[Elem0]", takes=_VALUES),
    "builtins.enumerate": fn("list[tuple[int, Elem0]]", takes=_VALUES),
    "builtins.next": fn("Elem0"),
    "builtins.iter": fn("list[Elem0]", takes={0: _CALLS}),
    "builtins.min": fn("Elem0", takes=_VALUES | {"key": _CALLS}),
    "builtins.max": fn("Elem0", takes=_VALUES | {"key": _CALLS}),
    "builtins.map": fn("", takes={0: _CALLS}),
    "builtins.filter": fn("list[Elem0]", takes={0: _CALLS}),
    "builtins.str": fn("str", takes=_VALUES),
    "builtins.int": fn("int", takes=_VALUES),
    "builtins.len": fn("int", takes=_VALUES),
    "builtins.dict": fn("dict"),
    "builtins.super": fn(""),
    "builtins.isinstance": fn("bool", takes=_VALUES),
    "builtins.callable": fn("bool", takes={0: Consumer.PASSES}),
    "builtins.getattr": fn("", takes=_VALUES),
    "builtins.setattr": fn("", takes=_VALUES),
    "builtins.hasattr": fn("bool", takes=_VALUES),
    "builtins.open": fn("io.TextIOWrapper"),
    "builtins.str.join": fn("str"),
    "functools": module(),
    # With a type: ``wraps(f)`` makes a decorator, and is none that is applied to ``f``.
    "functools.wraps": decorator(Consumer.PASSES, type="functools._Wraps", takes={0: Consumer.PASSES}),
    "functools._Wraps": cls(),
    "functools._Wraps.__call__": fn("Arg0", takes={0: Consumer.PASSES}),
    "functools.update_wrapper": fn("Arg0", takes={0: Consumer.PASSES, 1: Consumer.PASSES}),
    "functools.partial": fn("Arg0", takes={0: Consumer.PASSES}),
    "functools.lru_cache": decorator(_CALLS),
    "functools.cache": decorator(_CALLS),
    "functools.cached_property": decorator(Consumer.ATTRIBUTE),
    "functools.singledispatch": decorator(_CALLS),
    "functools.total_ordering": decorator(Consumer.PASSES),
    "functools.reduce": fn("", takes={0: _CALLS}),
    # What looks at a function does not call it.
    **{
        f"inspect.{name}": fn("", takes={0: Consumer.PASSES})
        for name in (
            *("signature", "getfullargspec", "getsource", "getsourcefile", "getsourcelines", "getfile"),
            *("getmodule", "getdoc", "getmro", "getmembers", "isfunction", "ismethod", "isclass"),
            *("isgeneratorfunction", "isasyncgenfunction", "isroutine", "isbuiltin"),
        )
    },
    "inspect.unwrap": fn("Arg0", takes={0: Consumer.PASSES}),
    "typing.get_type_hints": fn("dict", takes={0: Consumer.PASSES}),
    "abc.abstractmethod": decorator(Consumer.PASSES),
    "typing.overload": decorator(Consumer.PASSES),
    "typing.override": decorator(Consumer.PASSES),
    "typing.no_type_check": decorator(Consumer.PASSES),
    "contextlib.contextmanager": decorator(Consumer.CONTEXT),
    "contextlib.asynccontextmanager": decorator(Consumer.AWAITS),
    "contextlib._GeneratorContextManager": cls(enters="T"),
    "contextlib.closing": fn("Arg0"),
    "atexit.register": decorator(_CALLS, takes={0: _CALLS}),
    "threading.Thread": cls("", takes={1: Consumer.SPAWNS, "target": Consumer.SPAWNS}, rule="FQ401"),
    "threading.Timer": cls("", takes={1: Consumer.SPAWNS, "function": Consumer.SPAWNS}),
    **members(
        "concurrent.futures.ThreadPoolExecutor",
        submit=fn("concurrent.futures.Future", takes={0: Consumer.SPAWNS}),
        map=fn("", takes={0: Consumer.SPAWNS}),
    ),
    "concurrent.futures.ThreadPoolExecutor": cls(),
    "json.dumps": fn("str", takes={"default": _CALLS, "cls": Consumer.PASSES}),
    "re.sub": fn("str", takes={1: _CALLS, "repl": _CALLS}),
    "logging.getLogger": fn("logging.Logger"),
    "logging.Logger": cls(),
    "enum.Enum": cls(),
    "signal.signal": fn("", takes={1: _CALLS}),
    "collections.defaultdict": fn("dict", takes={0: _CALLS}),
    "dataclasses.dataclass": decorator(Consumer.PASSES),
    "dataclasses.field": fn("", takes={"default_factory": _CALLS}),
    "unittest.mock": module(),
    "unittest.mock.patch": decorator(Consumer.PASSES, takes={"*": Consumer.PASSES}),
    "unittest.mock.patch.object": decorator(Consumer.PASSES, takes={"*": Consumer.PASSES}),
    "unittest.skip": decorator(Consumer.PASSES),
    "unittest.skipIf": decorator(Consumer.PASSES),
    "unittest.skipUnless": decorator(Consumer.PASSES),
    "unittest.expectedFailure": decorator(Consumer.PASSES),
    "unittest.TestCase": cls(
        "",
        rule="FQ503",
        hooks={
            "setUpClass": Consumer.WORKER,
            "tearDownClass": Consumer.WORKER,
            "setUp": Consumer.AWAITS,
            "tearDown": Consumer.AWAITS,
        },
    ),
    "unittest.TestCase.assertRaises": fn("", takes={1: _CALLS}),
    "unittest.TestCase.assertRaisesRegex": fn("", takes={2: _CALLS}),
    "unittest.TestCase.addCleanup": fn("", takes={0: _CALLS}),
    "unittest.IsolatedAsyncioTestCase": cls("", bases=("unittest.TestCase",)),
    # What is set as a default is an attribute of what is parsed: see ``Inference.written``.
    "argparse.ArgumentParser": cls(),
    "argparse._SubParsersAction": cls(),
    "argparse.Namespace": cls(),
    "argparse._SubParsersAction.add_parser": fn("argparse.ArgumentParser"),
    **members(
        "argparse.ArgumentParser",
        add_subparsers=fn("argparse._SubParsersAction"),
        parse_args=fn("argparse.Namespace"),
        parse_known_args=fn("tuple[argparse.Namespace, list[str]]"),
        set_defaults=fn("", takes={"*": Consumer.PASSES}),
    ),
    "json": module(),
    "os.environ": value(""),
}

ALIASES = {
    "unittest.case.TestCase": "unittest.TestCase",
    # The distribution that Python took in.
    "mock": "unittest.mock",
    "mock.mock": "unittest.mock",
}
