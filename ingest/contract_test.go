package ingest

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestContract holds docs/formats/feedback.md against the code: its examples
// decode, its limits and reasons are those in force.
func TestContract(t *testing.T) {
	page, err := os.ReadFile("../docs/formats/feedback.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := string(page)
	examples := regexp.MustCompile("(?s)```json\n(.*?)```").FindAllStringSubmatch(doc, -1)
	if len(examples) < 2 {
		t.Fatalf("%d examples in JSON, want native and CloudEvent", len(examples))
	}
	for _, e := range examples {
		f, err := Decode("feedback.in.app", nil, []byte(e[1]), nil, received)
		if err != nil || f.ID == "" || f.Rating == nil {
			t.Errorf("an example does not decode: %v", err)
		}
	}
	l := DefaultLimits()
	for _, row := range []string{
		fmt.Sprintf("| body, sealed or not | %d MiB |", l.Body>>20),
		fmt.Sprintf("| text | %d KiB of UTF-8 |", l.Text>>10),
		fmt.Sprintf("| any other field, and a customer value | %d KiB |", l.Field>>10),
		fmt.Sprintf("| value of an attribute | %d KiB |", l.Value>>10),
		fmt.Sprintf("| customer fields | %d |", l.Customer),
		fmt.Sprintf("| attributes | %d |", l.Attributes),
		fmt.Sprintf("| name of a customer field or attribute | %d bytes of letters, digits, `_`, `.` and `-`, with at most %d digits in a row |", l.Name, longestDigits),
		fmt.Sprintf("| nesting of JSON | %d |", l.Depth),
		fmt.Sprintf("| header values | %d |", l.Headers),
		fmt.Sprintf("| header names and values together | %d KiB |", l.HeaderBytes>>10),
		fmt.Sprintf("| recipients of a sealed payload | %d |", l.Recipients),
		fmt.Sprintf("| rating | %v to %v |", l.RatingMin, l.RatingMax),
		fmt.Sprintf("| time | from %s to %v hours after receipt |", l.Earliest.Format("2006-01-02"), l.Ahead.Hours()),
	} {
		if !strings.Contains(doc, row) {
			t.Errorf("the page lacks %s", row)
		}
	}
	for _, r := range Reasons() {
		if !strings.Contains(doc, "\n| `"+r+"` |") {
			t.Errorf("the page lacks the reason %s", r)
		}
	}
}
