package media

import "syscall"

// yield lets everything else run before this thread.
func yield() {
	syscall.Setpriority(syscall.PRIO_PROCESS, 0, 10) // of this thread alone; where it is forbidden all is as before
}
