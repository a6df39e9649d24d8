-- Who was to take care of the case from this step on, and until when: on open, assign and escalate.
alter table churn_case_step add column owner_ref integer;
alter table churn_case_step add column due_on integer;
-- The employee who heard of the overdue case: the branch manager.
alter table churn_case add column escalated_to_ref integer;

-- Times in which an alert did not stand, between the check that closed it and the one that found its spell again:
-- day, r(ecovered) or s(uperseded), day; separated by commas.
alter table churn_alert add column gaps text;

-- Few alerts of years stand; lists and reports look at those.
create index churn_alert_standing on churn_alert (churn_alert_ref) where closed_on is null;
create index churn_alert_by_closing on churn_alert (closed_on) where closed_on is not null;
