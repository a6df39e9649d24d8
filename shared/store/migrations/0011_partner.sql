-- Partners: whom points are earned from, spent at and exchanged with. state: active | suspended.
-- exchange_units partner units are worth exchange_points points; exchange_rounding: floor | half_up | ceiling.
-- value_points points are settled with value_amount minor units. budget: points that the partner may ever give.
-- limits are points of one direction: of a request, of a customer's day, of a month of the partner.
create table partner (
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

-- Secrets with which a partner signs, as the partner has them: a signature cannot be checked with a digest of its
-- secret. Several are valid while one takes over from another; one that was revoked or has ended is emptied.
create table partner_key (
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

-- Every webhook-id whose signature was right, from its first sight on, whatever its request was answered. A signature
-- covers no path: an id is bound to its operation and body by payload_hash, SHA-256 of both, so that nobody sends what
-- was signed for one operation to another.
create table partner_webhook (
  partner_ref integer not null,
  webhook_id text not null,
  payload_hash blob not null,
  primary key (partner_ref, webhook_id)
) strict, without rowid;

-- What a partner asked for and got, each webhook-id once for ever. kind: earn | burn | exchange_in | exchange_out |
-- give_back | reserve | void | confirm | refuse; a reservation that is posted is a burn. units and rate_…: of an exchange,
-- the partner's units and the rate that they were exchanged at. of_ref: the request that this one cancels, posts or voids,
-- or the redemption that it confirms or refuses. held_until: when an open reservation ends. on_day: the business day
-- that it is settled in. answer: the text that was answered.
create table partner_request (
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
create index partner_request_by_day on partner_request (partner_ref, on_day, partner_request_ref);
-- A burn is cancelled once.
create unique index partner_request_cancels on partner_request (of_ref) where kind = 'give_back';
-- Days on which a customer got or spent points at partners.
create index partner_request_of_customer on partner_request (customer_ref, on_day);
-- What a customer exchanged so far, which the next exchange is rounded together with.
create index partner_request_exchanged on partner_request (partner_ref, customer_ref, kind) where units is not null;
-- Open reservations, which limits leave room for.
create index partner_request_held on partner_request (partner_ref, held_until) where held_until is not null;

-- Kept aggregate for limits: points of a direction (1 given, 2 spent). customer_ref -1: all customers, period a month;
-- otherwise period is a day.
create table partner_use (
  partner_ref integer not null,
  customer_ref integer not null,
  period integer not null,
  direction integer not null,
  points integer not null,
  primary key (partner_ref, customer_ref, period, direction)
) strict, without rowid;

-- A settled month: what was found then, and never changes. state: open | reconciled | paid. paid_amount: minor units,
-- below zero when the partner paid.
create table partner_settlement (
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

-- Lines of a settlement: kind is earn | burn | exchange_in | exchange_out | give_back.
create table partner_settlement_line (
  partner_settlement_ref integer not null,
  kind text not null,
  requests integer not null,
  points integer not null,
  units integer not null,
  primary key (partner_settlement_ref, kind)
) strict, without rowid;

-- What both sides see differently. reference is the webhook-id. state: open | resolved. adjustment: points that the
-- partner is owed on top, below zero when the partner owes them.
create table partner_dispute (
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
create index partner_dispute_of_month on partner_dispute (partner_ref, month);
create unique index partner_dispute_open on partner_dispute (partner_ref, month, reference) where state = 'open';
