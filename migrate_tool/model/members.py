"""Attributes: what a name after a dot stands for."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from migrate_tool.catalog import Consumer

from . import (
    contents,
    declared_fields,
    model_classes,
    query_classes,
    records,
    relationships,
    type_expressions,
)
from .ancestry import bases, derives, is_enum, lineage, subclasses
from .decorators import decorator_consumers
from .symbols import Assigned, Binding, ClassInfo, Defined, FunctionInfo, Imported, ModuleInfo, Scope
from .types import NOTHING, ClassRef, External, FunctionRef, Instance, ModuleRef, Type, Types, ordered

if TYPE_CHECKING:
    from .inference import Inference


CURRENT_USER = "flask_login.current_user"
QUART_AUTH_USER = "quart_auth.current_user"
#: Classes of the framework that an application may replace by its own: ``class App(Flask)``, ``request_class = ...``.
_MADE_TO_MEASURE = frozenset({"flask.Flask", "flask.Request", "flask.ctx._AppCtxGlobals"})
#: ``mapper.class_`` can be any model.
_MAPPED_CLASS = "sqlalchemy.orm.Mapper.class_"
#: From what models derive.
MODELS = ("flask_sqlalchemy.model.Model", "sqlalchemy.orm.DeclarativeBase")
#: The query of a model of Flask-SQLAlchemy, of its ``query_class``.
MODEL_QUERY = f"{model_classes.MODEL}.query"
#: What ``request.cls`` and ``request.instance`` are in a pytest fixture.
TEST_CLASS = "pytest.FixtureRequest.cls.test"
#: Bases that say nothing about what a class is mixed with.
_NO_BASES = frozenset({"builtins.object", "abc.ABC"})
#: How many attributes of something that the catalogue does not know are told apart.
LONGEST_TAIL = 5


def values(inference: Inference, types: Types) -> Types:
    """``types`` with each named value of a library (``flask.request``) replaced by what it is an instance of."""
    plain = inference.plain.get(types)
    if plain is None:
        plain = inference.plain[types] = not any(_is_value(inference, item) for item in types)
    if plain:
        return types
    found: set[Type] = set()
    for item in types:
        if isinstance(item, External) and (api := inference.catalog.api(item.name)) and api.kind == "value":
            found |= type_expressions.parse(inference, api.type, item.receiver, NOTHING, ())
            if api.type in _MADE_TO_MEASURE:
                found |= _of_own_classes(inference, api.type)
            elif item.name == CURRENT_USER:
                found |= inference.signed_in_users()
            elif item.name == QUART_AUTH_USER:
                found |= {
                    Instance(cls)
                    for cls in inference.project.classes()
                    if derives(inference, cls, "quart_auth.AuthUser")
                }
        else:
            found.add(item)
    return frozenset(found)


def _is_value(inference: Inference, item: Type) -> bool:
    api = inference.catalog.api(item.name) if isinstance(item, External) else None
    return api is not None and api.kind == "value"


def _of_own_classes(inference: Inference, base: str) -> Types:
    """Objects of the project's classes that derive from ``base``."""
    return inference.solve(
        ("objects of own", base),
        lambda: frozenset(
            Instance(cls) for cls in inference.project.classes() if derives(inference, cls, base)
        ),
    )


def attribute(inference: Inference, owner: Type, name: str) -> Types:
    """What ``owner.name`` can be."""
    if name == "__class__":
        return class_of(owner)
    if isinstance(owner, ModuleRef):
        return inference.module_member(owner.info, name)
    if isinstance(owner, External):
        return _external_attribute(inference, owner, name)
    if isinstance(owner, ClassRef):
        return _class_attribute(inference, owner.info, name, owner)
    if isinstance(owner, Instance):
        if isinstance(owner.of, ClassInfo):
            return _class_attribute(inference, owner.of, name, owner)
        if owner.of == "super":
            return _super_attribute(inference, owner, name)
        recorded = records.field(inference, owner, name)
        return _library_attribute(inference, owner.of, name, owner) if recorded is None else recorded
    return NOTHING


def class_of(value: Type) -> Types:
    """What ``type(value)`` and ``value.__class__`` are."""
    if isinstance(value, Instance) and value.of not in {"", "super"}:
        return frozenset({External(value.of) if isinstance(value.of, str) else ClassRef(value.of)})
    return NOTHING


