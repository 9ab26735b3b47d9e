"""What Flask does and Quart does not: the habits that :class:`quart_app.Quart` keeps.

:data:`MANNERS` is the list; each has a test that asks Flask and ours the same question.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Manner:
    """One habit of Flask's.

    Attributes:
        row: Its row in the catalogue of differences; 0 for one that the catalogue does not list.
        name: A short name, the one its test has.
        quart: What Quart does.
        ours: What we do.
        config: The configuration keys that change it back.
    """

    row: int
    name: str
    quart: str
    ours: str
    config: tuple[str, ...] = ()


MANNERS: tuple[Manner, ...] = (
    Manner(
        5, "ensure_sync", "absent", "app.ensure_sync(f), app.async_to_sync(f): an async f waits in the bridge"
    ),
    Manner(
        8, "json_content_type", "get_json() of another content type is None", "415, and silent=True is None"
    ),
    Manner(0, "json_not_utf8", "a JSON body that is not UTF-8 is a 500", "400"),
    Manner(
        11,
        "request_environ",
        "no environ, remote_user, want_form_data_parsed ...",
        "made from the ASGI scope",
    ),
    Manner(12, "body_limit", "16 MiB", "no limit", ("MAX_CONTENT_LENGTH",)),
    Manner(
        13,
        "time_limits",
        "a body that takes over 60 s is a 408, a response that does is cut off without an error",
        "none: time limits are the server's and the proxy's, as under Flask; set them where clients are not trusted",
        ("BODY_TIMEOUT", "RESPONSE_TIMEOUT"),
    ),
    Manner(
        16, "trusted_hosts", "TRUSTED_HOSTS is not looked at", "400 for any other host", ("TRUSTED_HOSTS",)
    ),
    Manner(
        17, "server_name", "SERVER_NAME refuses other hosts with 404", "it builds URLs and refuses nobody"
    ),
    Manner(
        0,
        "rule_arguments",
        "unknown: TypeError",
        "add_url_rule(build_only=, redirect_to=, alias=) as Werkzeug's",
    ),
    Manner(0, "url_scheme", "PREFER_SECURE_URLS", "PREFERRED_URL_SCHEME and APPLICATION_ROOT too"),
    Manner(
        22,
        "response_attributes",
        "absent",
        "call_on_close, is_streamed, is_sequence, direct_passthrough= ...",
    ),
    Manner(
        22,
        "absolute_location",
        "Location is sent as it is",
        "so does ours, and absolute if Response.autocorrect_location_header is set, as until Werkzeug 2.1",
    ),
    Manner(
        0, "url_bytes", "url_for(token=b'a') says b'a' with its quotes", "it says a, as until Werkzeug 2.2"
    ),
    Manner(
        0, "open_resource", "a coroutine only", "awaited the same, and a plain file where nobody awaits it"
    ),
    Manner(
        0,
        "file_save",
        "a coroutine, to a path only",
        "done at once and may be awaited; to a path or a file object",
    ),
    Manner(
        0,
        "wsgi_results",
        "a WSGI application is no response, an error is asked for one without the environ",
        "a view may return a WSGI application; get_response(environ) gets the environ",
    ),
    Manner(28, "send_file_names", "other argument names", "quart_app.files.send_file has Flask's"),
    Manner(29, "send_file_object", "only a path or BytesIO", "any binary file object"),
    Manner(30, "send_file_relative", "relative to the working directory", "relative to app.root_path"),
    Manner(
        31,
        "send_file_headers",
        "not conditional, public max-age, raw names",
        "conditional, no-cache, RFC 5987",
    ),
    Manner(32, "send_from_directory", "relative directory: 404", "relative to app.root_path"),
    Manner(
        33,
        "static_no_cache",
        "max-age of 12 hours",
        "no-cache, so that the browser asks",
        ("SEND_FILE_MAX_AGE_DEFAULT",),
    ),
    Manner(
        37,
        "stream_with_context",
        "takes an async generator function; tears down before and after the stream",
        "quart_app.streaming: takes what Flask's takes; tears down once, after the stream",
    ),
    Manner(
        39,
        "sync_inline",
        "synchronous functions run in threads, each with a copy of the context",
        "they run inline, in the request's context, and wait through the bridge; code that blocks blocks the loop",
        ("QUART_APP_BRIDGE",),
    ),
    Manner(40, "sync_decorator", "a sync wrapper around an async view: 500", "what it returns is awaited"),
    Manner(41, "teardown_error", "teardown functions get None", "they get the unhandled exception"),
    Manner(0, "teardown_order", "teardown_appcontext in order of registration", "in reverse order"),
    Manner(45, "before_first_request", "absent", "app.before_first_request(f), as until Flask 2.3"),
    Manner(
        0,
        "blueprint_set_up_again",
        "a blueprint that any application has registered cannot be changed",
        "it can, for an application that was made later, and routes while its module is read, as until Flask 2.2",
    ),
    Manner(53, "sync_context", "only async with", "with app.app_context() and test_request_context() too"),
    Manner(
        55, "test_request_context", "few arguments, path required", "Flask's and Quart's arguments, path '/'"
    ),
    Manner(
        69, "testing_raises", "TESTING: a 500 response", "the view's exception is raised in the test client"
    ),
    Manner(73, "template_render", "template.render() raises on the loop", "it waits in the bridge"),
    Manner(
        0, "template_tags", "caller() of an extension's own tag gives a coroutine", "it waits in the bridge"
    ),
    Manner(
        81,
        "old_json_settings",
        "JSON_SORT_KEYS, JSON_AS_ASCII, JSONIFY_MIMETYPE and app.json_encoder are not looked at",
        "they are, where they are set, as until Flask 2.3",
    ),
    Manner(
        84, "cli_context", "commands have no app context, async ones never run", "they have it and are run"
    ),
    Manner(
        85,
        "run_arguments",
        "use_reloader=True, Flask's other arguments are not supported",
        "Flask's arguments",
    ),
)
