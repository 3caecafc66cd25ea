//go:build unix

package sync

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lockFile takes the sole right to a file, or tells that another has it.
func lockFile(file *os.File) (taken bool, err error) {
	err = unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}
