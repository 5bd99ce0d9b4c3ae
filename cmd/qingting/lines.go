package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"syscall"
	"unicode/utf8"
)

// maxLine is the longest line that a streaming command reads, in bytes.
const maxLine = 128 << 20

// A batch is handed on at this size, or at once when no more input is waiting,
// so that a pipe that trickles is answered line by line.
const (
	batchLines = 256
	batchBytes = 64 << 10
)

// lineFunc turns line n (1-based, without its end) into output, appended to
// out. It is called on several goroutines at once; an error refuses the line.
type lineFunc func(n int, line []byte, out *bytes.Buffer) error

// batch is a run of lines on its way from the reader through a worker to the
// writer.
type batch struct {
	first int // number of the first line
	lines [][]byte
	long  bool // the last line was too long and is missing its content

	out    bytes.Buffer
	errs   []error
	failed int
	broken int // lines that are not UTF-8
	done   chan struct{}
}

// eachLine reads in line by line, calls f on all cores and writes its output in
// the order of the lines. A refused line is told on con.Err with its number,
// and the others go on; then the result is an error. When the reader of the
// output goes away, the work ends quietly.
//
// Memory holds a few batches, and a line of up to [maxLine] bytes for each.
// When ctx ends while in has nothing to read, the goroutine that reads it stays
// until the process ends: a pipe cannot be made to give up a Read.
func eachLine(ctx context.Context, in io.Reader, con *console, f lineFunc) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	workers := runtime.GOMAXPROCS(0)
	jobs, order := make(chan *batch), make(chan *batch, 2*workers)
	var readErr error
	go func() {
		defer close(order)
		defer close(jobs)
		readErr = readBatches(ctx, in, func(b *batch) bool {
			for _, to := range [...]chan<- *batch{order, jobs} {
				select {
				case to <- b:
				case <-ctx.Done():
					return false
				}
			}
			return true
		})
	}()
	var running sync.WaitGroup
	for range workers {
		running.Go(func() {
			for b := range jobs {
				b.run(f)
			}
		})
	}
	failed, err := writeBatches(ctx, order, con)
	if err != nil {
		if errors.Is(err, syscall.EPIPE) {
			return nil
		}
		return err
	}
	running.Wait()
	if readErr != nil {
		return fmt.Errorf("reading the input: %w", readErr)
	}
	if failed > 0 {
		return fmt.Errorf("%d of the lines could not be processed, see above", failed)
	}
	return nil
}

func (b *batch) run(f lineFunc) {
	defer close(b.done)
	for i, line := range b.lines {
		var err error
		if b.long && i == len(b.lines)-1 {
			err = fmt.Errorf("longer than %d MiB; split it", maxLine>>20)
		} else {
			err = f(b.first+i, line, &b.out)
		}
		if err != nil {
			b.failed++
			b.errs = append(b.errs, fmt.Errorf("line %d: %w", b.first+i, err))
		}
	}
}

// writeBatches writes finished batches in order, and flushes whenever the next
// is not ready.
func writeBatches(ctx context.Context, order <-chan *batch, con *console) (failed int, err error) {
	out := bufio.NewWriterSize(con.Out, 64<<10)
	broken := 0
	defer func() { tellBroken(con, broken) }()
	for {
		var b *batch
		var ok bool
		select {
		case b, ok = <-order:
		default:
			if err := out.Flush(); err != nil {
				return failed, err
			}
			select {
			case b, ok = <-order:
			case <-ctx.Done():
				return failed, interrupted(ctx)
			}
		}
		if !ok {
			return failed, errors.Join(out.Flush(), interrupted(ctx))
		}
		select {
		case <-b.done:
		case <-ctx.Done():
			return failed, errors.Join(out.Flush(), interrupted(ctx))
		}
		for _, e := range b.errs {
			fmt.Fprintf(con.Err, "qingting: %v\n", e)
		}
		failed += b.failed
		broken += b.broken
		if _, err := out.Write(b.out.Bytes()); err != nil {
			return failed, err
		}
	}
}

// tellBroken says that lines were not text as they should be.
func tellBroken(con *console, lines int) {
	if lines > 0 {
		fmt.Fprintf(con.Err, "qingting: bytes that are not UTF-8 became \uFFFD in %d of the lines; is the file in another encoding? iconv -f ENCODING -t UTF-8\n", lines)
	}
}

func interrupted(ctx context.Context) error {
	if ctx.Err() != nil {
		return errors.New("interrupted before the end of the input")
	}
	return nil
}

// readBatches cuts in into batches until its end, an error, or a send that
// returns false.
func readBatches(ctx context.Context, in io.Reader, send func(*batch) bool) error {
	r := bufio.NewReaderSize(in, batchBytes)
	if bom, _ := r.Peek(3); string(bom) == "\uFEFF" {
		r.Discard(3)
	}
	n := 0
	for ctx.Err() == nil {
		b := &batch{first: n + 1, done: make(chan struct{})}
		var err error
		for size := 0; err == nil && !b.long && len(b.lines) < batchLines && size < batchBytes; {
			var line []byte
			if line, b.long, err = readLine(r); err == nil || len(line) > 0 || b.long {
				b.lines = append(b.lines, line)
				if !utf8.Valid(line) {
					b.broken++
				}
				n++
				size += len(line)
			}
			if r.Buffered() == 0 {
				break
			}
		}
		if len(b.lines) > 0 && !send(b) {
			return nil
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readLine returns the next line without its line feed. Of a line longer than
// maxLine it returns nothing but long.
func readLine(r *bufio.Reader) (line []byte, long bool, err error) {
	for {
		part, err := r.ReadSlice('\n')
		end := err == nil
		if end {
			part = part[:len(part)-1]
		}
		if !long && len(line)+len(part) > maxLine {
			long, line = true, nil
		}
		if !long {
			line = append(line, part...)
		}
		if err != bufio.ErrBufferFull {
			return line, long, err
		}
	}
}
