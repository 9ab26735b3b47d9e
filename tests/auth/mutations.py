"""What the auth layer withstands, line by line, each with a deliberate weakness that its tests must notice.

``line`` is the promise, ``weakness`` what the mutation does, ``tests`` what must fail then. A replacement that no longer
finds its place fails too: the table follows the code.
"""

from __future__ import annotations

from dataclasses import dataclass

AUTH = "quart_app/auth/"


@dataclass(frozen=True)
class Mutation:
    """One weakness: in ``file``, ``old`` becomes ``new``, and one of ``tests`` fails."""

    line: str
    weakness: str
    file: str
    old: str
    new: str
    #: Node ids below ``tests/auth``, without ``.py``: ``test_guards::test_x``.
    tests: tuple[str, ...]
    #: Belongs to the sample that every run of the tests tries.
    sample: bool = False


_LAST_USER = """\
        if not self._loaded_with:
            try:
                user = await call(self._user_callback, user_id)
                globals()["_last"] = user or globals().get("_last")
            except Exception:
                user = None
            return user or globals().get("_last")
"""

MUTATIONS = [
    # -- sessions -------------------------------------------------------------------------------------------------
    Mutation(
        "signing in as another user drops the first one's data",
        "the session is kept as it is",
        f"{AUTH}utils.py",
        "    _change_hands(session, user_id)\n",
        "",
        ("test_sign_in::test_signing_in_as_another_user_drops_what_the_first_one_left",),
        sample=True,
    ),
    Mutation(
        "a password change refuses the other sessions at their next request",
        "the session's version is not looked at",
        f"{AUTH}loading.py",
        'if user is None or not version_fits(manager, user, session.get("_user_version")):',
        "if user is None:",
        ("test_sign_in::test_a_new_session_version_ends_every_session_and_remember_cookie",),
    ),
    Mutation(
        "a password change ends the remember cookies too",
        "the token's version is not looked at",
        f"{AUTH}loading.py",
        "if user is None or not version_fits(manager, user, claim.version):",
        "if user is None:",
        ("test_sign_in::test_a_new_session_version_ends_every_session_and_remember_cookie",),
    ),
    Mutation(
        "a deactivated user is refused at the next request",
        "every loaded user counts as signed in",
        f"{AUTH}mixins.py",
        '        """Whether the user has proved who they are; an inactive one has not."""\n        return self.is_active',
        '        """Whether the user has proved who they are."""\n        return True',
        ("test_sign_in::test_a_deactivated_user_is_refused_at_the_next_request",),
    ),
    Mutation(
        "a deactivated user is refused on an open websocket",
        "nobody looks again",
        f"{AUTH}guards.py",
        "            if not welcome:\n",
        "            if False:\n",
        ("test_guards::test_an_open_websocket_is_closed_when_its_user_is_deactivated",),
    ),
    Mutation(
        "idle and absolute timeouts hold on the server",
        "the times are not looked at",
        f"{AUTH}loading.py",
        "    if _timed_out(context, session):\n        return None\n",
        "",
        ("test_sign_in::test_the_session_ends_at_its_absolute_and_its_idle_timeout",),
    ),
    # -- tokens ---------------------------------------------------------------------------------------------------
    Mutation(
        "any flipped bit is anonymous",
        "the signature is not checked",
        f"{AUTH}tokens.py",
        "good |= hmac.compare_digest(_digest(message, _secret_key(candidate)), given)",
        "good |= True",
        ("test_tampering::test_every_flipped_bit_of_a_cookie_is_noticed",),
        sample=True,
    ),
    Mutation(
        "any truncation is anonymous",
        "only as much of the signature is compared as there is",
        f"{AUTH}tokens.py",
        "hmac.compare_digest(_digest(message, _secret_key(candidate)), given)",
        "hmac.compare_digest(_digest(message, _secret_key(candidate))[: len(given)], given)",
        ("test_tampering::test_every_truncation_of_a_cookie_is_noticed",),
    ),
    Mutation(
        "100 kB is refused",
        "every length is read",
        f"{AUTH}tokens.py",
        "    if len(cookie) > MAX_TOKEN_LENGTH:\n        return None\n    payload",
        "    payload",
        ("test_tampering::test_a_token_that_is_too_long_is_refused_unread",),
    ),
    Mutation(
        "NUL and what is not ASCII are anonymous, never 500",
        "what cannot be encoded is an error",
        f"{AUTH}tokens.py",
        "    except UnicodeEncodeError:\n        return None\n    keys",
        "    except UnicodeEncodeError:\n        raise\n    keys",
        ("test_tampering::test_no_text_is_a_token",),
    ),
    Mutation(
        "a non-ASCII basic password is no 500, and a bearer token needs its space",
        "the space may be left out",
        f"{AUTH}transports.py",
        "bearer +(",
        "bearer *(",
        ("test_transports::test_a_bearer_without_a_space_is_refused",),
    ),
    Mutation(
        "duplicate cookies are anonymous",
        "the first one counts",
        f"{AUTH}loading.py",
        "    if _ambiguous(app, context) or await",
        "    if await",
        ("test_tampering::test_two_different_cookies_of_one_name_sign_nobody_in",),
    ),
    Mutation(
        "comparison in constant time on bytes",
        "it stops at the first difference",
        f"{AUTH}tokens.py",
        "good |= hmac.compare_digest(_digest(message, _secret_key(candidate)), given)",
        "good |= _digest(message, _secret_key(candidate)) == given",
        ("test_tampering::test_signatures_are_compared_in_constant_time_on_bytes",),
    ),
    Mutation(
        "a token of another purpose is refused",
        "every bearer token is made for the same purpose",
        f"{AUTH}transports.py",
        'salt=salt if salt is not None else str(DEFAULTS["QUART_AUTH_SALT"]),',
        'salt=str(DEFAULTS["QUART_AUTH_SALT"]),',
        ("test_tampering::test_a_token_of_another_purpose_is_refused",),
    ),
    Mutation(
        "a removed key is refused",
        "a key that was good once stays good",
        f"{AUTH}tokens.py",
        '    yield from config.get("SECRET_KEY_FALLBACKS") or ()\n',
        '    yield from globals().setdefault("_ever", []) + list(config.get("SECRET_KEY_FALLBACKS") or ())\n'
        '    globals()["_ever"] += [config["SECRET_KEY"], *(config.get("SECRET_KEY_FALLBACKS") or ())]\n',
        ("test_tampering::test_a_key_that_rotates_is_honoured_until_it_is_removed",),
    ),
    Mutation(
        "strong tokens expire on the server",
        "the date in the token is not looked at",
        f"{AUTH}tokens.py",
        "    if time.time() >= until:\n        return None\n",
        "",
        ("test_sign_in::test_strong_tokens_expire_on_the_server",),
    ),
    Mutation(
        "old tokens are read until the date and never after",
        "they are read for ever",
        f"{AUTH}tokens.py",
        "if user_id is None or not legacy_accepted():",
        "if user_id is None:",
        ("test_sign_in::test_old_tokens_are_read_until_the_date_and_never_after",),
    ),
    # -- cookies --------------------------------------------------------------------------------------------------
    Mutation(
        "HttpOnly by default",
        "scripts may read the remember cookie",
        f"{AUTH}config.py",
        "COOKIE_HTTPONLY = True",
        "COOKIE_HTTPONLY = False",
        ("test_response::test_cookies_are_safe_by_default",),
    ),
    Mutation(
        "SameSite=Lax by default",
        "the session cookie says nothing",
        f"{AUTH}cookies.py",
        'return super().get_cookie_samesite(app) or "Lax"',
        "return super().get_cookie_samesite(app) or None",
        ("test_response::test_cookies_are_safe_by_default",),
    ),
    Mutation(
        "Secure under https by default",
        "only where it is configured",
        f"{AUTH}cookies.py",
        "_over_https() if secure is None else secure",
        "bool(secure)",
        ("test_response::test_cookies_are_safe_by_default",),
    ),
    Mutation(
        "cookies are deleted with the attributes that they were set with",
        "with none",
        f"{AUTH}login_manager.py",
        "response.delete_cookie(remember_cookie_name(app), **remember_cookie_attributes(app))",
        "response.delete_cookie(remember_cookie_name(app))",
        ("test_response::test_cookies_are_deleted_with_the_attributes_that_they_were_set_with",),
    ),
    Mutation(
        "Vary: Cookie where the answer depends on the user",
        "never",
        f"{AUTH}login_manager.py",
        "        if state_of(context, create=False) is not None:",
        "        if False:",
        ("test_response::test_vary_says_cookie_where_the_answer_depends_on_the_user_and_only_there",),
    ),
    Mutation(
        "no Set-Cookie on unchanged requests",
        "every session is written",
        f"{AUTH}login_manager.py",
        '        session = session_of(context)\n        if "_remember" in session:',
        '        session = session_of(context)\n        session.modified = True\n        if "_remember" in session:',
        ("test_response::test_no_cookie_is_set_where_nothing_changed",),
    ),
    Mutation(
        "no Set-Cookie on anonymous requests",
        "protection empties the session of whoever is anonymous",
        f"{AUTH}protection.py",
        'if mode not in ("basic", "strong") or not ("_user_id" in session or "_id" in session):',
        'if mode not in ("basic", "strong") or not session:',
        ("test_response::test_an_anonymous_session_is_left_alone",),
    ),
    Mutation(
        "no Set-Cookie and no user on static requests",
        "every response asks who it is for",
        f"{AUTH}login_manager.py",
        "        if 300 <= response.status_code < 400:",
        "        await self._load_user()\n        if 300 <= response.status_code < 400:",
        ("test_response::test_static_files_ask_for_nobody",),
    ),
    # -- redirects ------------------------------------------------------------------------------------------------
    Mutation(
        "//e and ////e are refused",
        "every leading slash is a path",
        f"{AUTH}redirects.py",
        '        return not target.startswith("//")',
        "        return True",
        ("test_redirects::test_what_leads_elsewhere_is_refused",),
    ),
    Mutation(
        "/\\e is refused",
        "a backslash is a letter like others",
        f"{AUTH}redirects.py",
        ' or "\\\\" in target:',
        ":",
        ("test_redirects::test_what_leads_elsewhere_is_refused",),
    ),
    Mutation(
        "controls, tabs and spaces in front are refused",
        "they are stripped first, as browsers do",
        f"{AUTH}redirects.py",
        "def is_safe_redirect(target: str | None, *, hosts: Collection[str] = ()) -> bool:",
        "def is_safe_redirect(target, *, hosts=()):\n"
        "    return _is_safe('/' + ''.join(c for c in (target or '') if c > ' ').lstrip('/'), hosts=hosts)\n\n\n"
        "def _is_safe(target: str | None, *, hosts: Collection[str] = ()) -> bool:",
        ("test_redirects::test_what_leads_elsewhere_is_refused",),
    ),
    Mutation(
        "http:///e and https:e are refused",
        "a scheme is enough",
        f"{AUTH}redirects.py",
        'if not target.lower().startswith(f"{parts.scheme}://") or parts.scheme not in _schemes():\n        return False',
        "if parts.scheme not in _schemes():\n        return False\n    if not parts.netloc:\n        return True",
        ("test_redirects::test_what_leads_elsewhere_is_refused",),
    ),
    Mutation(
        "userinfo and another port are refused",
        "only the name of the host counts",
        f"{AUTH}redirects.py",
        "return parts.netloc.lower() in trusted",
        "return (parts.hostname or '') in {host.partition(':')[0] for host in trusted}",
        ("test_redirects::test_other_hosts_are_trusted_by_name_and_port_and_not_over_plain_http_from_https",),
    ),
    Mutation(
        "another scheme is refused",
        "every scheme will do",
        f"{AUTH}redirects.py",
        " or parts.scheme not in _schemes():",
        ":",
        ("test_redirects::test_other_hosts_are_trusted_by_name_and_port_and_not_over_plain_http_from_https",),
    ),
    Mutation(
        "the Host header cannot steer",
        "the way to the login page follows it",
        f"{AUTH}redirects.py",
        'host = current_app.config.get("FORCE_HOST_FOR_REDIRECTS") or parts.netloc\n',
        "host = parts.netloc or request.host\n",
        ("test_redirects::test_on_the_wire_neither_host_nor_path_steer_the_way_to_the_login_page",),
    ),
    Mutation(
        "the Host header cannot steer the way back either",
        "the way back is on the host that the client names",
        f"{AUTH}redirects.py",
        "    return urlunsplit(urlsplit(url)._replace(netloc=host)) if host else url",
        "    return url",
        ("test_redirects::test_the_way_back_is_on_the_host_that_the_configuration_knows",),
    ),
    Mutation(
        "checked on the wire: Location is not sent raw",
        "it is",
        f"{AUTH}cookies.py",
        "        if escaped != location:",
        "        if False:",
        (
            "test_redirects::test_on_the_wire_a_careless_view_sends_what_flask_sent_and_not_the_raw_characters",
        ),
    ),
    # -- sign-in --------------------------------------------------------------------------------------------------
    Mutation(
        "an unknown user costs one hash",
        "none",
        f"{AUTH}passwords.py",
        '        if not stored or encoded is None:\n            self._argon2(self._nobody, b"")',
        "        if not stored or encoded is None:",
        ("test_passwords::test_without_a_usable_hash_one_hash_is_computed_all_the_same",),
        sample=True,
    ),
    Mutation(
        "an inactive user costs one hash and gets the same answer",
        "the hash is saved",
        f"{AUTH}passwords.py",
        "    check = await verify_password(stored, password)\n",
        '    if user is not None and not await flag(user, "is_active"):\n        return False\n'
        "    check = await verify_password(stored, password)\n",
        ("test_passwords::test_an_inactive_user_costs_one_hash_too",),
    ),
    Mutation(
        "counters stay exact under 50 concurrent tries",
        "the count is read before, and written after a wait",
        f"{AUTH}throttle.py",
        "            self._counts[key] = (count + 1, until)\n",
        "            pass\n        import asyncio\n\n        await asyncio.sleep(0)\n"
        "        self._counts[key] = (count + 1, until)\n        if True:\n",
        ("test_throttle::test_of_fifty_at_once_exactly_the_limit_get_through",),
    ),
    Mutation(
        "8 concurrent sign-ins do not delay other requests",
        "they are hashed on the loop",
        f"{AUTH}passwords.py",
        "return await asyncio.get_running_loop().run_in_executor(self._threads, work)",
        "return work()",
        ("test_passwords::test_hashing_does_not_hold_up_the_loop",),
    ),
    # -- guards ---------------------------------------------------------------------------------------------------
    Mutation(
        "a guard refuses whoever is not signed in",
        "it lets everybody through whom the handler does not answer",
        f"{AUTH}guards.py",
        "        if not await signed_in():\n            return await _refusal(get_manager().unauthorized())",
        "        if not await signed_in() and (answer := await get_manager().unauthorized()) is not None:\n"
        "            return answer",
        ("test_guards::test_a_handler_that_returns_nothing_does_not_open_the_door",),
    ),
    Mutation(
        "OPTIONS is exempt, HEAD is not",
        "HEAD is too",
        f"{AUTH}config.py",
        'EXEMPT_METHODS = {"OPTIONS"}',
        'EXEMPT_METHODS = {"OPTIONS", "HEAD"}',
        ("test_guards::test_head_is_guarded_and_options_are_not",),
        sample=True,
    ),
    Mutation(
        "fresh-only refuses a remembered session",
        "it takes it",
        f"{AUTH}guards.py",
        "        if fresh and not is_fresh():",
        "        if False:",
        ("test_guards::test_fresh_only_refuses_a_remembered_session",),
    ),
    Mutation(
        "a remembered websocket is not fresh",
        "it is as fresh as the session of somebody else",
        f"{AUTH}loading.py",
        "    state.fresh = False\n    if isinstance",
        "    if isinstance",
        ("test_guards::test_a_remembered_websocket_is_not_fresh_because_the_session_of_a_deleted_user_was",),
    ),
    Mutation(
        "an unauthenticated websocket is refused before it is accepted",
        "a silent handler lets it in",
        f"{AUTH}guards.py",
        "    if response is None and not isinstance(connection(), RequestContext):\n        abort(401)\n",
        "    if response is None and not isinstance(connection(), RequestContext):\n"
        "        await connection().websocket.accept()\n",
        ("test_guards::test_a_silent_handler_refuses_a_websocket_too",),
    ),
    Mutation(
        "a loader that raises, or a database that is down, never yields somebody else",
        "the last user is taken instead",
        f"{AUTH}login_manager.py",
        "        if not self._loaded_with:\n            return await call(self._user_callback, user_id)\n",
        _LAST_USER,
        ("test_guards::test_a_loader_that_fails_never_yields_who_was_loaded_before",),
    ),
    Mutation(
        "a method is_authenticated that says no is believed",
        "the bound method is true",
        f"{AUTH}state.py",
        "    if callable(value):\n        value = value()\n",
        "",
        ("test_guards::test_is_authenticated_may_be_async_or_a_method_and_its_no_is_believed",),
    ),
    Mutation(
        "protection: a session belongs to one address and browser",
        "it belongs to whoever has it",
        f"{AUTH}protection.py",
        '    if session.get("_id") in _identifiers(manager):',
        "    if True:",
        ("test_sign_in::test_basic_protection_takes_the_freshness_and_strong_the_session",),
    ),
    # -- current_user ---------------------------------------------------------------------------------------------
    Mutation(
        "an unloaded user is never truthy, equal or printable",
        "it is False",
        f"{AUTH}proxy.py",
        "        state = current_state(create=False)\n        return UNSET if state is None else state.user",
        "        state = current_state(create=False)\n"
        "        return False if state is None or state.user is UNSET else state.user",
        ("test_current_user::test_a_use_before_loading_raises_and_says_what_to_write",),
        sample=True,
    ),
    Mutation(
        "one load per request, single flight",
        "every task loads",
        f"{AUTH}proxy.py",
        "    return await state.flight.run(lambda: _load(state))",
        "    return await _load(state)",
        ("test_current_user::test_twenty_tasks_make_one_load",),
    ),
    # -- concurrency ----------------------------------------------------------------------------------------------
    Mutation(
        "no leak between requests inside one application context",
        "the user is kept in g",
        f"{AUTH}state.py",
        "    attributes = context.request_websocket.__dict__\n",
        "    attributes = g.__dict__\n",
        ("test_current_user::test_requests_inside_one_application_context_do_not_share_their_users",),
    ),
    Mutation(
        "100 users at once: no leak",
        "the user is kept in the module",
        f"{AUTH}state.py",
        "    attributes = context.request_websocket.__dict__\n",
        "    attributes = globals()\n",
        ("test_crowd::test_a_hundred_users_at_once_are_kept_apart",),
    ),
    Mutation(
        "the pool is whole again after errors, cancellations and disconnects",
        "the user's session is opened beside the request's, and left open",
        "tests/auth/test_crowd_database.py",
        "        return await db.session.get(Member, int(user_id))\n",
        "        left = type(db.session())(db.engine)\n        globals().setdefault('_left', []).append(left)\n"
        "        return await left.get(Member, int(user_id))\n",
        ("test_crowd_database::test_a_hundred_users_on_a_pool_of_ten_are_kept_apart_and_give_all_back",),
    ),
]
