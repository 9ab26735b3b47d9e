"""What is installed: distributions, what one imports of them, and what takes their place after the migration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: The version of setuptools that its own warning names: what reads ``pkg_resources`` is to stay below it.
_WITHOUT_PKG_RESOURCES = "81"

#: The versions that a migrated application asks for, by normalised name.
OURS: Mapping[str, str] = {
    "quart": ">=0.22,<0.23",
    "flask-to-quart": ">=0.1",
    "hypercorn": ">=0.18,<0.19",
    "asyncpg": ">=0.30",
    "asyncmy": ">=0.2.10",
    "alembic": ">=1.16",
    "pytest-asyncio": ">=1.3",
    "pytest": ">=8.4",
    "flask-restx": ">=1.3",
    "quart-cors": ">=0.8",
    "quart-rate-limiter": ">=0.12",
    "quart-schema": "[pydantic]>=0.25",
    "python-socketio": ">=5.11",
    "aiosmtplib": ">=4",
    "aiofiles": ">=24",
    "httpx": ">=0.27",
    "bcrypt": ">=4.0,<5",
    "setuptools": f"<{_WITHOUT_PKG_RESOURCES}",
}


@dataclass(frozen=True, slots=True)
class Succession:
    """What becomes of a requirement.

    Attributes:
        modules: What code imports of it; while a migrated file still does, the requirement stays.
        by: The distributions that take its place.
    """

    modules: tuple[str, ...]
    by: tuple[str, ...]


_APPLICATION = ("quart", "flask-to-quart")
_RUNTIME = ("flask-to-quart",)
_SERVER = ("hypercorn",)

SUCCESSIONS: Mapping[str, Succession] = {
    "flask": Succession(("flask",), _APPLICATION),
    "flask-login": Succession(("flask_login",), _RUNTIME),
    # Flask-Marshmallow has its schemas of models only where Flask-SQLAlchemy can be imported, and Flask-Admin's views of
    # models can be imported themselves only there.
    "flask-sqlalchemy": Succession(("flask_sqlalchemy", "flask_marshmallow", "flask_admin"), _RUNTIME),
    "flask-wtf": Succession(("flask_wtf",), _RUNTIME),
    "flask-principal": Succession(("flask_principal",), _RUNTIME),
    "flask-debugtoolbar": Succession(("flask_debugtoolbar",), _RUNTIME),
    "flask-migrate": Succession(("flask_migrate",), (*_RUNTIME, "alembic")),
    "flask-cors": Succession(("flask_cors",), ("quart-cors",)),
    "flask-limiter": Succession(("flask_limiter",), ("quart-rate-limiter",)),
    "flask-socketio": Succession(("flask_socketio",), (*_RUNTIME, "python-socketio")),
    "flask-executor": Succession(("flask_executor",), _RUNTIME),
    "flask-api": Succession(("flask_api",), _RUNTIME),
    "flask-script": Succession(("flask_script",), _RUNTIME),
    # What it went on as; its own last release imports names that Werkzeug 1.0 took away.
    "flask-restplus": Succession(("flask_restplus",), ("flask-restx",)),
    "flask-shell-ipython": Succession(("flask_shell_ipython",), ()),
    "alchemical": Succession(("alchemical",), _RUNTIME),
    "flask-testing": Succession(("flask_testing",), _RUNTIME),
    # A plugin: nobody imports it, and its own fixtures would push Flask's contexts around every test.
    "pytest-flask": Succession(("pytest_flask",), _RUNTIME),
    "pytest-flask-sqlalchemy": Succession(("pytest_flask_sqlalchemy",), _RUNTIME),
    "gunicorn": Succession(("gunicorn",), _SERVER),
    "uwsgi": Succession(("uwsgi", "uwsgidecorators"), _SERVER),
    "pyuwsgi": Succession(("uwsgi", "uwsgidecorators"), _SERVER),
    "waitress": Succession(("waitress",), _SERVER),
    "meinheld": Succession(("meinheld",), _SERVER),
    "bjoern": Succession(("bjoern",), _SERVER),
    "cheroot": Succession(("cheroot",), _SERVER),
    "gevent": Succession(("gevent",), ()),
    "gevent-websocket": Succession(("geventwebsocket",), ()),
    "eventlet": Succession(("eventlet",), ()),
    "psycogreen": Succession(("psycogreen",), ()),
    "psycopg2": Succession(("psycopg2",), ("asyncpg",)),
    "psycopg2-binary": Succession(("psycopg2",), ("asyncpg",)),
    "psycopg2cffi": Succession(("psycopg2cffi",), ("asyncpg",)),
    "pg8000": Succession(("pg8000",), ("asyncpg",)),
    "pymysql": Succession(("pymysql",), ("asyncmy",)),
    "mysqlclient": Succession(("MySQLdb",), ("asyncmy",)),
    "mysql-python": Succession(("MySQLdb",), ("asyncmy",)),
    "mysql-connector-python": Succession(("mysql",), ("asyncmy",)),
    "mysql-connector": Succession(("mysql",), ("asyncmy",)),
    "mysql": Succession(("MySQLdb",), ("asyncmy",)),
    # The same modules, by whoever went on with them: the old names do not build on Python 3.
    "pycrypto": Succession((), ("pycryptodome",)),
    "pil": Succession((), ("pillow",)),
    # Both are imported as bcrypt, which Flask-Bcrypt asks for as well; of two that lie over each other neither works. Who
    # imports it himself has its functions, which take and give text.
    "py-bcrypt": Succession(("bcrypt",), ("bcrypt",)),
    "pybcrypt": Succession(("bcrypt",), ("bcrypt",)),
    "sklearn": Succession((), ("scikit-learn",)),
    "dotenv": Succession((), ("python-dotenv",)),
}

#: Distributions of modules that a migration may bring into the code.
PROVIDES: Mapping[str, str] = {
    "quart": "quart",
    "quart_app": "flask-to-quart",
    "hypercorn": "hypercorn",
    "asyncpg": "asyncpg",
    "quart_cors": "quart-cors",
    "quart_rate_limiter": "quart-rate-limiter",
    "quart_schema": "quart-schema",
    "socketio": "python-socketio",
    "aiosmtplib": "aiosmtplib",
    "aiofiles": "aiofiles",
    "cachelib": "cachelib",
    "wtforms_sqlalchemy": "wtforms-sqlalchemy",
}


@dataclass(frozen=True, slots=True)
class Floor:
    """The oldest version that can stand beside Quart 0.22.

    Attributes:
        version: The oldest.
        why: What needs it.
        below: The first that is too new.
        only: Versions outside of this specifier are left alone, however old.
        narrow: Whether a requirement that allows the older ones and what is too new as well has to exclude the latter.
    """

    version: str
    why: str
    below: str = ""
    only: str = ""
    narrow: bool = False


_QUART = "Quart 0.22 and the Flask it depends on need it"
_SQLALCHEMY = "SQLAlchemy 2.1 needs it"
_TESTS = "pytest-asyncio 1.3 needs pytest 8"
_FLASK_3 = "older ones use what Flask 3 and Werkzeug 3 no longer have"
_PYTHON = "older ones do not install on Python 3.11"
_ABSTRACT = "older ones import names that Python 3.10 no longer has"
_PKG_RESOURCES = "older ones import pkg_resources, which setuptools no longer has"
_WTF = "the forms need it"
_HTTP = "hypercorn needs it"

FLOORS: Mapping[str, Floor] = {
    # -- what flask-to-quart depends on, directly or not ---------------------------------------------------------
    "quart": Floor("0.22", "the runtime is written for it", "0.23"),
    "flask": Floor("3.1", _QUART),
    "werkzeug": Floor("3.1", _QUART),
    "jinja2": Floor("3.1.2", _QUART),
    "markupsafe": Floor("2.1.1", _QUART),
    "itsdangerous": Floor("2.2", _QUART),
    "click": Floor("8.1.3", _QUART),
    "blinker": Floor("1.9", _QUART),
    "aiofiles": Floor("24.0", _QUART),
    "hypercorn": Floor("0.18", _QUART, "0.19"),
    "h11": Floor("0.16", _HTTP),
    "h2": Floor("4.3", _HTTP),
    "hpack": Floor("4.2", _HTTP),
    "hyperframe": Floor("6.1", _HTTP),
    "wsproto": Floor("1.2", _HTTP),
    "quart-auth": Floor("0.12", "sign-in is built on it", "0.13"),
    "quart-wtforms": Floor("1.0.3", _WTF, "2"),
    "quart-uploads": Floor("0.0.2", _WTF),
    "wtforms": Floor("3.0", _WTF),
    "email-validator": Floor("2.1", _WTF),
    "dnspython": Floor("2.0", "email-validator 2 needs it"),
    "idna": Floor("2.5", "email-validator 2 and Requests need it"),
    "argon2-cffi": Floor("23.1", "sign-in needs it"),
    "cffi": Floor("1.15.1", _PYTHON),
    "sqlalchemy": Floor("2.1", "the database layer is written for it", "2.2"),
    "greenlet": Floor("3.1", _SQLALCHEMY),
    "typing-extensions": Floor("4.12", _SQLALCHEMY),
    "aiosqlite": Floor("0.22.1", _SQLALCHEMY),
    "asyncpg": Floor("0.30", _SQLALCHEMY),
    # -- tests ----------------------------------------------------------------------------------------------------
    "pytest": Floor("8.4", _TESTS),
    "pytest-asyncio": Floor("1.3", _TESTS),
    "pytest-cov": Floor("4.0", _TESTS),
    "pytest-xdist": Floor("3.0", _TESTS),
    "pytest-env": Floor("1.0", _TESTS),
    "pluggy": Floor("1.6", _TESTS),
    "tox": Floor("3.20", _TESTS),
    "pytest-ordering": Floor("0.6", _TESTS),
    "iniconfig": Floor("2", _TESTS),
    "packaging": Floor("24", _TESTS),
    "limits": Floor("3.11", "older ones refuse the packaging that pytest needs"),
    "pygments": Floor("2.15", _TESTS),
    # -- extensions that stay ---------------------------------------------------------------------------------------
    "alembic": Floor("1.16", "older ones do not know SQLAlchemy 2.1"),
    "sqlalchemy-continuum": Floor("1.8", "older ones refuse SQLAlchemy 2.1"),
    "sqlalchemy-schemadisplay": Floor("2.0", "older ones refuse SQLAlchemy 2"),
    "sqlalchemy-utils": Floor("0.43", "older ones do not know SQLAlchemy 2.1"),
    "dataset": Floor("2.0", "older ones refuse SQLAlchemy 2"),
    "marshmallow-sqlalchemy": Floor("1.0", "older ones do not know SQLAlchemy 2"),
    "wtforms-sqlalchemy": Floor("0.4.1", "older ones do not know WTForms 3"),
    "flask-migrate": Floor("4.0.7", _FLASK_3),
    "flask-login": Floor("0.6.3", _FLASK_3),
    "flask-sqlalchemy": Floor("3.1.1", _FLASK_3),
    "flask-wtf": Floor("1.2.1", _FLASK_3),
    "bootstrap-flask": Floor("2.3.3", _FLASK_3),
    "flask-moment": Floor("1.0.5", _FLASK_3),
    "flask-mail": Floor("0.9.1", _FLASK_3),
    "flask-mailman": Floor("1.1", _FLASK_3),
    "flask-ckeditor": Floor("1.0", _FLASK_3),
    "flask-pagedown": Floor("0.4", _FLASK_3),
    "flask-dropzone": Floor("2.0", _FLASK_3),
    "flask-avatars": Floor("0.2.3", _FLASK_3),
    "flask-debugtoolbar": Floor("0.15", _FLASK_3),
    "flask-assets": Floor("2.1", _FLASK_3),
    "webassets": Floor("2.0", "older ones refuse Python 3.11"),
    # From 4.8.1 on a token's callback is not asked where there is no token, and what it answers then is not sent.
    "flask-httpauth": Floor("4.8", _FLASK_3, "4.8.1", "<4.8.1"),
    "flask-caching": Floor("2.1", _FLASK_3),
    "flask-babel": Floor("4.0", _FLASK_3),
    "flask-cors": Floor("4.0", _FLASK_3),
    "flask-limiter": Floor("3.5", _FLASK_3),
    "flask-session": Floor("0.8", _FLASK_3),
    "flask-marshmallow": Floor("1.2", _FLASK_3),
    "flask-jwt-extended": Floor("4.6", _FLASK_3),
    "flask-restful": Floor("0.3.10", _FLASK_3),
    "flask-restx": Floor("1.3", _FLASK_3),
    "flask-smorest": Floor("0.42.2", _FLASK_3),
    "flask-accepts": Floor("0.18", "older ones need Flask-RESTPlus, which Flask 3 cannot import", "1"),
    "flask-apispec": Floor("0.11.4", _FLASK_3),
    "flask-pymongo": Floor("3.0", _FLASK_3),
    "flasgger": Floor("0.9.7.1", _FLASK_3),
    "flask-bcrypt": Floor("1.0.1", _FLASK_3),
    "flask-compress": Floor("1.14", _FLASK_3),
    "flask-talisman": Floor("1.1", _FLASK_3),
    # 2.0 has no template_mode any more.
    "flask-admin": Floor("1.6.1", _FLASK_3, "2", "<2"),
    "flask-apscheduler": Floor("1.13", _FLASK_3),
    "flask-whooshee": Floor("0.9", "older ones import what Flask-SQLAlchemy 3 no longer has"),
    "flask-dance": Floor("7.0", _FLASK_3),
    "flask-csv": Floor("1.2.1", _FLASK_3),
    # -- compiled against what Python 3.11 changed, or without wheels for it ---------------------------------------
    # Ten took names away that applications and extensions use.
    "pillow": Floor("9.3", _PYTHON, "10", "<10"),
    # From 5.2 on without ``lxml.html.clean``.
    "lxml": Floor("4.9.2", _PYTHON, "5.2", "<5.2"),
    "numpy": Floor("1.23.2", _PYTHON, "2", "<2"),
    "pandas": Floor("1.5.1", _PYTHON, "2", "<2"),
    "scipy": Floor("1.9.2", _PYTHON, "2", "<2"),
    "scikit-learn": Floor("1.1.3", _PYTHON),
    "matplotlib": Floor("3.6.2", _PYTHON),
    "orjson": Floor("3.8.1", _PYTHON),
    "regex": Floor("2022.9.11", _PYTHON),
    "cryptography": Floor("2.3", _PYTHON),
    "pyyaml": Floor(
        "6.0.1",
        "5.4 and 6.0 do not build with Cython 3, and what came before 5.1 uses names that Python 3.10 no longer has",
        only="!=5.1.*,!=5.2.*,!=5.3.*",
    ),
    "tornado": Floor("6.1", _ABSTRACT),
    "twisted": Floor("22.10", _PYTHON),
    "ujson": Floor("5.5", _PYTHON),
    "uvloop": Floor("0.17", _PYTHON),
    "httptools": Floor("0.5", _PYTHON),
    "psycopg2cffi": Floor("2.9", _PYTHON),
    "cython": Floor("0.29.32", _PYTHON),
    "pyzmq": Floor("24.0.1", _PYTHON),
    "pymssql": Floor("2.2.7", _PYTHON),
    "pyodbc": Floor("4.0.35", _PYTHON),
    "pycryptodome": Floor("3.15", _PYTHON),
    "zope-interface": Floor("5.5.1", _PYTHON),
    "setuptools": Floor("65.5", _PYTHON, _WITHOUT_PKG_RESOURCES, "<57"),
    "pip": Floor("22.3", _PYTHON),
    "mypy": Floor("0.990", "older ones ask for typed-ast, which does not build on Python 3.11"),
    "python-socketio": Floor("5.11", "the runtime is written for it"),
    "ruamel-yaml-clib": Floor("0.2.7", _PYTHON),
    "psycopg2": Floor("2.9.5", _PYTHON),
    "psycopg2-binary": Floor("2.9.5", _PYTHON),
    "mysqlclient": Floor("2.1.1", _PYTHON),
    "gevent": Floor("22.10.2", _PYTHON),
    "eventlet": Floor("0.33.2", _PYTHON),
    "yarl": Floor("1.8.2", _PYTHON),
    "py": Floor("1.11", "older ones stop pytest 8 from starting"),
    "multidict": Floor("6.0.3", _PYTHON),
    "aiohttp": Floor("3.8.4", _PYTHON),
    "msgpack": Floor("1.0.4", _PYTHON),
    "wrapt": Floor("1.14.1", _PYTHON),
    # What pylint and astroid bring into a frozen list of requirements, and the linters that hold them to old versions.
    "lazy-object-proxy": Floor("1.9", _PYTHON),
    "astroid": Floor("2.13", "older ones ask for a wrapt without wheels for Python 3.11"),
    "pycln": Floor("2.1", "older ones refuse PyYAML 6"),
    "pylint": Floor("2.15.10", "older ones ask for an astroid that does not read Python 3.11"),
    # Built by converting Python 2, which setuptools does no more.
    "feedparser": Floor("6.0.2", _PYTHON),
    "jsmin": Floor("3.0", _PYTHON),
    "setuptools-scm": Floor("7.1", _PKG_RESOURCES),
    "apscheduler": Floor("3.10.2", _PKG_RESOURCES, "4", "<4"),
    "google-api-python-client": Floor("2.35", _PKG_RESOURCES),
    "logging-extras": Floor("0.3.0b0", "older ones hold PyYAML to a version that does not build"),
    "pyscss": Floor("1.3.7", "older ones use what setuptools no longer has"),
    # -- pure Python, but older ones import what Python 3.9 and 3.10 took away (collections.Mapping and its kin) -----
    # Five refuses passwords of more than 72 bytes, of which passlib tries one.
    "bcrypt": Floor("4.0", _PYTHON, "5", "<5"),
    # In six the tags are sets, which no list can be added to.
    "bleach": Floor("4.1", _ABSTRACT, "6", "<6"),
    "cerberus": Floor("1.3.4", _ABSTRACT),
    "coverage": Floor("6.5", _PYTHON),
    # What a frozen list names of Celery goes along: each release asks for its own.
    "celery": Floor("5.2", _ABSTRACT),
    "kombu": Floor("5.2.3", _ABSTRACT),
    "vine": Floor("5.0", _ABSTRACT),
    "amqp": Floor("5.0.9", _ABSTRACT),
    "billiard": Floor("3.6.4", _ABSTRACT),
    "dominate": Floor("2.7", _ABSTRACT),
    "html5lib": Floor("1.1", _ABSTRACT),
    "mako": Floor("1.2.2", _ABSTRACT),
    "markdown": Floor("3.3.4", _ABSTRACT),
    # encode() gives bytes until 2, which is what such a project decodes.
    "pyjwt": Floor("1.7.1", _ABSTRACT, below="2", only="<2"),
    "pyparsing": Floor("2.4", _ABSTRACT),
    "python-dateutil": Floor("2.8.2", _ABSTRACT),
    "requests": Floor("2.27", _ABSTRACT),
    "urllib3": Floor("1.26.5", _ABSTRACT),
    "simplejson": Floor("3.17.6", _ABSTRACT),
    # -- what extensions that stay need ---------------------------------------------------------------------------
    "babel": Floor("2.12", "Flask-Babel 4 needs it"),
    "pytz": Floor("2022.7", "Flask-Babel 4 needs it"),
    "frozenlist": Floor("1.3.3", _PYTHON),
    "grpcio": Floor("1.50", _PYTHON),
}

#: What the oldest versions above ask for in turn, where a frozen list may hold it to an older one: compared by program.
_NEEDED_BY: Mapping[str, Mapping[str, str]] = {
    "aiohttp": {"aiosignal": "1.1.2", "async-timeout": "4.0", "attrs": "17.3", "charset-normalizer": "2.0"},
    "celery": {"click-plugins": "1.1.1", "click-repl": "0.2"},
    "flasgger": {"jsonschema": "3.0.1"},
    "flask-apispec": {"apispec": "4.0", "webargs": "6.0"},
    "flask-apscheduler": {"apscheduler": "3.10.2"},  # itself content with 3.2
    "flask-caching": {"cachelib": "0.9"},
    "flask-dance": {"oauthlib": "3.2", "requests-oauthlib": "1.0"},
    "flask-limiter": {"limits": "2.8", "ordered-set": "4.1", "rich": "12"},
    "flask-pymongo": {"mongoengine": "0.24", "pymongo": "4.0"},
    "flask-accepts": {"attrs": "22.2", "jsonschema": "4.18"},
    "flask-restful": {"aniso8601": "0.82"},
    "flask-restx": {"aniso8601": "0.82", "attrs": "22.2", "jsonschema": "4.18"},
    "flask-session": {"msgspec": "0.18.6"},
    "flask-smorest": {"apispec": "6.0", "webargs": "8.0"},
    "matplotlib": {"cycler": "0.10", "fonttools": "4.22", "kiwisolver": "1.0.1", "pyparsing": "2.2.1"},
    "pycln": {"typer": "0.4.1"},
    "pylint": {
        "dill": "0.3.6",
        "isort": "4.2.5",
        "mccabe": "0.6",
        "platformdirs": "2.2",
        "tomlkit": "0.10.1",
    },
    "requests": {"certifi": "2017.4.17", "charset-normalizer": "2.0"},
    "scikit-learn": {"joblib": "1.0", "threadpoolctl": "2.0"},
    "tox": {"six": "1.14"},
    "wtforms-sqlalchemy": {"wtforms": "3.1"},
}


def _needed() -> dict[str, dict[str, Floor]]:
    found: dict[str, dict[str, Floor]] = {}
    for asking, wanted in _NEEDED_BY.items():
        for name, version in wanted.items():
            found.setdefault(name, {})[asking] = Floor(version, f"{asking} {FLOORS[asking].version} needs it")
    # What goes on as another distribution is asked for by its old name.
    for name in _NEEDED_BY["flask-restx"]:
        found[name]["flask-restplus"] = found[name]["flask-restx"]
    return found


#: The oldest version that can stand beside Quart 0.22 in a project that asks for another distribution too.
FLOORS_BESIDE: Mapping[str, Mapping[str, Floor]] = {
    **_needed(),
    # From 2.10 on it refuses tokens whose subject is a number, which is what identities of users mostly are.
    "pyjwt": {
        "flask-jwt-extended": Floor("2.8", "Flask-JWT-Extended 4 needs it", "2.10", "<2.10"),
        # Its newest release asks for this one, which imports what Python 3.10 took away: that has a stand-in.
        "flask-jwt": Floor("1.4", "Flask-JWT needs it", "1.5", "<1.5"),
    },
    "flask-jwt-extended": {
        "pyjwt": Floor("4.6", _FLASK_3, "4.7.2", "<4.6")  # the first that needs PyJWT 2.10
    },
    "marshmallow": {
        "marshmallow-sqlalchemy": Floor("3.10", "marshmallow-sqlalchemy 1.0 needs it", "4", "<4"),
        "flask-marshmallow": Floor("3.0", "Flask-Marshmallow 1.2 needs it", "4", "<4"),
        "flask-smorest": Floor("3.18", "Flask-Smorest 0.42 needs it", "4", "<4"),
        "flask-accepts": Floor("3.0.1", "flask-accepts 0.18 needs it", "4", narrow=True),
        # Its newest release reads ``marshmallow.__version__`` when it is imported, and asks for any marshmallow.
        "flask-apispec": Floor("2.20", "flask-apispec cannot be imported with newer ones", "4", narrow=True),
    },
}


@dataclass(frozen=True, slots=True)
class TakenOut:
    """A module that new versions of a distribution come without.

    Attributes:
        distribution: The one that had it.
        below: The first version without it.
        readers: Distributions that import it and do not ask for what has it: it was there with every Python.
    """

    distribution: str
    below: str
    readers: frozenset[str]


#: By the name that is imported.
TAKEN_OUT: Mapping[str, TakenOut] = {
    "pkg_resources": TakenOut(
        "setuptools",
        _WITHOUT_PKG_RESOURCES,
        frozenset(
            {
                "face-recognition-models",
                "flask-resize",
                "flask-rq2",
                "flask-security",
                "flask-seeder",
                "pandas-profiling",
                "razorpay",
                "ydata-profiling",
            }
        ),
    ),
}

_MISTAKEN = "one of those that a mistyped Requests brings, which the index no longer has all of"
_BACKPORT = "a backport of what Python 3.11 has"

#: Requirements that cannot be installed on Python 3.11, or break it, and that nothing needs.
GONE: Mapping[str, str] = {
    "futures": _BACKPORT,
    "typing": _BACKPORT,
    "dataclasses": _BACKPORT,
    "functools32": _BACKPORT,
    "wsgiref": "part of Python, and the distribution of that name is for Python 2",
    "distribute": "merged into setuptools, and only for Python 2",
    "pkg-resources": "no distribution: an error of an old pip freeze",
    "pkg-resources-post0": "no distribution: an error of an old pip freeze",
    "typed-ast": "does not install on Python 3.11, and only old linters asked for it",
    "request": _MISTAKEN,
    "get": _MISTAKEN,
    "post": _MISTAKEN,
    "public": _MISTAKEN,
    "query-string": _MISTAKEN,
    # They stand behind Python's own modules in the search path, or do not install at all.
    "enum34": _BACKPORT,
    "pathlib": _BACKPORT,
    "asyncio": _BACKPORT,
    "contextvars": _BACKPORT,
    "importlib": _BACKPORT,
    "subprocess32": _BACKPORT,
    "cdecimal": _BACKPORT,
    "pysqlite": _BACKPORT,
    "hashlib": _BACKPORT,
    "logging": _BACKPORT,
    "multiprocessing": _BACKPORT,
    "ssl": _BACKPORT,
}


@dataclass(frozen=True, slots=True)
class Mistaken:
    """A distribution that another one is mistaken for: both are imported by one name, and each puts its files over the other's.

    Attributes:
        meant: The distribution whose functions are used under that name.
        calls: What only the mistaken one has; who calls it means it.
        why: What to say of it.
    """

    meant: str
    calls: frozenset[str]
    why: str


#: Requirements that are taken for another one of the same list.
MISTAKEN: Mapping[str, Mistaken] = {
    "jwt": Mistaken(
        "pyjwt",
        frozenset({"JWT", "AbstractJWKBase"}),
        "the jwt that is imported is PyJWT's; this one lies over it, and holds cryptography to one release",
    ),
}
