package source

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// lines cuts a stream into lines of bounded length and decodes each.
type lines struct {
	buf     *bufio.Reader
	charset charset
	max     int
	n       int // lines read so far
	back    []line
}

// line is one line without its line end. A refused line has no text.
type line struct {
	n      int
	text   string
	refuse string
}

func newLines(buf *bufio.Reader, opts Options) (*lines, error) {
	buf, cs, err := unwrap(buf, opts.Encoding)
	if err != nil {
		return nil, err
	}
	return &lines{buf: buf, charset: cs, max: opts.MaxLine}, nil
}

// next returns the next line or io.EOF.
func (l *lines) next() (line, error) {
	if n := len(l.back); n > 0 {
		out := l.back[n-1]
		l.back = l.back[:n-1]
		return out, nil
	}
	raw, long, err := l.raw()
	if err != nil {
		return line{}, err
	}
	l.n++
	out := line{n: l.n}
	if long {
		out.refuse = fmt.Sprintf("oversize: the line has more than %d bytes", l.max)
		return out, nil
	}
	if l.charset.name == "" && !ascii(raw) {
		if err := l.settle(raw); err != nil {
			return line{}, err
		}
	}
	text, err := l.charset.text(raw)
	if err != nil {
		out.refuse = err.Error()
		return out, nil
	}
	out.text = text
	return out, nil
}

// nextText returns the next line that is not blank, or io.EOF.
func (l *lines) nextText() (line, error) {
	for {
		out, err := l.next()
		if err != nil || out.refuse != "" || strings.TrimSpace(out.text) != "" {
			return out, err
		}
	}
}

// unread gives lines back, in the order they were read.
func (l *lines) unread(read []line) {
	for i := len(read) - 1; i >= 0; i-- {
		l.back = append(l.back, read[i])
	}
}

// settle finds the charset at the first line that is not ASCII, from that line
// and what follows it.
func (l *lines) settle(raw []byte) error {
	ahead, _ := l.buf.Peek(sample)
	if i := bytes.LastIndexByte(ahead, '\n'); i >= 0 {
		ahead = ahead[:i] // no line that is cut
	}
	cs, err := detect(append(append(bytes.Clone(raw), '\n'), ahead...))
	l.charset = cs
	return err
}

// raw reads one line; of a long one it keeps nothing.
func (l *lines) raw() (out []byte, long bool, err error) {
	for {
		part, err := l.buf.ReadSlice('\n')
		if !long && len(out)+len(part) > l.max+2 {
			out, long = nil, true
		}
		if !long {
			out = append(out, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && (len(out) > 0 || long):
		case err != nil:
			return nil, false, err
		}
		return bytes.TrimSuffix(bytes.TrimSuffix(out, []byte("\n")), []byte("\r")), long, nil
	}
}
