package media

import "syscall"

// yield lets everything else run before this thread, and before what it starts.
func yield() {
	syscall.Setpriority(syscall.PRIO_PROCESS, 0, 19) // of this thread alone; where it is forbidden all is as before
}

// bound makes a process end with the thread that starts it.
func bound() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
