//go:build unix

package store

import (
	"io/fs"
	"syscall"
)

// occupied is how much of the disk a file takes.
func occupied(info fs.FileInfo) int64 {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0
	}
	return stat.Blocks * 512
}
