package main

// evalCmd measures the parts of qingting on labelled files.
type evalCmd struct {
	Redaction evalRedactionCmd `cmd:"" help:"Measure what redaction finds, misses and takes out in vain."`
}
