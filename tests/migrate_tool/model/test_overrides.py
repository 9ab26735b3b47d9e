"""A method that only says that derived classes have it gives what theirs give."""

from __future__ import annotations

from tests.migrate_tool.programs import after

LISTS = """\
class List:
    def query(self):
        raise NotImplementedError

    def page(self, query, number):
        return query.paginate(page=number)

    def items(self, number):
        return self.page(self.query(), number).items

    def size(self):
        return len(self.name())

    def name(self):
        raise NotImplementedError

class Users(List):
    def query(self):
        return User.query.filter(User.name != "")

    def name(self):
        return "users"
"""


def test_what_derived_classes_give_is_awaited_in_the_base_class() -> None:
    text = after(LISTS)
    assert (
        "    async def page(self, query, number):\n        return await query.paginate(page=number)" in text
    )
    assert "        return (await self.page(self.query(), number)).items" in text
    assert "    def size(self):\n        return len(self.name())" in text
