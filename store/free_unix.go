//go:build unix

package store

import "golang.org/x/sys/unix"

// freeBytes is how much of the disk under dir this user can still fill.
func freeBytes(dir string) (int64, error) {
	var stat unix.Statfs_t
	if err := unix.Statfs(dir, &stat); err != nil {
		return 0, err
	}
	return int64(stat.Bavail) * int64(stat.Bsize), nil
}
