package jobs

// PublishDue is one look of the schedule.
var PublishDue = publishDue
