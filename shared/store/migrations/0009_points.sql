-- Points. They are whole numbers. A lot is what one rule gave for one event, and never changes; what happens to it are
-- entries. Days are of the programme's zone: a lot can be spent from available_on to expires_on, both included.

-- One row: the settings of the programme. rules_digest names the set of rules in force by its content, and whether lots
-- of any rule may end by inactivity, so that an instance of a component keeps compiled rules as long as the digest is
-- the one it compiled.
create table points_programme (
  points_programme_ref integer primary key constraint points_programme_is_one check (points_programme_ref = 1),
  definition text not null,
  version integer not null,
  rules_digest integer not null,
  changed_by text not null,
  changed_at integer not null
) strict;

-- Versions of rules; definition is JSON. state: draft | active | retired. At most one version of a rule is active, and a
-- draft that another one took the place of is retired without having been active.
create table points_rule (
  points_rule_ref integer primary key,
  points_rule_id text not null,
  version integer not null,
  state text not null,
  definition text not null,
  created_by text not null,
  created_at integer not null,
  activated_by text,
  activated_at integer,
  retired_by text,
  retired_at integer,
  constraint points_rule_version_unique unique (points_rule_id, version)
) strict;
create unique index points_rule_active on points_rule (points_rule_id) where state = 'active';

-- Budgets of campaigns: points that rules of a campaign may give, and gave. One row is read and written a batch.
create table points_campaign (
  points_campaign_ref integer primary key,
  points_campaign_id text not null constraint points_campaign_id_unique unique,
  budget integer not null,
  used integer not null constraint points_campaign_within_budget check (used <= budget)
) strict;

-- What capped rules gave a customer: period is a day, a month, or 0 for as long as the rule lives.
-- per: 1 day, 2 month, 3 campaign.
create table points_cap_use (
  points_rule_id text not null,
  customer_ref integer not null,
  per integer not null,
  period integer not null,
  points integer not null,
  primary key (customer_ref, points_rule_id, per, period)
) strict, without rowid;

-- Events: each once for ever by source and id. kind: 1 earning, 2 return, 3 return that waits for its original.
-- facts: the customer's facts that rules saw, as JSON, so that a decision can be made again. decision: what each rule
-- said, as JSON. organisation_ref is the customer's at that time.
create table points_event (
  points_event_ref integer primary key,
  source text not null,
  event_id text not null,
  payload_hash integer not null,
  kind integer not null,
  customer_ref integer not null,
  organisation_ref integer not null,
  tier_ref integer not null,
  type text not null,
  occurred_at integer not null,
  occurred_on integer not null,
  amount integer,
  return_of text,
  details text,
  facts text,
  decision text not null,
  earned integer not null,
  constraint points_event_id_unique unique (source, event_id)
) strict;
create index points_event_by_day on points_event (occurred_on);
create index points_event_return on points_event (return_of, source) where return_of is not null;

-- The answer of a single event, as it was given.
create table points_event_answer (
  points_event_ref integer primary key,
  body text not null
) strict;

-- Both sides of a referral are rewarded once in a customer's life.
create table points_referral (
  customer_ref integer primary key,
  referrer_ref integer not null,
  points_event_ref integer not null
) strict;

-- A customer whose account is not plain has a row: debt, a block, a merge, a pool.
-- state: 1 open, 2 blocked, 3 merged into another.
create table points_account (
  customer_ref integer primary key,
  state integer not null,
  debt integer not null constraint points_account_debt_is_not_negative check (debt >= 0),
  merged_into_ref integer,
  points_pool_ref integer,
  reason text
) strict, without rowid;
create index points_account_of_pool on points_account (points_pool_ref) where points_pool_ref is not null;
create index points_account_merged on points_account (merged_into_ref) where merged_into_ref is not null;
create index points_account_owing on points_account (customer_ref) where debt > 0;

-- A lot. organisation_ref, tier_ref (0: none) and partner_ref (0: none) are those of its origin and stay with all of its
-- entries. inactivity_months: the lot ends so many months after its customer's last activity, and expires_on is what
-- that meant when it was earned. origin_lot_ref: the lot it was transferred or reinstated from.
-- return_policy: 1 only_pending, 2 within_balance, 3 debt. terms: version of the programme's settings.
create table points_lot (
  points_lot_ref integer primary key,
  customer_ref integer not null,
  points integer not null constraint points_lot_is_positive check (points > 0),
  earned_on integer not null,
  available_on integer not null,
  expires_on integer,
  inactivity_months integer,
  organisation_ref integer not null,
  tier_ref integer not null,
  partner_ref integer not null,
  return_policy integer not null,
  terms integer not null,
  points_rule_ref integer,
  points_event_ref integer,
  origin_lot_ref integer,
  points_batch_ref integer not null
) strict;
-- Few lots wait for their first day; what waits is a line of its own in the liability.
create index points_lot_pending on points_lot (available_on) where available_on > earned_on;
create index points_lot_of_event on points_lot (points_event_ref) where points_event_ref is not null;
create index points_lot_of_origin on points_lot (origin_lot_ref) where origin_lot_ref is not null;
create index points_lot_of_rule on points_lot (points_rule_ref) where points_rule_ref is not null;

