-- What the program that last opened this company knew of each kind of record. One that knows more writes again what that changes
-- of what it gives out.
CREATE TABLE shape (
  kind TEXT PRIMARY KEY, shape TEXT NOT NULL
);
