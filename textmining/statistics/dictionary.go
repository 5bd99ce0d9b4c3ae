package statistics

import "math"

// dictionary numbers the values of a column, from 1; 0 is "". Past 65,535
// values the rest share the last number.
type dictionary struct {
	numbers map[string]uint16
	values  []string
}

func (d *dictionary) number(value string) uint16 {
	if value == "" {
		return 0
	}
	if n, ok := d.numbers[value]; ok {
		return n
	}
	if d.numbers == nil {
		d.numbers = map[string]uint16{}
		d.values = []string{""}
	}
	if len(d.values) == math.MaxUint16 {
		return math.MaxUint16 // no name of its own; see place
	}
	n := uint16(len(d.values))
	d.numbers[value] = n
	d.values = append(d.values, value)
	return n
}

// find returns the number of value, and whether it has one.
func (d *dictionary) find(value string) (uint16, bool) {
	n, ok := d.numbers[value]
	return n, ok
}
