-- Rewards: what points are spent on. The terms of a reward come in versions; stock and codes belong to the reward itself.

-- stock: pieces that are left, null when there is no end of them. codes_left: kept aggregate, codes of the pool that
-- nobody has. codes_made: the number that the latest generated code was made from. secret: random text of the reward,
-- without which nobody guesses generated codes.
create table reward (
  reward_ref integer primary key,
  reward_id text not null constraint reward_id_unique unique,
  version integer not null,
  stock integer constraint reward_stock_is_not_negative check (stock >= 0),
  codes_left integer not null constraint reward_codes_left_is_not_negative check (codes_left >= 0),
  codes_made integer not null,
  secret text not null,
  retired_by text,
  retired_at integer
) strict;

-- definition is JSON: all terms but the price. cash: minor units. The price is in force from from_on, later than
-- created_on when a higher one has to be announced. created_on and last_lot_ref tell which lots are older than the
-- version: those earned before the day, and of the day itself those up to the number.
create table reward_version (
  reward_ref integer not null,
  version integer not null,
  points integer not null constraint reward_version_points_are_positive check (points > 0),
  cash integer constraint reward_version_cash_is_positive check (cash > 0),
  definition text not null,
  from_on integer not null,
  created_on integer not null,
  last_lot_ref integer not null,
  created_by text not null,
  created_at integer not null,
  primary key (reward_ref, version)
) strict, without rowid;

-- Tiers for which the latest version is meant; none: for everybody.
create table reward_tier (
  reward_ref integer not null,
  tier_code text not null,
  primary key (reward_ref, tier_code)
) strict, without rowid;

-- What somebody got for points. version is that of the price. points and cash are those of all pieces.
-- fulfilment: code | shipment | partner | none. state: ordered | fulfilled | shipped | delivered | reserved | confirmed |
-- cancelled | void | timed_out. partner_id: who delivers it, whoever the reward's partner is later. A reserved one is timed out from confirm_by on, whether or not a job has booked it.
create table redemption (
  redemption_ref integer primary key,
  reward_ref integer not null,
  version integer not null,
  customer_ref integer not null,
  quantity integer not null constraint redemption_quantity_is_positive check (quantity > 0),
  points integer not null,
  cash integer,
  cash_reference text,
  fulfilment text not null,
  state text not null,
  points_reservation_ref integer,
  confirm_by integer,
  partner_id text,
  ordered_on integer not null
) strict;
create index redemption_of_customer on redemption (customer_ref, reward_ref, ordered_on);
create index redemption_to_confirm on redemption (confirm_by, reward_ref) where state = 'reserved';
-- A payment pays for one redemption; when that comes to nothing, it may pay for another.
create unique index redemption_cash_reference on redemption (cash_reference)
  where cash_reference is not null and state not in ('cancelled', 'void', 'timed_out');

-- States that a redemption came to, counted from 0.
create table redemption_step (
  redemption_ref integer not null,
  step_number integer not null,
  state text not null,
  person text not null,
  at integer not null,
  primary key (redemption_ref, step_number)
) strict, without rowid;

-- Codes, imported or generated, each of one reward. redemption_ref: who has it; null: it waits in the pool. A code that
-- was given back is void and goes to nobody else.
create table reward_code (
  reward_code_ref integer primary key,
  reward_ref integer not null,
  code text not null,
  redemption_ref integer,
  void_at integer,
  constraint reward_code_unique unique (code)
) strict;
create index reward_code_free on reward_code (reward_ref, reward_code_ref) where redemption_ref is null;
create index reward_code_of_redemption on reward_code (redemption_ref) where redemption_ref is not null;
