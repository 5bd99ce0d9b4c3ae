package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"qingting/privacy/fold"
	"qingting/privacy/tagger/internal/sequence"
)

// sets of a few invented rows, one file a source.
func writeSets(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write := func(file string, kinds map[string]string, texts ...string) {
		var b bytes.Buffer
		for i := range 40 {
			text, spans := unmark(strings.ReplaceAll(texts[i%len(texts)], "#", fmt.Sprint(i)), kinds)
			line, err := json.Marshal(map[string]any{"text": text, "spans": spans})
			if err != nil {
				t.Fatal(err)
			}
			b.Write(append(line, '\n'))
		}
		path := filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range sources {
		person, organisation := "name", "company"
		switch s.set {
		case msra:
			person, organisation = "PER", "ORG"
		case weibo:
			person, organisation = "PER.NAM", "ORG.NAM"
		}
		kinds := map[string]string{"人": person, "司": organisation}
		write(s.file, kinds, "昨天〔人王建国〕来了第#次", "〔人陈晓燕〕在〔司远山公司〕上班#天", "第#页没有谁")
	}
	write("ner_zh/address_parsing.jsonl", map[string]string{"路": "road", "号": "roadno"}, "〔路长安路〕〔号#号〕")
	for _, p := range plain {
		write(p.file, nil, "第#次断网了", "找了李志强#次都没人来")
	}
	return dir
}

// unmark takes the marks out of 〔kind value〕, kind being one character.
func unmark(s string, kinds map[string]string) (text string, spans []map[string]any) {
	var out []rune
	start, kind := 0, ""
	for rs := []rune(s); len(rs) > 0; rs = rs[1:] {
		switch rs[0] {
		case '〔':
			start, kind = len(out), kinds[string(rs[1])]
			rs = rs[1:]
		case '〕':
			spans = append(spans, map[string]any{"start": start, "end": len(out), "type": kind})
		default:
			out = append(out, rs[0])
		}
	}
	return string(out), spans
}

// TestSameDataSameBytes trains twice, and sees that something was learnt.
func TestSameDataSameBytes(t *testing.T) {
	dir := writeSets(t)
	s := settings{learner{6, 0.2, 0.001, 0.2, io.Discard}, 50_000, 60, 40}
	var files [2][]byte
	for i := range files {
		path := filepath.Join(t.TempDir(), "weights.bin")
		if err := run(dir, path, s); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[i] = b
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("the same data gave two different files")
	}
	if _, err := sequence.Decode(files[0]); err != nil {
		t.Error(err)
	}
}

func TestHeldOutRowsShareNoText(t *testing.T) {
	long := "这一句话在两个集子里都有并且足够长"
	rows := []row{{text: "甲" + long, fold: 0}, {text: "乙" + long, fold: 5}, {text: "别的一句话，也足够长，但是没有人抄过", fold: 5}, {text: long + "丙", fold: 0}}
	kept, dropped := separate(rows)
	if dropped != 1 || len(kept) != 3 {
		t.Errorf("%d rows kept, %d dropped, want 3 and 1", len(kept), dropped)
	}
}

func TestRenamedRowsKeepTheirSpans(t *testing.T) {
	v := newInventor()
	text := "昨天张建国和张建国说好了"
	at := strings.Index(text, "张")
	r := row{text: text, spans: []span{{at, at + 9, sequence.Person, false}, {at + 12, at + 21, sequence.Person, false}}}
	for range 50 {
		got, ok := v.renamed(r)
		if !ok || len(got.spans) != 2 {
			t.Fatalf("no name was replaced: %+v", got)
		}
		a, b := got.spans[0], got.spans[1]
		if got.text[a.from:a.to] != got.text[b.from:b.to] {
			t.Errorf("one person has two names in %q", got.text)
		}
		if rest := strings.ReplaceAll(got.text, got.text[a.from:a.to], ""); rest != "昨天和说好了" {
			t.Errorf("what is no name changed: %q", got.text)
		}
	}
}

func TestMissingDataIsAnError(t *testing.T) {
	if err := run(t.TempDir(), filepath.Join(t.TempDir(), "w"), settings{learner: learner{log: io.Discard}}); err == nil {
		t.Error("an empty directory is no error")
	}
	if err := run("", "", settings{}); err == nil {
		t.Error("no directory is no error")
	}
}

func TestDictionaryNumbersOnce(t *testing.T) {
	d := newDictionary()
	for range 2 {
		for k := range uint64(5000) {
			d.add(k * 977)
		}
	}
	for k := range uint64(5000) {
		if n := d.of(k * 977); n == 0 || d.keys[n] != k*977 {
			t.Fatalf("feature %d has number %d", k*977, n)
		}
	}
	if len(d.keys) != 5001 || d.of(1) != 0 {
		t.Errorf("%d numbers of 5000 features, and %d for one that was not added", len(d.keys)-1, d.of(1))
	}
}

// TestComposedRows sees that every line of the grammar can be written, that
// spans lie on what they name, and that clean rows name nobody but by title.
func TestComposedRows(t *testing.T) {
	c := newComposer(newInventor())
	for _, kind := range composed {
		for _, form := range grammar[kind] {
			c.row, c.text = row{}, strings.Builder{}
			c.put(form)
			for _, s := range c.row.spans {
				if s.from < 0 || s.from >= s.to || s.to > c.text.Len() {
					t.Fatalf("span %d to %d of %d bytes of form %q", s.from, s.to, c.text.Len(), form)
				}
				if kind == "clean" && s.kind == sequence.Person && !strings.Contains(form, "{titled}") {
					t.Errorf("a clean form names somebody: %q", form)
				}
			}
			named := strings.Contains(form, "{N}") || strings.Contains(form, "{short}") || strings.Contains(form, "{family}") || strings.Contains(form, "{single}") || strings.Contains(form, "{pet}")
			if kind != "clean" && !named {
				t.Errorf("form %q of kind %q names nobody", form, kind)
			}
		}
	}
}

func TestGateLearnsWhereNamesBegin(t *testing.T) {
	c := newComposer(newInventor())
	rows := append(c.compose("record", 800), c.compose("clean", 800)...)
	g := sequence.Gate{Weights: learnGate(rows)}
	rd := sequence.NewReader()
	var cells [sequence.GateFeatures]uint32
	higher, pairs := 0, 0
	for _, r := range c.compose("record", 100) {
		eachSentence(r, func(x *fold.Text, from, to int, gold []sequence.Label, _ []uint16) {
			rd.Begin(x, from, to)
			best, at := int32(-1<<30), -1
			for i := from; i < to; i++ {
				if !rd.GateKeys(i, &cells) {
					continue
				}
				if _, sum := g.Sums(&cells); sum > best {
					best, at = sum, i
				}
			}
			for _, s := range sequence.Spans(gold, from, nil) {
				if s.Kind == sequence.Person {
					pairs++
					if s.Start == at {
						higher++
					}
					break
				}
			}
		})
	}
	if pairs < 50 || higher*10 < pairs*7 {
		t.Errorf("in %d of %d sentences the gate ranks the beginning of a name highest, want seven in ten", higher, pairs)
	}
}

// TestTitledRows sees that a surname with a form of address may be a person or
// none, however its set has it, and that whole names stay what they are.
func TestTitledRows(t *testing.T) {
	text := "王先生和陈晓燕女士找李女士，那个孩子说某天来"
	at := func(value string) (from, to int) {
		from = strings.Index(text, value)
		return from, from + len(value)
	}
	add := func(spans []span, value string, maybe bool) []span {
		from, to := at(value)
		return append(spans, span{from, to, sequence.Person, maybe})
	}
	given := add(add(nil, "王", false), "陈晓燕", false)
	want := add(add(add(nil, "王", true), "陈晓燕", false), "李女士", true)
	got := titled(row{text: text, spans: given})
	if !slices.Equal(got.spans, want) {
		t.Errorf("spans %v, want %v", got.spans, want)
	}
	if given[0].maybe {
		t.Error("the row that was given has changed")
	}
}
