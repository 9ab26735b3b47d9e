"""marshmallow: loading gives what the schema makes of the data, an object of the model it names (``migrate_tool/model/made.py``)."""

from __future__ import annotations

from .api import Api, cls, fn, members

SCHEMA = "marshmallow.Schema"
#: Schemas of marshmallow-sqlalchemy, whose ``Meta`` names a model.
OF_MODELS = "marshmallow_sqlalchemy.SQLAlchemySchema"
_AUTO = "marshmallow_sqlalchemy.SQLAlchemyAutoSchema"
#: Until 0.22 of marshmallow-sqlalchemy: these always made objects.
OLD_OF_MODELS = "marshmallow_sqlalchemy.ModelSchema"

APIS: dict[str, Api] = {
    SCHEMA: cls(),
    **members(SCHEMA, load=fn(), loads=fn()),
    OF_MODELS: cls(bases=(SCHEMA,)),
    _AUTO: cls(bases=(OF_MODELS,)),
    OLD_OF_MODELS: cls(bases=(OF_MODELS,)),
    "marshmallow.post_load": fn(),
    "flask_marshmallow.Marshmallow": cls(),
    "flask_marshmallow.Marshmallow.init_app": fn(),
}

ALIASES = {
    "marshmallow.schema.Schema": SCHEMA,
    "marshmallow.decorators.post_load": "marshmallow.post_load",
    "flask_marshmallow.Marshmallow.Schema": SCHEMA,
    "flask_marshmallow.Marshmallow.SQLAlchemySchema": OF_MODELS,
    "flask_marshmallow.Marshmallow.SQLAlchemyAutoSchema": _AUTO,
    "flask_marshmallow.Marshmallow.ModelSchema": OLD_OF_MODELS,
    "flask_marshmallow.Schema": SCHEMA,
    "flask_marshmallow.schema.Schema": SCHEMA,
    "flask_marshmallow.sqla.SQLAlchemySchema": OF_MODELS,
    "flask_marshmallow.sqla.SQLAlchemyAutoSchema": _AUTO,
    "marshmallow_sqlalchemy.schema.SQLAlchemySchema": OF_MODELS,
    "marshmallow_sqlalchemy.schema.SQLAlchemyAutoSchema": _AUTO,
}
