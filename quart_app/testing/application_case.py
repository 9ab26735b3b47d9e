"""``ApplicationTestCase``: Flask-Testing's ``TestCase``, awaited."""

# ruff: noqa: PT009 - it is a unittest case, whose own assertions give the messages its users know

from __future__ import annotations

import gc
from collections.abc import Awaitable
from typing import Any
from urllib.parse import urljoin

import quart.templating
from quart import Quart
from quart.signals import message_flashed, template_rendered

from .case import AsyncTestCase

_REDIRECTS = (301, 302, 303, 305, 307, 308)


class ContextVariableDoesNotExist(Exception):  # noqa: N818 - Flask-Testing's name for it
    """No template of the last rendering had a variable of that name."""


class ApplicationTestCase(AsyncTestCase):
    """A test case that makes an application and a client for each test, in the words of Flask-Testing.

    Before ``setUp`` the application of :meth:`create_app` is in ``self.app``, a client of it in ``self.client``, and the context
    of a request to ``/`` is pushed; all of that is gone after ``tearDown``. Tests, ``setUp`` and ``create_app`` may be
    ``async def`` or not.
    """

    #: False: templates are announced but not rendered.
    render_templates: bool = True
    run_gc_after_test: bool = False

    app: Any
    client: Any
    templates: list[tuple[Any, dict[str, Any]]]
    flashed_messages: list[tuple[str, str]]

    _ctx: Any = None
    _original_render: Any = None

    def create_app(self) -> Any:
        """Return the application that is tested; every case says which.

        Raises:
            NotImplementedError: the case does not.
        """
        raise NotImplementedError

    # The steps of unittest around those of the case: in the test's own loop and context.

    def _callSetUp(self) -> None:  # noqa: N802
        self._callAsync(self._pre_setup)
        super()._callSetUp()

    async def _pre_setup(self) -> None:
        # unittest skips tearDown when setUp fails; a cleanup runs all the same, and after tearDown.
        self.addAsyncCleanup(self._post_teardown)
        made = self.create_app()
        self.app = await made if isinstance(made, Awaitable) else made
        self.client = self.app.test_client()
        self._ctx = self.app.test_request_context()
        await self._ctx.push()
        if not self.render_templates:
            self._original_render = quart.templating._render
            quart.templating._render = _announce
        self.templates = []
        self.flashed_messages = []
        template_rendered.connect(self._add_template)
        message_flashed.connect(self._add_flash_message)

    async def _post_teardown(self) -> None:
        template_rendered.disconnect(self._add_template)
        message_flashed.disconnect(self._add_flash_message)
        if self._original_render is not None:
            quart.templating._render = self._original_render
            self._original_render = None
        context, self._ctx = self._ctx, None
        if context is not None:
            await context.pop()
        for name in ("app", "client", "templates", "flashed_messages"):
            vars(self).pop(name, None)
        if self.run_gc_after_test:
            gc.collect()

    def _add_flash_message(self, _app: Quart, message: str, category: str, **_more: Any) -> None:
        self.flashed_messages.append((message, category))

    def _add_template(self, _app: Quart, template: Any, context: dict[str, Any], **_more: Any) -> None:
        self.templates = [(template, context)]

    # What tests ask

    def assertMessageFlashed(self, message: str, category: str = "message") -> bool:  # noqa: N802
        """Fail unless ``message`` was flashed under ``category``."""
        if (message, category) in self.flashed_messages:
            return True
        raise AssertionError(f"Message {message!r} in category {category!r} wasn't flashed")

    def assertTemplateUsed(self, name: str, tmpl_name_attribute: str = "name") -> bool:  # noqa: N802
        """Fail unless the template ``name`` was the last one rendered."""
        used = [getattr(template, tmpl_name_attribute) for template, _ in self.templates]
        if name in used:
            return True
        raise AssertionError(f"Template {name} not used. Templates were used: {' '.join(map(repr, used))}")

    def get_context_variable(self, name: str) -> Any:
        """The variable ``name`` of the last rendered template.

        Raises:
            ContextVariableDoesNotExist: it has none of that name.
        """
        for _, context in self.templates:
            if name in context:
                return context[name]
        raise ContextVariableDoesNotExist(name)

    def assertContext(self, name: str, value: Any, message: str | None = None) -> None:  # noqa: N802
        """Fail unless the last rendered template had ``name``, equal to ``value``."""
        try:
            self.assertEqual(self.get_context_variable(name), value, message)
        except ContextVariableDoesNotExist:
            self.fail(message or f"Context variable does not exist: {name}")

    def assertRedirects(self, response: Any, location: str, message: str | None = None) -> None:  # noqa: N802
        """Fail unless ``response`` redirects to ``location``; a path is one of the application's own host.

        Flask-Testing compares absolute URLs, as Werkzeug made every ``Location`` before 2.1. What is relative today is made
        absolute first, so a redirect to another host is still told from one to ours.
        """
        base = f"http://{self.app.config.get('SERVER_NAME') or 'localhost'}"
        codes = ", ".join(map(str, _REDIRECTS))
        found = f"HTTP Status {codes} expected but got {response.status_code}"
        self.assertIn(response.status_code, _REDIRECTS, message or found)
        self.assertEqual(urljoin(base, response.location or ""), urljoin(base, location), message)

    def assertStatus(self, response: Any, status_code: int, message: str | None = None) -> None:  # noqa: N802
        """Fail unless ``response`` has this status."""
        found = f"HTTP Status {status_code} expected but got {response.status_code}"
        self.assertEqual(response.status_code, status_code, message or found)

    def assert200(self, response: Any, message: str | None = None) -> None:
        """Fail unless the status is 200."""
        self.assertStatus(response, 200, message)

    def assert400(self, response: Any, message: str | None = None) -> None:
        """Fail unless the status is 400."""
        self.assertStatus(response, 400, message)

    def assert401(self, response: Any, message: str | None = None) -> None:
        """Fail unless the status is 401."""
        self.assertStatus(response, 401, message)

    def assert403(self, response: Any, message: str | None = None) -> None:
        """Fail unless the status is 403."""
        self.assertStatus(response, 403, message)

    def assert404(self, response: Any, message: str | None = None) -> None:
        """Fail unless the status is 404."""
        self.assertStatus(response, 404, message)

    def assert405(self, response: Any, message: str | None = None) -> None:
        """Fail unless the status is 405."""
        self.assertStatus(response, 405, message)

    def assert500(self, response: Any, message: str | None = None) -> None:
        """Fail unless the status is 500."""
        self.assertStatus(response, 500, message)

    assert_message_flashed = assertMessageFlashed
    assert_template_used = assertTemplateUsed
    assert_context = assertContext
    assert_redirects = assertRedirects
    assert_status = assertStatus
    assert_200 = assert200
    assert_400 = assert400
    assert_401 = assert401
    assert_403 = assert403
    assert_404 = assert404
    assert_405 = assert405
    assert_500 = assert500


async def _announce(template: Any, context: dict[str, Any], app: Quart) -> str:
    """Say that a template was rendered, and render nothing."""
    await template_rendered.send_async(
        app,
        _sync_wrapper=app.ensure_async,  # type: ignore[arg-type]
        template=template,
        context=context,
    )
    return ""