def _class_attribute(inference: Inference, cls: ClassInfo, name: str, owner: Type) -> Types:
    """``class_attribute`` as a question: ``self.name`` is read in many places."""
    return inference.solve(("attribute", owner, name), lambda: class_attribute(inference, cls, name, owner))


def _external_attribute(inference: Inference, owner: External, name: str) -> Types:
    api = inference.catalog.api(owner.name)
    if api is not None and api.kind == "value":
        return frozenset().union(
            *(
                attribute(inference, item, name)
                for item in values(inference, frozenset({owner}))
                if item != owner
            )
        )
    full = inference.catalog.canonical(f"{owner.name}.{name}")
    is_class = api is not None and api.kind == "class"
    if api is None and _goes_round(owner.name, name) and inference.catalog.find(full) is None:
        return frozenset({owner})
    return frozenset({External(full, owner if is_class else None)})


def _goes_round(owner: str, name: str) -> bool:
    """Whether ``owner.name`` says no more than ``owner``: ``node = node.next`` in a loop would have no end."""
    tail = owner.split(".")[2:]
    return name in tail or len(tail) > LONGEST_TAIL


def _library_attribute(inference: Inference, cls: str, name: str, owner: Type) -> Types:
    full = inference.catalog.canonical(f"{cls}.{name}")
    if full == _MAPPED_CLASS:
        return frozenset(
            ClassRef(item.of)
            for base in MODELS
            for item in _of_own_classes(inference, base)
            if isinstance(item, Instance) and isinstance(item.of, ClassInfo)
        )
    known = inference.catalog.find(full)
    if (known is None or known[0] not in inference.catalog.apis) and (
        own := query_classes.own_method(inference, owner, name)
    ):
        return own
    found: set[Type] = set()
    if known is not None:
        found.add(External(known[0], owner))
    for base in (cls, *inference.catalog.ancestors(cls)):
        for value in inference.written(base, name):
            found |= inference.assigned(value)
    return frozenset(found) or frozenset({External(full, owner)})


def _super_attribute(inference: Inference, owner: Instance, name: str) -> Types:
    for item in owner.args[0] if owner.args else NOTHING:
        if isinstance(item, ClassRef):
            undescribed = NOTHING
            for base in bases(inference, item.info):
                if isinstance(base, ClassRef):
                    got = class_attribute(inference, base.info, name, Instance(item.info))
                    # What a library's class may have, for all that is known here, one of the project's does have.
                    if any(not isinstance(each, External) for each in got) or (got and not undescribed):
                        return got
                elif isinstance(base, External) and base.name not in _NO_BASES:
                    got = _library_attribute(inference, base.name, name, Instance(item.info))
                    described = inference.catalog.find(inference.catalog.canonical(f"{base.name}.{name}"))
                    if described is not None or any(not isinstance(each, External) for each in got):
                        return got
                    undescribed = undescribed or got
            # A mixin asks the classes that it is mixed with.
            return undescribed or _beside(inference, item.info, name, Instance(item.info))
    return NOTHING


def direct(inference: Inference, node: ast.expr, scope: Scope) -> list[External]:
    """The library's things that ``node`` itself names: by import, or as a member of what stands before the dot.

    A variable or attribute of the project that was *given* such a thing does not name it: it holds what the thing was
    worth when it was read.
    """
    if isinstance(node, ast.Name):
        for bindings in inference.bindings(node.id, scope):
            if all(isinstance(item, Imported) for item in bindings) and bindings:
                return [item for item in ordered(inference.types(node, scope)) if isinstance(item, External)]
        return []
    if not isinstance(node, ast.Attribute):
        return []
    found: list[External] = []
    for owner in ordered(values(inference, inference.types(node.value, scope))):
        if isinstance(owner, ModuleRef):
            bindings_ = owner.info.scope.bindings.get(node.attr, [])
            if any(isinstance(item, Imported) for item in bindings_):
                found += [
                    item
                    for item in ordered(attribute(inference, owner, node.attr))
                    if isinstance(item, External)
                ]
            continue
        for item in ordered(attribute(inference, owner, node.attr)):
            if not isinstance(item, External) or _assigned_in_project(inference, owner, node.attr):
                continue
            if item.name.rpartition(".")[2] == node.attr and item.receiver in {owner, None}:
                found.append(item)
    return found


