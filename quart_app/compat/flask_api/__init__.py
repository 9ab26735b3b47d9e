"""Flask-API's application on Quart: views return lists and dictionaries, ``await request.data`` is the body as it was meant.

Its last release cannot be imported with Werkzeug 3. Answers are always JSON: the pages by which Flask-API let a browser look at an API are not here.
"""

from __future__ import annotations

from typing import Any

from quart.typing import ResponseTypes
from werkzeug.datastructures import MultiDict

from ...app import Quart
from ...manners.requests import Request
from . import exceptions, status

__all__ = ["FlaskAPI", "exceptions", "status"]

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class APIRequest(Request):
    """A request whose ``data`` is read by its content type."""

    @property
    async def data(self) -> Any:
        """The body: what stands in JSON, a form's fields, or an empty dictionary when there is none.

        Raises:
            ParseError: It says it is JSON, and is not.
            UnsupportedMediaType: It is neither JSON nor a form.
        """
        if not self.mimetype or not self.content_length:
            return MultiDict()
        if self.mimetype in _FORMS:
            return MultiDict(await self.form)
        if self.mimetype != "application/json":
            raise exceptions.UnsupportedMediaType
        try:
            return self.json_module.loads(await self.get_data())
        except ValueError as error:
            raise exceptions.ParseError(f"JSON parse error - {error}") from error


class FlaskAPI(Quart):
    """A Quart application with Flask-API's views."""

    request_class = APIRequest

    async def make_response(self, result: Any) -> ResponseTypes:
        """Make a response of what a view returned.

        Args:
            result: As for any view; a list or a dictionary becomes JSON in its own order, nothing with code 204 an empty answer.
        """
        value, *rest = result if isinstance(result, tuple) else (result,)
        if value is None and rest and rest[0] == 204:
            value = ""
        if isinstance(value, (list, dict)):
            text = self.json.dumps(value, ensure_ascii=False, sort_keys=False)
            value = self.response_class(text, mimetype="application/json")
        return await super().make_response((value, *rest) if rest else value)

    async def handle_user_exception(self, error: Exception) -> Any:
        """Answer an error of Flask-API with what it says; any other one goes Quart's way.

        Args:
            error: What the view raised.
        """
        if isinstance(error, exceptions.APIException):
            return {"message": error.detail}, error.status_code
        return await super().handle_user_exception(error)
