-- The two roles of a ledger, and who may take them on.  Run before every upgrade: roles and grants on the
-- database belong to the server and are not in a dump or a clone of the database.
--
--   jiesuan_service    takes commands: reads and inserts the log, reads the read models
--   jiesuan_projector  carries facts into read models: reads the log, owns the schemas of the read models

do $$
declare
    name text;
begin
    foreach name in array array['jiesuan_service', 'jiesuan_projector'] loop
        if not exists (select from pg_catalog.pg_roles where rolname = name) then
            begin
                execute format('create role %I nologin', name);
            exception when duplicate_object or unique_violation then
                null;  -- another ledger on this server made it in the same moment
            end;
        end if;
        begin
            execute format('set local role %I', name);
            reset role;
        exception when insufficient_privilege then
            execute format('grant %I to session_user', name);
        end;
    end loop;
end $$;

do $$
begin
    if not has_database_privilege('jiesuan_projector', current_database(), 'create') then
        execute format('grant create on database %I to jiesuan_projector', current_database());
    end if;
end $$;
