-- The journal: every posting line of every fact, and the sums that are kept beside it.

create table entries (
    position       bigint not null,
    line           integer not null,                  -- 1, 2, 3 … within the fact
    account        text collate "C" not null,
    amount         bigint not null,                   -- fen; credits are positive, debits negative
    balance_after  bigint not null,                   -- of the account, in order of recording
    business_date  text collate "C" not null,
    shift          text collate "C",
    posting_period text collate "C" not null,
    adjusts_period text collate "C",
    class          text collate "C" not null,         -- the line of the statement that it counts in
    transfer       text collate "C",
    kind           text collate "C",                  -- slip, handover …: what document it is of
    document       text collate "C",
    number         text collate "C",
    item           text collate "C",
    list_version   text collate "C",
    qty            text collate "C",
    unit_price     bigint,
    counter        text collate "C",
    by             text collate "C" not null,
    fact           text collate "C" not null
);

-- What an account holds now; accounts appear with their first entry.
create table balances (
    account        text collate "C" primary key,
    debit          bigint not null,
    credit         bigint not null,
    first_position bigint not null
);

-- Movements of an account in a posting period, by class of the statement.
create table period_balances (
    account        text collate "C" not null,
    posting_period text collate "C" not null,
    class          text collate "C" not null,
    debit          bigint not null,
    credit         bigint not null,
    primary key (account, posting_period, class)
);

-- Movements by business date within each block of 4096 positions: a balance at a business date as known at a position
-- is the sum of the cells of earlier blocks and of the entries of that position's own block.
create table day_cells (
    account       text collate "C" not null,
    block         bigint not null,
    business_date text collate "C" not null,
    amount        bigint not null,
    primary key (account, block, business_date) include (amount)
);
-- sums
insert into balances
select account, -coalesce(sum(amount) filter (where amount < 0), 0), coalesce(sum(amount) filter (where amount > 0), 0),
       min(position)
from entries group by account;
insert into period_balances
select account, posting_period, class, -coalesce(sum(amount) filter (where amount < 0), 0),
       coalesce(sum(amount) filter (where amount > 0), 0)
from entries group by account, posting_period, class;
insert into day_cells
select account, position >> 12, business_date, sum(amount) from entries group by account, position >> 12, business_date;
-- indexes
create unique index on entries (position, line);
create index on entries (account, position) include (business_date, amount);
create index on entries (account, posting_period, position);
