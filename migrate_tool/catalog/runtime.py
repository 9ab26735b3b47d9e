"""The names of ``quart_app`` that have no ancestor in Flask or an extension of it: what migrated code may say itself.

Those that took the place of a library's name are described under the library's (``flask_login.py``, ``sqlalchemy.py``, ...).
"""

from __future__ import annotations

from .api import Api, Consumer, cls, decorator, fn, members, value, waits

_AUTH = "quart_app.auth"
_BRIDGE = "quart_app.bridge"
_PRINCIPAL = "flask_principal"

APIS: dict[str, Api] = {
    # -- bridge -----------------------------------------------------------------------------------------
    f"{_BRIDGE}.wait": fn("Arg0", runs=True),
    f"{_BRIDGE}.run": fn("Arg0", runs=True),
    f"{_BRIDGE}.drive": waits("Arg0", runs=True),
    f"{_BRIDGE}.maybe_await": waits("Arg0", runs=True),
    f"{_BRIDGE}.maybe_wait": fn("Arg0", runs=True),
    f"{_BRIDGE}.sync_context": fn(f"{_BRIDGE}._SyncContext[Entered0]", runs=True),
    f"{_BRIDGE}._SyncContext": cls(enters="T"),
    f"{_BRIDGE}.sync_iter": fn("list[Elem0]", runs=True),
    f"{_BRIDGE}.async_context": fn(f"{_BRIDGE}._AsyncContext[Entered0]", runs=True),
    f"{_BRIDGE}._AsyncContext": cls(entered="async", enters="T"),
    f"{_BRIDGE}.async_closing": fn(f"{_BRIDGE}._AsyncClosing[Arg0]", runs=True),
    f"{_BRIDGE}._AsyncClosing": cls(entered="async", enters="T"),
    f"{_BRIDGE}.sync_decorator": fn("Arg0", decorates=Consumer.AWAITS, takes={0: Consumer.PASSES}),
    f"{_BRIDGE}.awaited_property": decorator(Consumer.ATTRIBUTE),
    f"{_BRIDGE}.implicit_loading": fn(),
    f"{_BRIDGE}.lend": fn("", takes={0: Consumer.PASSES}),
    # -- signing in -------------------------------------------------------------------------------------
    f"{_AUTH}.next_url": waits("str"),
    f"{_AUTH}.redirect_to_next": waits("flask.Response"),
    f"{_AUTH}.reload_user": waits("flask_login.UserMixin"),
    f"{_AUTH}.acting_as": fn(f"{_AUTH}._ActingAs"),
    f"{_AUTH}._ActingAs": cls(entered="async"),
    f"{_AUTH}.guards.signed_in": waits("flask_login.UserMixin"),
    f"{_AUTH}.passwords.hash_password": waits("str"),
    f"{_AUTH}.passwords.verify_password": waits("bool"),
    f"{_AUTH}.passwords.authenticate": waits("bool"),
    f"{_AUTH}.passwords.Passwords": cls(),
    **members(
        f"{_AUTH}.passwords.Passwords", hash=waits("str"), verify=waits("bool"), needs_rehash=fn("bool")
    ),
    f"{_AUTH}.throttle.SignInThrottle": cls(),
    **members(f"{_AUTH}.throttle.SignInThrottle", admit=waits(), succeeded=waits()),
    f"{_AUTH}.throttle.Store": cls(),
    **members(f"{_AUTH}.throttle.Store", hit=waits("tuple[int, float]"), forget=waits()),
    f"{_AUTH}.throttle.MemoryStore": cls(bases=(f"{_AUTH}.throttle.Store",)),
    f"{_AUTH}.throttle.RedisStore": cls(bases=(f"{_AUTH}.throttle.Store",)),
    f"{_AUTH}.BasicTransport": cls(bases=(f"{_AUTH}.Transport",)),
    f"{_AUTH}.BearerTransport": cls(bases=(f"{_AUTH}.Transport",)),
    f"{_AUTH}.Transport": cls(hooks={"find_user": Consumer.AWAITS}),
    f"{_AUTH}.Transport.find_user": waits("flask_login.UserMixin"),
    "flask_login.LoginManager.load_user_by_id": waits("flask_login.UserMixin"),
    "flask_login.LoginManager.find_user_by_id": waits("flask_login.UserMixin"),
    f"{_AUTH}.live_user": waits("flask_login.UserMixin"),
    f"{_PRINCIPAL}.current_identity": value(f"{_PRINCIPAL}.Identity", awaited=True),
    f"{_PRINCIPAL}.Signal.send_async": waits(),
    "blinker.Signal.send_async": waits("list"),
    # -- forms ------------------------------------------------------------------------------------------
    "flask_wtf.FlaskForm.create_form": waits("Self"),
    # -- databases --------------------------------------------------------------------------------------
    "flask.Response.run_on_close": waits(),
    "flask_sqlalchemy.SQLAlchemy.dispose": waits(),
    "quart_app.db.scope.own_sessions": fn("quart_app.db.SessionScope"),
    "quart_app.db.SessionScope": cls(entered="async"),
    "quart_app.db.plain.create_all": waits(),
    "quart_app.db.plain.drop_all": waits(),
    "quart_app.db.plain.create_table": waits(),
    "quart_app.db.plain.drop_table": waits(),
    "quart_app.db.plain.reflect": waits(),
    "quart_app.db.expired.loaded": waits("Arg0"),
    **{
        f"sqlalchemy.ext.asyncio.AsyncSession.{name}": waits()
        for name in ("bulk_save_objects", "bulk_insert_mappings", "bulk_update_mappings")
    },
    "sqlite3.Connection.backup": waits(),
    "sqlite3.Connection.iterdump": fn("collections.abc.AsyncGenerator[str]"),
    "sqlalchemy.orm.Query.item": waits("T"),
    "sqlalchemy.orm.Query.value": waits(),
    "sqlalchemy.orm.Query.values": waits(),
    # -- background work --------------------------------------------------------------------------------
    "quart_app.tasks.spawn": fn("quart_app.tasks.Task[Return0]", takes={0: Consumer.AWAITS}),
    "quart_app.tasks.send": waits("str", takes={0: Consumer.AWAITS}),
    "quart_app.tasks.outcome": waits(""),
    "quart_app.tasks.Task": cls(),
    "quart_app.tasks.Task.result": waits("T"),
    "quart_app.tasks.BackgroundThread": cls("", takes={1: Consumer.SPAWNS, "target": Consumer.SPAWNS}),
    # -- command line and tests ---------------------------------------------------------------------------
    "quart_app.cli.async_command": decorator(Consumer.PASSES),
    "quart_app.create_app": fn("flask.Flask"),
    "quart_app.application_factory": decorator(Consumer.PASSES, takes={0: Consumer.PASSES}),
    "quart_app.testing.AsyncTestCase": cls("", bases=("unittest.IsolatedAsyncioTestCase",)),
    "quart_app.testing.ApplicationTestCase": cls("", bases=("quart_app.testing.AsyncTestCase",)),
    **members(
        "quart_app.testing.ApplicationTestCase",
        app=value("flask.Flask"),
        client=value("flask.testing.FlaskClient"),
    ),
}

