"""APIFairy: its decorators read the request and write the response around a view that is called once, in the Flask context of the bridge."""

from __future__ import annotations

from .api import Api, Consumer, cls, decorator, fn, members

APIS: dict[str, Api] = {
    "apifairy.APIFairy": cls(),
    **members(
        "apifairy.APIFairy",
        init_app=fn(),
        process_apispec=decorator(Consumer.CALLS, takes={0: Consumer.CALLS}),
        error_handler=decorator(Consumer.CALLS, takes={0: Consumer.CALLS}),
    ),
    **{
        f"apifairy.{name}": decorator(Consumer.WRAPS)
        for name in ("authenticate", "arguments", "body", "response", "other_responses")
    },
    "apifairy.webhook": decorator(Consumer.PASSES),
}

ALIASES = {
    "apifairy.core.APIFairy": "apifairy.APIFairy",
    **{
        f"apifairy.decorators.{name}": f"apifairy.{name}"
        for name in ("authenticate", "arguments", "body", "response", "other_responses", "webhook")
    },
}
