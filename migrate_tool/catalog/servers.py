"""Servers that served a WSGI application: what becomes of their options on hypercorn and on ``quart run``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

#: What an option becomes: hypercorn's option; "" if it has no use; "!" if it needs a human; a word that starts with
#: "=" names what is done with its value ("=bind", "=app", ...).
Becomes = str


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a server's command line."""

    becomes: Becomes
    #: Whether it takes a value.
    value: bool = True
    #: Why it has no successor, or what to do.
    why: str = ""


_SAME_VALUES = [
    "--access-logfile",
    "--access-logformat",
    "--error-logfile",
    "--log-level",
    "--log-config",
    "--graceful-timeout",
    "--max-requests",
    "--max-requests-jitter",
    "--certfile",
    "--keyfile",
    "--ca-certs",
    "--ciphers",
    "--backlog",
    "--statsd-host",
    "--statsd-prefix",
    "--keep-alive",
]
_THREADS = "one event loop per worker serves all requests"
_TIMEOUT = (
    "a worker is not killed for a slow request; set RESPONSE_TIMEOUT in the application to cut requests off"
)
_WSGI = "it concerns WSGI workers"

GUNICORN: Mapping[str, Option] = {
    **{name: Option(name) for name in _SAME_VALUES},
    "-b": Option("-b"),
    "--bind": Option("--bind"),
    "-w": Option("-w"),
    "--workers": Option("--workers"),
    "-p": Option("-p"),
    "--pid": Option("--pid"),
    "-u": Option("=identity"),
    "--user": Option("=identity"),
    "-g": Option("=identity"),
    "--group": Option("=identity"),
    "-m": Option("=umask"),
    "--umask": Option("=umask"),
    "--log-file": Option("--error-logfile"),
    "--reload": Option("--reload", value=False),
    "-D": Option("-D", value=False),
    "--daemon": Option("--daemon", value=False),
    "-c": Option("=config"),
    "--config": Option("=config"),
    "-k": Option("", why="the workers are asynchronous"),
    "--worker-class": Option("", why="the workers are asynchronous"),
    "--threads": Option("", why=_THREADS),
    "--worker-connections": Option("", why=_THREADS),
    "-t": Option("", why=_TIMEOUT),
    "--timeout": Option("", why=_TIMEOUT),
    "--worker-tmp-dir": Option("", why=_WSGI),
    "--preload": Option("", value=False, why="each worker imports the application itself"),
    "--preload-app": Option("", value=False, why="each worker imports the application itself"),
    "--capture-output": Option("", value=False, why="what is printed goes to the console"),
    "--enable-stdio-inheritance": Option("", value=False, why="what is printed goes to the console"),
    "--no-sendfile": Option("", value=False, why=_WSGI),
    "--reuse-port": Option("", value=False, why=_WSGI),
    "-R": Option("", value=False, why=_WSGI),
    "--spew": Option("", value=False, why=_WSGI),
    "--forwarded-allow-ips": Option(
        "", why="hypercorn's ProxyFixMiddleware decides which proxies are trusted"
    ),
    "--proxy-protocol": Option("!", value=False, why="hypercorn does not speak the PROXY protocol"),
    "--proxy-allow-from": Option("!", why="hypercorn does not speak the PROXY protocol"),
    "-n": Option("", why="processes keep their name"),
    "--name": Option("", why="processes keep their name"),
    "--limit-request-line": Option("", why="hypercorn has limits of its own (h11_max_incomplete_size)"),
    "--limit-request-fields": Option("", why="hypercorn has limits of its own"),
    "--limit-request-field_size": Option("", why="hypercorn has limits of its own"),
    "--log-syslog": Option("!", value=False, why="configure syslog with --log-config"),
    "--log-syslog-to": Option("!", why="configure syslog with --log-config"),
    "--chdir": Option("!", why="change the folder before the command"),
    "--pythonpath": Option("!", why="set PYTHONPATH before the command"),
    "-e": Option("=env"),
    "--env": Option("=env"),
    "--reload-engine": Option("", why="hypercorn has one"),
    "--reload-extra-file": Option("!", why="hypercorn reloads for Python files only"),
    "--paste": Option("!", why="there is no Paste support"),
    "--ssl-version": Option("", why="Python chooses"),
    "--cert-reqs": Option("--cert-reqs"),
}

WAITRESS: Mapping[str, Option] = {
    "--listen": Option("=listen"),
    "--host": Option("=host"),
    "--port": Option("=port"),
    "--unix-socket": Option("=unix"),
    "--url-prefix": Option("--root-path"),
    "--call": Option("=call", value=False),
    "--threads": Option("", why=_THREADS),
    "--backlog": Option("--backlog"),
    "--connection-limit": Option("", why=_THREADS),
    "--channel-timeout": Option("", why=_TIMEOUT),
    "--url-scheme": Option("", why="hypercorn's ProxyFixMiddleware sets it from the proxy's headers"),
    "--trusted-proxy": Option("!", why="use hypercorn's ProxyFixMiddleware"),
    "--trusted-proxy-count": Option("!", why="use hypercorn's ProxyFixMiddleware"),
    "--trusted-proxy-headers": Option("!", why="use hypercorn's ProxyFixMiddleware"),
    "--ident": Option("", why="hypercorn names itself"),
    "--expose-tracebacks": Option("", value=False, why="the application shows them in debug mode"),
}

