package source

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// canary stands in the bad lines and in no refusal.
const canary = "13812345678"

func TestRefusedLines(t *testing.T) {
	for _, c := range []struct {
		name, file, bad string // bad has no line end; a good line stands before and after
		lines           int    // of bad
		want            string
	}{
		{"too few columns", "a.csv", canary, 1, "malformed: 1 columns, the header has 3"},
		{"too many columns", "a.csv", "1,x,," + canary, 1, "malformed: 4 columns, the header has 3"},
		{"no text", "a.csv", canary + ",,", 1, "empty: no text"},
		{"NUL", "a.csv", "1,a\x00" + canary + ",", 1, "invalid: text holds a NUL at byte 1"},
		{"year 0", "a.csv", "1," + canary + ",0000-01-01", 1, "invalid: time is before 2000-01-01"},
		{"the far future", "a.csv", "1," + canary + ",2199-01-01", 1, "invalid: time is more than 48 hours after it was received"},
		{"quote never closed", "a.csv", "1,\"" + canary + ",", 1, "malformed: a quote that is never closed"},
		{"quote not doubled", "a.csv", "1,\"x\"" + canary + ",", 1, "malformed: a quote inside a quoted column that is not doubled"},
		{"a huge line", "a.csv", "1," + canary + strings.Repeat("x", 2<<20) + ",", 1, "oversize: the line has more than 1048576 bytes"},
		{"a long text", "a.csv", "1," + canary + strings.Repeat("x", 300_000) + ",", 1, "oversize: text has 300011 bytes, the limit is 262144"},
		{"truncated JSON", "a.jsonl", `{"text":"` + canary, 1, "malformed: JSON ends too early, at byte 20"},
		{"broken JSON", "a.jsonl", `{"text":` + canary + `x}`, 1, "malformed: JSON broken at byte 20"},
		{"two objects", "a.jsonl", `{"text":"` + canary + `"}{}`, 1, "malformed: JSON broken at byte 23"},
		{"the same name twice", "a.jsonl", `{"text":"` + canary + `","text":"x"}`, 1, "malformed: the same name twice in one object, at byte 28"},
		{"a number alone", "a.jsonl", canary, 1, "invalid: the line is a number, not an object"},
		{"1,000 deep", "a.jsonl", `{"text":"` + canary + `","a":` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + "}", 1, "oversize: JSON nested deeper than 32 at byte 57"},
		{"no text in JSON", "a.jsonl", `{"id":"` + canary + `"}`, 1, "empty: no text"},
		{"rating out of range", "a.jsonl", `{"text":"` + canary + `","rating":99}`, 1, "invalid: rating is outside 0 to 10"},
		{"broken UTF-8", "a.jsonl", `{"text":"` + canary + "\xff\"}", 1, "encoding: not UTF-8 at byte 20 of the line"},
		{"attribute too long", "a.jsonl", `{"text":"` + canary + `","a":"` + strings.Repeat("x", 40_000) + `"}`, 1, "oversize: attributes value 1 has 40000 bytes, the limit is 32768"},
	} {
		t.Run(c.name, func(t *testing.T) {
			content := "id,text,time\n0,信号差,\n" + c.bad + "\n2,资费贵,\n"
			line := 3
			if c.file == "a.jsonl" {
				content = "{\"id\":0,\"text\":\"信号差\"}\n" + c.bad + "\n{\"text\":\"资费贵\"}\n"
				line = 2
			}
			got := read(t, c.file, []byte(content), Options{})
			want := outcome{refused: []string{fmt.Sprintf("line %d: %s", line, c.want)}}
			if diff := cmp.Diff(want.refused, got.refused); diff != "" || got.fatal != "" {
				t.Error(diff, got.fatal)
			}
			texts := []string{fmt.Sprintf("%d 信号差", line-1), fmt.Sprintf("%d 资费贵", line+c.lines)}
			if diff := cmp.Diff(texts, got.texts()); diff != "" {
				t.Error(diff)
			}
			if strings.Contains(fmt.Sprint(got.refused, got.notes), canary) {
				t.Error("content shows in the refusal")
			}
		})
	}
}

func TestRefusedFiles(t *testing.T) {
	for _, c := range []struct {
		name, file, content string
		opts                Options
		want                string
	}{
		{"nothing", "a.csv", "", Options{}, "the file is empty"},
		{"blanks", "a.jsonl", bomUTF8 + "\n \n", Options{}, "the file is empty"},
		{"no text column", "a.csv", "a,b,13812345678 是我的号码\n1,2,3\n", Options{}, `no column holds the text: name it with --map text=COLUMN; the columns are "a", "b", (a name of 17 characters)`},
		{"no text in any row", "a.jsonl", "{\"a\":1}\n{\"b\":2}\n", Options{}, `no column holds the text: name it with --map text=COLUMN; the columns are "a", "b"`},
		{"no such field", "a.csv", "text\nx\n", Options{Map: map[string]string{"body": "text"}}, `no field "body"`},
		{"no such column", "a.csv", "text\nx\n", Options{Map: map[string]string{"id": "no"}}, `there is no column "no"; the columns are "text"`},
		{"one column for two fields", "a.csv", "text\nx\n", Options{Map: map[string]string{"id": "text", "text": "text"}}, "is given to both"},
		{"unknown format", "a.csv", "text\nx\n", Options{Format: "pdf"}, `unknown format "pdf": jsonl, csv, tsv or xlsx`},
		{"unknown encoding", "a.csv", "text\nx\n", Options{Encoding: "koi8"}, `unknown encoding "koi8"`},
		{"neither UTF-8 nor GB18030", "a.csv", "text\nd\xe9j\xe0 pay\xe9, co\xfbt \xe9lev\xe9\n", Options{}, "name its encoding"},
		{"big5 not said", "a.csv", "text\n" + strings.Repeat(big5(t, "網路連線速度緩慢客服無人接聽\n"), 5), Options{}, "name its encoding"},
		{"old workbook", "a.xls", "x", Options{}, "old .xls format"},
		{"encrypted workbook", "a.xlsx", string(oleMagic) + "x", Options{}, "encrypted or of the old .xls format"},
		{"text named xlsx", "a.xlsx", "text\nx\n", Options{}, "the content is no workbook"},
		{"workbook named csv", "a.csv", string(zipMagic) + "x", Options{}, "name the format xlsx"},
		{"gzip", "a.jsonl", "\x1f\x8bx", Options{}, "gunzip"},
		{"PDF", "a.csv", "%PDF-1.7", Options{}, "PDF"},
		{"JSON list", "a.jsonl", "[{\"text\":\"x\"}]", Options{}, "jq -c '.[]'"},
		{"header not closed", "a.csv", "text,\"id\n1,2\n", Options{}, "the header cannot be read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := read(t, c.file, []byte(c.content), c.opts)
			if !strings.Contains(got.fatal, c.want) || len(got.rows) > 0 {
				t.Errorf("%q, %d rows; want %q", got.fatal, len(got.rows), c.want)
			}
			if strings.Contains(got.fatal, canary) {
				t.Error("content shows in the error")
			}
		})
	}
	if _, err := Open(filepath.Join(t.TempDir(), "no.csv"), nil, Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	if _, err := Open(t.TempDir(), nil, Options{}); err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Errorf("a directory: %v", err)
	}
}
