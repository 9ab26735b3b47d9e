from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, InvalidRequestError
from sqlalchemy.orm import Session as SyncSession

from quart_app.db import AsyncSession, Session

from .library import Library, opened


async def test_the_session_has_all_of_its_methods(stored_library: Library) -> None:
    library = stored_library
    async with library.app.app_context():
        session, Author = library.db.session, library.Author
        new = Author(name="new")
        session.add(new)
        assert new in session
        assert new in session.new
        await session.flush()
        assert session.identity_map
        found: Any = await session.get(Author, new.id)
        assert found is new
        assert (await session.get_one(Author, new.id)) is new
        result = await session.execute(text("SELECT count(*) FROM author"))
        assert result.scalar() == 3
        assert await session.scalar(text("SELECT 1")) == 1
        assert len((await session.scalars(library.db.select(Author))).all()) == 3
        new.name = "newer"
        assert new in session.dirty
        with session.no_autoflush:
            assert await Author.query.filter_by(name="newer").count() == 0
        assert await Author.query.filter_by(name="newer").count() == 1
        session.expire(new)
        await session.refresh(new)
        assert new.name == "newer"
        merged = await session.merge(Author(id=new.id, name="merged"))
        assert merged is new
        await session.delete(new)
        assert new in session.deleted
        await session.commit()
        session.info["x"] = 1
        assert session().info == {"x": 1}
        other = Author(name="other")
        session.add_all([other])
        session.expunge(other)
        assert other not in session
        await session.bulk_save_objects([Author(name="b1")])
        await session.bulk_insert_mappings(Author, [{"name": "b2"}])
        ids = await Author.query.filter_by(name="b2").value(Author.id)
        await session.bulk_update_mappings(Author, [{"id": ids, "name": "b3"}])
        assert await session.run_sync(lambda sync: sync.query(Author).filter_by(name="b3").count()) == 1
        assert [
            author.name async for author in await session.stream_scalars(library.db.select(Author).limit(1))
        ]
        assert (await (await session.connection()).execute(text("SELECT 2"))).scalar() == 2
        await session.close()
        assert library.checked_out() == 0


async def test_transactions_as_context_managers(stored_library: Library) -> None:
    library = stored_library
    async with library.app.app_context():
        session, Author = library.db.session, library.Author
        async with session.begin():
            session.add(Author(name="kept"))
        with pytest.raises(ValueError, match="no"):  # noqa: PT012
            async with session.begin():
                session.add(Author(name="dropped"))
                raise ValueError("no")
        assert await Author.query.filter(Author.name.in_(["kept", "dropped"])).count() == 1
        with pytest.raises(InvalidRequestError, match="already begun"):
            async with session.begin():
                pass
        with pytest.raises(IntegrityError):  # noqa: PT012
            async with session.begin_nested():
                session.add(Author(name="kept"))
                await session.flush()
        for scoped in (session, session()):
            async with scoped.begin(nested=True):
                scoped.add(Author(name=f"nested in {type(scoped).__name__}"))
        session.add(Author(name="after"))
        await session.commit()
        assert await Author.query.filter_by(name="after").count() == 1


async def test_session_options(stored: str) -> None:
    class Sync(SyncSession):
        pass

    class Chosen(AsyncSession):
        pass

    for given, sync in ((Sync, Sync), (Chosen, Session), (None, Session)):
        options = {"class_": given, "expire_on_commit": False, "autocommit": False} if given else {}
        library = Library(stored, session_options=options)
        async with opened(library):
            session = library.db.session()
            assert isinstance(session, Chosen) or given is not Chosen
            assert isinstance(session.sync_session, sync)
            assert isinstance(session.sync_session, Session)
            if given is not Sync:
                author = await library.Author.query.first()
                await library.db.session.commit()
                assert ("name" in vars(author)) is bool(given)


async def test_an_application_may_choose_the_engine_itself(tmp_path: Any) -> None:
    class Routing(Session):
        def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **options: Any) -> Any:
            if self._flushing:
                return self._db.engines["writer"]  # type: ignore[union-attr]
            return super().get_bind(mapper, clause, **options)

    writer = f"sqlite:///{tmp_path / 'w.db'}"
    library = Library(
        f"sqlite:///{tmp_path / 'r.db'}",
        config={"SQLALCHEMY_BINDS": {"writer": writer}},
        session_options={"class_": Routing},
    )
    async with opened(library, filled=False):
        async with library.db.engines["writer"].begin() as connection:
            await connection.run_sync(library.db.metadata.create_all)
        library.db.session.add(library.Author(name="x"))
        await library.db.session.commit()
        assert await library.Author.query.count() == 0
        assert (await library.db.engines["writer"].execute("SELECT name FROM author")).scalar() == "x"


@pytest.mark.parametrize("maker", ["create_scoped_session", "_make_scoped_session"])
async def test_a_test_may_wrap_everything_in_a_transaction_of_its_own(stored: str, maker: str) -> None:
    library = Library(stored)
    async with opened(library):
        db, original = library.db, library.db.session
        async with db.engine.connect() as connection:
            transaction = await connection.begin()
            db.session = getattr(db, maker)({"bind": connection, "binds": {}})
            db.session.add(library.Author(name="temporary"))
            await db.session.commit()
            assert await library.Author.query.filter_by(name="temporary").count() == 1
            await db.session.remove()
            await transaction.rollback()
        db.session = original
        assert await library.Author.query.filter_by(name="temporary").count() == 0


async def test_a_second_object_given_to_add_is_left_out_and_named(
    stored_library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    library = stored_library
    async with library.app.app_context():
        for session in (library.db.session, library.db.session()):
            first, second = library.Author(name="first"), library.Author(name="second")
            session.add(first, second)
            assert first in session
            assert second not in session
            assert "add_all() adds several" in caplog.text
            caplog.clear()
        session.add(library.Author(name="third"), _warn=False)
        assert not caplog.text
