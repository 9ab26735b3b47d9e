"""What a commit has expired, loaded for those who look at an object's dictionary and at none of its attributes."""

from __future__ import annotations

from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm.state import InstanceState
from sqlalchemy.util import greenlet_spawn

T = TypeVar("T")


async def loaded(thing: T) -> T:
    """Load the columns of a model's object that a commit has expired.

    ``vars(await loaded(book))`` has all of them. Reading an attribute does that as well, but not reading the primary key,
    which outlives a commit here.

    Args:
        thing: An object of a model, or anything else, which has nothing to load.

    Returns:
        The same object.

    Raises:
        ObjectDeletedError: Its row is gone.
    """
    state = sa.inspect(thing, raiseerr=False)
    if isinstance(state, InstanceState) and state.session is not None:
        columns = state.mapper.column_attrs
        for name in state.expired_attributes:
            if name in columns and name not in state.dict:
                await greenlet_spawn(getattr, thing, name)  # brings all the others
                break
    return thing
