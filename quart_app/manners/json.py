"""The JSON provider: Flask's configuration and encoder classes of before 2.3 still count."""

from __future__ import annotations

from typing import Any

from quart.json.provider import DefaultJSONProvider

#: The configuration keys that Flask had until 2.3, and the provider's attributes that they are now.
OLD_KEYS = {
    "JSON_AS_ASCII": "ensure_ascii",
    "JSON_SORT_KEYS": "sort_keys",
    "JSONIFY_MIMETYPE": "mimetype",
}


class JSONProvider(DefaultJSONProvider):
    """Quart's provider; ``JSON_SORT_KEYS`` and its kin, and ``app.json_encoder``, are honoured where they are set."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """Serialise ``obj``."""
        config = self._app.config
        for key in ("JSON_AS_ASCII", "JSON_SORT_KEYS"):
            if key in config:
                kwargs.setdefault(OLD_KEYS[key], config[key])
        encoder = self._app.__dict__.get("json_encoder")
        if encoder is not None:
            kwargs.setdefault("cls", encoder)
            kwargs.setdefault("default", None)
        return super().dumps(obj, **kwargs)

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Parse JSON."""
        decoder = self._app.__dict__.get("json_decoder")
        if decoder is not None:
            kwargs.setdefault("cls", decoder)
        return super().loads(s, **kwargs)

    def response(self, *args: Any, **kwargs: Any) -> Any:
        """Make a response of JSON."""
        made = super().response(*args, **kwargs)
        mimetype = self._app.config.get("JSONIFY_MIMETYPE")
        if mimetype:
            made.mimetype = mimetype
        return made
