-- What was given up is counted again and again, and is a few among very many.
CREATE INDEX renditions_failed ON renditions (format) WHERE state = 'failed';
