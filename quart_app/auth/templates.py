"""Templates that name ``current_user`` have it loaded before they are rendered; the others cost nothing.

Jinja cannot await inside ``if`` or ``==``. So it is found out, once for each template, whether it names the user, or one
that it extends, includes or imports does. Quart announces every rendering with ``before_render_template``, also that of
strings and streams, and there the real user takes the place of the proxy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any
from weakref import WeakKeyDictionary

from jinja2 import Environment, Template, TemplateError, TemplateNotFound, meta, nodes
from quart import Quart, current_app

from .proxy import current_user, get_user
from .state import get_manager

#: The names that are looked for: that of the user, and that of Flask-Principal's identity (``g.identity``).
LOOKED_FOR = frozenset({"current_user", "identity"})

_LOADING = {"get_template", "select_template", "get_or_select_template"}


@dataclass(frozen=True, slots=True)
class Mentions:
    """What one template says itself.

    Attributes:
        names: Those of ``LOOKED_FOR`` that stand in it.
        references: The templates that it extends, includes or imports.
        dynamic: It refers to a template whose name is known only when it is rendered.
    """

    names: frozenset[str]
    references: frozenset[str]
    dynamic: bool


_mentions: WeakKeyDictionary[Template, Mentions] = WeakKeyDictionary()
_reached: WeakKeyDictionary[Template, frozenset[str]] = WeakKeyDictionary()


def names_used(template: Template) -> frozenset[str]:
    """Return those of ``LOOKED_FOR`` that rendering ``template`` may need.

    A template that includes or extends another one by a computed name may need all.
    """
    environment = template.environment
    if not environment.auto_reload:
        known = _reached.get(template)
        if known is not None:
            return known
    names: set[str] = set()
    seen: set[str | None] = {template.name}
    pending = [template]
    while pending and names != LOOKED_FOR:
        current = pending.pop()
        mentions = _mentions_of(environment, current)
        names |= LOOKED_FOR if mentions.dynamic else mentions.names
        for reference in mentions.references:
            name = environment.join_path(reference, current.name) if current.name else reference
            if name not in seen:
                seen.add(name)
                try:
                    pending.append(environment.get_template(name))
                except TemplateError:
                    continue  # `ignore missing`, or an error that rendering will tell better
    result = frozenset(names)
    if not environment.auto_reload:
        _reached[template] = result
    return result


def _mentions_of(environment: Environment, template: Template) -> Mentions:
    mentions = _mentions.get(template)
    if mentions is None:
        mentions = _mentions[template] = _from_source(environment, template) or _from_code(
            environment, template
        )
    return mentions


def _from_source(environment: Environment, template: Template) -> Mentions | None:
    """Read the source of a template that has a name, as the loader gives it."""
    if template.name is None or environment.loader is None:
        return None
    try:
        source, filename, _ = environment.loader.get_source(environment, template.name)
        tree = environment.parse(source, template.name, filename)
    except (TemplateError, RuntimeError, OSError):
        return None
    names = {node.name for node in tree.find_all(nodes.Name)}
    names |= {node.attr for node in tree.find_all(nodes.Getattr)}
    references = set(meta.find_referenced_templates(tree))
    return Mentions(
        frozenset(names & LOOKED_FOR),
        frozenset(reference for reference in references if reference is not None),
        dynamic=None in references,
    )


def _from_code(environment: Environment, template: Template) -> Mentions:
    """Read the compiled code of a template made from a string, whose source is gone."""
    constants: set[str] = set()
    called: set[str] = set()
    for function in (template.root_render_func, *template.blocks.values()):
        for code in _nested(function.__code__):
            called.update(code.co_names)
            constants.update(_strings(code.co_consts))
    references: set[str] = set()
    if called & _LOADING:
        references = {text for text in constants if _exists(environment, text)}
    return Mentions(
        frozenset(constants & LOOKED_FOR) | frozenset(called & LOOKED_FOR),
        frozenset(references),
        dynamic="get_or_select_template" in called or bool(called & _LOADING and not references),
    )


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _nested(constant)


def _strings(constants: tuple[Any, ...]) -> Iterator[str]:
    for constant in constants:
        if isinstance(constant, str):
            yield constant
        elif isinstance(constant, tuple):
            yield from _strings(constant)


def _exists(environment: Environment, name: str) -> bool:
    if environment.loader is None or not name or len(name) > 255 or "\n" in name:
        return False
    try:
        environment.loader.get_source(environment, name)
    except (TemplateNotFound, RuntimeError, OSError, ValueError):
        return False
    return True


def user_context_processor() -> dict[str, Any]:
    """Give every template ``current_user``, unless that is quart-auth's and nothing here could load a user."""
    if "QUART_AUTH" in current_app.extensions and not get_manager().loads_users:
        return {}
    return {"current_user": current_user}


async def template_context() -> dict[str, Any]:
    """Do the same where Quart asks: it runs a synchronous context processor in a thread."""
    return user_context_processor()


async def put_user_into_template(_app: Quart, template: Template, context: dict[str, Any], **_: Any) -> None:
    """Load the user of a template that names it. A ``current_user`` that the view passed stays."""
    if context.get("current_user") is current_user and "current_user" in names_used(template):
        context["current_user"] = await get_user()
