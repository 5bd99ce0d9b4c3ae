package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"qingting/ingest"
)

var opened = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

// outcome is what came of a file.
type outcome struct {
	rows    []Row
	refused []string // "line N: reason"
	notes   []string
	fatal   string
}

// read reads all of content as a file of that name.
func read(t testing.TB, name string, content []byte, opts Options) outcome {
	t.Helper()
	if opts.Received.IsZero() {
		opts.Received = opened
	}
	var out outcome
	r, err := Open(name, bytes.NewReader(content), opts)
	if err != nil {
		return outcome{fatal: err.Error()}
	}
	defer func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}()
	for {
		row, err := r.Next()
		var refused *LineError
		switch {
		case err == io.EOF:
			out.notes = r.Notes()
			return out
		case errors.As(err, &refused):
			out.refused = append(out.refused, refused.Error())
		case err != nil:
			if _, again := r.Next(); again == nil || again.Error() != err.Error() {
				t.Errorf("a fatal error is followed by %v", again)
			}
			out.fatal, out.notes = err.Error(), r.Notes()
			return out
		default:
			out.rows = append(out.rows, row)
		}
	}
}

func (o outcome) texts() []string {
	var out []string
	for _, r := range o.rows {
		out = append(out, fmt.Sprintf("%d %s", r.Line, r.Feedback.Text))
	}
	return out
}

const telecomCSV = "工单号,投诉内容,投诉时间,渠道,省份,产品,满意度(1-5),客户姓名,联系电话,备用电话,受理部门\r\n" +
	"T1,\"宽带断了，\r\n没人管，他说\"\"等着\"\"\",2026-02-28 09:02:03,热线,广东,宽带,1.5,张三,13812345678,,客服一部\r\n" +
	"\r\n" +
	"T2,乱扣费,2026年2月28日,网厅,四川,套餐,不满意,李四,13987654321,02887654321,\r\n"

func ptr(f float64) *float64 { return &f }

var telecomRows = []Row{
	{2, ingest.Feedback{
		ID: "T1", Text: "宽带断了，\n没人管，他说\"等着\"", Time: time.Date(2026, 2, 28, 1, 2, 3, 0, time.UTC), Channel: "热线",
		Region: "广东", Product: "宽带", Rating: ptr(1.5), Customer: map[string]string{"name": "张三", "phone": "13812345678"},
		Attributes: map[string]string{"受理部门": "客服一部"},
	}},
	{5, ingest.Feedback{
		ID: "T2", Text: "乱扣费", Time: time.Date(2026, 2, 27, 16, 0, 0, 0, time.UTC), Channel: "网厅",
		Region: "四川", Product: "套餐", Customer: map[string]string{"name": "李四", "phone": "13987654321"},
		Attributes: map[string]string{"满意度_1-5": "不满意", "备用电话": "02887654321"},
	}},
}

