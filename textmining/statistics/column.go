package statistics

import "fmt"

// Column is what documents can be told apart by, other than their labels.
type Column uint8

// The columns.
const (
	Channel Column = iota
	Region
	Product
	Weekday // Monday is "1", Sunday "7"
	numColumns
)

var columnNames = [numColumns]string{"channel", "region", "product", "weekday"}

// String is the name that ParseColumn reads.
func (c Column) String() string { return columnNames[c] }

// ParseColumn reads a column's name: channel, region, product or weekday.
func ParseColumn(name string) (Column, error) {
	for c, n := range columnNames {
		if n == name {
			return Column(c), nil
		}
	}
	return 0, fmt.Errorf("no column %q: want channel, region, product or weekday", name)
}

// value is the number of a row's value; 0 is none.
func (s *Store) value(r *row, number int, c Column) uint16 {
	switch c {
	case Channel:
		return r.channel
	case Region:
		return r.region
	case Product:
		return s.details[number].product
	}
	return (r.day+3)%7 + 1 // day 0 was a Thursday
}

// dictionary names the values of a column.
func (s *Store) dictionary(c Column) *dictionary {
	switch c {
	case Channel:
		return &s.channels
	case Region:
		return &s.regions
	case Product:
		return &s.products
	}
	return &weekdayNames
}

var weekdayNames = dictionary{values: []string{"", "1", "2", "3", "4", "5", "6", "7"}}
