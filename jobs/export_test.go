package jobs

// PublishDue is one look of the schedule.
var PublishDue = publishDue

// PruneOnce is one look for texts to forget.
var PruneOnce = prune
