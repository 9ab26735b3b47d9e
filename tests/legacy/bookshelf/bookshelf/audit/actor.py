from flask_login import current_user


def describe(user):
    if user.is_authenticated:
        return user.email
    return "anonymous"


def current_actor():
    """The e-mail address of whoever does it."""
    try:
        return describe(current_user)
    except (RuntimeError, AttributeError):
        return "unknown"