ALIASES = {
    f"{_BRIDGE}.properties.awaited_property": f"{_BRIDGE}.awaited_property",
    f"{_BRIDGE}.waiting.wait": f"{_BRIDGE}.wait",
    f"{_BRIDGE}.waiting.run": f"{_BRIDGE}.run",
    f"{_AUTH}.redirects.next_url": f"{_AUTH}.next_url",
    "quart_app.db.AsyncSession": "sqlalchemy.ext.asyncio.AsyncSession",
    "quart_app.db.Session": "flask_sqlalchemy.session.Session",
    "quart_app.db.Engine": "sqlalchemy.Engine",
    "quart_app.db.ScopedSession": "sqlalchemy.orm.scoped_session",
    "quart_app.db.AsyncQuery": "sqlalchemy.orm.Query",
    "quart_app.db.plain.AsyncQuery": "sqlalchemy.orm.Query",
    "quart_app.db.plain.Query": "sqlalchemy.orm.Query",
    "quart_app.db.plain.Engine": "sqlalchemy.Engine",
    "quart_app.db.BaseQuery": "flask_sqlalchemy.query.Query",
    "quart_app.db.Model": "flask_sqlalchemy.model.Model",
    "quart_app.db.sqlite.Row": "sqlite3.Row",
    "quart_app.auth.principal.extension.identity_changed": f"{_PRINCIPAL}.identity_changed",
    "quart_app.auth.testing.FlaskLoginClient": "flask_login.FlaskLoginClient",
    "quart_app.auth.FlaskLoginClient": "flask_login.FlaskLoginClient",
    "quart_app.streaming.stream_template": "flask.stream_template",
    "quart_app.streaming.stream_template_string": "flask.stream_template_string",
    "quart_app.forms.file": "flask_wtf.file",
    "quart_app.forms.Form": "flask_wtf.FlaskForm",
    "quart_app.cli.AppGroup": "flask.cli.AppGroup",
    "quart_app.cli.QuartGroup": "flask.cli.FlaskGroup",
}
