package store

import "io/fs"

// occupied is how much of the disk a file takes; what NTFS writes, it allots.
func occupied(info fs.FileInfo) int64 { return info.Size() }