-- Kept aggregate: what is left of lots, as long as something is left. expires_on moves for lots with inactivity.
create table points_open_lot (
  customer_ref integer not null,
  points_lot_ref integer not null,
  expires_on integer,
  points_left integer not null constraint points_open_lot_is_positive check (points_left > 0),
  primary key (customer_ref, points_lot_ref)
) strict, without rowid;
create index points_open_lot_by_expiry on points_open_lot (expires_on, customer_ref, points_lot_ref)
  where expires_on is not null;

-- Entries of one write, sealed together: hash = SHA-256 over the hash before and the batch's entries and lots.
create table points_batch (
  points_batch_ref integer primary key,
  written_at integer not null,
  person text not null,
  first_entry_ref integer not null,
  entries integer not null,
  first_lot_ref integer not null,
  lots integer not null,
  hash blob not null
) strict;

-- The ledger: points move from one account to another. debit and credit: 1 programme cost, 2 liability, 3 breakage,
-- 4 reward cost, 5 partner payable, 6 partner receivable, 7 customer debt, 8 transfer. kind: domain::points::EntryKind.
-- on_day is the business day that the entry counts in; a late event counts when it happened.
create table points_entry (
  points_entry_ref integer primary key,
  points_batch_ref integer not null,
  kind integer not null,
  customer_ref integer not null,
  points_lot_ref integer,
  points integer not null constraint points_entry_is_positive check (points > 0),
  debit integer not null,
  credit integer not null,
  on_day integer not null,
  cause integer not null,
  cause_ref integer not null
) strict;
create index points_entry_of_customer on points_entry (customer_ref, on_day, points_entry_ref);
create index points_entry_of_lot on points_entry (points_lot_ref) where kind > 10 or kind in (7, 8);
create index points_entry_by_cause on points_entry (cause, cause_ref) where cause > 1;

-- Kept aggregate: sums of entries by day. Accounts of any past day are sums of it.
create table points_day (
  on_day integer not null,
  kind integer not null,
  organisation_ref integer not null,
  tier_ref integer not null,
  partner_ref integer not null,
  debit integer not null,
  credit integer not null,
  points integer not null,
  entries integer not null,
  primary key (on_day, kind, organisation_ref, tier_ref, partner_ref, debit, credit)
) strict, without rowid;

-- A reservation holds points of lots until it is posted, void, or its time is over. state: 1 open, 2 posted, 3 void,
-- 4 timed out (read so from expires_at; the job books it). purpose: 1 plain, 2 redemption, 3 partner.
create table points_reservation (
  points_reservation_ref integer primary key,
  customer_ref integer not null,
  points integer not null,
  posted integer not null,
  state integer not null,
  purpose integer not null,
  purpose_ref integer not null,
  created_by text not null,
  created_at integer not null,
  expires_at integer not null,
  ended_at integer
) strict;
create index points_reservation_open on points_reservation (expires_at) where state = 1;
create index points_reservation_of_customer on points_reservation (customer_ref, points_reservation_ref);

-- The points of lots that an open reservation holds; deleted when it ends.
create table points_hold (
  customer_ref integer not null,
  points_lot_ref integer not null,
  points_reservation_ref integer not null,
  points integer not null,
  expires_at integer not null,
  primary key (customer_ref, points_lot_ref, points_reservation_ref)
) strict, without rowid;
create index points_hold_of_reservation on points_hold (points_reservation_ref);
create index points_hold_of_lot on points_hold (points_lot_ref);

-- What is proposed by one person and booked by another. points is above zero (gives) or below (takes).
-- state: submitted | booked | rejected.
create table points_adjustment (
  points_adjustment_ref integer primary key,
  customer_ref integer not null,
  points integer not null,
  reason text not null,
  state text not null,
  created_by text not null,
  created_at integer not null,
  decided_by text,
  decided_at integer
) strict;
create index points_adjustment_waiting on points_adjustment (points_adjustment_ref) where state = 'submitted';

-- Moves of points between customers: kind transfer | merge. undone_at: an un-merge gave back what was left.
create table points_transfer (
  points_transfer_ref integer primary key,
  kind text not null,
  from_ref integer not null,
  to_ref integer not null,
  points integer not null,
  reason text,
  created_by text not null,
  created_at integer not null,
  undone_by text,
  undone_at integer
) strict;

-- Households whose members spend from each other's lots.
create table points_pool (
  points_pool_ref integer primary key,
  points_pool_id text not null constraint points_pool_id_unique unique,
  changed_by text not null,
  changed_at integer not null
) strict;
