//go:build race

package main

// raceFactor is how many times the memory the race detector may take: by its
// own manual five to ten times.
const raceFactor = 10
