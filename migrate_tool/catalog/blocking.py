"""Calls that stop the event loop until they are done, and with it every other request of the process.

``BLOCKING`` says of qualified names why they block and, where it is one to one, which coroutine function does the same. What
is not in it runs in a thread; the context variables go with it. ``APIS`` gives the results whose methods block as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from .api import Api, cls, fn


@dataclass(frozen=True, slots=True)
class Blocking:
    """What a call waits for.

    Attributes:
        why: the reason, as the report gives it.
        twin: the coroutine function that takes the same arguments and does the same.
        hint: a library that does it without a thread, for those who want one.
        own: It waits for work of the program itself, which may need the loop to come to its end: in tests as well.
    """

    why: str
    twin: str = ""
    hint: str = ""
    own: bool = False


_SLEEP = Blocking("sleeps", twin="asyncio.sleep")
_HTTP = Blocking("waits for another server", hint="httpx.AsyncClient does it without a thread")
_SERVICE = Blocking("waits for another server")
_MAIL = Blocking("waits for the mail server", hint="aiosmtplib does it without a thread")
_REDIS = Blocking("waits for Redis", hint="redis.asyncio does it without a thread")
_DATABASE = Blocking("waits for a database", hint="the driver has an asynchronous counterpart")
_PROCESS = Blocking(
    "waits for another program", hint="asyncio.create_subprocess_exec does it without a thread"
)
_DISK = Blocking("waits for the disk")
_HASH = Blocking("computes for long on purpose")
_THREADS = Blocking("waits for another thread", own=True)

_VERBS = "get|post|put|patch|delete|head|options|request|send|stream"
_DBAPI = "execute|executemany|callproc|fetchone|fetchmany|fetchall|commit|rollback|nextset"
_DRIVERS = r"psycopg2|psycopg|pymysql|MySQLdb|mysql\.connector|pyodbc|cx_Oracle|oracledb|pymssql"

#: Patterns of qualified names, most frequent first.
BLOCKING: tuple[tuple[str, Blocking], ...] = (
    (r"time\.sleep", _SLEEP),
    (r"concurrent\.futures\.(wait|Future\.(result|exception))", _THREADS),
    (rf"requests\.({_VERBS})", _HTTP),
    (rf"requests\.Session\.({_VERBS})", _HTTP),
    (rf"httpx\.({_VERBS})", _HTTP),
    (rf"httpx\.Client\.({_VERBS})", _HTTP),
    (r"urllib\.request\.(urlopen|urlretrieve)", _HTTP),
    (r"urllib\.request\.OpenerDirector\.open", _HTTP),
    (r"http\.client\.HTTPResponse\.(read|readinto|readline|readlines)", _HTTP),
    (r"http\.client\.HTTPS?Connection\.(request|getresponse|connect)", _HTTP),
    (r"urllib3\.request|urllib3\.PoolManager\.(request|urlopen)", _HTTP),
    (
        r"boto3\.(Client|Resource)\.(?!get_paginator|get_waiter|generate_presigned|can_paginate|close)[a-z]\w*",
        _SERVICE,
    ),
    (
        r"elasticsearch\.Elasticsearch\.(search|index|delete|delete_by_query|bulk|get|update|count|exists|ping)",
        _SERVICE,
    ),
    (r"elasticsearch\.helpers\.(bulk|streaming_bulk|scan)", _SERVICE),
    (r"smtplib\.(SMTP|SMTP_SSL|LMTP)", _MAIL),
    (
        r"smtplib\.(SMTP|SMTP_SSL|LMTP)\.(connect|login|starttls|ehlo|helo|sendmail|send_message|quit|noop|verify)",
        _MAIL,
    ),
    (
        r"flask_mail\.Mail\.(send|send_message)|flask_mail\.Message\.send|flask_mail\.Connection\.(send|send_message)",
        _MAIL,
    ),
    (r"flask_mailman\.(EmailMessage|EmailMultiAlternatives)\.send|flask_mailman\.send_mail", _MAIL),
    (
        r"redis\.Redis\.(?!pipeline|pubsub|lock|register_script|from_url|close|connection_pool|get_connection)[a-z]\w*",
        _REDIS,
    ),
    (r"redis\.client\.Pipeline\.execute|redis\.client\.PubSub\.(get_message|subscribe|psubscribe)", _REDIS),
    (r"redis\.lock\.Lock\.(acquire|release|extend)", _REDIS),
    (rf"({_DRIVERS})\.connect", _DATABASE),
    (rf"(psycopg2\.extensions|{_DRIVERS})\.(connection|cursor|Connection|Cursor)\.({_DBAPI})", _DATABASE),
    (
        r"subprocess\.(run|call|check_call|check_output|getoutput|getstatusoutput)|os\.(system|waitpid)",
        _PROCESS,
    ),
    (r"subprocess\.Popen\.(communicate|wait)", _PROCESS),
    (r"shutil\.(copy|copy2|copyfile|copyfileobj|copytree|move|rmtree|make_archive|unpack_archive)", _DISK),
    (r"zipfile\.ZipFile\.(extractall|write)|tarfile\.TarFile\.(extractall|add)", _DISK),
    (r"(werkzeug|quart_app\.compat)\.security\.(generate_password_hash|check_password_hash)", _HASH),
    (r"bcrypt\.(hashpw|checkpw|kdf)", _HASH),
    (r"flask_bcrypt\.(Bcrypt\.)?(generate_password_hash|check_password_hash)", _HASH),
    (r"argon2\.PasswordHasher\.(hash|verify)", _HASH),
    (r"passlib\.(hash|apps)\.\w+\.(hash|verify|encrypt|verify_and_update)", _HASH),
    (r"passlib\.context\.CryptContext\.(hash|verify|encrypt|verify_and_update)", _HASH),
    (r"hashlib\.(pbkdf2_hmac|scrypt)", _HASH),
)

APIS: dict[str, Api] = {
    "requests.Session": cls(),
    "requests.session": fn("requests.Session"),
    "httpx.Client": cls(),
    "urllib.request.urlopen": fn("http.client.HTTPResponse"),
    "urllib.request.build_opener": fn("urllib.request.OpenerDirector"),
    "urllib.request.OpenerDirector": cls(),
    "urllib.request.OpenerDirector.open": fn("http.client.HTTPResponse"),
    "http.client.HTTPResponse": cls(),
    "http.client.HTTPConnection": cls(),
    "http.client.HTTPSConnection": cls(),
    "http.client.HTTPConnection.getresponse": fn("http.client.HTTPResponse"),
    "http.client.HTTPSConnection.getresponse": fn("http.client.HTTPResponse"),
    "urllib3.PoolManager": cls(),
    "boto3.client": fn("boto3.Client"),
    "boto3.resource": fn("boto3.Resource"),
    "boto3.Session": cls(),
    "boto3.Session.client": fn("boto3.Client"),
    "boto3.Session.resource": fn("boto3.Resource"),
    "boto3.Client": cls(),
    "boto3.Resource": cls(),
    **{
        f"boto3.Resource.{name}": fn("boto3.Resource")
        for name in (
            "Bucket",
            "Object",
            "ObjectSummary",
            "Table",
            "Queue",
            "Topic",
            "Instance",
            "get_queue_by_name",
        )
    },
    "elasticsearch.Elasticsearch": cls(),
    "smtplib.SMTP": cls(),
    "smtplib.SMTP_SSL": cls(),
    "smtplib.LMTP": cls(),
    "flask_mail.Connection": cls(),
    "flask_mailman.EmailMessage": cls(),
    "flask_mailman.EmailMultiAlternatives": cls(),
    "redis.Redis": cls(),
    "redis.from_url": fn("redis.Redis"),
    "redis.Redis.from_url": fn("redis.Redis"),
    "redis.Redis.pipeline": fn("redis.client.Pipeline"),
    "redis.Redis.pubsub": fn("redis.client.PubSub"),
    "redis.Redis.lock": fn("redis.lock.Lock"),
    "redis.client.Pipeline": cls(),
    "redis.client.PubSub": cls(),
    "redis.lock.Lock": cls(),
    "psycopg2.connect": fn("psycopg2.extensions.connection"),
    "psycopg2.extensions.connection": cls(),
    "psycopg2.extensions.connection.cursor": fn("psycopg2.extensions.cursor"),
    "psycopg2.extensions.cursor": cls(),
    **{
        name: api
        for driver in ("psycopg", "pymysql", "MySQLdb", "mysql.connector", "pyodbc", "pymssql")
        for name, api in {
            f"{driver}.connect": fn(f"{driver}.Connection"),
            f"{driver}.Connection": cls(),
            f"{driver}.Connection.cursor": fn(f"{driver}.Cursor"),
            f"{driver}.Cursor": cls(),
        }.items()
    },
    "subprocess.Popen": cls(),
    "zipfile.ZipFile": cls(),
    "tarfile.TarFile": cls(),
    "tarfile.open": fn("tarfile.TarFile"),
    "flask_bcrypt.Bcrypt": cls(),
    "argon2.PasswordHasher": cls(),
    "passlib.context.CryptContext": cls(),
}

ALIASES = {
    "requests.sessions.Session": "requests.Session",
    "boto3.session.Session": "boto3.Session",
    "redis.StrictRedis": "redis.Redis",
    "redis.client.Redis": "redis.Redis",
    "redis.client.StrictRedis": "redis.Redis",
    "pymysql.connections.Connection": "pymysql.Connection",
    "flask_mail.Message.Connection": "flask_mail.Connection",
}

_ROOTS = frozenset(re.findall(r"[A-Za-z_0-9]+", " ".join(pattern for pattern, _ in BLOCKING)))


@cache
def blocking(name: str) -> Blocking | None:
    """Why a call of the qualified ``name`` blocks; None if it does not, as far as is known."""
    if name.partition(".")[0] not in _ROOTS:
        return None
    return next((found for pattern, found in BLOCKING if re.fullmatch(pattern, name)), None)
