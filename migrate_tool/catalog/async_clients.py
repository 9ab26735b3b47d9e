"""Asynchronous clients: HTTP, mail, files, websockets."""

from __future__ import annotations

from .api import Api, cls, fn, members, waits

_HTTPX = "httpx.AsyncClient"
_AIOHTTP = "aiohttp.ClientSession"
_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request")

APIS: dict[str, Api] = {
    # -- httpx ------------------------------------------------------------------------------------------
    _HTTPX: cls(entered="async"),
    **{f"{_HTTPX}.{name}": waits("httpx.Response") for name in (*_VERBS, "send")},
    f"{_HTTPX}.stream": fn("httpx._Stream"),
    f"{_HTTPX}.aclose": waits(),
    f"{_HTTPX}.build_request": fn(),
    "httpx._Stream": cls(entered="async", enters="httpx.Response"),
    "httpx.Response": cls(),
    **members(
        "httpx.Response",
        aread=waits("bytes"),
        aclose=waits(),
        aiter_bytes=fn("collections.abc.AsyncGenerator[bytes]"),
        aiter_text=fn("collections.abc.AsyncGenerator[str]"),
        aiter_lines=fn("collections.abc.AsyncGenerator[str]"),
        aiter_raw=fn("collections.abc.AsyncGenerator[bytes]"),
    ),
    # -- aiohttp ----------------------------------------------------------------------------------------
    _AIOHTTP: cls(entered="async"),
    **{f"{_AIOHTTP}.{name}": fn("aiohttp.ClientResponse", starts=True) for name in _VERBS},
    f"{_AIOHTTP}.ws_connect": fn("aiohttp.ClientWebSocketResponse", starts=True),
    f"{_AIOHTTP}.close": waits(),
    "aiohttp.request": fn("aiohttp.ClientResponse"),
    "aiohttp.ClientResponse": cls(entered="async"),
    **members(
        "aiohttp.ClientResponse",
        read=waits("bytes"),
        text=waits("str"),
        json=waits(),
        content=fn("asyncio.StreamReader"),
    ),
    "aiohttp.ClientWebSocketResponse": cls(entered="async", iterated=True),
    **{
        f"aiohttp.ClientWebSocketResponse.{name}": waits()
        for name in ("send_str", "send_json", "send_bytes", "receive", "receive_json", "receive_str", "close")
    },
    # -- files ------------------------------------------------------------------------------------------
    "aiofiles.open": fn("aiofiles.File", starts=True),
    "aiofiles.tempfile.TemporaryFile": fn("aiofiles.File", starts=True),
    "aiofiles.tempfile.NamedTemporaryFile": fn("aiofiles.File", starts=True),
    "aiofiles.File": cls(entered="async", iterated=True, element="str"),
    **{
        f"aiofiles.File.{name}": waits(type_)
        for name, type_ in {
            "read": "str",
            "readline": "str",
            "readlines": "list[str]",
            "write": "int",
            "writelines": "",
            "seek": "int",
            "tell": "int",
            "flush": "",
            "close": "",
            "truncate": "int",
        }.items()
    },
    "aiofiles.os.*": waits(),
    # -- mail, websockets, servers ------------------------------------------------------------------------
    "aiosmtplib.send": waits(),
    "aiosmtplib.SMTP": cls(entered="async"),
    **{
        f"aiosmtplib.SMTP.{name}": waits()
        for name in ("connect", "login", "starttls", "send_message", "sendmail", "quit")
    },
    "websockets.connect": fn("websockets.ClientConnection", starts=True),
    "websockets.ClientConnection": cls(entered="async", iterated=True),
    **{f"websockets.ClientConnection.{name}": waits() for name in ("send", "recv", "close", "ping")},
    "hypercorn.asyncio.serve": waits(),
    "uvicorn.Server": cls(),
    "uvicorn.Server.serve": waits(),
    # -- language models, which speak HTTP ----------------------------------------------------------------
    "openai.AsyncOpenAI": cls(),
    "openai.AsyncAzureOpenAI": cls(bases=("openai.AsyncOpenAI",)),
    **{
        f"openai.AsyncOpenAI.{name}.create": waits()
        for name in ("embeddings", "moderations", "images", "models")
    },
    **{
        f"openai.AsyncOpenAI.{name}.create": waits("openai.AsyncStream")
        for name in ("chat.completions", "completions", "responses")
    },
    "openai.AsyncOpenAI.close": waits(),
    **{
        f"openai.AsyncOpenAI.{name}.stream": fn("openai._StreamManager")
        for name in ("responses", "chat.completions", "beta.chat.completions")
    },
    "openai._StreamManager": cls(entered="async", enters="openai.AsyncStream"),
    "openai.AsyncStream": cls(iterated=True),
    "openai.AsyncStream.get_final_response": waits(),
    **{
        f"openai.{name}.acreate": waits("openai.AsyncStream")
        for name in ("ChatCompletion", "Completion", "Embedding", "Moderation")
    },
    # -- Azure: everything under ``aio`` ------------------------------------------------------------------
    **{
        f"azure.identity.aio.{name}": cls(bases=("azure.identity.aio._Credential",))
        for name in (
            *("DefaultAzureCredential", "ManagedIdentityCredential", "ChainedTokenCredential"),
            *("AzureDeveloperCliCredential", "AzureCliCredential", "ClientSecretCredential"),
            *("EnvironmentCredential", "WorkloadIdentityCredential"),
        )
    },
    "azure.identity.aio._Credential": cls(entered="async"),
    **members("azure.identity.aio._Credential", get_token=waits(), close=waits()),
}

ALIASES = {
    "httpx._client.AsyncClient": _HTTPX,
    "aiohttp.client.ClientSession": _AIOHTTP,
    "aiofiles.threadpool.open": "aiofiles.open",
    "websockets.client.connect": "websockets.connect",
}
