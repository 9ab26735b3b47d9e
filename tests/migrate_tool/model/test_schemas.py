"""What a schema of marshmallow loads is known, so that its methods are awaited."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import after

USES = """\
class Item(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    def save(self):
        db.session.add(self)
        db.session.commit()

{schema}

def store(data):
    item = ItemSchema().load(data)
    item.save()
    return item
"""
META = "    class Meta:\n        model = Item\n        load_instance = {made}"
POST_LOAD = """\
class ItemSchema({base}):
    @marshmallow.post_load
    def make(self, data, **options):
        return Item(**data)"""


@pytest.mark.parametrize(
    ("imports", "base"),
    [
        ("from marshmallow_sqlalchemy import SQLAlchemyAutoSchema", "SQLAlchemyAutoSchema"),
        ("from marshmallow_sqlalchemy.schema import SQLAlchemySchema", "SQLAlchemySchema"),
        ("from flask_marshmallow import Marshmallow\nma = Marshmallow(app)", "ma.SQLAlchemyAutoSchema"),
    ],
)
@pytest.mark.parametrize("made", [True, False])
def test_a_schema_of_a_model_makes_objects_of_it_where_it_says_so(
    imports: str, base: str, made: bool
) -> None:
    schema = f"{imports}\nclass ItemSchema({base}):\n{META.format(made=made)}"
    text = after(USES.format(schema=schema))
    assert ("    await item.save()" in text) is made


@pytest.mark.parametrize("base", ["marshmallow.Schema", "ma.Schema"])
def test_a_schema_makes_what_its_hook_makes(base: str) -> None:
    schema = (
        "import marshmallow\nfrom flask_marshmallow import Marshmallow\nma = Marshmallow(app)\n"
        + POST_LOAD.format(base=base)
    )
    text = after(USES.format(schema=schema))
    assert "    await item.save()" in text


def test_many_objects_are_loaded_as_a_list() -> None:
    schema = f"from marshmallow_sqlalchemy import SQLAlchemyAutoSchema\nclass ItemSchema(SQLAlchemyAutoSchema):\n{META.format(made=True)}"
    text = after(
        USES.format(schema=schema)
        + "\ndef store_all(data):\n    for item in ItemSchema(many=True).load(data):\n        item.save()\n"
    )
    assert "    for item in ItemSchema(many=True).load(data):\n        await item.save()" in text
