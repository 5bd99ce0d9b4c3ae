package review

import (
	"math"
	"strconv"
)

// Percent writes a share for people, with two digits that count and rounded up:
// it is the bound of something bad.
func Percent(share float64) string {
	if share <= 0 {
		return "0 %"
	}
	digits := max(0, min(6, 1-int(math.Floor(math.Log10(share*100)))))
	scale := math.Pow(10, float64(digits))
	return strconv.FormatFloat(math.Ceil(share*100*scale-1e-6)/scale, 'f', digits, 64) + " %"
}
