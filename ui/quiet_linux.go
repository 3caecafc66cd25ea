package ui

import "golang.org/x/sys/unix"

// quietNice is how much nicer than the console a look through everything is.
const quietNice = 10

// lowerPriority makes the calling thread yield to the others. Where it is not allowed, the thread stays as it is.
func lowerPriority() {
	now, err := unix.Getpriority(unix.PRIO_PROCESS, 0) // of the thread, on Linux; 20 less its nice value
	if err != nil {
		return
	}
	_ = unix.Setpriority(unix.PRIO_PROCESS, 0, min(19, 20-now+quietNice))
}
