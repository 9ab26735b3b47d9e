"""Names of SQLAlchemy's inside that have an underscore in front of them since 2.1; serializers and plugins use them.

``isinstance(attribute.impl, ScalarObjectAttributeImpl)`` is how code asks whether an attribute is a relationship.
"""

from __future__ import annotations

from .api import Api, cls, fn

_RULE = "FQ110"

#: By module. Those of modules that are not listed moved as well, but nobody outside of SQLAlchemy has a use for them.
_NAMES = {
    "attributes": "AttributeImpl CollectionAttributeImpl HasCollectionAdapter ScalarAttributeImpl ScalarObjectAttributeImpl"
    " backref_listeners create_proxied_attribute register_attribute register_attribute_impl register_descriptor"
    " unregister_attribute",
    "collections": "prepare_instrumentation",
    "context": "ORMCompileState ORMFromStatementCompileState ORMSelectCompileState",
    "dynamic": "AppenderMixin DynaLoader DynamicAttributeImpl",
    "relationships": "JoinCondition",
    "strategies": "ColumnLoader DeferredColumnLoader ImmediateLoader JoinedLoader LazyLoader NoLoader SelectInLoader"
    " SubqueryLoader",
}


def _renamed(module: str, name: str) -> Api:
    becomes = f"sqlalchemy.orm.{module}._{name}"
    return cls(becomes, rule=_RULE) if name[0].isupper() else fn("", becomes, rule=_RULE)


#: What a query is of: SQLAlchemy 1.4 moved these with what compiles queries, underscore and all.
_ENTITIES = "BundleEntity ColumnEntity MapperEntity QueryEntity RawColumnEntity"

APIS: dict[str, Api] = {
    f"sqlalchemy.orm.query._{name}": cls(f"sqlalchemy.orm.context._{name}", rule=_RULE)
    for name in _ENTITIES.split()
} | {
    f"sqlalchemy.orm.{module}.{name}": _renamed(module, name)
    for module, names in _NAMES.items()
    for name in names.split()
}