def _assigned_in_project(inference: Inference, owner: Type, name: str) -> bool:
    cls = owner.of if isinstance(owner, Instance) else owner.info if isinstance(owner, ClassRef) else None
    if isinstance(cls, ClassInfo):
        return any(
            name in ancestor.attributes or name in ancestor.scope.bindings
            for ancestor in lineage(inference, cls)
            if isinstance(ancestor, ClassInfo) and _replaced_value(inference, ancestor, name) is None
        )
    return False


# -- classes -----------------------------------------------------------------------------------------------


def class_attribute(inference: Inference, cls: ClassInfo, name: str, owner: Type) -> Types:
    """``name`` looked up in a class of the project and its ancestors; then, for mixins, in its descendants."""
    library: list[str] = []
    # What a test puts into one object is no word of the class: what the classes' own code says is true of all others.
    from_outside: Types = NOTHING
    for ancestor in lineage(inference, cls):
        if isinstance(ancestor, str):
            library.append(ancestor)
            continue
        found = own_attribute(inference, ancestor, name, owner)
        if found is not None and (awaited_ := _replaced_value(inference, ancestor, name)):
            return frozenset({External(awaited_, owner)})
        if found is not None and not (name in ancestor.scope.bindings or name in ancestor.attributes):
            from_outside |= found
            continue
        if found and _is_member_of_enum(inference, cls, ancestor, name):
            return frozenset({Instance(cls)})
        if found and name == "query":
            return frozenset(query_classes.of_model(inference, item, owner) for item in from_outside | found)
        if found:
            return from_outside | found | _put_there_by_descendants(inference, cls, ancestor, name, owner)
        if found is not None:
            # ``model = None``: the classes that derive from this one say what it is.
            return from_outside | _of_descendants(inference, cls, name, owner)
    related = relationships.backref(inference, cls, name)
    if related:
        return from_outside | related
    inherited = (
        _of_libraries(inference, library, cls, name, owner) | from_outside
        or _of_descendants(inference, cls, name, owner)
        or _of_fixtures(inference, cls, name)
        or _beside(inference, cls, name, owner)
    )
    if inherited:
        return inherited
    return frozenset({External(f"{base}.{name}", owner) for base in library if base != "builtins.object"})


def _replaced_value(inference: Inference, cls: ClassInfo, name: str) -> str | None:
    """The library's value that must be awaited and that code puts another in place of: ``request.form = dict(...)``."""
    if name in cls.scope.bindings:
        return None
    for base in lineage(inference, cls):
        if isinstance(base, str) and (known := inference.catalog.find(f"{base}.{name}")):
            return known[0] if known[1].kind == "value" and known[1].awaited else None
    return None


def _of_libraries(
    inference: Inference, library: Iterable[str], cls: ClassInfo, name: str, owner: Type
) -> Types:
    """What the first of the libraries' classes has that has ``name``."""
    for base in library:
        written = frozenset[Type]().union(
            *(inference.assigned(value) for value in inference.written(base, name))
        )
        if written:
            return frozenset(query_classes.of_model(inference, item, owner) for item in written)
        known = inference.catalog.find(f"{base}.{name}")
        if known is not None:
            chosen = query_classes.of_query_class(inference, cls) if known[0] == MODEL_QUERY else NOTHING
            return chosen or frozenset({External(known[0], owner)})
    return NOTHING


def _beside(inference: Inference, cls: ClassInfo, name: str, owner: Type) -> Types:
    """What a mixin finds in the classes that it is mixed with: ``cls.query`` above ``class User(Mixin, db.Model)``."""
    known = set(lineage(inference, cls))
    found: set[Type] = set()
    for descendant in subclasses(inference, cls):
        others = [ancestor for ancestor in lineage(inference, descendant) if ancestor not in known]
        known.update(others)
        for ancestor in others:
            if isinstance(ancestor, ClassInfo):
                found |= own_attribute(inference, ancestor, name, owner) or NOTHING
        found |= _of_libraries(
            inference, (item for item in others if isinstance(item, str)), descendant, name, owner
        )
    return frozenset(found)


