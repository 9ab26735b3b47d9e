"""``ApplicationTestCase``: what Flask-Testing's users expect before, in and after a test. The classes are run by the tests below."""

from __future__ import annotations

import asyncio
import unittest
from typing import Any

import pytest
from quart import flash, g, has_request_context, redirect, render_template_string, request

from quart_app import Quart
from quart_app.testing import ApplicationTestCase, ContextVariableDoesNotExist, QuartClient


def make_app() -> Quart:
    app = Quart("app")
    app.secret_key = "secret"

    @app.route("/")
    async def index() -> str:
        await flash("hello", "greeting")
        return await render_template_string("{{ word }}", word="index")

    @app.route("/away")
    async def away() -> Any:
        return redirect(request.args["to"])

    @app.route("/broken", methods=["POST"])
    async def broken() -> Any:
        return "", 500

    return app


class Cases:
    """In here so that nobody collects them."""

    class Plain(ApplicationTestCase):
        seen: list[str] = []

        def create_app(self) -> Quart:
            return make_app()

        def setUp(self) -> None:
            assert isinstance(self.client, QuartClient)
            assert request.path == "/"
            g.made = "setUp"

        async def asyncTearDown(self) -> None:
            assert has_request_context()
            self.seen.append(self.id().rpartition(".")[2])

        async def test_page(self) -> None:
            assert g.made == "setUp"
            response = await self.client.get("/")
            self.assert_200(response)
            self.assertMessageFlashed("hello", "greeting")
            self.assert_context("word", "index")
            assert self.get_context_variable("word") == "index"
            with pytest.raises(ContextVariableDoesNotExist):
                self.get_context_variable("other")

        async def test_statuses(self) -> None:
            self.assert404(await self.client.get("/nowhere"))
            self.assert405(await self.client.get("/broken"))
            self.assert500(await self.client.post("/broken"))
            with pytest.raises(AssertionError, match="HTTP Status 404 expected but got 200"):
                self.assert404(await self.client.get("/"))

        async def test_redirects(self) -> None:
            response = await self.client.get("/away?to=/x")
            self.assertRedirects(response, "/x")
            self.assert_redirects(response, "http://localhost/x")
            for other in ("/y", "http://other/x"):
                with pytest.raises(AssertionError):
                    self.assertRedirects(response, other)
            with pytest.raises(AssertionError):
                self.assertRedirects(await self.client.get("/away?to=http://other/x"), "/x")
            with pytest.raises(AssertionError):
                self.assertRedirects(await self.client.get("/"), "/")

        async def test_fails(self) -> None:
            await asyncio.sleep(0)
            self.assertTemplateUsed("index.html")

    class Coroutine(ApplicationTestCase):
        render_templates = False

        async def create_app(self) -> Quart:
            await asyncio.sleep(0)
            return make_app()

        async def test_not_rendered(self) -> None:
            response = await self.client.get("/")
            assert response.data == b""
            self.assertContext("word", "index")

    class FailingSetUp(ApplicationTestCase):
        kept: list[Any] = []

        def create_app(self) -> Quart:
            return make_app()

        def setUp(self) -> None:
            self.kept.append(self)
            raise RuntimeError("setUp")

        def test_never(self) -> None:
            raise AssertionError("unreachable")

    class Nothing(ApplicationTestCase):
        def test_never(self) -> None:
            raise AssertionError("unreachable")


def run(case: type[unittest.TestCase]) -> unittest.TestResult:
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    return result


def test_application_client_and_context_are_there_in_each_test_and_gone_after() -> None:
    Cases.Plain.seen.clear()
    result = run(Cases.Plain)
    assert result.testsRun == 4
    assert not result.errors
    assert [case.id().rpartition(".")[2] for case, _ in result.failures] == ["test_fails"]
    assert "Template index.html not used" in result.failures[0][1]
    assert sorted(Cases.Plain.seen) == ["test_fails", "test_page", "test_redirects", "test_statuses"]
    assert not has_request_context()


def test_a_coroutine_makes_the_application_and_templates_stay_unrendered() -> None:
    result = run(Cases.Coroutine)
    assert result.wasSuccessful(), result.failures + result.errors
    # The next case renders again.
    assert not run(Cases.Plain).errors


def test_what_was_set_up_is_taken_away_when_setup_fails() -> None:
    Cases.FailingSetUp.kept.clear()
    result = run(Cases.FailingSetUp)
    assert [text.splitlines()[-1] for _, text in result.errors] == ["RuntimeError: setUp"]
    assert not hasattr(Cases.FailingSetUp.kept[0], "app")


def test_a_case_must_say_which_application() -> None:
    result = run(Cases.Nothing)
    assert [text.splitlines()[-1] for _, text in result.errors] == ["NotImplementedError"]
