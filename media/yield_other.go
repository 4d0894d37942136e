//go:build !linux

package media

import "syscall"

// yield does nothing: the system has no priority of threads.
func yield() {}

func bound() *syscall.SysProcAttr { return nil }
