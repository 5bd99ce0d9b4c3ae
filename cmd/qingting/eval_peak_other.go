//go:build !unix

package main

import "runtime"

// peakMB is the memory the Go runtime holds from the system, in 10⁶ bytes:
// the peak itself is not to be had here.
func peakMB() float64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.Sys) / 1e6
}
