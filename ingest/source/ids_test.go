package source

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNotesOfIDs: rows that are one record, and a file without any, are said.
func TestNotesOfIDs(t *testing.T) {
	one := "the id is that of a row above: the two are one record, in which the last row counts"
	for _, c := range []struct {
		name, in string
		rows     int
		notes    []string
	}{
		{"a.csv", "工单号,投诉内容\n1,断网\n2,断网\n1,乱扣费\n1,信号差\n", 4, []string{one + " (2 rows)"}},
		{"a.csv", "来源,工单号,投诉内容\na,1,断网\nb,1,断网\n", 2, []string{}},
		{"a.csv", "投诉内容\n断网\n断网\n", 2, []string{}},
		{"a.jsonl", `{"id":1,"text":"断网"}` + "\n" + `{"id":"1","text":"乱扣费"}` + "\n", 2, []string{one + " (1 row)"}},
		{"a.csv", "工单号,投诉内容\n", 0, []string{"the file holds no row of feedback"}},
		{"a.csv", "工单号,投诉内容\n1\n", 0, []string{}},
	} {
		got := read(t, c.name, []byte(c.in), Options{})
		if got.fatal != "" || len(got.rows) != c.rows {
			t.Errorf("%s: %d rows, %s; want %d", c.in, len(got.rows), got.fatal, c.rows)
		}
		if diff := cmp.Diff(c.notes, got.notes); diff != "" {
			t.Errorf("%s:\n%s", c.in, diff)
		}
	}
}
