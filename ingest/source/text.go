package source

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Text is r as UTF-8, for what reads lines of its own. UTF-16 is known by its
// byte order mark, or by the NUL beside an opening brace, and GB18030 (with GBK
// and GB 2312) by the first text that is not ASCII, as [Open] knows it. Anything
// else comes as it is, byte for byte, a UTF-8 byte order mark and broken UTF-8
// included.
//
// Nothing is waited for that the next line does not need, so that a pipe may
// trickle. decoded, when it is not nil, is called once with the name of an
// encoding that is not UTF-8. What is no text at all, such as a workbook or
// what was compressed, is an error of every Read that says what to do.
func Text(r io.Reader, decoded func(encoding string)) io.Reader {
	if decoded == nil {
		decoded = func(string) {}
	}
	return &text{buf: bufio.NewReaderSize(r, sample), decoded: decoded}
}

// text passes ASCII on until it knows the encoding.
type text struct {
	buf     *bufio.Reader
	begun   bool
	err     error     // what it is no text for
	settled io.Reader // nil as long as all was ASCII
	decoded func(encoding string)
}

func (t *text) Read(p []byte) (int, error) {
	if t.err != nil {
		return 0, t.err
	}
	if t.settled != nil {
		return t.settled.Read(p)
	}
	head, err := t.ahead()
	if len(head) == 0 {
		return 0, err
	}
	if !t.begun {
		t.begun = true
		if t.err = t.begin(head); t.err != nil {
			return 0, t.err
		}
		if t.settled != nil {
			return t.settled.Read(p)
		}
	}
	plain := head
	if i := bytes.IndexFunc(head, func(r rune) bool { return r >= utf8.RuneSelf }); i >= 0 {
		plain = head[:i]
	}
	if len(plain) == 0 {
		t.settle(head)
		return t.settled.Read(p)
	}
	n := copy(p, plain)
	_, err = t.buf.Discard(n)
	return n, err
}

// ahead is what can be read without waiting, at least a byte.
func (t *text) ahead() ([]byte, error) {
	if _, err := t.buf.Peek(1); err != nil {
		return nil, err
	}
	return t.buf.Peek(t.buf.Buffered())
}

// begin looks at the first bytes.
func (t *text) begin(head []byte) error {
	if err := noText(head); err != nil {
		return err
	}
	wide := func(e unicode.Endianness) {
		t.settled = transform.NewReader(t.buf, unicode.UTF16(e, unicode.UseBOM).NewDecoder())
		t.decoded("UTF-16")
	}
	switch {
	case bytes.HasPrefix(head, []byte(bomLE)), bytes.HasPrefix(head, []byte("{\x00")):
		wide(unicode.LittleEndian)
	case bytes.HasPrefix(head, []byte(bomBE)), bytes.HasPrefix(head, []byte("\x00{")):
		wide(unicode.BigEndian)
	}
	return nil
}

// settle decides by head, which begins with what is not ASCII.
func (t *text) settle(head []byte) {
	t.settled = t.buf
	if i := bytes.LastIndexByte(head, '\n'); i >= 0 {
		head = head[:i] // no line that is cut
	} else {
		head = whole(head)
	}
	if cs, err := detect(head); err == nil && cs.decode != nil {
		t.settled = transform.NewReader(t.buf, simplifiedchinese.GB18030.NewDecoder())
		t.decoded(cs.name)
	}
}

// whole is b without the beginning of a character at its end.
func whole(b []byte) []byte {
	for i := len(b) - 1; i >= 0 && i > len(b)-utf8.UTFMax; i-- {
		if utf8.RuneStart(b[i]) {
			if !utf8.FullRune(b[i:]) {
				return b[:i]
			}
			break
		}
	}
	return b
}

// noText refuses content that is not text.
func noText(head []byte) error {
	switch {
	case bytes.HasPrefix(head, zipMagic):
		return errors.New("the content is a zip or a workbook: unpack it, or save the table as JSON lines")
	case bytes.HasPrefix(head, oleMagic):
		return errors.New("the content is a workbook: save the table as JSON lines")
	}
	return binaryMagic(head)
}

// binaryMagic refuses what no format of files has.
func binaryMagic(head []byte) error {
	switch {
	case bytes.HasPrefix(head, gzMagic):
		return errors.New("the file is compressed: unpack it, for instance with gunzip")
	case bytes.HasPrefix(head, pdfMagic):
		return errors.New("the file is a PDF: export its table as .csv or .xlsx")
	}
	return nil
}
