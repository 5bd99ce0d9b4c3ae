//go:build linux || darwin || freebsd

package main

import "syscall"

// diskOf is how many bytes there are where a directory is, and how many of them this
// process may still write; zeros when that is not known.
func diskOf(dir string) (size, free uint64) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, 0
	}
	return uint64(s.Blocks) * uint64(s.Bsize), uint64(s.Bavail) * uint64(s.Bsize)
}
