package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"qingting/internal/document"
	"qingting/privacy/audit"
)

// filled is a site whose stopped data directory has documents of our making:
// five of each of two kinds, one of a third, one erased, one restricted, one
// that came twice.
func filled(t *testing.T) *site {
	t.Helper()
	s := newSite(t)
	server := s.start(t)
	s.awaitCustody(t, 1)
	s.stop(t, server)
	st, err := openStreams(t.Context(), s.dataFlags())
	if err != nil {
		t.Fatal(err)
	}
	defer st.close()
	js := st.js
	n := 0
	put := func(change func(*document.Document), header ...string) {
		t.Helper()
		d := exampleDocument(n)
		n++
		change(d)
		s.storeDocument(t, js, d, header...)
	}
	for i := range 5 {
		put(func(d *document.Document) { d.Region, d.Text = "浙江", "=HYPERLINK(\"x\") 宽带断网" })
		put(func(d *document.Document) {
			d.Region, d.Text = "江苏", "乱扣费"
			d.Redactions = []document.Redaction{{Type: "ID_CARD"}, {Type: "MOBILE"}}
			d.Grade, d.Epoch, d.Source = 4, "epochone", []string{"app", "store"}[i%2]
		})
	}
	put(func(d *document.Document) { d.Region, d.Product = "西藏", "iot" })
	put(func(d *document.Document) {
		d.Record = exampleDocument(0).Record
		d.Region, d.Text = "浙江", "+86 宽带断网"
	}) // replaces the first
	put(func(d *document.Document) { d.Text = "erased" })
	s.storeDocument(t, js, exampleDocument(n-1), document.ErasedHeader, exampleDocument(n-1).Record)
	put(func(d *document.Document) { d.Text = "restricted" }, document.RestrictedHeader, exampleDocument(n).Record)
	return s
}

func exportsAreStamped(t *testing.T) {
	t.Parallel()
	s := filled(t)
	file := filepath.Join(s.dir, "out.csv")
	at := []string{"--data", s.data(), "--reason", "季度分析 " + badPhone, "--actor", "lin", "--purpose", "改进服务"}
	s.fails(t, 2, "--reason", "export", "-o", file, "--data", s.data())
	s.fails(t, 2, "no column", append([]string{"export", "-o", file, "--columns", "time"}, at...)...)
	s.fails(t, 2, "unknown field", append([]string{"export", "-o", file, "nofield:x"}, at...)...)
	out := s.run(t, append([]string{"export", "-o", file}, at...)...)
	if !strings.Contains(out, "Wrote 10 rows") || !strings.Contains(out, "grade 2, k 5") || !strings.Contains(out, "1 withheld") {
		t.Errorf("export says %s", out)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var st stamp
	s.readJSON(t, file+".stamp.json", &st)
	sum := sha256.Sum256(data)
	if st.Hash != hex.EncodeToString(sum[:]) || st.Grade != 2 || st.K != 5 || st.Reason == "" || len(st.Engines) != 1 || st.Purpose != "改进服务" {
		t.Errorf("stamped %+v", st)
	}
	if strings.Contains(string(data), badPhone) || strings.Contains(st.Reason, badPhone) {
		t.Error("the file tells a number that the reason held")
	}
	rows := s.csvRows(t, data)
	if len(rows) != 11 || strings.Contains(string(data), "erased") || strings.Contains(string(data), "restricted") || strings.Contains(string(data), "西藏") {
		t.Errorf("the file has\n%s", data)
	}
	formulas := 0
	for _, row := range rows {
		for _, cell := range row {
			if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@") {
				t.Errorf("a cell is a formula: %s", cell)
			}
			if strings.HasPrefix(cell, "'=HYPERLINK") || strings.HasPrefix(cell, "'+86") {
				formulas++
			}
		}
	}
	if formulas != 5 {
		t.Errorf("%d cells were made inert", formulas)
	}
	s.fails(t, 1, "will not be overwritten", append([]string{"export", "-o", file}, at...)...)
	s.checkExportEntries(t, st)
	s.otherExports(t, at)
}

// checkExportEntries looks for the two entries of the first export that wrote a file.
func (s *site) checkExportEntries(t *testing.T, st stamp) {
	t.Helper()
	var begun, done audit.Entry
	for _, e := range s.entries(t, []string{"--data", s.data()}) {
		if e.Action != audit.ActionExport {
			continue
		}
		if e.Outcome == "done" {
			done = e
		} else if e.Outcome == "begun" {
			begun = e
		}
		if strings.Contains(e.Reason, badPhone) {
			t.Error("the ledger holds a number")
		}
	}
	if done.After != st.Hash || done.Counts["rows"] != 10 || done.Counts["withheld"] != 1 || done.Counts["k"] != 5 || begun.Purpose != "改进服务" {
		t.Errorf("the ledger has %+v, %+v", begun, done)
	}
}

// otherExports writes the other formats, with a query and without text.
func (s *site) otherExports(t *testing.T, at []string) {
	t.Helper()
	lines := filepath.Join(s.dir, "out.jsonl")
	out := s.run(t, append([]string{"export", "扣费 grade:4", "-o", lines, "--columns", "month,region,rating,sensitivity"}, at...)...)
	if !strings.Contains(out, "Wrote 5 rows") || !strings.Contains(out, "grade 3") {
		t.Errorf("export says %s", out)
	}
	data, err := os.ReadFile(lines)
	if err != nil {
		t.Fatal(err)
	}
	first, rest, _ := bytes.Cut(data, []byte("\n"))
	var head struct {
		Export stamp `json:"qingting_export"`
	}
	if err := json.Unmarshal(first, &head); err != nil || head.Export.Query != "扣费 grade:4" {
		t.Errorf("the first line is %s", first)
	}
	if got := string(rest); strings.Count(got, `{"month":"2026-03","rating":"2","region":"江苏","sensitivity":"4"}`) != 5 {
		t.Errorf("rows are\n%s", got)
	}
	book := filepath.Join(s.dir, "out.xlsx")
	s.run(t, append([]string{"export", "-o", book, "--k", "2"}, at...)...)
	x, err := excelize.OpenFile(book)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	rows, err := x.GetRows("数据 Data 1")
	if err != nil || len(rows) != 11 || rows[0][0] != "month" {
		t.Errorf("the workbook has %d rows, %v", len(rows), err)
	}
	if about, err := x.GetRows("说明 About"); err != nil || !strings.Contains(about[1][0], "De-identified, not anonymous") {
		t.Errorf("about: %v, %v", about, err)
	}
}

func TestInert(t *testing.T) {
	for cell, want := range map[string]string{
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM": "'@SUM", " =1": "' =1", "\t=1": "'\t=1", "\n1": "'\n1", "＝1": "'＝1", "|x": "'|x",
		"": "", "a=1": "a=1", "1-2": "1-2", "正常": "正常", " a": " a",
	} {
		if got := inert(cell); got != want {
			t.Errorf("inert(%q) = %q, want %q", cell, got, want)
		}
	}
}

func (s *site) csvRows(t *testing.T, data []byte) [][]string {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\uFEFF"))))
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func (s *site) readJSON(t *testing.T, path string, into any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}
