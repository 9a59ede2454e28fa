"""The statements of the log, each with a sentence.  Times are read as whole microseconds since 1970, which is exact."""

from __future__ import annotations

LOCK = 0x6A69_6573_7561_6E  # "jiesuan": the log's advisory lock, one per database

_COLUMNS = """e.position, e.stream, e.version, e.topic, e.body, (extract(epoch from e.recorded_at) * 1000000)::bigint,
    e.leaf, e.command_id, e.command_digest, e.ordinal"""

# The lock is the session's: it is held over several commits, and goes with the connection if that is lost.
TAKE_LOCK = f"""
set lock_timeout = %d;
set statement_timeout = %d;
select pg_advisory_lock({LOCK});
"""

LET_GO = f"""
select pg_advisory_unlock({LOCK});
reset lock_timeout;
reset statement_timeout;
"""

# Where the log ends.
HEAD = """
select e.position, (extract(epoch from e.recorded_at) * 1000000)::bigint
from log.events e order by e.position desc limit 1
"""

# Facts after a position, in order.
AFTER = f"select {_COLUMNS} from log.events e where e.position > $1 order by e.position limit $2"

# One stream after a version, in order.
STREAM = f"""
select {_COLUMNS} from log.events e where e.stream = $1 and e.version > $2 order by e.version limit $3
"""

# The last version of each of some streams, with its leaf.
STREAM_HEADS = """
select w.stream, e.version, e.leaf from unnest($1::text[]) as w(stream)
cross join lateral (
    select version, leaf from log.events where stream = w.stream order by version desc limit 1
) e
"""

# Everything that some commands brought.
COMMANDS = f"""
select {_COLUMNS} from unnest($1::text[]) as w(id) join log.events e on e.command_id = w.id order by e.position
"""

# The facts of a topic that commands brought whose ids lie from one id up to another.
BETWEEN_COMMANDS = f"""
select {_COLUMNS} from log.events e
where e.command_id >= $1 and e.command_id < $2 and e.topic = $3 order by e.position
"""

# The facts that states of some keys fold: each key's own stream and those tagged with it, after a position.
# The version bound walks back from the stream's end, so that a short tail of a long stream costs little.
OF_KEYS = f"""
select w.key, {_COLUMNS}
from unnest($1::text[], $2::bigint[]) as w(key, after)
cross join lateral (
    select position from log.events
    where stream = w.key and version > coalesce((
        select version from log.events where stream = w.key and position <= w.after order by version desc limit 1), 0)
    union
    select position from log.subjects where subject = w.key and position > w.after
) p
join log.events e on e.position = p.position
order by e.position, w.key
"""

# The newest fact with a tag.
LAST_TAGGED = f"""
select {_COLUMNS} from (
    select position from log.subjects where subject = $1 order by position desc limit 1
) s join log.events e on e.position = s.position
"""

# A whole batch in one statement: rows of facts and rows of tags.  One array of rows costs the driver a quarter
# less than an array for each column; for the many small rows of tags JSON costs it a fifth of that.
INSERT = """
with facts as (insert into log.events select * from unnest($1::log.events[]))
insert into log.subjects select row->>0, (row->>1)::bigint from json_array_elements($2::json) as row
"""
