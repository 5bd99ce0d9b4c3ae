package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func echo(n int, line []byte, out *bytes.Buffer) error {
	if bytes.HasPrefix(line, []byte("bad")) {
		return errors.New("refused")
	}
	fmt.Fprintf(out, "%d:%s\n", n, line)
	return nil
}

func TestEachLineOrder(t *testing.T) {
	var in, want strings.Builder
	for n := 1; n <= 20000; n++ {
		line := strings.Repeat("x", n%97)
		in.WriteString(line + "\n")
		fmt.Fprintf(&want, "%d:%s\n", n, line)
	}
	var out, talk bytes.Buffer
	if err := eachLine(t.Context(), strings.NewReader(in.String()), &console{Out: &out, Err: &talk}, echo); err != nil {
		t.Fatal(err)
	}
	if out.String() != want.String() || talk.Len() > 0 {
		t.Error("the output is not the lines in their order")
	}
}

func TestEachLineEnds(t *testing.T) {
	for _, c := range []struct{ in, out, talk string }{
		{"", "", ""},
		{"\n", "1:\n", ""},
		{"a", "1:a\n", ""},
		{"\uFEFFa\nb", "1:a\n2:b\n", ""},
		{"a\r\n", "1:a\r\n", ""},
		{"a\nbad\nb\nbad\n", "1:a\n3:b\n", "qingting: line 2: refused\nqingting: line 4: refused\n"},
	} {
		var out, talk bytes.Buffer
		err := eachLine(t.Context(), strings.NewReader(c.in), &console{Out: &out, Err: &talk}, echo)
		if out.String() != c.out || talk.String() != c.talk || (err != nil) != (c.talk != "") {
			t.Errorf("%q gives %q and %q, %v", c.in, out.String(), talk.String(), err)
		}
	}
}

// TestEachLineLong: a line of the limit passes, one byte more is refused.
func TestEachLineLong(t *testing.T) {
	t.Parallel()
	in := io.MultiReader(
		strings.NewReader("first\n"), zeros(maxLine), strings.NewReader("\n"), zeros(maxLine+1), strings.NewReader("\nlast\n"),
	)
	var out, talk bytes.Buffer
	err := eachLine(t.Context(), in, &console{Out: &out, Err: &talk}, func(n int, line []byte, out *bytes.Buffer) error {
		fmt.Fprintf(out, "%d:%d\n", n, len(line))
		return nil
	})
	if want := "1:5\n2:" + strconv.Itoa(maxLine) + "\n4:4\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	if err == nil || talk.String() != "qingting: line 3: longer than 128 MiB; split it\n" {
		t.Errorf("said %q, %v", talk.String(), err)
	}
}

func zeros(n int64) io.Reader { return io.LimitReader(zeroReader{}, n) }

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '0'
	}
	return len(p), nil
}

// TestEachLineStreams: a line is answered before the next one is written.
func TestEachLineStreams(t *testing.T) {
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- eachLine(t.Context(), inR, &console{Out: outW, Err: io.Discard}, echo)
		outW.Close()
	}()
	for n := 1; n <= 3; n++ {
		fmt.Fprintf(inW, "line %d\n", n)
		want := fmt.Sprintf("%d:line %d\n", n, n)
		got := make([]byte, len(want))
		if _, err := io.ReadFull(outR, got); err != nil || string(got) != want {
			t.Fatalf("got %q, %v, want %q", got, err, want)
		}
	}
	inW.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, syscall.EPIPE }

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

func TestEachLineOutputFails(t *testing.T) {
	in := func() io.Reader { return strings.NewReader(strings.Repeat("line\n", 100000)) }
	if err := eachLine(t.Context(), in(), &console{Out: brokenPipe{}, Err: io.Discard}, echo); err != nil {
		t.Errorf("the reader of the output went away: %v", err)
	}
	if err := eachLine(t.Context(), in(), &console{Out: fullDisk{}, Err: io.Discard}, echo); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("the disk is full: %v", err)
	}
}

func TestEachLineInterrupted(t *testing.T) {
	inR, inW := io.Pipe()
	defer inW.Close()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- eachLine(ctx, inR, &console{Out: io.Discard, Err: io.Discard}, echo) }()
	stop()
	select {
	case err := <-done:
		if err == nil {
			t.Error("an interrupt is no success")
		}
	case <-time.After(10 * time.Second):
		t.Fatal("an interrupt does not end the wait for input")
	}
}

func TestEachLineReadFails(t *testing.T) {
	var out bytes.Buffer
	in := io.MultiReader(strings.NewReader("a\nb"), failingReader{})
	err := eachLine(t.Context(), in, &console{Out: &out, Err: io.Discard}, echo)
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("reading failed, but the error is %v", err)
	}
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
