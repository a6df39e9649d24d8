-- Retention cases. state: open | contacted | plan | won_back | lost | dismissed; closed_at is null in the first three.
-- opened_on is the date of opening in the bank's time zone. escalated_on is the date on which the case was found
-- overdue: later than due_on, unless another due date was set since.
create table churn_case (
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
) strict;
-- A customer is not called by two people about the same thing.
create unique index churn_case_unclosed_unique on churn_case (customer_ref) where closed_at is null;
create index churn_case_unclosed_by_due_date on churn_case (due_on) where closed_at is null;
create index churn_case_by_opening on churn_case (opened_on);

-- What happened to a case, in order. step: open | contact | plan | win_back | lose | dismiss | assign.
create table churn_case_step (
  churn_case_ref integer not null,
  step_number integer not null,
  step text not null,
  note text,
  person text not null,
  at integer not null,
  primary key (churn_case_ref, step_number)
) strict, without rowid;
