-- Money is integer minor units, days count from 1970-01-01, months from year 0 (year * 12 + month - 1),
-- instants are milliseconds since 1970-01-01T00:00:00Z, shares are basis points.
-- <table>_ref is our own dense number, <table>_id the caller's string.
-- Foreign keys are not declared: a batch finds the numbers by joining on the callers' ids, so a row with an
-- unknown parent cannot be built, and the engine need not look a second time.

create table organisation (
  organisation_ref integer primary key,
  organisation_id text not null constraint organisation_id_unique unique,
  parent_ref integer,
  name text not null,
  level text
) strict;

create table employee (
  employee_ref integer primary key,
  employee_id text not null constraint employee_id_unique unique,
  organisation_ref integer not null,
  name text not null,
  role text not null,
  active_from integer,
  active_to integer,
  seller_share_bp integer,
  referrer_share_bp integer
) strict;

-- customer_ref is the place in the book: chunk customer_ref / 4096, slot customer_ref % 4096. It is given in order
-- of arrival and never given again.
create table customer (
  customer_ref integer primary key,
  customer_id text not null constraint customer_id_unique unique,
  organisation_ref integer not null,
  name text not null,
  phone text,
  email text,
  birth_date integer,
  gender text,
  opened_on integer,
  household_id text,
  time_zone text,
  consents text,
  attributes text
) strict;

create table account (
  account_ref integer primary key,
  account_id text not null constraint account_id_unique unique,
  customer_ref integer not null,
  class text not null,
  product_id text,
  opened_on integer,
  closed_on integer,
  card_level text,
  valid_to integer
) strict;
create index account_of_customer on account (customer_ref);
-- Cards are few and decide tiers: a review reads one level for a range of customers from this index alone.
create index account_by_card_level on account (card_level, customer_ref, opened_on, valid_to, closed_on)
  where card_level is not null;

-- One closing balance a day that the bank delivered. The month comes first, so that a nightly feed touches the
-- month's part of the tree and not every page of it.
create table account_balance (
  month integer not null,
  account_ref integer not null,
  day integer not null,
  amount integer not null,
  primary key (month, account_ref, day)
) strict, without rowid;

-- The month of an account that has a balance in it: the closing balance, and the sum of the daily closing balances
-- over all days of the month, the latest balance standing for the days still to come.
create table account_month (
  account_ref integer not null,
  month integer not null,
  closing integer not null,
  day_sum integer not null,
  primary key (account_ref, month)
) strict, without rowid;

-- Card spend of a customer's month from transactions.
create table card_spend_month (
  customer_ref integer not null,
  month integer not null,
  amount integer not null,
  primary key (customer_ref, month)
) strict, without rowid;

-- payload_hash tells a repeat from a second, different transaction under the same id.
create table bank_transaction (
  bank_transaction_ref integer primary key,
  source text not null,
  transaction_id text not null,
  occurred_at integer not null,
  customer_ref integer not null,
  kind text not null,
  amount integer not null,
  account_ref integer,
  product_id text,
  organisation_ref integer,
  teller_id text,
  channel text,
  counterparty_bank text,
  merchant_category text,
  refund_of text,
  payload_hash integer not null,
  constraint bank_transaction_id_unique unique (source, transaction_id)
) strict;

-- The book: facts of 4 096 customers lie together as columns. One row a chunk for what does not change by month.
-- last_month is the latest month that the chunk has columns of (0: none).
create table book_chunk (
  chunk_id integer primary key,
  customers integer not null,
  last_month integer not null,
  organisation blob not null,
  opened blob not null
) strict;

-- One row a chunk, month and measure (measures: domain::book, encoding: store::column).
create table book_column (
  chunk_id integer not null,
  month integer not null,
  measure integer not null,
  data blob not null,
  constraint book_column_unique unique (chunk_id, month, measure)
) strict;

-- The overlay: months that changed one by one since the chunk was written; what is not null here replaces the
-- chunk's figure on every read, until a fold writes it into the columns and deletes it here, in one transaction.
create table book_month_change (
  customer_ref integer not null,
  month integer not null,
  origin integer not null,
  assets_end integer,
  assets_average integer,
  investments_end integer,
  investments_average integer,
  secured_loans integer,
  unsecured_loans integer,
  card_spend integer,
  primary key (customer_ref, month)
) strict, without rowid;

-- The overlay of master data: customers who are new, moved, or whose opening date changed since the chunk was written.
create table book_customer_change (
  customer_ref integer primary key
) strict;

-- Codes of tiers of all schemes; a decision keeps the small number.
create table tier (
  tier_ref integer primary key,
  tier_code text not null constraint tier_code_unique unique
) strict;

-- In force from active_from (a day) up to the day before active_to; of several the one that became active last.
create table tier_scheme (
  tier_scheme_ref integer primary key,
  tier_scheme_id text not null constraint tier_scheme_id_unique unique,
  state text not null,
  definition text not null,
  simulation text,
  created_by text not null,
  created_at integer not null,
  submitted_by text,
  submitted_at integer,
  approved_by text,
  approved_at integer,
  activated_by text,
  active_from integer,
  active_to integer,
  retired_by text
) strict;

-- Held tier and status of a chunk's customers, as columns.
create table tier_state (
  chunk_id integer primary key,
  data blob not null
) strict;

-- Decisions of one review for one chunk, as columns: who moved or changed status, from what to what, and the inputs.
-- state: decided (in force) | proposed (waits for confirmation) | superseded (a later review came first).
create table tier_decision (
  tier_decision_ref integer primary key,
  chunk_id integer not null,
  job_ref integer not null,
  part integer not null,
  state text not null,
  as_of integer not null,
  tier_scheme_ref integer not null,
  data blob not null,
  constraint tier_decision_unique unique (chunk_id, job_ref, part)
) strict;
create index tier_decision_of_job on tier_decision (job_ref, state);

create table tier_override (
  tier_override_ref integer primary key,
  customer_ref integer not null,
  kind text not null,
  tier_code text not null,
  cause text not null,
  reason text not null,
  from_on integer not null,
  until_on integer,
  created_by text not null,
  created_at integer not null,
  ended_by text,
  ended_on integer
) strict;
create index tier_override_of_customer on tier_override (customer_ref);

create table tier_confirmation (
  job_ref integer not null,
  organisation_ref integer not null,
  confirmed_by text not null,
  confirmed_at integer not null,
  customers integer not null,
  primary key (job_ref, organisation_ref)
) strict, without rowid;

-- One row a run of a job: what it was asked, how far it came, what it found.
-- position is where the next call continues; request identifies equal calls.
create table job (
  job_ref integer primary key,
  job_id text not null constraint job_id_unique unique,
  kind text not null,
  request text not null,
  as_of integer not null,
  state text not null,
  position integer not null,
  counts text not null,
  started_by text not null,
  started_at integer not null,
  finished_at integer,
  busy_ms integer not null,
  error text
) strict;
create index job_by_request on job (kind, request);

create table api_client (
  api_client_id text primary key,
  name text not null,
  key_hash blob not null constraint api_client_key_unique unique,
  scopes text not null,
  organisation_ref integer,
  employee_ref integer,
  created_by text not null,
  created_at integer not null,
  revoked_at integer
) strict, without rowid;

-- The answer to a request with an Idempotency-Key, written in the same transaction as its effect.
create table idempotency (
  api_client_id text not null,
  idempotency_key text not null,
  request_hash blob not null,
  status integer not null,
  content_type text not null,
  body text not null,
  created_at integer not null,
  primary key (api_client_id, idempotency_key)
) strict, without rowid;
