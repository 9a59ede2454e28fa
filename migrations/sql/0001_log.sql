-- The record: facts that are only ever added.

create table log.events (
    position       bigint primary key check (position > 0),      -- 1, 2, 3 … without gaps, in commit order
    stream         text collate "C" not null,                    -- whose fact it is: unit-W1, person-P-A, org …
    version        bigint not null check (version > 0),          -- 1, 2, 3 … within the stream
    topic          text collate "C" not null,                    -- what kind of fact: slip.confirmed.v1
    body           bytea not null,                               -- canonical JSON, hashed as stored
    recorded_at    timestamptz not null,                         -- never decreases with position
    leaf           bytea not null check (octet_length(leaf) = 32), -- SHA-256(0x00 ‖ position ‖ recorded_at ‖ body)
    command_id     text collate "C",                             -- the command that brought it about
    command_digest bytea,                                        -- what that command asked for
    ordinal        integer,                                      -- place among the facts of that command
    constraint one_fact_per_version unique (stream, version),
    constraint one_answer_per_command unique (command_id, ordinal)
);

comment on table log.events is 'Facts in the one order. Nothing is edited or removed; a correction is a new fact.';

-- Which facts a subject must fold besides those of a stream of its own name.
create table log.subjects (
    subject  text collate "C" not null,                          -- hazard:H-1, slip:SL-1, unit-HQ, periods …
    position bigint not null check (position > 0),
    primary key (subject, position)
);

comment on table log.subjects is 'Subject to the positions that concern it. Derived from the facts, kept with them.';

-- Folded states, to start quickly.  Disposable: whatever is here can be folded again from the facts.
create table log.snapshots (
    key      text collate "C" primary key,
    position bigint not null check (position >= 0),              -- the last position that the state has seen
    codec    text collate "C" not null,                          -- how it was written; another codec is not read
    state    bytea not null
);

comment on table log.snapshots is 'A cache of folded states. It may be emptied at any time.';


-- The record is closed to everyone, its owner included.

create function log.refuse_change() returns trigger
language plpgsql as $$
begin
    raise exception 'The record is immutable: % on %.% is refused. Record a correcting fact instead.',
        tg_op, tg_table_schema, tg_table_name
        using errcode = 'insufficient_privilege';
end $$;

create trigger events_are_immutable before update or delete or truncate on log.events
for each statement execute function log.refuse_change();

create trigger subjects_are_immutable before update or delete or truncate on log.subjects
for each statement execute function log.refuse_change();

-- Fires in every session_replication_role as well, so that 'replica' is no way around.
alter table log.events enable always trigger events_are_immutable;
alter table log.subjects enable always trigger subjects_are_immutable;


-- The last position recorded at or before a moment; 0 when there is none.  Since recorded_at never decreases and
-- positions have no gaps, halving the range finds it by primary key without an index on the time.
create function log.position_at(moment timestamptz) returns bigint
language plpgsql stable strict parallel safe as $$
declare
    low    bigint := 0;
    high   bigint := coalesce((select max(position) from log.events), 0);
    middle bigint;
begin
    while low < high loop
        middle := (low + high + 1) / 2;
        if (select recorded_at <= moment from log.events where position = middle) then
            low := middle;
        else
            high := middle - 1;
        end if;
    end loop;
    return low;
end $$;


grant usage on schema log to jiesuan_service, jiesuan_projector;
grant select, insert on log.events, log.subjects to jiesuan_service;
grant select on log.events, log.subjects to jiesuan_projector;
grant select, insert, update, delete on log.snapshots to jiesuan_service;
grant select on log.schema_version to jiesuan_service, jiesuan_projector;
