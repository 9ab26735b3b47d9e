"""Methods that a library calls by their names, which it was told in a string."""

from __future__ import annotations

from tests.migrate_tool.programs import after

SCHEMA = """
from marshmallow import Schema, fields
class UserSchema(Schema):
    posts = fields.{}
    def count(self, user):
        return user_posts(user.id)
def user_posts(ident):
    return User.query.get(ident).posts.count()
"""


def test_a_field_s_method_stays_synchronous_and_waits_in_the_bridge() -> None:
    for field in ('Method("count")', 'Method(serialize="count")', 'Method(deserialize="count")'):
        text = after(SCHEMA.format(field))
        assert "    def count(self, user):\n        return wait(user_posts(user.id))" in text
        assert "async def user_posts" in text


def test_so_does_one_that_a_subclass_overrides() -> None:
    more = "class More(UserSchema):\n    def count(self, user):\n        return user_posts(1)\n"
    assert "    def count(self, user):\n        return wait(user_posts(1))" in after(
        SCHEMA.format('Method("count")') + more
    )


def test_another_method_of_the_schema_that_the_project_calls_turns_async() -> None:
    calling = "def counted(user):\n    return UserSchema().count(user)\n"
    assert "    async def count(self, user):\n        return await user_posts(user.id)" in after(
        SCHEMA.format('String("count")') + calling
    )
