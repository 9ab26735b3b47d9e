from .log import log_api_call, log_event, wait_for_writers

__all__ = ["log_api_call", "log_event", "wait_for_writers"]
