//go:build !linux

package media

// yield does nothing: the system has no priority of threads.
func yield() {}
