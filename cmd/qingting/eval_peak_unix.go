//go:build unix

package main

import (
	"runtime"
	"syscall"
)

// peakMB is the most memory this process has held so far, in 10⁶ bytes.
func peakMB() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	unit := 1024.0 // of ru_maxrss: KiB, on macOS bytes
	if runtime.GOOS == "darwin" {
		unit = 1
	}
	return float64(u.Maxrss) * unit / 1e6
}
