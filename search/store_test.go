package search

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	invented "qingting/internal/corpus"
	"qingting/internal/document"
)

var makeDictionary = flag.Bool("dictionary", false, "make body.dict anew")

// TestBodyDictionary checks that the dictionary is worth its place; with
// -dictionary it makes it, out of invented feedback.
func TestBodyDictionary(t *testing.T) {
	items := invented.Generate(1, invented.Options{Items: 6000})
	w := newWriter(2)
	table := tempNames(t)
	var samples [][]byte
	clauses := make(map[string]int)
	for i, item := range items {
		d := w.doc(i)
		d.Text, d.Channel, d.Region, d.Product = item.Text, item.Channel, item.Region, item.Product
		if i%4 == 0 { // what people write elsewhere has other bytes
			d.Text = w.text(40 + i%80)
		}
		p := packer{names: table}
		p.text(d.Text)
		p.document(d)
		samples = append(samples, p.data)
		for _, clause := range strings.FieldsFunc(item.Text, func(r rune) bool { return unicode.IsPunct(r) || unicode.IsSpace(r) || unicode.IsDigit(r) }) {
			if len(clause) >= 9 {
				clauses[clause]++
			}
		}
	}
	if *makeDictionary {
		dict, err := zstd.BuildDict(zstd.BuildDictOptions{
			ID: 1, Contents: samples, History: history(clauses, 24<<10), Offsets: [3]int{1, 4, 8}, Level: zstd.SpeedFastest,
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("body.dict", dict, 0o644); err != nil {
			t.Fatal(err)
		}
		t.Skip("body.dict is made; it counts from the next run")
	}
	s, err := newStore(table)
	if err != nil {
		t.Fatal(err)
	}
	plain, packed := 0, 0
	for _, sample := range samples {
		plain += len(sample)
		packed += len(s.enc.EncodeAll(sample, nil))
	}
	if share := float64(packed) / float64(plain); share > .95 {
		t.Errorf("compressed to %.2f of the plain form, want 0.95 at most", share)
	} else {
		t.Logf("%.3f of %d bytes a document", share, plain/len(samples))
	}
}

// history joins the clauses that come most often, the commonest last.
func history(clauses map[string]int, size int) []byte {
	list := make([]string, 0, len(clauses))
	for c, n := range clauses {
		if n > 2 {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b string) int {
		if d := clauses[b]*len(b) - clauses[a]*len(a); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	var kept []string
	var all string
	for _, c := range list {
		if len(all)+len(c) > size {
			break
		}
		if !strings.Contains(all, c) {
			kept, all = append(kept, c), all+c
		}
	}
	slices.Reverse(kept)
	return appendPacked(nil, strings.Join(kept, ""))
}

func tempNames(t testing.TB) *names {
	t.Helper()
	n, err := openNames(filepath.Join(t.TempDir(), "names"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.close() })
	return n
}

// Every field of a document comes back, those that will be added among them.
func TestStoreKeepsEveryField(t *testing.T) {
	path := filepath.Join(t.TempDir(), "names")
	table, err := openNames(path)
	if err != nil {
		t.Fatal(err)
	}
	s, err := newStore(table)
	if err != nil {
		t.Fatal(err)
	}
	full := &document.Document{}
	number := 0
	setAll(t, reflect.ValueOf(full).Elem(), &number)
	full.Schema, full.Month = document.Schema, "000000"
	bare := &document.Document{Schema: document.Schema, Record: "r", Month: "000101"}
	docs := []*document.Document{full, bare, newWriter(3).doc(1)}
	var entries [][]byte
	for i, d := range docs {
		body, err := s.pack(d, uint64(i)<<40)
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, entryOf(nil, d.Record, body))
	}
	if err := table.flush(); err != nil {
		t.Fatal(err)
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	// As after a restart that found the end of the table cut off.
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write([]byte{20, 1, 2, 3, 4, 'x'}); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if table, err = openNames(path); err != nil {
		t.Fatal(err)
	}
	if s, err = newStore(table); err != nil {
		t.Fatal(err)
	}
	defer s.close()
	for i, d := range docs {
		got, seq, err := s.unpack(entries[i])
		if err != nil {
			t.Fatalf("document %d: %v", i, err)
		}
		if diff := cmp.Diff(d, got); diff != "" || seq != uint64(i)<<40 {
			t.Errorf("document %d, sequence %d (-want +got):\n%s", i, seq, diff)
		}
		text, _, _, err := s.open(entries[i], nil)
		if err != nil || !bytes.Equal(text, []byte(d.Text)) {
			t.Errorf("document %d: its text is %q, %v", i, text, err)
		}
	}
}

// setAll gives every field a value of its own.
func setAll(t *testing.T, v reflect.Value, n *int) {
	t.Helper()
	*n++
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Date(2026, 5, *n%28+1, 1, 2, 3, *n, time.FixedZone("", 8*3600))))
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			setAll(t, v.Field(i), n)
		}
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		setAll(t, v.Elem(), n)
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		setAll(t, v.Index(0), n)
		setAll(t, v.Index(1), n)
	case v.Kind() == reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{fmt.Sprint("k", *n): "套餐", "a": fmt.Sprint(*n)}))
	case v.Kind() == reflect.String:
		v.SetString(fmt.Sprint("值", *n))
	case v.Kind() == reflect.Int:
		v.SetInt(int64(*n))
	case v.Kind() == reflect.Float64:
		v.SetFloat(float64(*n) / 7)
	default:
		t.Fatalf("a field of kind %v: packer and this test must learn of it", v.Kind())
	}
}

// FuzzUnpack: nothing that a damaged file may hold makes the reader panic.
func FuzzUnpack(f *testing.F) {
	table, err := openNames(filepath.Join(f.TempDir(), "names"))
	if err != nil {
		f.Fatal(err)
	}
	s, err := newStore(table)
	if err != nil {
		f.Fatal(err)
	}
	p := packer{names: table}
	p.document(newWriter(4).doc(1))
	f.Add(p.data)
	body, err := s.pack(newWriter(4).doc(1), 5)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(entryOf(nil, "r", body))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _, _ = s.unpack(data)
		u := unpacker{data: data, names: table}
		_ = u.document(&document.Document{})
	})
}
