package source

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

func encoded(t *testing.T, e encoding.Encoding, s string) string {
	t.Helper()
	out, err := e.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestText(t *testing.T) {
	rows := `{"id":"1"}` + "\n" + `{"id":"2","text":"宽带断了，打了三次电话都没有人管"}` + "\n" + `{"id":"3","text":"乱扣费"}` + "\n"
	for _, c := range []struct{ name, in, want, decoded string }{
		{"nothing", "", "", ""},
		{"ASCII", "a\nb", "a\nb", ""},
		{"UTF-8", rows, rows, ""},
		{"a byte order mark", "\ufeff" + rows, "\ufeff" + rows, ""},
		{"UTF-16, little end first", encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), rows), rows, "UTF-16"},
		{"UTF-16, big end first", encoded(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), rows), rows, "UTF-16"},
		{"UTF-16 without mark", encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), rows), rows, "UTF-16"},
		{"GBK", encoded(t, simplifiedchinese.GBK, rows), rows, "GB18030"},
		{"GBK far down", strings.Repeat("x\n", 200_000) + encoded(t, simplifiedchinese.GBK, rows), strings.Repeat("x\n", 200_000) + rows, "GB18030"},
		{"a broken line of UTF-8", rows + "宽带\xff\n" + rows, rows + "宽带\xff\n" + rows, ""},
		{"nothing but broken", "\xff\x80\xc3(", "\xff\x80\xc3(", ""},
		{"UTF-8 cut", "宽带断\xe4\xba", "宽带断\xe4\xba", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var decoded string
			out, err := io.ReadAll(Text(strings.NewReader(c.in), func(name string) { decoded += name }))
			if err != nil || string(out) != c.want || decoded != c.decoded {
				t.Errorf("read as %q: %q, %v; want %q as %q", decoded, out[:min(len(out), 200)], err, c.want[:min(len(c.want), 200)], c.decoded)
			}
		})
	}
}

// TestTextTrickles: a line comes out before the next has come in, whatever the
// pieces in which it came.
func TestTextTrickles(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	in := Text(r, nil)
	buf := make([]byte, 100)
	for _, line := range []string{"a\n", "宽带断了\n", "P\n", "完\n"} {
		go io.WriteString(w, line)
		if n, err := io.ReadFull(in, buf[:len(line)]); err != nil || string(buf[:n]) != line {
			t.Fatalf("%q, %v; want %q", buf[:n], err, line)
		}
	}
	rows := strings.Repeat("宽带断了，乱扣费\n", 10)
	out, err := io.ReadAll(Text(iotest.OneByteReader(strings.NewReader(rows)), nil))
	if err != nil || string(out) != rows {
		t.Errorf("byte by byte: %q, %v", out, err)
	}
}

func TestTextRefuses(t *testing.T) {
	for _, head := range [][]byte{zipMagic, oleMagic, gzMagic, pdfMagic} {
		in := Text(bytes.NewReader(append(bytes.Clone(head), "rest"...)), nil)
		for range 2 { // who peeks may lose the first error
			if _, err := io.ReadAll(in); err == nil {
				t.Errorf("%q is taken for text", head)
			}
		}
	}
	broken := errors.New("broken pipe")
	if _, err := io.ReadAll(Text(iotest.ErrReader(broken), nil)); !errors.Is(err, broken) {
		t.Errorf("the reader's own error became %v", err)
	}
}
