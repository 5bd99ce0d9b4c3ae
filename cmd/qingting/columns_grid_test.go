package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/google/go-cmp/cmp"
)

func TestGrid(t *testing.T) {
	for _, c := range []struct {
		name     string
		right    bool
		in, want string
	}{
		{"nothing", false, "", ""},
		{
			"Chinese takes two columns", false,
			"ID\tPLACE\tTITLE\nm1\t四川\t账单改版\nm2\tAnhui\tx\n",
			"ID  PLACE  TITLE\nm1  四川   账单改版\nm2  Anhui  x\n",
		},
		{
			"numbers to the right", true,
			"主题\t次数\t\n退费慢\t3\t\nbilling\t120\t\n",
			"     主题  次数\n   退费慢     3\n  billing   120\n",
		},
		{"what commands a terminal", false, "a\x1b[31m\tb\u202e\nccc\td\n", "a[31m  b\nccc    d\n"},
		{"lines without a column part the blocks", false, "a\tb\n\naaaaaa\tb\n", "a  b\n\naaaaaa  b\n"},
	} {
		var out bytes.Buffer
		g := newGrid(&out)
		if c.right {
			g = newRightGrid(&out)
		}
		fmt.Fprint(g, c.in)
		if err := g.Flush(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, out.String()); diff != "" {
			t.Errorf("%s:\n%s", c.name, diff)
		}
	}
}

// TestGridAsTabwriter: of ASCII it makes what text/tabwriter makes, but for
// spaces at the ends of lines.
func TestGridAsTabwriter(t *testing.T) {
	text := "type\tgold\tfound\t\nMOBILE\t12\t3\t\na\t1\n\nrule\ttype\tmean\tfound\tright\t\t\nx.y\tMOBILE\t0.5\t\t1\t\t\nlong name of a rule\tx\t\n"
	for _, right := range []bool{false, true} {
		var got, want bytes.Buffer
		g, w := newGrid(&got), tabwriter.NewWriter(&want, 0, 0, 2, ' ', 0)
		if right {
			g, w = newRightGrid(&got), tabwriter.NewWriter(&want, 0, 0, 2, ' ', tabwriter.AlignRight)
		}
		fmt.Fprint(g, text)
		fmt.Fprint(w, text)
		if err := g.Flush(); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		var trimmed strings.Builder
		for line := range strings.Lines(want.String()) {
			trimmed.WriteString(strings.TrimRight(line, " \n") + "\n")
		}
		if diff := cmp.Diff(trimmed.String(), got.String()); diff != "" {
			t.Errorf("right %v:\n%s", right, diff)
		}
	}
}
