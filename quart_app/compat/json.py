"""``flask.json.JSONEncoder``, which Flask had until 2.3. New code overrides :class:`quart.json.provider.DefaultJSONProvider`."""

from __future__ import annotations

import json
from typing import Any

from quart.json.provider import DefaultJSONProvider


class JSONEncoder(json.JSONEncoder):
    """Encodes what Flask encodes: dates, UUIDs, decimals, data classes, objects with ``__html__``."""

    def default(self, o: Any) -> Any:
        """Turn ``o`` into something that JSON can hold.

        Raises:
            TypeError: It cannot be.
        """
        return DefaultJSONProvider.default(o)


class JSONDecoder(json.JSONDecoder):
    """Decodes as Python does."""
