-- Whoever makes renditions asks again and again whether there are any in the
-- formats that he can make; those in others may be many.
CREATE INDEX renditions_makeable ON renditions (format, due) WHERE state = 'wanted';
