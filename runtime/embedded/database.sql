-- Make the database of Redress, if it is missing.
SELECT 'CREATE DATABASE redress'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'redress')
\gexec
