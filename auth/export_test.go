package auth

// Cheap makes passwords cost little, for tests.
func (d *Door) Cheap() { d.hasher = newHasher(cost{memory: 8, passes: 1, threads: 1}) }

// Dearer makes them cost more than Cheap.
func (d *Door) Dearer() { d.hasher = newHasher(cost{memory: 16, passes: 1, threads: 1}) }
