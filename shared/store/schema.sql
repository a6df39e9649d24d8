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

CREATE TABLE assignment (
  assignment_ref integer primary key,
  customer_ref integer not null,
  from_day integer not null,
  organisation_ref integer not null,
  managers integer not null,
  kind text not null,
  state text not null,
  reason text not null,
  before_ref integer,
  assignment_proposal_ref integer,
  created_by text not null,
  created_at integer not null,
  decided_by text,
  decided_at integer
) strict;

CREATE TABLE assignment_left (
  assignment_proposal_ref integer not null,
  customer_ref integer not null,
  reason text not null,
  primary key (assignment_proposal_ref, customer_ref)
) strict, without rowid;

CREATE TABLE assignment_move (
  assignment_proposal_ref integer not null,
  customer_ref integer not null,
  before_ref integer,
  from_ref integer,
  to_ref integer not null,
  reason text not null,
  primary key (assignment_proposal_ref, customer_ref)
) strict, without rowid;

CREATE TABLE assignment_proposal (
  assignment_proposal_ref integer primary key,
  organisation_ref integer not null,
  scope text not null,
  from_day integer not null,
  state text not null,
  moves integer not null,
  summary text not null,
  created_by text not null,
  created_at integer not null,
  decided_by text,
  decided_at integer
) strict;

CREATE TABLE assignment_settings (
  assignment_settings_ref integer primary key
    constraint assignment_settings_is_one check (assignment_settings_ref = 1),
  definition text not null,
  version integer not null,
  changed_by text not null,
  changed_at integer not null
) strict;

