-- What all migrations add up to; a test compares.
CREATE TABLE account (
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

CREATE TABLE account_balance (
  month integer not null,
  account_ref integer not null,
  day integer not null,
  amount integer not null,
  primary key (month, account_ref, day)
) strict, without rowid;

CREATE TABLE account_month (
  account_ref integer not null,
  month integer not null,
  closing integer not null,
  day_sum integer not null,
  primary key (account_ref, month)
) strict, without rowid;

CREATE TABLE api_client (
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

CREATE TABLE bank_transaction (
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

CREATE TABLE book_chunk (
  chunk_id integer primary key,
  customers integer not null,
  last_month integer not null,
  organisation blob not null,
  opened blob not null
) strict;

CREATE TABLE book_column (
  chunk_id integer not null,
  month integer not null,
  measure integer not null,
  data blob not null,
  constraint book_column_unique unique (chunk_id, month, measure)
) strict;

CREATE TABLE book_customer_change (
  customer_ref integer primary key
) strict;

CREATE TABLE book_month_change (
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

CREATE TABLE card_spend_month (
  customer_ref integer not null,
  month integer not null,
  amount integer not null,
  primary key (customer_ref, month)
) strict, without rowid;

CREATE TABLE churn_alert (
  churn_alert_ref integer primary key,
  customer_ref integer not null,
  tier_ref integer not null,
  status integer not null,
  first_month integer not null,
  opened_on integer not null,
  closed_on integer,
  closing text,
  acknowledged_by text,
  acknowledged_at integer, gaps text,
  constraint churn_alert_unique unique (customer_ref, tier_ref, status, first_month)
) strict;

CREATE TABLE churn_case (
  churn_case_ref integer primary key,
  customer_ref integer not null,
  tier_code text,
  churn_alert_ref integer,
  state text not null,
  reason text,
  owner_ref integer,
  due_on integer not null,
  opened_on integer not null,
  opened_by text not null,
  opened_at integer not null,
  closed_at integer,
  escalated_on integer
, escalated_to_ref integer) strict;

CREATE TABLE churn_case_step (
  churn_case_ref integer not null,
  step_number integer not null,
  step text not null,
  note text,
  person text not null,
  at integer not null, owner_ref integer, due_on integer,
  primary key (churn_case_ref, step_number)
) strict, without rowid;

CREATE TABLE churn_report_entry (
  job_ref integer not null,
  strategy_id text not null,
  recipient text not null,
  customer_ref integer not null,
  tier_ref integer not null,
  status integer not null,
  first_month integer not null,
  primary key (job_ref, strategy_id, recipient, customer_ref, tier_ref, status, first_month)
) strict, without rowid;

CREATE TABLE churn_strategy_version (
  version integer primary key,
  definition text not null,
  created_by text not null,
  created_at integer not null
) strict;

CREATE TABLE customer (
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

CREATE TABLE employee (
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

CREATE TABLE idempotency (
  api_client_id text not null,
  idempotency_key text not null,
  request_hash blob not null,
  status integer not null,
  content_type text not null,
  body text not null,
  created_at integer not null,
  primary key (api_client_id, idempotency_key)
) strict, without rowid;

CREATE TABLE job (
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

CREATE TABLE movement_rule_list (
  movement_rule_list_ref integer primary key,
  definition text not null,
  created_by text not null,
  created_at integer not null
) strict;

CREATE TABLE organisation (
  organisation_ref integer primary key,
  organisation_id text not null constraint organisation_id_unique unique,
  parent_ref integer,
  name text not null,
  level text
) strict;

CREATE TABLE outbox (
  outbox_ref integer primary key,
  message_id text not null constraint outbox_message_id_unique unique,
  channel text not null,
  topic text not null,
  organisation_ref integer not null,
  recipient text not null,
  subject text,
  body text not null,
  state text not null,
  attempts integer not null,
  created_at integer not null,
  due_at integer not null,
  send_from integer,
  leased_until integer,
  delivered_at integer,
  last_error text
) strict;

CREATE TABLE schema_migration (number integer primary key) strict;

CREATE TABLE task (
  task_ref integer primary key,
  task_key text not null constraint task_key_unique unique,
  kind text not null,
  employee_ref integer,
  organisation_ref integer not null,
  customer_ref integer not null,
  tier_ref integer,
  status integer,
  first_month integer,
  churn_case_ref integer,
  due_on integer not null,
  created_at integer not null,
  done_at integer,
  done_by text,
  note text
) strict;

CREATE TABLE tier (
  tier_ref integer primary key,
  tier_code text not null constraint tier_code_unique unique
) strict;

CREATE TABLE tier_confirmation (
  job_ref integer not null,
  organisation_ref integer not null,
  confirmed_by text not null,
  confirmed_at integer not null,
  customers integer not null,
  primary key (job_ref, organisation_ref)
) strict, without rowid;

CREATE TABLE tier_decision (
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

CREATE TABLE tier_override (
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

CREATE TABLE tier_scheme (
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

CREATE TABLE tier_state (
  chunk_id integer primary key,
  data blob not null
) strict;

CREATE INDEX account_by_card_level on account (card_level, customer_ref, opened_on, valid_to, closed_on)
  where card_level is not null;

CREATE INDEX account_of_customer on account (customer_ref);

CREATE INDEX bank_transaction_of_customer on bank_transaction (customer_ref, occurred_at);

CREATE INDEX churn_alert_by_closing on churn_alert (closed_on) where closed_on is not null;

CREATE INDEX churn_alert_by_opening on churn_alert (opened_on);

CREATE INDEX churn_alert_standing on churn_alert (churn_alert_ref) where closed_on is null;

CREATE INDEX churn_case_by_opening on churn_case (opened_on);

CREATE INDEX churn_case_of_alert on churn_case (churn_alert_ref) where churn_alert_ref is not null;

CREATE INDEX churn_case_unclosed_by_due_date on churn_case (due_on) where closed_at is null;

CREATE UNIQUE INDEX churn_case_unclosed_unique on churn_case (customer_ref) where closed_at is null;

CREATE INDEX job_by_request on job (kind, request);

CREATE INDEX outbox_dead on outbox (state) where state = 'dead';

CREATE INDEX outbox_leased on outbox (leased_until) where leased_until is not null;

CREATE INDEX outbox_of_organisation on outbox (organisation_ref, outbox_ref);

CREATE INDEX outbox_waiting_by_due_time on outbox (due_at, channel) where state = 'waiting';

CREATE INDEX outbox_waiting_by_subject on outbox (subject) where state = 'waiting';

CREATE INDEX task_done_by_due_date on task (due_on) where done_at is not null;

CREATE INDEX task_done_of_employee on task (employee_ref, due_on) where done_at is not null;

CREATE INDEX task_done_of_organisation on task (organisation_ref, due_on) where done_at is not null;

CREATE INDEX task_open_by_due_date on task (due_on) where done_at is null;

CREATE INDEX task_open_of_customer on task (customer_ref) where done_at is null;

CREATE INDEX task_open_of_employee on task (employee_ref, due_on) where done_at is null;

CREATE INDEX task_open_of_organisation on task (organisation_ref, due_on) where done_at is null;

CREATE INDEX tier_decision_of_job on tier_decision (job_ref, state);

CREATE INDEX tier_override_of_customer on tier_override (customer_ref);
