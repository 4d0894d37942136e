package engine

import "github.com/google/uuid"

// NewID returns a new id: a UUIDv7, so that rows made later sort later.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }
