package chart

import (
	"fmt"
	"strings"
)

// Spark is a series so small that it stands in a line of text: bars, SparkWidth
// wide and SparkHeight high, in two paths.
type Spark struct {
	Bars  string // path of the figures that are known
	Few   string // path of the stubs of those withheld
	Label string // the series in words
}

// Size of a sparkline.
const (
	SparkWidth  = 100
	SparkHeight = 24
	sparkFew    = 3
)

// NewSpark draws values; nil when there is nothing to see: fewer than two, or
// none above zero.
func NewSpark(values []Value, label string) *Spark {
	top, seen := 0.0, false
	for _, v := range values {
		if v.known() {
			top = max(top, v.N)
		}
		seen = seen || v.Hidden || v.known() && v.N > 0
	}
	if len(values) < 2 || !seen {
		return nil
	}
	var bars, few strings.Builder
	pitch := SparkWidth / float64(len(values))
	for i, v := range values {
		into, height := &bars, 0.0
		switch {
		case v.Hidden:
			into, height = &few, sparkFew
		case v.known() && v.N > 0:
			height = max(1, SparkHeight*v.N/top)
		default:
			continue
		}
		fmt.Fprintf(into, "M%.1f %dv%.1fh%.1fv%.1fz", float64(i)*pitch, SparkHeight, -height, pitch*0.78, height)
	}
	return &Spark{bars.String(), few.String(), label}
}
