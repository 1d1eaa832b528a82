-- Whether a password is one that everybody knows: it opens nothing unless headquarters shows the demo company on this machine.
ALTER TABLE password ADD COLUMN demo INTEGER NOT NULL DEFAULT 0;
-- Where a browser signed in from, so that its person can tell their sessions apart.
ALTER TABLE token ADD COLUMN address TEXT NOT NULL DEFAULT '';
