//go:build unix

package orgsim

import (
	"os"
	"syscall"
)

// lock takes the file for this process alone. The lock ends with the process, however it ends.
func lock(file *os.File) error {
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
