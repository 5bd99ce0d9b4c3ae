package ingest

import (
	"time"
)

// Limits bounds what Decode takes. The zero value takes nothing: start from
// DefaultLimits.
type Limits struct {
	Body        int // bytes of a message body, sealed or not: 1 MiB
	Text        int // bytes of Text in UTF-8: 256 KiB
	Field       int // bytes of a plain field or a customer field: 4 KiB
	Value       int // bytes of the value of an attribute: 32 KiB
	Name        int // bytes of the name of an attribute or customer field: 64
	Attributes  int // number of attributes: 64
	Customer    int // number of customer fields: 32
	Depth       int // nesting of JSON: 32
	Headers     int // number of header values: 64
	HeaderBytes int // bytes of all header names and values: 16 KiB
	Recipients  int // stanzas in the header of a sealed payload: 20

	RatingMin, RatingMax float64       // 0 and 10, both inclusive
	Earliest             time.Time     // 2000-01-01 UTC
	Ahead                time.Duration // how far past the time of receipt: 48 hours
}

// DefaultLimits are the limits of the feedback contract.
func DefaultLimits() Limits {
	return Limits{
		Body:        1 << 20,
		Text:        256 << 10,
		Field:       4 << 10,
		Value:       32 << 10,
		Name:        64,
		Attributes:  64,
		Customer:    32,
		Depth:       32,
		Headers:     64,
		HeaderBytes: 16 << 10,
		Recipients:  20,
		RatingMin:   0,
		RatingMax:   10,
		Earliest:    time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC),
		Ahead:       48 * time.Hour,
	}
}
