"""factory_boy: calling a factory class gives an object of its ``Meta.model`` (``migrate_tool/model/made.py``)."""

from __future__ import annotations

from .api import Api, Consumer, cls, decorator, fn, members

FACTORY = "factory.Factory"
_RULE = "FQ506"

APIS: dict[str, Api] = {
    FACTORY: cls(hooks={"*": Consumer.CALLS}),
    **members(FACTORY, build=fn(), create=fn(), stub=fn(), build_batch=fn(), create_batch=fn()),
    "factory.alchemy.SQLAlchemyModelFactory": cls(
        "quart_app.testing.factories.SQLAlchemyModelFactory", bases=(FACTORY,), rule=_RULE
    ),
    "factory.post_generation": decorator(Consumer.CALLS),
    "factory.lazy_attribute": decorator(Consumer.CALLS),
    "factory.lazy_attribute_sequence": decorator(Consumer.CALLS),
    "factory.sequence": decorator(Consumer.CALLS),
    **{
        f"factory.{name}": cls(takes={0: Consumer.CALLS})
        for name in ("LazyAttribute", "LazyAttributeSequence", "LazyFunction", "PostGeneration", "Sequence")
    },
}

ALIASES = {
    "factory.base.Factory": FACTORY,
    "factory.helpers.post_generation": "factory.post_generation",
    "factory.helpers.lazy_attribute": "factory.lazy_attribute",
    "factory.helpers.sequence": "factory.sequence",
    "factory.declarations.LazyAttribute": "factory.LazyAttribute",
    "factory.declarations.LazyFunction": "factory.LazyFunction",
    "factory.declarations.Sequence": "factory.Sequence",
    "factory.declarations.PostGeneration": "factory.PostGeneration",
}
