-- By what facts are found: kind, day, hand and period; whom and what their commands name; what took them back.

create table fact_index (
    position       bigint not null,
    topic          text collate "C" not null,
    business_date  text collate "C" not null,
    by             text collate "C" not null,
    posting_period text collate "C",
    report         text collate "C"                   -- of an anonymous report, the key under which it is unsealed
);

-- person-P-A, slip:SL-1: as the data of the command said it, as the owner or document of the money, or as the fact says.
create table mentions (
    name           text collate "C" not null,
    position       bigint not null,
    how            text collate "C" not null          -- data, sealed (data that nobody is shown), money, fact
);

create table reversals (
    original       bigint not null,                   -- position of the fact that was reversed
    position       bigint not null
);
-- indexes
create unique index on fact_index (position);
create index on fact_index (topic, business_date);
create index on fact_index (by, position);
create index on fact_index (posting_period, position) where posting_period is not null;
create unique index on mentions (name, position, how);
create unique index on reversals (original, position);
