-- What is known of the builds of each projection.  Owned by jiesuan_projector, read by the service.

create schema if not exists projections;
create schema if not exists read;

create table if not exists projections.builds (
    name            text collate "C" not null,               -- journal, register …
    build           integer not null,                        -- its rows are in the schema <name>_b<build>
    shape           integer not null,                        -- of its tables; code of another shape does not feed it
    state           text not null check (state in ('building', 'serving', 'old', 'gone')),
    position        bigint not null default 0,               -- the last fact that its rows include
    parked_position bigint,                                  -- the fact that it cannot digest
    parked_reason   text,
    report          jsonb,                                   -- of the comparison with the build that served before
    since           timestamptz not null default now(),      -- when it took on its state
    primary key (name, build)
);

-- One build serves, one at most is being filled.
create unique index if not exists one_build_serves on projections.builds (name) where state = 'serving';
create unique index if not exists one_build_is_filled on projections.builds (name) where state = 'building';

-- Readers share it for as long as their snapshot lasts, a switch takes it alone: nobody reads rows of two builds.
create table if not exists projections.switching ();

create or replace view read.positions as
select name, build, position, parked_position, parked_reason from projections.builds where state = 'serving';

grant usage on schema projections, read to jiesuan_service;
grant select on all tables in schema projections, read to jiesuan_service;
