-- The scheme that is in force on first start, from before any business date. Amounts in fen; drafts change it.
insert into tier_scheme (tier_scheme_id, state, definition, created_by, created_at, approved_by, activated_by, active_from)
values ('seed-2023', 'active', '{"zone":"Asia/Shanghai","asset_basis":"month_end","deposits_bp":10000,"investments_bp":10000,"confirm":false,"tiers":[
    {"code":"core","zh":"核心级","en":"Core","window_months":12,"any_of":[{"measure":"assets","at_least":1000000000}],"status":[6,12]},
    {"code":"growth","zh":"成长级","en":"Growth","window_months":12,"any_of":[{"measure":"assets","at_least":500000000},{"measure":"card_spend","at_least":50000000},{"measure":"secured_loans","at_least":500000000},{"measure":"card_level","is":"diamond"}],"status":[6,12]},
    {"code":"platinum","zh":"白金级","en":"Platinum","window_months":6,"any_of":[{"measure":"assets","at_least":50000000},{"measure":"card_spend","at_least":10000000},{"measure":"secured_loans","at_least":150000000},{"measure":"unsecured_loans","at_least":60000000}],"status":[3,6]},
    {"code":"gold","zh":"金级","en":"Gold","window_months":6,"any_of":[{"measure":"assets","at_least":20000000},{"measure":"unsecured_loans","at_least":30000000}],"status":[3,6]},
    {"code":"potential","zh":"潜力级","en":"Potential","window_months":6,"any_of":[{"measure":"assets","at_least":5000000}],"status":null},
    {"code":"ordinary","zh":"普通","en":"Ordinary","window_months":0,"any_of":[],"status":null}]}', 'kezhi', 0, 'kezhi', 'kezhi', -25567);

insert into tier (tier_ref, tier_code) values
  (1, 'core'), (2, 'growth'), (3, 'platinum'), (4, 'gold'), (5, 'potential'), (6, 'ordinary');
