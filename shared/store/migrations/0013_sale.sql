-- Products whose sales are credited, and how. category: deposit | settlement | fund | paper_gold | physical_gold |
-- insurance | bond | wealth | fx | e_banking | sms_service | card.
create table sale_product (
  sale_product_ref integer primary key,
  sale_product_id text not null constraint sale_product_id_unique unique,
  name_zh text not null,
  name_en text not null,
  category text not null,
  created_by text not null,
  created_at integer not null
) strict;

-- The bank's product ids that are sold as a product.
create table sale_product_code (
  product_id text primary key,
  sale_product_ref integer not null
) strict, without rowid;

-- Versions of a product's rule. Of a sale's day the version with the latest from_day up to it holds, of one day the
-- highest version. definition is JSON.
create table sale_rule (
  sale_rule_ref integer primary key,
  sale_product_ref integer not null,
  version integer not null,
  from_day integer not null,
  definition text not null,
  created_by text not null,
  created_at integer not null,
  constraint sale_rule_version_unique unique (sale_product_ref, version)
) strict;

-- A sale: a transaction of the kind sale of a product that has a rule on its day; sale_ref is the transaction's number.
-- organisation_ref is the selling organisation. state: waiting | automatic | manual | default | adjusted.
-- due_on: the day from which the default applies; closes_on: the last day of adjustment. refunded: what was taken back.
-- booked_on: the day from which it is known. assignment_ref: the one that stood on the day of the sale when it came in.
create table sale (
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
create index sale_waiting on sale (due_on, sale_ref) where state = 'waiting';
create index sale_of_organisation on sale (organisation_ref, sale_ref);
create index sale_by_day on sale (sold_on);
create index sale_defaulted on sale (closes_on) where state = 'default';
-- Sales that came before their product had a rule are taken in when it gets one. Where that goes on, by the bank's
-- product: the instant and number of the last transaction that was looked at. What is done has no row.
create table sale_history (
  product_id text primary key,
  sale_product_ref integer not null,
  occurred_at integer not null,
  bank_transaction_ref integer not null
) strict, without rowid;
create index bank_transaction_sale on bank_transaction (product_id, occurred_at) where kind = 'sale';
create index bank_transaction_refund on bank_transaction (refund_of, source) where refund_of is not null;

-- Who says that they sold or referred. role: 1 seller, 2 referrer. At most one of a role stands.
create table sale_registration (
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
create index sale_registration_of_employee on sale_registration (employee_ref, registered_on);
create index sale_registration_by_day on sale_registration (registered_on);
create index sale_registration_withdrawn on sale_registration (withdrawn_at) where withdrawn_at is not null;
create unique index sale_registration_standing on sale_registration (sale_ref, role) where withdrawn_at is null;

-- Adjustments: what a branch manager decided. credits is JSON: [[employee number, role, basis points], …].
-- state: submitted | booked | rejected.
create table sale_adjustment (
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
create index sale_adjustment_of_sale on sale_adjustment (sale_ref, sale_adjustment_ref);
create unique index sale_adjustment_waiting on sale_adjustment (sale_ref) where state = 'submitted';

-- A refund that took back a part of a sale; its number is the transaction's. booked_on: the day from which it is known.
create table sale_refund (
  sale_refund_ref integer primary key,
  sale_ref integer not null,
  amount integer not null,
  refunded_on integer not null,
  booked_on integer not null
) strict;
create index sale_refund_of_sale on sale_refund (sale_ref);
create index sale_refund_by_day on sale_refund (refunded_on);
create index sale_refund_booked on sale_refund (booked_on);

-- The credit ledger: lines are added and never changed. The lines of a sale add up to what of its amount was not taken
-- back, as soon as somebody is credited. role: 1 seller, 2 referrer, 3 the organisation itself (employee_ref 0).
-- step: 1 automatic, 2 registration, 3 default, 4 adjustment, 5 reversal. on_day is the business day that the line counts
-- in: the day of the sale for what is first decided of it, otherwise the day of what happened. booked_on: the day from
-- which it is known. share_bp: the share behind it.
create table sale_credit (
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
create index sale_credit_of_sale on sale_credit (sale_ref, sale_credit_ref);
create index sale_credit_by_day on sale_credit (on_day);

-- What is to be sold in a month: of an organisation or an employee (the other is -1), of a product or all (0).
create table sale_plan (
  month integer not null,
  organisation_ref integer not null,
  employee_ref integer not null,
  sale_product_ref integer not null,
  amount integer not null,
  changed_by text not null,
  changed_at integer not null,
  primary key (month, organisation_ref, employee_ref, sale_product_ref)
) strict, without rowid;

-- Where employees worked who moved: organisation_ref from the day on. The first row of an employee is of all time before
-- the first move (from_day -2147483648). Who has no row never moved, and has always worked where employee says.
create table employee_post (
  employee_ref integer not null,
  from_day integer not null,
  organisation_ref integer not null,
  primary key (employee_ref, from_day)
) strict, without rowid;
