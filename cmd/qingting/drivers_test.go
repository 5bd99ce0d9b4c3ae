package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"qingting/internal/corpus"
	"qingting/internal/document"
	"qingting/textmining/insight"
)

// TestDriversChecked draws a sample of a file of feedback whose tags of one theme
// are half of them wrong, says what the texts complain of, and has the effects
// corrected by it.
func TestDriversChecked(t *testing.T) {
	const theme = "charged-without-consent"
	dir := t.TempDir()
	rows, sample := filepath.Join(dir, "rows.jsonl"), filepath.Join(dir, "sample.jsonl")
	truth := map[string][]string{}
	var b bytes.Buffer
	n := 0
	for _, it := range corpus.Generate(2, corpus.Options{}) {
		negative := it.Truth.Sentiment == "negative"
		truth[it.ID] = []string{}
		var tags []document.Tag
		if negative {
			truth[it.ID] = it.Truth.Themes
			for _, id := range it.Truth.Themes {
				tags = append(tags, document.Tag{ID: id, Score: .95, Polarity: -1})
			}
			if n++; n%6 == 0 && !slices.Contains(it.Truth.Themes, theme) {
				tags = append(tags, document.Tag{ID: theme, Score: .95, Polarity: -1})
			}
		}
		line, err := json.Marshal(map[string]any{
			"id": it.ID, "text": it.Text, "time": it.Time, "rating": it.Rating, "customer": it.Customer["phone"], "channel": it.Channel, "region": it.Region, "product": it.Product,
			"themes": tags, "sentiment": map[string]any{"label": it.Truth.Sentiment},
		})
		if err != nil {
			t.Fatal(err)
		}
		b.Write(append(line, '\n'))
	}
	if err := os.WriteFile(rows, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	call := func(args ...string) (string, string, int) {
		var out, said bytes.Buffer
		code := run(t.Context(), append([]string{"drivers", "--file", rows}, args...), &console{In: strings.NewReader(""), Out: &out, Err: &said})
		return out.String(), said.String(), code
	}
	effect := func(args ...string) (*insight.Drivers, float64) {
		out, said, code := call(append(args, "--json")...)
		if code != 0 {
			t.Fatalf("exit %d: %s", code, said)
		}
		d := new(insight.Drivers)
		if err := json.Unmarshal([]byte(out), d); err != nil {
			t.Fatal(err)
		}
		for _, e := range d.Effects {
			if e.Theme == theme {
				return d, e.Points
			}
		}
		t.Fatal("no effect of the theme")
		return nil, 0
	}
	_, plain := effect()

	drawn, said, code := call("--sample", "1500")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, said)
	}
	if again, _, _ := call("--sample", "1500"); again != drawn {
		t.Error("another sample the second time")
	}
	var filled bytes.Buffer
	for lines := bufio.NewScanner(strings.NewReader(drawn)); lines.Scan(); {
		var one checkedLine
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil || one.Themes != nil || one.Text == "" {
			t.Fatalf("a line of the sample is %+v, %v", one, err)
		}
		themes := truth[one.ID]
		one.Themes = &themes
		line, _ := json.Marshal(one)
		filled.Write(append(line, '\n'))
	}
	if err := os.WriteFile(sample, append(filled.Bytes(), `{"id":"not read yet","themes":null}`...), 0o600); err != nil {
		t.Fatal(err)
	}
	d, corrected := effect("--checked", sample)
	planted := corpus.Effects()[theme]
	if d.Checked != 1500 || corrected > plain-.3 || corrected < planted-.5 || corrected > planted+.5 {
		t.Errorf("%d checked; the effect is %.2f, without checks %.2f, planted %.2f", d.Checked, corrected, plain, planted)
	}
	if out, _, _ := call("--checked", sample); !strings.Contains(out, "1500 条人工核对") {
		t.Error("the table does not tell of the checked texts")
	}

	for name, c := range map[string]struct{ file, want string }{
		"no line is read":        {`{"id":"1","themes":null}`, "no line says"},
		"a theme that is none":   {`{"id":"1","themes":["nothing-of-the-kind"]}`, "line 1 names a theme"},
		"a text twice":           {fmt.Sprintf("%s\n%[1]s", `{"id":"1","themes":[]}`), "line 2 is of a text that"},
		"a file of other things": {`{"themes":[]}`, "line 1 is no checked text"},
		"texts of elsewhere":     {`{"id":"elsewhere","themes":[]}`, "none of its texts"},
	} {
		file := filepath.Join(dir, "wrong.jsonl")
		if err := os.WriteFile(file, []byte(c.file), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, said, code := call("--checked", file); code == 0 || !strings.Contains(said, c.want) {
			t.Errorf("%s: exit %d, %q", name, code, said)
		}
	}
	var said2 bytes.Buffer
	if code := run(t.Context(), []string{"drivers", "--sample", "5"}, &console{In: strings.NewReader(""), Out: &said2, Err: &said2}); code == 0 || !strings.Contains(said2.String(), "--data or --file") {
		t.Errorf("a sample of a server: exit %d, %q", code, said2.String())
	}
}
