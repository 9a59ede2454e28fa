-- Duty lists and inspection lists as they were approved, inspections with their check items, acceptances (DUTY-01 … 12).

create table duty_lists (
    position      bigint not null,
    person        text collate "C" not null,
    kind          text collate "C" not null,          -- duty, inspection
    list_version  text collate "C" not null,
    effective     text collate "C" not null,          -- the first day on which it counts
    approved_by   text collate "C" not null,
    body          jsonb not null                      -- the payload of the fact
);
create table inspections (
    position      bigint not null,
    inspection    text collate "C" not null,
    person        text collate "C" not null,          -- who has inspected
    place         text collate "C" not null,
    business_date text collate "C" not null,
    shift         text collate "C",
    quality       text collate "C",
    unannounced   boolean not null,
    hazards       integer not null,                   -- how many came of it
    evidence      integer not null
);
create table checks (
    position      bigint not null,                    -- of the inspection
    line          integer not null,
    inspection    text collate "C" not null,
    person        text collate "C" not null,
    place         text collate "C" not null,
    business_date text collate "C" not null,
    item          text collate "C" not null,
    result        text collate "C" not null           -- ok, problem
);
create table acceptances (
    position      bigint not null,
    hazard        text collate "C" not null,
    unit          text collate "C" not null,          -- who answered for it then
    business_date text collate "C" not null,
    passed        boolean not null
);
-- indexes
create unique index on duty_lists (position);
create index on duty_lists (kind, person, effective);
create unique index on inspections (position);
create index on inspections (business_date, person);
create unique index on checks (position, line);
create index on checks (business_date, place);
create unique index on acceptances (position);
create index on acceptances (business_date, unit);
