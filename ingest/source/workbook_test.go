package source

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"qingting/ingest"
)

// book writes a workbook of one sheet.
func book(t testing.TB, rows [][]any, change func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	if change != nil {
		change(f)
	}
	var buf bytes.Buffer
	if err := f.Write(&buf); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestWorkbook(t *testing.T) {
	when := time.Date(2026, 2, 28, 9, 2, 3, 0, time.UTC)
	data := book(t, [][]any{
		{},
		{"2026年投诉统计"},
		{"工单号", "投诉内容", "投诉时间", "联系电话", "评分", "到期日", "备注"},
		{1001, "宽带断了\n没人管", when, 13812345678, 2.5, when.Truncate(24 * time.Hour), 1.5},
		{},
		{1002, "乱扣费", "2026-02-28", "13987654321", nil, nil, nil, nil},
		{1003, nil, when},
		{1004, "信号差", nil, nil, nil, nil, nil, "多了一列"},
	}, nil)
	for _, name := range []string{"a.xlsx", "-"} {
		got := read(t, name, data, Options{})
		want := []Row{
			{4, ingest.Feedback{
				ID: "1001", Text: "宽带断了\n没人管", Time: when.Add(-8 * time.Hour), Rating: ptr(2.5), Customer: map[string]string{"phone": "13812345678"},
				Attributes: map[string]string{"到期日": "2026-02-28 00:00:00", "备注": "1.5"},
			}},
			{6, ingest.Feedback{ID: "1002", Text: "乱扣费", Time: time.Date(2026, 2, 27, 16, 0, 0, 0, time.UTC), Customer: map[string]string{"phone": "13987654321"}}},
		}
		if diff := cmp.Diff(want, got.rows); diff != "" || got.fatal != "" {
			t.Error(diff, got.fatal)
		}
		if diff := cmp.Diff([]string{"line 7: empty: no text", "line 8: malformed: 8 columns, the header has 7"}, got.refused); diff != "" {
			t.Error(diff)
		}
	}
}

func TestWorkbookSheet(t *testing.T) {
	data := book(t, [][]any{{"说明"}}, func(f *excelize.File) {
		if _, err := f.NewSheet("投诉"); err != nil {
			t.Fatal(err)
		}
		yes := true
		if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}); err != nil {
			t.Fatal(err)
		}
		for cell, v := range map[string]any{"A1": "内容", "B1": "日期", "A2": "信号差", "B2": 44618.5} { // 2026-02-27 12:00 from 1904
			if err := f.SetCellValue("投诉", cell, v); err != nil {
				t.Fatal(err)
			}
		}
	})
	got := read(t, "a.xlsx", data, Options{Sheet: "投诉"})
	if diff := cmp.Diff([]string{`sheet "Sheet1" is not read: name it with --sheet`}, got.notes); diff != "" {
		t.Error(diff)
	}
	if len(got.rows) != 1 || !got.rows[0].Feedback.Time.Equal(time.Date(2026, 2, 27, 12, 0, 0, 0, ingest.China)) {
		t.Errorf("%d rows, %s %v", len(got.rows), got.fatal, got.refused)
	}
	if got := read(t, "a.xlsx", data, Options{Sheet: "没有"}); !strings.Contains(got.fatal, `there is no sheet "没有"; the sheets are ["Sheet1" "投诉"]`) {
		t.Error(got.fatal)
	}
	if got := read(t, "a.xlsx", data, Options{}); !strings.Contains(got.fatal, "no column holds the text") {
		t.Error(got.fatal)
	}
}

// archive zips parts.
func archive(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for name, content := range parts {
		p, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// parts unpacks a workbook, so that a test can break it.
func parts(t testing.TB, data []byte) map[string]string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]string)
	for _, f := range r.File {
		p, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(p)
		if err != nil {
			t.Fatal(err)
		}
		p.Close()
		out[f.Name] = string(content)
	}
	return out
}

func TestWorkbookRefused(t *testing.T) {
	good := book(t, [][]any{{"内容"}, {"信号差 " + canary}, {"资费贵"}}, nil)
	const sheet = "xl/worksheets/sheet1.xml"
	broken := func(change func(map[string]string)) []byte {
		p := parts(t, good)
		change(p)
		return archive(t, p)
	}
	flipped := bytes.Clone(good)
	flipped[bytes.Index(flipped, []byte(sheet))+len(sheet)+20] ^= 0xff
	for _, c := range []struct {
		name    string
		content []byte
		want    string
	}{
		{"a zip that is no workbook", archive(t, map[string]string{"readme.txt": canary}), "a zip archive, but no workbook"},
		{"cut short", good[:len(good)/2], "not a whole zip archive"},
		{"bytes flipped", flipped, "damaged"},
		{"a sheet that ends early", broken(func(p map[string]string) { p[sheet] = p[sheet][:len(p[sheet])-30] }), "damaged"},
		{"a sheet that is no XML", broken(func(p map[string]string) { p[sheet] = canary + "<" }), "damaged"},
		{"an empty sheet", book(t, nil, nil), "is empty"},
		{"a bomb of strings", broken(func(p map[string]string) {
			p["xl/sharedStrings.xml"] = "<sst>" + strings.Repeat("<si/>", 1<<20/bytesPerString+1) + "</sst>"
		}), "too many different strings"},
		{"a bomb", broken(func(p map[string]string) { p["xl/media/bomb.bin"] = strings.Repeat("\x00", 1<<20) }), "more than 1048576 bytes unpacked"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := read(t, "a.xlsx", c.content, Options{MaxWorkbook: 1 << 20})
			if !strings.Contains(got.fatal, c.want) || len(got.rows) > 0 {
				t.Errorf("%q, %d rows; want %q", got.fatal, len(got.rows), c.want)
			}
			if strings.Contains(got.fatal, canary) {
				t.Error("content shows in the error")
			}
		})
	}
}

// TestWorkbookLeavesNoFile has sheets and strings past the size from which the
// library would unpack to a temporary file if it were let.
func TestWorkbookLeavesNoFile(t *testing.T) {
	dir := t.TempDir()
	rows := [][]any{{"内容"}}
	for i := range 300 {
		rows = append(rows, []any{fmt.Sprintf("%d %s", i, strings.Repeat("信号差", 8_000))})
	}
	data := book(t, rows, nil)
	t.Setenv("TMPDIR", dir)
	r, err := Open("a.xlsx", bytes.NewReader(data), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for range 10 {
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("%d temporary files, %v", len(left), err)
	}
}
