package paper

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

func example(rows int) *Document {
	d := &Document{Title: "残留风险 (Report) \\ 100 %", Lang: "zh", Footer: "样本 20261122-kqzm", Blocks: []Block{
		Heading{2, "一、结论 1. Conclusion"},
		Text("在 95 % 的置信水平下，至多 0.99 %。At most <b>&amp;</b> 𠮷 Tillé " + strings.Repeat("去标识化", 60)),
		Table{Head: []string{"类型", "上限"}, Numbers: []int{1}, Widths: []float64{0.7, 0.3}},
		Heading{3, "尾"},
		Text(strings.Repeat("0123456789abcdef", 20)),
	}}
	t := d.Blocks[2].(Table)
	for i := range rows {
		t.Rows = append(t.Rows, []string{fmt.Sprintf("手机号 MOBILE %d", i), fmt.Sprintf("%d %%", i)})
	}
	d.Blocks[2] = t
	return d
}

func pdfOf(t testing.TB, d *Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := d.PDF(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// objects reads a PDF by its cross-reference table, as a viewer does.
func objects(t testing.TB, pdf []byte) map[int]string {
	t.Helper()
	m := regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindSubmatch(pdf)
	if m == nil {
		t.Fatal("no startxref at the end")
	}
	at, _ := strconv.Atoi(string(m[1]))
	var n int
	if _, err := fmt.Sscanf(string(pdf[at:]), "xref\n0 %d\n", &n); err != nil {
		t.Fatalf("no cross-reference table at %d: %v", at, err)
	}
	table := pdf[at+len(fmt.Sprintf("xref\n0 %d\n", n)):]
	all := make(map[int]string)
	for i := range n {
		entry := table[20*i : 20*i+20]
		if i == 0 {
			if string(entry) != "0000000000 65535 f \n" {
				t.Errorf("first entry %q", entry)
			}
			continue
		}
		offset, err := strconv.Atoi(string(entry[:10]))
		if err != nil || string(entry[10:]) != " 00000 n \n" {
			t.Fatalf("entry %d is %q", i, entry)
		}
		head := fmt.Sprintf("%d 0 obj\n", i)
		if !bytes.HasPrefix(pdf[offset:], []byte(head)) {
			t.Fatalf("object %d is not at %d", i, offset)
		}
		body, _, ok := strings.Cut(string(pdf[offset+len(head):]), "\nendobj\n")
		if !ok {
			t.Fatalf("object %d has no end", i)
		}
		all[i] = body
	}
	if !bytes.Contains(table[20*n:], []byte(fmt.Sprintf("/Size %d /Root 1 0 R", n))) {
		t.Error("the trailer does not fit the table")
	}
	return all
}

var (
	shown  = regexp.MustCompile(`\((?:[^\\()]|\\.)*\) Tj|<([0-9A-F]*)> Tj`)
	placed = regexp.MustCompile(`1 0 0 1 ([-0-9.]+) ([-0-9.]+) Tm`)
)

// textOf is the text of a content stream.
func textOf(t testing.TB, content string) string {
	t.Helper()
	var b strings.Builder
	for _, m := range shown.FindAllStringSubmatch(content, -1) {
		if m[1] == "" {
			s := strings.TrimSuffix(strings.TrimPrefix(m[0], "("), ") Tj")
			b.WriteString(strings.NewReplacer(`\\`, `\`, `\(`, `(`, `\)`, `)`).Replace(s))
			continue
		}
		var units []uint16
		for i := 0; i+4 <= len(m[1]); i += 4 {
			u, err := strconv.ParseUint(m[1][i:i+4], 16, 16)
			if err != nil {
				t.Fatal(err)
			}
			units = append(units, uint16(u))
		}
		b.WriteString(string(utf16.Decode(units)))
	}
	return b.String()
}

func TestPDF(t *testing.T) {
	for _, rows := range []int{0, 3, 200} {
		t.Run(fmt.Sprint(rows), func(t *testing.T) {
			pdf := pdfOf(t, example(rows))
			if !bytes.Equal(pdf, pdfOf(t, example(rows))) {
				t.Error("twice the same document is not the same file")
			}
			var text string
			pages := 0
			for _, body := range objects(t, pdf) {
				if strings.Contains(body, "/Type /Page ") {
					pages++
				}
				head, stream, ok := strings.Cut(body, "\nstream\n")
				if !ok {
					continue
				}
				stream = strings.TrimSuffix(stream, "\nendstream")
				if want := fmt.Sprintf("<< /Length %d >>", len(stream)); head != want {
					t.Errorf("a stream says %s, want %s", head, want)
				}
				for _, m := range placed.FindAllStringSubmatch(stream, -1) {
					x, _ := strconv.ParseFloat(m[1], 64)
					y, _ := strconv.ParseFloat(m[2], 64)
					if x < margin-1 || x > pageWidth-margin || y < 20 || y > pageHeight-margin+10 {
						t.Errorf("text at %g, %g is off the page", x, y)
					}
				}
				text += textOf(t, stream)
			}
			if want := 1 + rows/45; pages < want || !bytes.Contains(pdf, []byte(fmt.Sprintf("/Count %d ", pages))) {
				t.Errorf("%d pages of %d rows", pages, rows)
			}
			for _, want := range []string{"残留风险 (Report) \\ 100 %", "一、结论 1. Conclusion", "<b>&amp;</b> □", `Till\351`, "样本 20261122-kqzm"} {
				if !strings.Contains(text, want) {
					t.Errorf("%q is not on any page", want)
				}
			}
			for i := range rows {
				if !strings.Contains(text, fmt.Sprintf("手机号 MOBILE %d", i)) {
					t.Fatalf("row %d is on no page", i)
				}
			}
		})
	}
}

// Another reader agrees, where there is one.
func TestPDFByPoppler(t *testing.T) {
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext is not installed; TestPDF reads the file by itself")
	}
	path := filepath.Join(t.TempDir(), "report.pdf")
	if err := os.WriteFile(path, pdfOf(t, example(60)), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool, path, "-").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "残留风险") || !strings.Contains(string(out), "MOBILE 59") {
		t.Errorf("pdftotext: %v", err)
	}
}

func TestHTML(t *testing.T) {
	var b bytes.Buffer
	if err := example(3).HTML(&b); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, want := range []string{`<html lang="zh-CN">`, "&lt;b&gt;&amp;amp;&lt;/b&gt;", "<h2>一、结论", "<td class=\"n\">2 %</td>", "default-src 'none'"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, no := range []string{"<script", "http://", "https://", "<img", "url(", "@import", "javascript:"} {
		if strings.Contains(page, no) {
			t.Errorf("the page has %s", no)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text  string
		width float64 // in Chinese characters
		want  []string
	}{
		{"", 5, []string{""}},
		{"去标识化信息", 4, []string{"去标识化", "信息"}},
		{"去标识化，信息", 4, []string{"去标识", "化，信息"}},
		{"去标（识化", 3, []string{"去标", "（识化"}},
		{"one two three", 4, []string{"one two", "three"}},
		{"一abcdefgh", 2, []string{"一", "abc", "defg", "h"}},
		{"一\n二", 5, []string{"一", "二"}},
	} {
		got := wrap(c.text, 10, c.width*10)
		if strings.Join(got, "|") != strings.Join(c.want, "|") {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
		for _, line := range got {
			if widthOf(line, 10) > c.width*10+1e-9 {
				t.Errorf("%q is wider than %g", line, c.width)
			}
		}
		if strings.ReplaceAll(strings.Join(got, ""), " ", "") != strings.NewReplacer(" ", "", "\n", "").Replace(c.text) {
			t.Errorf("%q lost something", c.text)
		}
	}
}
