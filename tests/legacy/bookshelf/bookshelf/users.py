import pickle

from flask import current_app, request
from sqlalchemy.ext.asyncio import AsyncSession

from .extensions import db, login_manager
from .models import User

_users = {}
_redis = None


def get_redis():
    global _redis
    if _redis is None:
        import redis

        _redis = redis.Redis.from_url(current_app.config["USER_CACHE_URL"])
    return _redis


def load_from_redis(user_id):
    cache = get_redis()
    user = cache.get(f"user:{user_id}")
    if user is None:
        user = User.query.get(int(user_id))
        cache.set(f"user:{user_id}", pickle.dumps(user))
    return user


@login_manager.user_loader
def load_user(user_id):
    if current_app.config["USER_CACHE_URL"]:
        return load_from_redis(user_id)
    user = _users.get(user_id)
    if user is None:
        user = User.query.get(int(user_id))
        if user is None:
            return None
        db.session.expunge(user)
        _users[user_id] = user
    return db.session.merge(user, load=False)


@login_manager.request_loader
def load_user_from_request(request):
    header = request.headers.get("Authorization", "")
    if not header.startswith("Bearer "):
        return None
    return User.query.filter_by(api_token=header[7:], active=True).first()


def forget(user_id):
    _users.pop(str(user_id), None)
    if current_app.config["USER_CACHE_URL"]:
        get_redis().delete(f"user:{user_id}")


def clear_cache():
    _users.clear()


def use_async_loader(manager):
    """Not ready: `current_user` is a coroutine then. Kept behind ASYNC_LOADER."""

    @manager.user_loader
    async def load_user(user_id):
        from . import reports

        session: AsyncSession
        async with reports.async_session() as session:
            return await session.get(User, int(user_id))


def client_address():
    return request.headers.get("X-Real-IP") or request.remote_addr
