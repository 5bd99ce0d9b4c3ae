//go:build !unix

package main

import "time"

var processStart = time.Now()

// cpuTime is the time since the process began: as good as the processor's on a
// machine that does nothing else.
func cpuTime() time.Duration { return time.Since(processStart) }
