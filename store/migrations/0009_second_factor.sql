-- A pending session is of somebody who must add a second factor before all else.
ALTER TABLE sessions ADD COLUMN pending BOOLEAN NOT NULL DEFAULT FALSE;
