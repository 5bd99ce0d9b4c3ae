package source

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Byte order marks.
const (
	bomUTF8 = "\xef\xbb\xbf"
	bomLE   = "\xff\xfe"
	bomBE   = "\xfe\xff"
)

// errNeither is the end of guessing.
var errNeither = errors.New("the text is neither UTF-8 nor GB18030: name its encoding, such as --encoding big5")

// charset is how the bytes of a line become text.
type charset struct {
	name   string            // empty: not known yet, every line so far was ASCII
	decode encoding.Encoding // nil for UTF-8
}

// namedCharset is the charset of Options.Encoding. UTF-16 is not among them:
// its line ends are not single bytes, so it is decoded before lines are cut.
func namedCharset(name string) (charset, error) {
	switch strings.ToLower(name) {
	case "":
		return charset{}, nil
	case "utf-8", "utf8":
		return charset{name: "UTF-8"}, nil
	case "gb18030", "gbk", "gb2312":
		return charset{name: "GB18030", decode: simplifiedchinese.GB18030}, nil
	case "big5":
		return charset{name: "Big5", decode: traditionalchinese.Big5}, nil
	default:
		return charset{}, fmt.Errorf("unknown encoding %q: utf-8, gb18030, gbk, gb2312, big5, utf-16le or utf-16be", name)
	}
}

// unwrap removes a byte order mark and decodes UTF-16 as a stream.
func unwrap(buf *bufio.Reader, name string) (*bufio.Reader, charset, error) {
	head, _ := buf.Peek(3)
	wide := func(e unicode.Endianness) (*bufio.Reader, charset, error) {
		r := transform.NewReader(buf, unicode.UTF16(e, unicode.UseBOM).NewDecoder())
		return bufio.NewReaderSize(r, sample), charset{name: "UTF-8"}, nil
	}
	switch n := strings.ToLower(name); {
	case n == "utf-16le" || (n == "" && bytes.HasPrefix(head, []byte(bomLE))):
		return wide(unicode.LittleEndian)
	case n == "utf-16be" || (n == "" && bytes.HasPrefix(head, []byte(bomBE))):
		return wide(unicode.BigEndian)
	}
	cs, err := namedCharset(name)
	if err == nil && bytes.HasPrefix(head, []byte(bomUTF8)) && cs.decode == nil {
		_, err = buf.Discard(len(bomUTF8))
		cs = charset{name: "UTF-8"}
	}
	return buf, cs, err
}

// text decodes one line, in place when it can.
func (cs charset) text(line []byte) (string, error) {
	if cs.decode == nil {
		if !utf8.Valid(line) {
			return "", fmt.Errorf("%s: not UTF-8 at byte %d of the line", "encoding", invalidAt(line))
		}
		return string(line), nil
	}
	out, err := cs.decode.NewDecoder().Bytes(line)
	if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
		return "", fmt.Errorf("%s: not %s", "encoding", cs.name)
	}
	return string(out), nil
}

func invalidAt(line []byte) int {
	for i := 0; i < len(line); {
		r, n := utf8.DecodeRune(line[i:])
		if r == utf8.RuneError && n <= 1 {
			return i
		}
		i += n
	}
	return len(line)
}

// detect decides between UTF-8 and GB18030 by the lines of text that are not
// ASCII: most of the lines of a UTF-8 file are valid UTF-8 even when some are
// broken, while Chinese in GB18030 hardly ever is.
func detect(text []byte) (charset, error) {
	var good, bad int
	for line := range bytes.Lines(text) {
		switch {
		case ascii(line):
		case utf8.Valid(line):
			good++
		default:
			bad++
		}
	}
	if good > 0 && good >= bad {
		return charset{name: "UTF-8"}, nil
	}
	if plausibleGB(text) {
		return charset{name: "GB18030", decode: simplifiedchinese.GB18030}, nil
	}
	if good > 0 {
		return charset{name: "UTF-8"}, nil
	}
	return charset{}, errNeither
}

func ascii(line []byte) bool {
	for _, b := range line {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// plausibleGB reports whether most double bytes of text are the punctuation or
// the 3,755 everyday characters of GB 2312 (rows A1, A3 and B0 to D7). Nearly
// any bytes decode as GB18030 somehow; only Chinese decodes to these.
func plausibleGB(text []byte) bool {
	common, all := 0, 0
	for i := 0; i < len(text); i++ {
		lead := text[i]
		if lead < utf8.RuneSelf {
			continue
		}
		all++
		if i+1 == len(text) {
			break
		}
		trail := text[i+1]
		if trail >= 0xa1 && (lead == 0xa1 || lead == 0xa3 || (lead >= 0xb0 && lead <= 0xd7)) {
			common++
		}
		if trail >= 0x40 {
			i++
		}
	}
	return all > 0 && common*10 >= all*6
}
