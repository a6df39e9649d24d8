-- Strategies: who is told when an alert opens. A row is the whole list; the highest version is in force, and none is
-- ever changed. definition is JSON: [{id, status, tiers, action, to, due_days, send_from}], status as in churn_alert,
-- tiers null for all of them.
create table churn_strategy_version (
  version integer primary key,
  definition text not null,
  created_by text not null,
  created_at integer not null
) strict;

insert into churn_strategy_version (version, definition, created_by, created_at)
values (1, '[
    {"id":"observed-task","status":1,"tiers":null,"action":"task","to":"manager","due_days":14,"send_from":null},
    {"id":"attention-task","status":2,"tiers":null,"action":"task","to":"manager","due_days":7,"send_from":null},
    {"id":"attention-sms","status":2,"tiers":["core","growth"],"action":"sms","to":"manager","due_days":7,"send_from":"08:30"},
    {"id":"churned-task","status":3,"tiers":null,"action":"task","to":"manager","due_days":3,"send_from":null},
    {"id":"churned-mail","status":3,"tiers":["core","growth"],"action":"mail","to":"branch_manager","due_days":3,"send_from":null},
    {"id":"churned-case","status":3,"tiers":["core","growth"],"action":"case","to":null,"due_days":14,"send_from":null}]', 'seed', 0);

-- What one check has found so far for a report that it sends at its end.
create table churn_report_entry (
  job_ref integer not null,
  strategy_id text not null,
  recipient text not null,
  customer_ref integer not null,
  tier_ref integer not null,
  status integer not null,
  first_month integer not null,
  primary key (job_ref, strategy_id, recipient, customer_ref, tier_ref, status, first_month)
) strict, without rowid;

-- What somebody has to do at the workbench. task_key says what it is about, so that nothing is asked for twice.
-- kind: churn_alert (with tier, status and first month) | case_overdue (with the case).
-- organisation_ref is the organisation whose lists show it: where the employee works, or, where nobody was found and
-- employee_ref is null, the one that has to see to it.
create table task (
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
-- Lists go by due date, those of one employee or of a part of the bank must not walk through everybody's, and what is
-- done becomes much more than what is not.
create index task_open_by_due_date on task (due_on) where done_at is null;
create index task_open_of_employee on task (employee_ref, due_on) where done_at is null;
create index task_open_of_organisation on task (organisation_ref, due_on) where done_at is null;
create index task_done_by_due_date on task (due_on) where done_at is not null;
create index task_done_of_employee on task (employee_ref, due_on) where done_at is not null;
create index task_done_of_organisation on task (organisation_ref, due_on) where done_at is not null;
-- A task that is not done ends with the alert or the case that it is about.
create index task_open_of_customer on task (customer_ref) where done_at is null;

-- A strategy opens no second case about an alert whose case was closed.
create index churn_case_of_alert on churn_case (churn_alert_ref) where churn_alert_ref is not null;
