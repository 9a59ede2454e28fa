-- The register: the state of every document, unit and person, as decisions fold it.

create table states (
    kind           text collate "C" not null,         -- hazard, slip, handover … unit, person, org, periods
    id             text collate "C" not null,         -- '' where there is only one
    first_position bigint not null,                   -- of the first and last fact that it is folded from
    last_position  bigint not null,
    unit           text collate "C",                  -- who answers or pays; a person's home
    centre         text collate "C",
    state          text collate "C",
    total          bigint,
    number         text collate "C",
    since          text collate "C",                  -- business date of its beginning
    until          text collate "C",                  -- last day of its window, or its deadline
    body           jsonb not null,
    primary key (kind, id)
);
-- indexes
create index on states (kind, unit, state);
