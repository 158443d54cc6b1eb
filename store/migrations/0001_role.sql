-- The role as which Redress works. What must never change is granted to it for insert and select
-- only, so that no fault and no intruder in the application can rewrite the past.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'redress_app') THEN
        CREATE ROLE redress_app NOLOGIN;
    END IF;
EXCEPTION
    -- Roles belong to the whole cluster: another database may be migrated at this very moment.
    WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

DO $$
BEGIN
    IF NOT pg_has_role(current_user, 'redress_app', 'MEMBER') THEN
        EXECUTE format('GRANT redress_app TO %I', current_user);
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO redress_app', current_schema());
END
$$;
