-- What came of hazards: closed on time or late, and found again (TR-05, F-9).

create table hazard_outcomes (
    position      bigint not null,
    hazard        text collate "C" not null,
    unit          text collate "C" not null,          -- who answered for it then
    business_date text collate "C" not null,
    outcome       text collate "C" not null,          -- closed, repeated, verified (again)
    on_time       boolean,                            -- closed: finished on or before the last deadline
    count         integer                             -- repeated: its number within the window, the first being 1
);
-- indexes
create unique index on hazard_outcomes (position);
create index on hazard_outcomes (business_date, unit);
