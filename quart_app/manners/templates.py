"""Templates that synchronous code can render."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import jinja2
import jinja2.environment
import jinja2.ext
import jinja2.runtime
import quart.templating

from ..bridge import run


class Template(jinja2.Template):
    """A template of an asynchronous environment, whose ``render`` works on the event loop: it waits in the bridge."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Render to a string; ``await template.render_async()`` in code that is asynchronous anyway."""
        return run(self.render_async(*args, **kwargs))

    def generate(self, *args: Any, **kwargs: Any) -> Iterator[str]:
        """Render piece by piece."""
        pieces = self.generate_async(*args, **kwargs)
        while True:
            try:
                yield run(anext(pieces))
            except StopAsyncIteration:
                return

    def _get_default_module(self, ctx: jinja2.runtime.Context | None = None) -> Any:
        """What the template exports, for ``template.module`` and ``get_template_attribute``."""
        return Module(run(self._get_default_module_async(ctx)))


class Module:
    """What a template exports, with macros that synchronous code can call: each waits in the bridge."""

    def __init__(self, module: jinja2.environment.TemplateModule) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._module, name)
        return _waiting(found) if isinstance(found, jinja2.runtime.Macro) else found

    def __html__(self) -> str:
        return self._module.__html__()

    def __str__(self) -> str:
        return str(self._module)


class Tag:
    """An extension of Jinja whose methods may call ``caller()`` as in a synchronous environment.

    What stands between a tag of its own and the tag's end is handed to the extension's method as ``caller``, which gives a
    coroutine in an environment like Quart's. Extensions (of assets, of caches) do not await it: here it waits in the bridge.
    """

    def __init__(self, extension: jinja2.ext.Extension) -> None:
        self._extension = extension

    def bind(self, environment: jinja2.Environment) -> Tag:
        """The same for another environment."""
        return Tag(self._extension.bind(environment))

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._extension, name)
        if not inspect.ismethod(found) or inspect.iscoroutinefunction(found):
            return found

        @functools.wraps(found)
        def call(*args: Any, **kwargs: Any) -> Any:
            if callable(caller := kwargs.get("caller")):
                kwargs["caller"] = _waiting(caller)
            return found(*args, **kwargs)

        return call


def _waiting(caller: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(caller, assigned=(), updated=())
    def call(*args: Any, **kwargs: Any) -> Any:
        result = caller(*args, **kwargs)
        return run(result) if inspect.iscoroutine(result) else result

    return call


class Environment(quart.templating.Environment):
    """Quart's Jinja environment."""

    template_class = Template

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Create it; the arguments are those of Quart's."""
        super().__init__(*args, **kwargs)
        self._adapt()

    def add_extension(self, extension: str | type[jinja2.ext.Extension]) -> None:
        """Add an extension, by its class or its name."""
        super().add_extension(extension)
        self._adapt()

    def _adapt(self) -> None:
        for name, extension in self.extensions.items():
            if not (isinstance(extension, Tag) or type(extension).__module__.startswith("jinja2.")):
                self.extensions[name] = Tag(extension)  # type: ignore[assignment]