// TestEncodings reads the same table in every encoding and both delimiters.
func TestEncodings(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(telecomCSV)
	if err != nil {
		t.Fatal(err)
	}
	wide := func(e unicode.Endianness, bom unicode.BOMPolicy) string {
		s, err := unicode.UTF16(e, bom).NewEncoder().String(telecomCSV)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, c := range []struct {
		name, file, content, encoding string
	}{
		{"UTF-8", "a.csv", telecomCSV, ""},
		{"UTF-8 with a mark", "a.csv", bomUTF8 + telecomCSV, ""},
		{"UTF-8 on standard input", "-", telecomCSV, ""},
		{"GB18030", "a.csv", gb, ""},
		{"GB18030 said", "a.csv", gb, "gbk"},
		{"GB18030 on standard input", "-", gb, ""},
		{"UTF-16 little end", "a.csv", wide(unicode.LittleEndian, unicode.UseBOM), ""},
		{"UTF-16 big end", "a.csv", wide(unicode.BigEndian, unicode.UseBOM), ""},
		{"UTF-16 without a mark", "a.csv", wide(unicode.LittleEndian, unicode.IgnoreBOM), "utf-16le"},
		{"tabs", "a.tsv", strings.ReplaceAll(telecomCSV, ",", "\t"), ""},
		{"tabs named csv", "a.csv", strings.ReplaceAll(telecomCSV, ",", "\t"), ""},
		{"tabs on standard input", "-", strings.ReplaceAll(telecomCSV, ",", "\t"), ""},
		{"semicolons", "a.CSV", strings.ReplaceAll(telecomCSV, ",", ";"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := read(t, c.file, []byte(c.content), Options{Encoding: c.encoding})
			if got.fatal != "" || len(got.refused) > 0 {
				t.Fatal(got.fatal, got.refused)
			}
			if diff := cmp.Diff(telecomRows, got.rows); diff != "" {
				t.Error(diff)
			}
			want := []string{`column (a name of 8 characters) is no number and is kept as an attribute (1 row)`}
			if diff := cmp.Diff(want, got.notes); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestEncodingFoundLate has nothing but ASCII for longer than the sample.
func TestEncodingFoundLate(t *testing.T) {
	head := "id,text\n" + strings.Repeat("1,no signal here\n", 10_000)
	gb, err := simplifiedchinese.GB18030.NewEncoder().String("2,信号差得很\n3,资费太贵\n")
	if err != nil {
		t.Fatal(err)
	}
	for name, tail := range map[string]string{"UTF-8": "2,信号差得很\n3,资费太贵\n", "GB18030": gb} {
		got := read(t, "a.csv", []byte(head+tail), Options{})
		if n := len(got.rows); n != 10_002 || got.rows[n-2].Feedback.Text != "信号差得很" || got.rows[n-1].Feedback.Text != "资费太贵" {
			t.Errorf("%s: %d rows, refused %v, %s", name, n, got.refused, got.fatal)
		}
	}
}

// TestBrokenLines has lines that are not UTF-8 among lines that are: they are
// refused, the file does not turn into GB18030 for them.
func TestBrokenLines(t *testing.T) {
	got := read(t, "a.csv", []byte("id,text\n1,\xcd\xf8\xcb\xd9\n2,网速慢\n3,信号差\n4,abc\xff\n"), Options{})
	want := []string{"2 ", "3 网速慢", "4 信号差"}
	if diff := cmp.Diff(want[1:], got.texts()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"line 2: encoding: not UTF-8 at byte 2 of the line", "line 5: encoding: not UTF-8 at byte 5 of the line"}, got.refused); diff != "" {
		t.Error(diff)
	}
}

func TestJSONL(t *testing.T) {
	got := read(t, "a.jsonl", []byte(`{"id":7,"text":"信号差","turns":[1,{"a":2}],"meta":{"body":"x"},"vip":true,"none":null}
{"text":"乱扣费","customer":{"phone":13812345678,"tags":["x"]},"attributes":{"a":"b"},"rating":"3"}

{"工单编号":"T3","反馈内容":"断网","手机号码":"13987654321","time":1767225600,"created":"昨天"}
`), Options{Channel: "import", Source: "crm"})
	want := []Row{
		{1, ingest.Feedback{ID: "7", Text: "信号差", Channel: "import", Source: "crm", Time: opened, Undated: true, Attributes: map[string]string{"vip": "true"}}},
		{2, ingest.Feedback{
			Text: "乱扣费", Channel: "import", Source: "crm", Time: opened, Undated: true, Rating: ptr(3),
			Customer: map[string]string{"phone": "13812345678"}, Attributes: map[string]string{"a": "b"},
		}},
		{4, ingest.Feedback{
			ID: "T3", Text: "断网", Channel: "import", Source: "crm", Time: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
			Customer: map[string]string{"phone": "13987654321"}, Attributes: map[string]string{"created": "昨天"},
		}},
	}
	if diff := cmp.Diff(want, got.rows); diff != "" {
		t.Error(diff, got)
	}
	notes := []string{
		`column "customer.tags" holds lists or objects, which are left out (1 row)`,
		`column "meta" holds lists or objects, which are left out (1 row)`,
		`column "turns" holds lists or objects, which are left out (1 row)`,
	}
	if diff := cmp.Diff(notes, got.notes); diff != "" {
		t.Error(diff)
	}
}

func TestMapping(t *testing.T) {
	for _, c := range []struct {
		name    string
		file    string
		content string
		opts    Options
		want    ingest.Feedback
	}{
		{
			"said wins over usual", "a.csv", "text,内容\n标题党,信号差\n",
			Options{Map: map[string]string{"text": "内容"}},
			ingest.Feedback{Text: "信号差", Attributes: map[string]string{"text": "标题党"}},
		},
		{"only mapped", "a.csv", "内容,部门\n信号差,一部\n", Options{OnlyMapped: true}, ingest.Feedback{Text: "信号差"}},
		{
			"into groups", "a.csv", "内容,a,b\n信号差,1,2\n",
			Options{Map: map[string]string{"customer.card": "a", "attributes.班次": "b"}},
			ingest.Feedback{Text: "信号差", Customer: map[string]string{"card": "1"}, Attributes: map[string]string{"班次": "2"}},
		},
		{
			"a path in JSON", "a.jsonl", `{"data":{"content":"信号差","more":{"who":"张三"}},"id":"x"}`,
			Options{Map: map[string]string{"text": "data.content", "customer.name": "data.more.who"}},
			ingest.Feedback{ID: "x", Text: "信号差", Customer: map[string]string{"name": "张三"}},
		},
		{"title beside text", "a.csv", "标题,内容\n投诉,信号差\n", Options{}, ingest.Feedback{Text: "信号差", Attributes: map[string]string{"标题": "投诉"}}},
		{"title alone", "a.csv", "标题,内容\n投诉,\n", Options{}, ingest.Feedback{Text: "投诉"}},
		{
			"two phones are both personal", "a.csv", "内容,手机号,联系电话\n信号差,13812345678,13987654321\n",
			Options{},
			ingest.Feedback{Text: "信号差", Customer: map[string]string{"phone": "13812345678", "联系电话": "13987654321"}},
		},
		{
			"city is kept beside province", "a.csv", "内容,省份,城市\n信号差,广东,深圳\n",
			Options{},
			ingest.Feedback{Text: "信号差", Region: "广东", Attributes: map[string]string{"城市": "深圳"}},
		},
		{
			"date and time apart", "a.csv", "text,date,time\nno signal,04-Aug-15,10:22:56 AM\n",
			Options{},
			ingest.Feedback{Text: "no signal", Time: time.Date(2015, 8, 4, 2, 22, 56, 0, time.UTC)},
		},
		{
			"ambiguous date is not guessed", "a.csv", "text,date\nno signal,02/03/2026\n",
			Options{},
			ingest.Feedback{Text: "no signal", Attributes: map[string]string{"date": "02/03/2026"}},
		},
		{
			"ambiguous date explained", "a.csv", "text,date\nno signal,02/03/2025 10:00\n",
			Options{TimeLayout: "02/01/2006 15:04"},
			ingest.Feedback{Text: "no signal", Time: time.Date(2025, 3, 2, 2, 0, 0, 0, time.UTC)},
		},
		{
			"columns of the same name, or none", "a.csv", "text,x,x,\nno signal,1,2,3\n",
			Options{},
			ingest.Feedback{Text: "no signal", Attributes: map[string]string{"x": "1", "x_2": "2", "column_4": "3"}},
		},
		{
			"a column named by a number of somebody", "a.csv", "text,a 13812345678 b\nno signal,1\n",
			Options{},
			ingest.Feedback{Text: "no signal", Attributes: map[string]string{"a_1381_b": "1"}},
		},
		{"a stray quote", "a.csv", "id,text\n1,他说\"好\"的\n", Options{}, ingest.Feedback{ID: "1", Text: "他说\"好\"的"}},
		{"an empty tail", "a.csv", "id,text\n1,信号差,,\n", Options{}, ingest.Feedback{ID: "1", Text: "信号差"}},
		{"big5 said", "a.csv", big5(t, "id,內容\n1,網速太慢\n"), Options{Encoding: "big5", Map: map[string]string{"text": "內容"}}, ingest.Feedback{ID: "1", Text: "網速太慢"}},
		{"a title above the header", "a.csv", "2026年一季度投诉统计\n制表：客服部\n编号,内容\nT1,信号差\n", Options{}, ingest.Feedback{ID: "T1", Text: "信号差"}},
		{
			"a title above the columns said", "a.csv", "text\na,b\nT1,信号差\n",
			Options{Map: map[string]string{"text": "b"}},
			ingest.Feedback{Text: "信号差", Attributes: map[string]string{"a": "T1"}},
		},
		{
			"columns named as fields", "a.csv", "text,customer.phone,attributes.note\n信号差,13812345678,x\n",
			Options{},
			ingest.Feedback{Text: "信号差", Customer: map[string]string{"phone": "13812345678"}, Attributes: map[string]string{"note": "x"}},
		},
		{"a count of rows is no id", "a.csv", "序号,内容\n1,信号差\n", Options{}, ingest.Feedback{Text: "信号差", Attributes: map[string]string{"序号": "1"}}},
		{"no line end", "a.tsv", "text\n信号差", Options{}, ingest.Feedback{Text: "信号差"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := read(t, c.file, []byte(c.content), c.opts)
			if got.fatal != "" || len(got.rows) != 1 {
				t.Fatalf("%d rows, refused %v, %s", len(got.rows), got.refused, got.fatal)
			}
			if c.want.Time.IsZero() {
				c.want.Time, c.want.Undated = opened, true
			}
			if diff := cmp.Diff(c.want, got.rows[0].Feedback); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func big5(t testing.TB, s string) string {
	t.Helper()
	out, err := traditionalchinese.Big5.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestOpenQuoteLosesNothing has a quote that opens and never closes: no more
// than its own line may be lost.
func TestOpenQuoteLosesNothing(t *testing.T) {
	var b strings.Builder
	b.WriteString("id,text\n")
	for i := range 20_000 {
		if i == 10 {
			b.WriteString("10,\"never closed\n")
			continue
		}
		fmt.Fprintf(&b, "%d,no signal at all in this street since Monday morning\n", i)
	}
	got := read(t, "a.csv", []byte(b.String()), Options{})
	if len(got.rows) != 19_999 || !slices.Equal(got.refused, []string{"line 12: malformed: a quote that is never closed"}) {
		t.Errorf("%d rows, refused %v", len(got.rows), got.refused)
	}
}

func TestProgress(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(path, []byte("text\nx\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := Open(path, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	if done, total := r.Progress(); done != 7 || total != 7 {
		t.Errorf("Progress = %d, %d", done, total)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add("a.csv", []byte(telecomCSV))
	f.Add("a.jsonl", []byte("{\"text\":\"x\",\"a\":{\"b\":[]}}\n\n[]\n"))
	f.Add("-", []byte("text\tid\n\"a\n\"\"b\"\t1\n"))
	f.Add("-", []byte("\xff\xfet\x00"))
	f.Add("a.csv", []byte("text\n\"\xcd\xf8\"x\n"))
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		r, err := Open(name, bytes.NewReader(content), Options{Received: opened, MaxLine: 1 << 12})
		if err != nil {
			return
		}
		defer r.Close()
		last := 0
		for range 10_000 {
			row, err := r.Next()
			var refused *LineError
			switch {
			case errors.As(err, &refused):
				row.Line = refused.Line
			case err != nil:
				return
			default:
				if _, err := row.Feedback.Encode(); err != nil {
					t.Fatalf("a row that does not encode: %v", err)
				}
			}
			if row.Line <= last {
				t.Fatalf("line %d after line %d", row.Line, last)
			}
			last = row.Line
		}
	})
}
