package matrix

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Blocks calls f for the ranges [0,size), [size,2·size) … of n, on all cores and
// in no order; block numbers them from 0. It returns when all are done.
func Blocks(n, size int, f func(block, lo, hi int)) {
	count := (n + size - 1) / size
	workers := min(runtime.GOMAXPROCS(0), count)
	if workers <= 1 {
		for b := range count {
			f(b, b*size, min(n, (b+1)*size))
		}
		return
	}
	var next atomic.Int64
	var running sync.WaitGroup
	for range workers {
		running.Go(func() {
			for {
				b := int(next.Add(1)) - 1
				if b >= count {
					return
				}
				f(b, b*size, min(n, (b+1)*size))
			}
		})
	}
	running.Wait()
}