CREATE TABLE assignment_share (
  assignment_ref integer not null,
  employee_ref integer not null,
  role integer not null,
  share_bp integer not null,
  primary key (assignment_ref, employee_ref)
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

CREATE TABLE employee_absence (
  employee_ref integer not null,
  from_day integer not null,
  to_day integer not null,
  reason text,
  changed_by text not null,
  changed_at integer not null,
  primary key (employee_ref, from_day)
) strict, without rowid;

CREATE TABLE employee_post (
  employee_ref integer not null,
  from_day integer not null,
  organisation_ref integer not null,
  primary key (employee_ref, from_day)
) strict, without rowid;

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

CREATE TABLE manager_capacity (
  employee_ref integer primary key,
  definition text not null,
  changed_by text not null,
  changed_at integer not null
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

CREATE TABLE partner (
  partner_ref integer primary key,
  partner_id text not null constraint partner_id_unique unique,
  state text not null,
  name text not null,
  exchange_units integer,
  exchange_points integer,
  exchange_rounding text,
  limit_request integer,
  limit_customer_day integer,
  limit_month integer,
  budget integer,
  budget_used integer not null,
  expiry_months integer,
  value_points integer,
  value_amount integer,
  notify integer not null,
  endpoint text,
  created_by text not null,
  created_at integer not null,
  changed_by text not null,
  changed_at integer not null,
  constraint partner_within_budget check (budget is null or budget_used <= budget)
) strict;

CREATE TABLE partner_dispute (
  partner_dispute_ref integer primary key,
  partner_ref integer not null,
  month integer not null,
  reference text not null,
  reason text not null,
  state text not null,
  opened_by text not null,
  opened_at integer not null,
  resolution text,
  adjustment integer,
  resolved_by text,
  resolved_at integer
) strict;

CREATE TABLE partner_key (
  partner_ref integer not null,
  number integer not null,
  secret text not null,
  created_by text not null,
  created_at integer not null,
  valid_until integer,
  revoked_by text,
  revoked_at integer,
  primary key (partner_ref, number)
) strict, without rowid;

CREATE TABLE partner_request (
  partner_request_ref integer primary key,
  partner_ref integer not null,
  webhook_id text not null,
  kind text not null,
  customer_ref integer not null,
  points integer not null,
  units integer,
  rate_units integer,
  rate_points integer,
  rate_rounding text,
  reference text,
  of_ref integer,
  held_until integer,
  on_day integer not null,
  received_at integer not null,
  answer text not null,
  constraint partner_request_once unique (partner_ref, webhook_id)
) strict;

CREATE TABLE partner_settlement (
  partner_settlement_ref integer primary key,
  partner_ref integer not null,
  month integer not null,
  state text not null,
  value_points integer,
  value_amount integer,
  paid_amount integer,
  created_by text not null,
  created_at integer not null,
  reconciled_by text,
  reconciled_at integer,
  constraint partner_settlement_once unique (partner_ref, month)
) strict;

CREATE TABLE partner_settlement_line (
  partner_settlement_ref integer not null,
  kind text not null,
  requests integer not null,
  points integer not null,
  units integer not null,
  primary key (partner_settlement_ref, kind)
) strict, without rowid;

CREATE TABLE partner_use (
  partner_ref integer not null,
  customer_ref integer not null,
  period integer not null,
  direction integer not null,
  points integer not null,
  primary key (partner_ref, customer_ref, period, direction)
) strict, without rowid;

CREATE TABLE partner_webhook (
  partner_ref integer not null,
  webhook_id text not null,
  payload_hash blob not null,
  primary key (partner_ref, webhook_id)
) strict, without rowid;

CREATE TABLE points_account (
  customer_ref integer primary key,
  state integer not null,
  debt integer not null constraint points_account_debt_is_not_negative check (debt >= 0),
  merged_into_ref integer,
  points_pool_ref integer,
  reason text
) strict, without rowid;

CREATE TABLE points_adjustment (
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

CREATE TABLE points_batch (
  points_batch_ref integer primary key,
  written_at integer not null,
  person text not null,
  first_entry_ref integer not null,
  entries integer not null,
  first_lot_ref integer not null,
  lots integer not null,
  hash blob not null
) strict;

CREATE TABLE points_campaign (
  points_campaign_ref integer primary key,
  points_campaign_id text not null constraint points_campaign_id_unique unique,
  budget integer not null,
  used integer not null constraint points_campaign_within_budget check (used <= budget)
) strict;

CREATE TABLE points_cap_use (
  points_rule_id text not null,
  customer_ref integer not null,
  per integer not null,
  period integer not null,
  points integer not null,
  primary key (customer_ref, points_rule_id, per, period)
) strict, without rowid;

CREATE TABLE points_day (
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

CREATE TABLE points_entry (
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

CREATE TABLE points_event (
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

CREATE TABLE points_event_answer (
  points_event_ref integer primary key,
  body text not null
) strict;

CREATE TABLE points_hold (
  customer_ref integer not null,
  points_lot_ref integer not null,
  points_reservation_ref integer not null,
  points integer not null,
  expires_at integer not null,
  primary key (customer_ref, points_lot_ref, points_reservation_ref)
) strict, without rowid;

CREATE TABLE points_lot (
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

CREATE TABLE points_open_lot (
  customer_ref integer not null,
  points_lot_ref integer not null,
  expires_on integer,
  points_left integer not null constraint points_open_lot_is_positive check (points_left > 0),
  primary key (customer_ref, points_lot_ref)
) strict, without rowid;

CREATE TABLE points_pool (
  points_pool_ref integer primary key,
  points_pool_id text not null constraint points_pool_id_unique unique,
  changed_by text not null,
  changed_at integer not null
) strict;

CREATE TABLE points_programme (
  points_programme_ref integer primary key constraint points_programme_is_one check (points_programme_ref = 1),
  definition text not null,
  version integer not null,
  rules_digest integer not null,
  changed_by text not null,
  changed_at integer not null
) strict;

CREATE TABLE points_referral (
  customer_ref integer primary key,
  referrer_ref integer not null,
  points_event_ref integer not null
) strict;

CREATE TABLE points_reservation (
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

CREATE TABLE points_rule (
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

CREATE TABLE points_transfer (
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

CREATE TABLE redemption (
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

CREATE TABLE redemption_step (
  redemption_ref integer not null,
  step_number integer not null,
  state text not null,
  person text not null,
  at integer not null,
  primary key (redemption_ref, step_number)
) strict, without rowid;

CREATE TABLE reward (
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

CREATE TABLE reward_code (
  reward_code_ref integer primary key,
  reward_ref integer not null,
  code text not null,
  redemption_ref integer,
  void_at integer,
  constraint reward_code_unique unique (code)
) strict;

CREATE TABLE reward_tier (
  reward_ref integer not null,
  tier_code text not null,
  primary key (reward_ref, tier_code)
) strict, without rowid;

CREATE TABLE reward_version (
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

CREATE TABLE sale (
  sale_ref integer primary key,
  customer_ref integer not null,
  sale_product_ref integer not null,
  sale_rule_ref integer not null,
  organisation_ref integer not null,
  teller_ref integer,
  assignment_ref integer,
  campaign_ref integer,
  channel text,
  sold_on integer not null,
  due_on integer not null,
  closes_on integer not null,
  booked_on integer not null,
  amount integer not null,
  refunded integer not null,
  state text not null
) strict;

CREATE TABLE sale_adjustment (
  sale_adjustment_ref integer primary key,
  sale_ref integer not null,
  credits text not null,
  reason text not null,
  state text not null,
  created_by text not null,
  created_on integer not null,
  created_at integer not null,
  decided_by text,
  decided_at integer
) strict;

CREATE TABLE sale_credit (
  sale_credit_ref integer primary key,
  sale_ref integer not null,
  employee_ref integer not null,
  role integer not null,
  share_bp integer not null,
  amount integer not null,
  step integer not null,
  on_day integer not null,
  booked_on integer not null,
  sale_rule_ref integer not null,
  assignment_ref integer,
  campaign_ref integer,
  person text not null,
  written_at integer not null
) strict;

CREATE TABLE sale_history (
  product_id text primary key,
  sale_product_ref integer not null,
  occurred_at integer not null,
  bank_transaction_ref integer not null
) strict, without rowid;

CREATE TABLE sale_plan (
  month integer not null,
  organisation_ref integer not null,
  employee_ref integer not null,
  sale_product_ref integer not null,
  amount integer not null,
  changed_by text not null,
  changed_at integer not null,
  primary key (month, organisation_ref, employee_ref, sale_product_ref)
) strict, without rowid;

CREATE TABLE sale_product (
  sale_product_ref integer primary key,
  sale_product_id text not null constraint sale_product_id_unique unique,
  name_zh text not null,
  name_en text not null,
  category text not null,
  created_by text not null,
  created_at integer not null
) strict;

CREATE TABLE sale_product_code (
  product_id text primary key,
  sale_product_ref integer not null
) strict, without rowid;

CREATE TABLE sale_refund (
  sale_refund_ref integer primary key,
  sale_ref integer not null,
  amount integer not null,
  refunded_on integer not null,
  booked_on integer not null
) strict;

CREATE TABLE sale_registration (
  sale_ref integer not null,
  number integer not null,
  employee_ref integer not null,
  role integer not null,
  registered_by text not null,
  registered_on integer not null,
  registered_at integer not null,
  withdrawn_by text,
  withdrawn_at integer,
  primary key (sale_ref, number)
) strict, without rowid;

CREATE TABLE sale_rule (
  sale_rule_ref integer primary key,
  sale_product_ref integer not null,
  version integer not null,
  from_day integer not null,
  definition text not null,
  created_by text not null,
  created_at integer not null,
  constraint sale_rule_version_unique unique (sale_product_ref, version)
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

CREATE INDEX assignment_first_day on assignment (from_day, assignment_ref) where state = 'in_force';

CREATE INDEX assignment_history on assignment (customer_ref, assignment_ref);

CREATE INDEX assignment_of_customer on assignment (customer_ref, from_day, assignment_ref) where state = 'in_force';

CREATE INDEX assignment_recalled on assignment (customer_ref, from_day) where state = 'in_force' and managers = 0;

CREATE INDEX assignment_share_of_employee on assignment_share (employee_ref, assignment_ref);

CREATE INDEX assignment_submitted on assignment (assignment_ref) where state = 'submitted';

CREATE INDEX bank_transaction_of_customer on bank_transaction (customer_ref, occurred_at);

CREATE INDEX bank_transaction_refund on bank_transaction (refund_of, source) where refund_of is not null;

CREATE INDEX bank_transaction_sale on bank_transaction (product_id, occurred_at) where kind = 'sale';

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

CREATE INDEX partner_dispute_of_month on partner_dispute (partner_ref, month);

CREATE UNIQUE INDEX partner_dispute_open on partner_dispute (partner_ref, month, reference) where state = 'open';

CREATE INDEX partner_request_by_day on partner_request (partner_ref, on_day, partner_request_ref);

CREATE UNIQUE INDEX partner_request_cancels on partner_request (of_ref) where kind = 'give_back';

CREATE INDEX partner_request_exchanged on partner_request (partner_ref, customer_ref, kind) where units is not null;

CREATE INDEX partner_request_held on partner_request (partner_ref, held_until) where held_until is not null;

CREATE INDEX partner_request_of_customer on partner_request (customer_ref, on_day);

CREATE INDEX points_account_merged on points_account (merged_into_ref) where merged_into_ref is not null;

CREATE INDEX points_account_of_pool on points_account (points_pool_ref) where points_pool_ref is not null;

CREATE INDEX points_account_owing on points_account (customer_ref) where debt > 0;

CREATE INDEX points_adjustment_waiting on points_adjustment (points_adjustment_ref) where state = 'submitted';

CREATE INDEX points_entry_by_cause on points_entry (cause, cause_ref) where cause > 1;

CREATE INDEX points_entry_of_customer on points_entry (customer_ref, on_day, points_entry_ref);

CREATE INDEX points_entry_of_lot on points_entry (points_lot_ref) where kind > 10 or kind in (7, 8);

CREATE INDEX points_event_by_day on points_event (occurred_on);

CREATE INDEX points_event_return on points_event (return_of, source) where return_of is not null;

CREATE INDEX points_hold_of_lot on points_hold (points_lot_ref);

CREATE INDEX points_hold_of_reservation on points_hold (points_reservation_ref);

CREATE INDEX points_lot_of_event on points_lot (points_event_ref) where points_event_ref is not null;

CREATE INDEX points_lot_of_origin on points_lot (origin_lot_ref) where origin_lot_ref is not null;

CREATE INDEX points_lot_of_rule on points_lot (points_rule_ref) where points_rule_ref is not null;

CREATE INDEX points_lot_pending on points_lot (available_on) where available_on > earned_on;

CREATE INDEX points_open_lot_by_expiry on points_open_lot (expires_on, customer_ref, points_lot_ref)
  where expires_on is not null;

CREATE INDEX points_reservation_of_customer on points_reservation (customer_ref, points_reservation_ref);

CREATE INDEX points_reservation_open on points_reservation (expires_at) where state = 1;

CREATE UNIQUE INDEX points_rule_active on points_rule (points_rule_id) where state = 'active';

CREATE UNIQUE INDEX redemption_cash_reference on redemption (cash_reference)
  where cash_reference is not null and state not in ('cancelled', 'void', 'timed_out');

CREATE INDEX redemption_of_customer on redemption (customer_ref, reward_ref, ordered_on);

CREATE INDEX redemption_to_confirm on redemption (confirm_by, reward_ref) where state = 'reserved';

CREATE INDEX reward_code_free on reward_code (reward_ref, reward_code_ref) where redemption_ref is null;

CREATE INDEX reward_code_of_redemption on reward_code (redemption_ref) where redemption_ref is not null;

CREATE INDEX sale_adjustment_of_sale on sale_adjustment (sale_ref, sale_adjustment_ref);

CREATE UNIQUE INDEX sale_adjustment_waiting on sale_adjustment (sale_ref) where state = 'submitted';

CREATE INDEX sale_by_day on sale (sold_on);

CREATE INDEX sale_credit_by_day on sale_credit (on_day);

CREATE INDEX sale_credit_of_sale on sale_credit (sale_ref, sale_credit_ref);

CREATE INDEX sale_defaulted on sale (closes_on) where state = 'default';

CREATE INDEX sale_of_organisation on sale (organisation_ref, sale_ref);

CREATE INDEX sale_refund_booked on sale_refund (booked_on);

CREATE INDEX sale_refund_by_day on sale_refund (refunded_on);

CREATE INDEX sale_refund_of_sale on sale_refund (sale_ref);

CREATE INDEX sale_registration_by_day on sale_registration (registered_on);

CREATE INDEX sale_registration_of_employee on sale_registration (employee_ref, registered_on);

CREATE UNIQUE INDEX sale_registration_standing on sale_registration (sale_ref, role) where withdrawn_at is null;

CREATE INDEX sale_registration_withdrawn on sale_registration (withdrawn_at) where withdrawn_at is not null;

CREATE INDEX sale_waiting on sale (due_on, sale_ref) where state = 'waiting';

CREATE INDEX task_done_by_due_date on task (due_on) where done_at is not null;

CREATE INDEX task_done_of_employee on task (employee_ref, due_on) where done_at is not null;

CREATE INDEX task_done_of_organisation on task (organisation_ref, due_on) where done_at is not null;

CREATE INDEX task_open_by_due_date on task (due_on) where done_at is null;

CREATE INDEX task_open_of_customer on task (customer_ref) where done_at is null;

CREATE INDEX task_open_of_employee on task (employee_ref, due_on) where done_at is null;

CREATE INDEX task_open_of_organisation on task (organisation_ref, due_on) where done_at is null;

CREATE INDEX tier_decision_of_job on tier_decision (job_ref, state);

CREATE INDEX tier_override_of_customer on tier_override (customer_ref);
