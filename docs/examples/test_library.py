import pytest
from library import app, fill

from quart_app.bridge import implicit_loading, implicit_loads


@pytest.fixture(autouse=True)
async def filled():
    await fill()


@pytest.mark.parametrize("page", ["/at-once"])
async def test_page_loads_nothing_implicitly(page):
    with implicit_loading("raise"):
        response = await app.test_client().get(page)
    assert response.status_code == 200


async def test_authors_are_not_done_yet():
    with implicit_loads() as loads:
        await app.test_client().get("/authors")
    assert loads.count == 3
    assert {kind.what for kind in loads.kinds} == {"Author.books"}