#: What makes the names in a class's body objects of the class.
def _is_member_of_enum(inference: Inference, cls: ClassInfo, ancestor: ClassInfo, name: str) -> bool:
    bindings = ancestor.scope.bindings.get(name, [])
    return (
        bool(bindings)
        and not name.startswith("_")
        and not any(isinstance(binding, Defined) for binding in bindings)
        and is_enum(inference, cls)
    )


def _of_descendants(inference: Inference, cls: ClassInfo, name: str, owner: Type) -> Types:
    found: set[Type] = set()
    for descendant in subclasses(inference, cls):
        found |= own_attribute(inference, descendant, name, owner) or NOTHING
    return frozenset(found)


def _put_there_by_descendants(
    inference: Inference, cls: ClassInfo, ancestor: ClassInfo, name: str, owner: Type
) -> Types:
    """``create = ""`` stands for what the classes that derive from this one put there: ``create = create_book``.

    So does ``entity: db.Model = NotImplementedError`` for the classes that they name, whatever the annotation says.
    """
    said = ancestor.scope.bindings.get(name, ())
    if not said or any(isinstance(item, Defined) for item in said):
        # What methods put into ``self`` is what this object has; a method of this class is no placeholder.
        return NOTHING
    kinds = (FunctionRef, ClassRef) if all(map(_is_placeholder, said)) else FunctionRef
    return frozenset(
        item
        for descendant in subclasses(inference, cls)
        if name in descendant.scope.bindings
        for item in own_attribute(inference, descendant, name, owner) or NOTHING
        if isinstance(item, kinds)
    )


def _is_placeholder(binding: Binding) -> bool:
    """Whether a name in the body of a class gets an annotation, or a value that is there to be replaced."""
    if not isinstance(binding, Assigned):
        return False
    value = binding.expression
    return (
        binding.steps[:1] == ("annotated",)
        or isinstance(value, ast.Constant)
        or (isinstance(value, ast.Name) and value.id in {"NotImplemented", "NotImplementedError"})
    )


def _of_fixtures(inference: Inference, cls: ClassInfo, name: str) -> Types:
    """What fixtures give to the test class that uses them: ``request.cls.client = client``."""
    given = inference.written(TEST_CLASS, name)
    if not given or not any(
        method.startswith("test") for item in (cls, *subclasses(inference, cls)) for method in item.methods
    ):
        return NOTHING
    return frozenset[Type]().union(*(inference.assigned(value) for value in given))


def own_attribute(inference: Inference, cls: ClassInfo, name: str, owner: Type) -> Types | None:
    """What a class itself says that ``name`` is; None if it says nothing."""
    bindings = cls.scope.bindings.get(name, [])
    values_ = [*cls.attributes.get(name, []), *inference.written(cls, name)]
    if not bindings and not values_:
        return None
    found: set[Type] = set()
    for binding in bindings:
        if isinstance(binding, Defined) and isinstance(binding.what, FunctionInfo):
            if _sets(binding.what):
                continue  # who reads a property asks its getter
            found |= bound(inference, binding.what, owner)
        else:
            for item in inference.binding(binding):
                found.add(FunctionRef(item.info, owner) if isinstance(item, FunctionRef) else item)
    for value in values_:
        found |= inference.assigned(value)
    found |= declared_fields.given(inference, cls, name)
    known = frozenset(found)
    return (
        contents.filled(known, inference.contents.of_attribute(cls, name))
        if contents.has_container(known)
        else known
    )


def _sets(function: FunctionInfo) -> bool:
    """Whether a method is the part of a property that sets or deletes it."""
    return any(
        isinstance(node, ast.Attribute) and node.attr in {"setter", "deleter"} for node in function.decorators
    )


def bound(inference: Inference, function: FunctionInfo, owner: Type) -> Types:
    """A method taken from ``owner``: what a property gives, else the method bound to it."""
    if isinstance(owner, Instance) and Consumer.ATTRIBUTE in decorator_consumers(inference, function):
        return inference.function_value(function)
    return frozenset({FunctionRef(function, owner)})


def module_of(value: Type) -> ModuleInfo | None:
    """The project module that ``value`` is, if it is one."""
    return value.info if isinstance(value, ModuleRef) else None
