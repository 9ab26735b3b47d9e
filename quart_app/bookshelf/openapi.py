"""The description of the JSON API, in OpenAPI's words."""

from __future__ import annotations

from typing import Any

from . import schemas
from .limits import MAX_INTEGER

Description = dict[str, Any]


def _object(**properties: Description) -> Description:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(items: Description) -> Description:
    return {"type": "array", "items": items}


def _ref(name: str) -> Description:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(description: str, schema: Description, **more: Any) -> Description:
    return {"description": description, "content": {"application/json": {"schema": schema}}, **more}


def _body(schema: Description) -> Description:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


TEXT: Description = {"type": "string"}
NUMBER: Description = {"type": "integer"}
TEXT_OR_NOTHING: Description = {"type": ["string", "null"]}
NUMBER_OR_NOTHING: Description = {"type": ["integer", "null"]}

_LINE = {
    "id": NUMBER,
    "title": TEXT,
    "author": TEXT,
    "year": NUMBER_OR_NOTHING,
    "isbn": TEXT_OR_NOTHING,
    "owner": TEXT,
}
SCHEMAS: Description = {
    "BookLine": _object(**_LINE),
    "Review": _object(rating=NUMBER, text=TEXT_OR_NOTHING, by=TEXT),
    "Book": _object(
        **_LINE, summary=TEXT_OR_NOTHING, rating={"type": ["number", "null"]}, reviews=_list(_ref("Review"))
    ),
    "Books": _object(books=_list(_ref("BookLine")), page=NUMBER, pages=NUMBER, total=NUMBER),
    "User": _object(id=NUMBER, email=TEXT, name=TEXT, roles=_list(TEXT), books=NUMBER),
    "Token": _object(token=TEXT),
    "Error": _object(error=TEXT),
    "NewBook": schemas.schema(schemas.BOOK, ["title", "author"]),
    "BookChange": schemas.schema(schemas.BOOK, []),
    "Credentials": schemas.schema(schemas.CREDENTIALS, ["email", "password"]),
}

_WRONG = {
    400: "The request is not understood.",
    401: "Nobody is signed in.",
    403: "This is for others.",
    404: "There is no such thing.",
    409: "Another book has this ISBN.",
    413: "The request is too large.",
    415: "The body is no JSON.",
}
_SIGNED_IN: list[Description] = [{"token": []}, {"session": []}]
_BOOK_ID = {
    "name": "book_id",
    "in": "path",
    "required": True,
    "schema": {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER},
}


def _answers(*wrong: int, **right: Description) -> Description:
    told = {str(code): _json(_WRONG[code], _ref("Error")) for code in wrong}
    return {**{name.removeprefix("_"): answer for name, answer in right.items()}, **told}


PATHS: Description = {
    "/books": {
        "get": {
            "summary": "List or search books, one page at a time",
            "operationId": "listBooks",
            "parameters": [
                {
                    "name": "q",
                    "in": "query",
                    "schema": TEXT,
                    "description": "a piece of a title or an author",
                },
                {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1, "default": 1}},
            ],
            "responses": _answers(400, _200=_json("The books of the page.", _ref("Books"))),
        },
        "post": {
            "summary": "Put a book on the shelf",
            "operationId": "addBook",
            "security": _SIGNED_IN,
            "requestBody": _body(_ref("NewBook")),
            "responses": _answers(
                400,
                401,
                403,
                409,
                413,
                415,
                _201=_json("The new book.", _ref("Book"), headers={"Location": {"schema": TEXT}}),
            ),
        },
    },
    "/books/{book_id}": {
        "parameters": [_BOOK_ID],
        "get": {
            "summary": "Describe a book",
            "operationId": "getBook",
            "responses": _answers(400, 404, _200=_json("The book.", _ref("Book"))),
        },
        "put": {
            "summary": "Change what is given",
            "operationId": "changeBook",
            "security": _SIGNED_IN,
            "requestBody": _body(_ref("BookChange")),
            "responses": _answers(
                400, 401, 403, 404, 409, 413, 415, _200=_json("The changed book.", _ref("Book"))
            ),
        },
        "delete": {
            "summary": "Take a book off the shelf",
            "operationId": "removeBook",
            "security": _SIGNED_IN,
            "responses": _answers(400, 401, 403, 404, _204={"description": "It is gone."}),
        },
    },
    "/me": {
        "get": {
            "summary": "Describe who asks",
            "operationId": "getMe",
            "security": _SIGNED_IN,
            "responses": _answers(400, 401, _200=_json("The user.", _ref("User"))),
        }
    },
    "/token": {
        "post": {
            "summary": "Get a token for an address and a password",
            "operationId": "getToken",
            "requestBody": _body(_ref("Credentials")),
            "responses": _answers(400, 401, 413, _200=_json("The token.", _ref("Token"))),
        }
    },
}


def document(base: str) -> Description:
    """Describe the API that is found at an address."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Bookshelf", "version": "1", "description": "Books, and who put them there."},
        "servers": [{"url": base}],
        "paths": PATHS,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "session"},
            },
        },
    }
