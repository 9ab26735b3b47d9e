"""Flask-JWT-Extended: version 4 keeps its names, version 3 is recognised by what only it has."""

from __future__ import annotations

import textwrap

import pytest

from tests.migrate_tool.programs import after


def check(before: str, expected: str) -> None:
    assert after(textwrap.dedent(before)) == textwrap.dedent(expected).strip("\n")


def test_version_4_stays() -> None:
    check(
        """
        from flask_jwt_extended import JWTManager, jwt_required
        jwt = JWTManager(app)

        @jwt.user_lookup_loader
        def load(header, data):
            return User.query.get(data["sub"])

        @app.route("/")
        @jwt_required()
        def index():
            return "index"
        """,
        """
        from flask_jwt_extended import JWTManager, jwt_required
        from quart_app.bridge import sync_decorator, wait
        jwt = JWTManager(app)

        @jwt.user_lookup_loader
        def load(header, data):
            return wait(User.query.get(data["sub"]))

        @app.route("/")
        @sync_decorator(jwt_required())
        async def index():
            return "index"
        """,
    )


def test_a_bare_jwt_required_is_version_3_s() -> None:
    check(
        """
        from flask_jwt_extended import JWTManager, jwt_required
        jwt = JWTManager(app)

        @app.route("/")
        @jwt_required
        def index():
            return "index"
        """,
        """
        from quart_app.compat.jwt_extended import JWTManager, jwt_required
        jwt = JWTManager(app)

        @app.route("/")
        @jwt_required
        async def index():
            return "index"
        """,
    )


@pytest.mark.parametrize("listed", ["decorators", "method_decorators"])
def test_so_it_is_in_a_list_of_a_class(listed: str) -> None:
    text = after(
        textwrap.dedent(
            f"""
            from flask.views import MethodView
            from flask_jwt_extended import jwt_required

            class Items(MethodView):
                {listed} = [jwt_required]

                def get(self):
                    return "items"
            """
        )
    )
    assert "from quart_app.compat.jwt_extended import jwt_required" in text


def test_version_3_is_told_by_a_callback_and_its_callbacks_are_awaited() -> None:
    check(
        """
        import flask_jwt_extended
        jwt = flask_jwt_extended.JWTManager(app)

        def load(identity):
            return User.query.get(identity)

        jwt.user_loader_callback_loader(load)

        @jwt.token_in_blacklist_loader
        def revoked(token):
            return User.query.filter_by(name=token["jti"]).count() > 0
        """,
        """
        from quart_app.compat.jwt_extended import JWTManager
        jwt = JWTManager(app)

        async def load(identity):
            return await User.query.get(identity)

        jwt.user_loader_callback_loader(load)

        @jwt.token_in_blacklist_loader
        async def revoked(token):
            return await User.query.filter_by(name=token["jti"]).count() > 0
        """,
    )


def test_what_version_4_still_has_stays_where_it_is() -> None:
    text = after(
        textwrap.dedent(
            """
            from flask_jwt_extended import decode_token, get_jti, get_raw_jwt, set_access_cookies

            @app.route("/")
            def index():
                return get_raw_jwt()["jti"]
            """
        )
    )
    assert "from flask_jwt_extended import decode_token, get_jti, set_access_cookies\n" in text
    assert "from quart_app.compat.jwt_extended import get_raw_jwt\n" in text
