package main

import (
	"fmt"
	"strings"
)

// table is the result for a terminal.
func (r benchResult) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d items of %.0f characters on average, %d processors, %s\n\n", r.Items, r.Characters, r.Processors, r.Go)
	fmt.Fprintf(&b, "%-26s %12s %8s %12s\n", "stage", "documents/s", "MB/s", "µs/document")
	for _, m := range append(r.Stages, r.Whole, r.Bare) {
		fmt.Fprintf(&b, "%-26s %12.0f %8.2f %12.1f\n", m.Stage, m.perSecond(), m.megabytes(), m.micros())
	}
	fmt.Fprintf(&b, "\n%-40s %8s %10s %14s %10s\n", "detection", "MB", "seconds", "MB/processor-s", "memory")
	for _, d := range r.Detection {
		fmt.Fprintf(&b, "%-40s %8.0f %10.1f %14.2f %10s\n", d.Kind, float64(d.Bytes)/1e6, d.Wall, d.megabytes(), d.memory())
	}
	fmt.Fprintf(&b, "\nwhole path ÷ bare Bleve    %.2f\n", r.Ratio)
	fmt.Fprintf(&b, "start, dictionary loaded   %.2f s\nfirst document indexed     %.2f s\npeak memory                %d MB\n", r.Started, r.First, r.Memory>>20)
	return b.String()
}

// markdown is docs/performance.md.
func (r benchResult) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Performance

Written by `+"`make bench`"+` (`+"`qingting bench --markdown docs/performance.md`"+`). Seconds depend on the machine and on what else it
does; compare the ratio, whose two sides are measured in turn in one run, and the stages among each other.

%d items of the built-in corpus, %.0f characters on average, %d processors, %s. Stages run alone on one goroutine; the
index and the whole path use all processors.

| stage | documents/s | MB/s | µs/document |
|---|---:|---:|---:|
`, r.Items, r.Characters, r.Processors, r.Go)
	for _, m := range append(r.Stages, r.Whole, r.Bare) {
		fmt.Fprintf(&b, "| %s | %.0f | %.2f | %.1f |\n", m.Stage, m.perSecond(), m.megabytes(), m.micros())
	}
	fmt.Fprintf(&b, `
| | |
|---|---:|
| whole path ÷ bare Bleve | **%.2f** |
| start until feedback is taken, dictionary loaded | %.2f s |
| start until the first document is indexed | %.2f s |
| peak resident memory of the whole path | %d MB |

**Whole path**: published over NATS to an encrypted stream, decoded, redacted, sealed, annotated, stored in vault and
documents streams, indexed and counted; from the first publish until the last document is in the index.
**Bare Bleve**: the same redacted documents indexed through Bleve's own API in batches of %d, with the same segmenter and
character bigrams, the same fields, term vectors, and the text stored.
`, r.Ratio, r.Started, r.First, r.Memory>>20, bareBatch)
	b.WriteString(`
## Detection

The detector by kind of text, on one goroutine; megabytes by processor time, which other work on the machine does not
change much. Memory is that of the process, the text and what the rest of the benchmark left included.

| text | MB | seconds | MB by processor second | resident memory, at most |
|---|---:|---:|---:|---:|
`)
	for _, d := range r.Detection {
		fmt.Fprintf(&b, "| %s | %.0f | %.1f | %.2f | %s |\n", d.Kind, float64(d.Bytes)/1e6, d.Wall, d.megabytes(), d.memory())
	}
	return b.String()
}
