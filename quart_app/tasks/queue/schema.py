"""The queue's tables, in a schema of their own: a migration that compares models with tables does not see them."""

from __future__ import annotations

from importlib.metadata import version

import psycopg
from procrastinate.schema import SchemaManager

SCHEMA = "quart_tasks"

_OURS = """
CREATE TABLE messages (
    key text PRIMARY KEY,
    job_id bigint,
    sent_at timestamptz NOT NULL DEFAULT now(),
    done_at timestamptz,
    failures integer NOT NULL DEFAULT 0,
    result jsonb,
    error text
);
CREATE INDEX messages_sent_at ON messages (sent_at);

CREATE FUNCTION send(_key text, _queue text, _task text, _args jsonb) RETURNS boolean
LANGUAGE plpgsql SET search_path = quart_tasks, pg_temp AS $$
DECLARE
    _job_ids bigint[];
BEGIN
    -- Who sends the same at the same time waits here until the first has committed or rolled back.
    INSERT INTO messages (key) VALUES (_key) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    _job_ids := procrastinate_defer_jobs_v1(
        ARRAY[ROW(_queue, _task, 0, NULL, NULL, _args, NULL)::procrastinate_job_to_defer_v1]
    );
    UPDATE messages SET job_id = _job_ids[1] WHERE key = _key;
    RETURN true;
END;
$$;

CREATE FUNCTION retry(_key text) RETURNS boolean
LANGUAGE plpgsql SET search_path = quart_tasks, pg_temp AS $$
DECLARE
    _job_id bigint;
BEGIN
    UPDATE messages SET failures = 0 FROM procrastinate_jobs AS jobs
        WHERE key = _key AND jobs.id = job_id AND jobs.status = 'failed' RETURNING job_id INTO _job_id;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM procrastinate_retry_job_v2(_job_id, NULL, NULL, NULL, NULL);
    RETURN true;
END;
$$;

CREATE FUNCTION prune(_days integer) RETURNS bigint
LANGUAGE sql SET search_path = quart_tasks, pg_temp AS $$
    WITH old AS (
        DELETE FROM messages USING procrastinate_jobs AS jobs
        WHERE jobs.id = job_id AND jobs.status = 'succeeded' AND done_at < now() - make_interval(days => _days)
        RETURNING job_id
    ), gone AS (
        DELETE FROM procrastinate_jobs USING old WHERE id = old.job_id
    )
    SELECT count(*) FROM old;
$$;
"""


async def make_tables(conninfo: str) -> bool:
    """Make the queue's tables, all or none; return whether they were not there.

    Args:
        conninfo: Where the database is, for psycopg.
    """
    async with await psycopg.AsyncConnection.connect(conninfo) as connection:
        # Several workers may start at once.
        await connection.execute("SELECT pg_advisory_xact_lock(hashtext('quart_tasks'))")
        found = await connection.execute("SELECT to_regclass('quart_tasks.messages') IS NOT NULL")
        if (await found.fetchone() or (False,))[0]:
            return False
        await connection.execute("CREATE SCHEMA IF NOT EXISTS quart_tasks")
        await connection.execute("SET LOCAL search_path = quart_tasks")
        await connection.execute(SchemaManager.get_schema())
        await connection.execute(_OURS)
        made_by = f"Tables of procrastinate {version('procrastinate')}"
        await connection.execute(f"COMMENT ON SCHEMA quart_tasks IS '{made_by}'".encode())
    return True
