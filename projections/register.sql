-- The register: the state of every document, unit and person, as decisions fold it.

create table states (
    kind           text collate "C" not null,         -- hazard, slip, handover … unit, person, org, periods
    id             text collate "C" not null,         -- '' where there is only one
    first_position bigint not null,                   -- of the first and last fact that it is folded from
    last_position  bigint not null,
    first_day      text collate "C" not null,         -- business date of the first of these facts
    last_day       text collate "C" not null,         -- the latest business date of any of them
    unit           text collate "C",                  -- who answers or pays; a person's home
    centre         text collate "C",
    state          text collate "C",
    total          bigint,
    number         text collate "C",
    since          text collate "C",                  -- business date of its beginning
    until          text collate "C",                  -- last day of its window, or its deadline
    reserved       bigint,                            -- of a pool, for a tender
    disputed       bigint,                            -- lines under dispute, before confirmation
    in_escrow      bigint,                            -- lines under appeal, after it
    tier           text collate "C",
    item           text collate "C",
    hazard         text collate "C",                  -- the one that it is about
    parties        text[] collate "C",                -- of its lines, both sides of a trade, or its person
    charges        bigint[],                          -- what each line charges now; null where it is revoked
    charged_on     text collate "C",                  -- business date of its lines
    body           jsonb not null,
    primary key (kind, id)
);
-- indexes
create index on states (kind, unit, state);
create index on states (kind, first_day, id);
create index on states using gin (parties) where parties is not null;
create index on states (unit) where reserved > 0 or disputed > 0 or in_escrow > 0;