UWSGI: Mapping[str, Option] = {
    **{
        name: Option("=bind")
        for name in ("--http", "--http-socket", "--socket", "-s", "--http11-socket", "--uwsgi-socket")
    },
    **{name: Option("=module") for name in ("--module", "-w", "--wsgi", "--mount")},
    **{name: Option("=file") for name in ("--wsgi-file", "--file")},
    "--callable": Option("=callable"),
    **{name: Option("--workers") for name in ("--processes", "--workers", "-p")},
    **{name: Option("=config") for name in ("--ini", "--yaml", "--json", "--xml")},
    "--uid": Option("=identity"),
    "--gid": Option("=identity"),
    "--pidfile": Option("--pid"),
    "--logto": Option("--error-logfile"),
    "--daemonize": Option("=daemonize"),
    "--max-requests": Option("--max-requests"),
    "--listen": Option("--backlog"),
    "--chdir": Option("!", why="change the folder before the command"),
    "--pythonpath": Option("!", why="set PYTHONPATH before the command"),
    "--static-map": Option("!", why="let the proxy in front serve static files, or the application"),
    "--virtualenv": Option("", why="start the hypercorn of that environment"),
    "--home": Option("", why="start the hypercorn of that environment"),
    "-H": Option("", why="start the hypercorn of that environment"),
    "--env": Option("=env"),
    "--py-autoreload": Option("=reload"),
    **{
        name: Option("", why=_WSGI)
        for name in (
            "--threads",
            "--harakiri",
            "--buffer-size",
            "--chmod-socket",
            "--plugin",
            "--plugins",
            "--stats",
            "--gevent",
            "--async",
            "--offload-threads",
            "--post-buffering",
            "--cheaper",
            "--procname",
            "--die-on-term",
            "--logformat",
            "--protocol",
        )
    },
    **{
        name: Option("", value=False, why=_WSGI)
        for name in [
            "--master",
            "-M",
            "--vacuum",
            "--enable-threads",
            "--need-app",
            "--lazy-apps",
            "--lazy",
            "--single-interpreter",
            "--thunder-lock",
            "--ugreen",
            "--disable-logging",
            "-L",
            "--die-on-term",
            "--catch-exceptions",
            "--strict",
            "--manage-script-name",
        ]
    },
}

#: ``flask run`` and the options before ``run``.
FLASK_RUN: Mapping[str, Option] = {
    **{
        name: Option(name)
        for name in ("-h", "--host", "-p", "--port", "--key", "--keyfile", "--app", "-A", "-e", "--env-file")
    },
    "--cert": Option("--cert"),
    "--certfile": Option("--certfile"),
    **{
        name: Option(name, value=False)
        for name in ("--reload", "--no-reload", "--debug", "--no-debug", "--help", "--version")
    },
    **{
        name: Option("", value=False, why="one event loop serves all requests")
        for name in (
            "--with-threads",
            "--without-threads",
            "--debugger",
            "--no-debugger",
            "--eager-loading",
            "--lazy-loading",
        )
    },
    "--extra-files": Option("", why="quart reloads for Python files only"),
    "--exclude-patterns": Option("", why="quart reloads for Python files only"),
}

Program = Literal["gunicorn", "waitress-serve", "uwsgi", "flask"]

OPTIONS: Mapping[str, Mapping[str, Option]] = {
    "gunicorn": GUNICORN,
    "waitress-serve": WAITRESS,
    "uwsgi": UWSGI,
    "flask": FLASK_RUN,
}

#: Settings of gunicorn's and uwsgi's own configuration files, as hypercorn's TOML has them.
SETTINGS: Mapping[str, str] = {
    "bind": "bind",
    "workers": "workers",
    "accesslog": "accesslog",
    "access_log_format": "access_log_format",
    "errorlog": "errorlog",
    "loglevel": "loglevel",
    "logconfig": "logconfig",
    "graceful_timeout": "graceful_timeout",
    "keepalive": "keep_alive_timeout",
    "max_requests": "max_requests",
    "max_requests_jitter": "max_requests_jitter",
    "certfile": "certfile",
    "keyfile": "keyfile",
    "ca_certs": "ca_certs",
    "ciphers": "ciphers",
    "backlog": "backlog",
    "pidfile": "pid_path",
    "umask": "umask",
    "statsd_host": "statsd_host",
    "statsd_prefix": "statsd_prefix",
    "reload": "use_reloader",
}
