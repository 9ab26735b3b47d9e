"""What a permission may ask for. Any tuple will do; these are the usual ones."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple


class Need(NamedTuple):
    """Something that an identity provides and a permission needs."""

    method: Any
    value: Any


class ItemNeed(NamedTuple):
    """What may be done (``method``) with one thing (``value``) of a kind (``type``)."""

    method: Any
    value: Any
    type: Any


#: To be one user: ``UserNeed(user.id)``.
UserNeed = partial(Need, "id")

#: To have a role: ``RoleNeed("editor")``.
RoleNeed = partial(Need, "role")

#: To be of a kind: ``TypeNeed("service")``.
TypeNeed = partial(Need, "type")

#: To be allowed something: ``ActionNeed("publish")``.
ActionNeed = partial(Need, "action")
