package taxonomy

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"qingting/textmining/match"
)

// TestDocsNameEveryKey: whoever edits a taxonomy finds each key that the parser
// knows, each value, and each class of the cue notation in the documentation.
func TestDocsNameEveryKey(t *testing.T) {
	data, err := os.ReadFile("../../docs/mining.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, ok := strings.Cut(string(data), "\n## The taxonomy file\n")
	if !ok {
		t.Fatal("docs/mining.md has no section about the taxonomy file")
	}
	text, _, _ = strings.Cut(text, "\n## ")
	names := []string{Complaint, Neutral, Praise, Clause, Document}
	for _, v := range []any{Taxonomy{}, Entry{}, Wording{}} {
		for f := range reflect.TypeOf(v).Fields() {
			if tag := f.Tag.Get("yaml"); tag != "" {
				names = append(names, tag)
			}
		}
	}
	_, err = match.ParseCue("<#none>") // tells which there are
	classes := regexp.MustCompile(`<#[a-z]+>`).FindAllString(err.Error(), -1)
	if len(classes) < 2 {
		t.Fatalf("no classes in %q", err)
	}
	for _, c := range classes {
		if c != "<#none>" {
			names = append(names, c)
		}
	}
	for _, n := range names {
		if !strings.Contains(text, "`"+n+"`") {
			t.Errorf("docs/mining.md, The taxonomy file, says nothing of %q", n)
		}
	}
}
