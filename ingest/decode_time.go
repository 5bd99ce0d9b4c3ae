package ingest

import (
	"math"
	"strconv"
	"time"
)

// China is the zone of a time that names none: UTC+8. The contract begins in
// 2000, when the country no longer changed its clocks.
var China = time.FixedZone("Asia/Shanghai", 8*60*60)

// millis is where a Unix number stops being seconds (the year 5138) and starts
// being milliseconds (1973).
const millis = 1e11

// timeLayouts are the written forms of the contract. Go's parser also takes
// fractions of a second after the seconds of each.
var timeLayouts = []string{
	time.RFC3339,
	time.DateTime,
	"2006-01-02T15:04:05",
	"2006-01-02 15:04",
	time.DateOnly,
}

// ParseTime reads a time of the feedback contract: RFC 3339; 2006-01-02
// 15:04:05, 2006-01-02T15:04:05, 2006-01-02 15:04 and 2006-01-02 in China's
// time; Unix seconds, or milliseconds from 1e11 on, with or without fraction.
// It does not check the range.
func ParseTime(s string) (time.Time, bool) {
	for _, layout := range timeLayouts {
		if t, err := time.ParseInLocation(layout, s, China); err == nil {
			return t, true
		}
	}
	// Eight digits may as well be a date written without dashes: too few to be
	// a Unix time of this century, so not guessed at.
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(n) || math.Abs(n) > 1e15 || math.Abs(n) < 1e8 {
		return time.Time{}, false
	}
	if math.Abs(n) < millis {
		n *= 1000
	}
	return time.UnixMilli(int64(math.Round(n))), true
}
