-- Long work that was asked for: how far it is, and what came of it.  Nothing here belongs to the record: it may be
-- emptied at any time, and backups may leave its rows out (docs/decisions/0007-jobs.md).

create schema jobs;

create sequence jobs.workers as integer cycle;                   -- a number for each process that does jobs

create table jobs.jobs (
    number     bigint generated always as identity primary key,  -- in the order of asking
    id         text collate "C" not null unique,                 -- the asker's, or ours
    job        text collate "C" not null,                        -- what kind of work: ExportStatements …
    data       text not null,                                    -- its fields, as JSON
    state      text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed', 'lost')),
    worker     integer not null,                                 -- its process; alive as long as it holds the lock
    step       text,                                             -- what it is at, for a person
    done       bigint not null default 0,                        -- how much of …
    total      bigint,                                           -- … how much, where that is known
    asked_at   timestamptz not null default clock_timestamp(),
    begun_at   timestamptz,
    ended_at   timestamptz,
    code       text,                                             -- why it failed: a refusal's code
    detail     text,
    answer     text,                                             -- the result, where that is JSON
    file_name  text,                                             -- the result, where that is a file: see pieces
    media_type text,
    size       bigint,
    sha256     text,
    is_expired boolean not null default false                    -- the result had to make room for later ones
);

comment on table jobs.jobs is 'Long work that was asked for. Not part of the record.';

-- Files that jobs have made, in pieces of a megabyte.
create table jobs.pieces (
    number bigint not null references jobs.jobs on delete cascade,
    piece  integer not null,
    bytes  bytea not null,
    primary key (number, piece)
);

alter table jobs.pieces alter column bytes set storage external; -- compressed files do not get smaller

grant usage on schema jobs to jiesuan_service;
grant usage on sequence jobs.workers to jiesuan_service;
grant select, insert, update, delete on jobs.jobs, jobs.pieces to jiesuan_service;
