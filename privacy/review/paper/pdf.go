package paper

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
)

// The page, in points: A4 with margins.
const (
	pageWidth  = 595.28
	pageHeight = 841.89
	margin     = 56.0
	foot       = 30.0
	leading    = 1.55 // of the size, from line to line
)

// PDF writes the document as PDF 1.4.
func (d *Document) PDF(w io.Writer) error {
	s := newSheet()
	s.paragraph(d.Title, 17, margin, pageWidth-2*margin)
	s.y -= 8
	for _, b := range d.Blocks {
		switch b := b.(type) {
		case Heading:
			size := 13.0
			if b.Level > 2 {
				size = 11
			}
			s.y -= size * 0.9
			s.need(4 * size * leading) // not alone at the foot of a page
			s.paragraph(b.Text, size, margin, pageWidth-2*margin)
			s.y -= 3
		case Text:
			s.paragraph(string(b), 10.5, margin, pageWidth-2*margin)
			s.y -= 5
		case Table:
			s.table(b)
			s.y -= 8
		}
	}
	_, err := w.Write(s.file(d))
	return err
}

// sheet sets lines on pages.
type sheet struct {
	pages []*bytes.Buffer
	y     float64 // of the next line's top, on the last page
}

func newSheet() *sheet {
	s := &sheet{}
	s.turn()
	return s
}

func (s *sheet) turn() {
	s.pages = append(s.pages, &bytes.Buffer{})
	s.y = pageHeight - margin
}

// need turns the page unless so much is left of it.
func (s *sheet) need(height float64) bool {
	if s.y-height >= margin+foot {
		return false
	}
	s.turn()
	return true
}

func (s *sheet) page() *bytes.Buffer { return s.pages[len(s.pages)-1] }

func (s *sheet) paragraph(text string, size, x, width float64) {
	for _, line := range wrap(text, size, width) {
		s.need(size * leading)
		s.y -= size * leading
		show(s.page(), line, size, x, s.y+size*0.4)
	}
}

// table sets a table; its head comes again on each page.
func (s *sheet) table(t Table) {
	const size, pad = 9.5, 4.0
	widths := t.Widths
	if len(widths) != len(t.Head) {
		widths = make([]float64, len(t.Head))
		for i := range widths {
			widths[i] = 1 / float64(len(widths))
		}
	}
	number := make(map[int]bool)
	for _, n := range t.Numbers {
		number[n] = true
	}
	// row is the height of a row and how to set it.
	row := func(cells []string) (height float64, set func()) {
		lines := make([][]string, len(t.Head))
		most := 1
		for i := range t.Head {
			if i < len(cells) {
				lines[i] = wrap(cells[i], size, widths[i]*(pageWidth-2*margin)-2*pad)
			}
			most = max(most, len(lines[i]))
		}
		height = float64(most)*size*leading + 3
		return height, func() {
			x := margin
			for i := range lines {
				full := widths[i] * (pageWidth - 2*margin)
				for k, line := range lines[i] {
					at := x + pad
					if number[i] {
						at = x + full - pad - widthOf(line, size)
					}
					show(s.page(), line, size, at, s.y-float64(k+1)*size*leading+size*0.4)
				}
				x += full
			}
			s.y -= height
		}
	}
	rule := func(width float64) {
		fmt.Fprintf(s.page(), "%.2f w %.2f %.2f m %.2f %.2f l S\n", width, margin, s.y, pageWidth-margin, s.y)
	}
	headHeight, head := row(t.Head)
	s.need(headHeight * 3)
	head()
	rule(0.8)
	for _, cells := range t.Rows {
		height, set := row(cells)
		if s.need(height) {
			head()
			rule(0.8)
		}
		set()
		rule(0.25)
	}
}

// show writes a line of text at a place.
func show(b *bytes.Buffer, line string, size, x, y float64) {
	if line == "" {
		return
	}
	fmt.Fprintf(b, "BT ")
	for _, run := range runs(line) {
		if run.latin {
			fmt.Fprintf(b, "/F2 %.2f Tf 1 0 0 1 %.2f %.2f Tm (%s) Tj ", size, x, y, escape(run.text))
		} else {
			fmt.Fprintf(b, "/F1 %.2f Tf 1 0 0 1 %.2f %.2f Tm <%s> Tj ", size, x, y, utf16Hex(run.text))
		}
		x += widthOf(run.text, size)
	}
	fmt.Fprintf(b, "ET\n")
}

// run is text in one font: Helvetica for ASCII and Latin letters, Song for all
// else.
type run struct {
	text  string
	latin bool
}

func runs(line string) (list []run) {
	for _, c := range line {
		latin := c >= ' ' && c < 0x7f || accented(c)
		if n := len(list); n > 0 && list[n-1].latin == latin {
			list[n-1].text += string(c)
		} else {
			list = append(list, run{string(c), latin})
		}
	}
	return list
}

// escape writes a string in WinAnsiEncoding, in which letters of Latin-1 have
// the codes of Unicode.
func escape(s string) string {
	var b strings.Builder
	for _, c := range s {
		switch {
		case c == '\\' || c == '(' || c == ')':
			b.WriteByte('\\')
			b.WriteRune(c)
		case accented(c):
			fmt.Fprintf(&b, "\\%03o", c)
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// utf16Hex encodes text for UniGB-UTF16-H. What lies outside of the basic plane
// is not in Adobe-GB1 and becomes a box.
func utf16Hex(s string) string {
	var b strings.Builder
	for _, c := range s {
		if c > 0xffff || c < ' ' {
			c = '□'
		}
		for _, u := range utf16.Encode([]rune{c}) {
			fmt.Fprintf(&b, "%04X", u)
		}
	}
	return b.String()
}

// file puts the pages together: header, objects, cross-reference table, trailer
// (ISO 32000-1, 7.5).
func (s *sheet) file(d *Document) []byte {
	var out bytes.Buffer
	var offsets []int
	object := func(body string) int {
		offsets = append(offsets, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", len(offsets), body)
		return len(offsets)
	}
	out.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	lang := map[bool]string{true: "zh-CN", false: "en"}[d.Lang == "zh"]
	object("<< /Type /Catalog /Pages 2 0 R /Lang (" + lang + ") /ViewerPreferences << /DisplayDocTitle true >> >>")
	const first = 8 // object of the first page; each has its content behind it
	var kids strings.Builder
	for i := range s.pages {
		fmt.Fprintf(&kids, "%d 0 R ", first+2*i)
	}
	object(fmt.Sprintf("<< /Type /Pages /Count %d /Kids [ %s] >>", len(s.pages), kids.String()))
	object("<< /Title <FEFF" + utf16Hex(d.Title) + "> /Producer (qingting) >>")
	object("<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H /DescendantFonts [ 5 0 R ] >>")
	object("<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /FontDescriptor 6 0 R /DW 1000 >>")
	object("<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [ -25 -254 1000 880 ] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>")
	object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
	for i, page := range s.pages {
		number := fmt.Sprintf("%d / %d", i+1, len(s.pages))
		show(page, d.Footer, 8, margin, margin-8)
		show(page, number, 8, pageWidth-margin-widthOf(number, 8), margin-8)
		object(fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 %.2f %.2f ] /Resources << /Font << /F1 4 0 R /F2 7 0 R >> >> /Contents %d 0 R >>",
			pageWidth, pageHeight, first+2*i+1))
		object(fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", page.Len(), page.Bytes()))
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, at := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R /Info 3 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, start)
	return out.Bytes()
}
