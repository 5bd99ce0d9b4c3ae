package source

import (
	"fmt"
	"io"
	"os"
	"time"

	"qingting/ingest"
)

// Format is a file format.
type Format string

// The formats read.
const (
	JSONL Format = "jsonl"
	CSV   Format = "csv"
	TSV   Format = "tsv"
	XLSX  Format = "xlsx"
)

// DefaultMaxLine bounds a line, or a CSV record of several lines, in bytes.
const DefaultMaxLine = 1 << 20

// DefaultMaxWorkbook bounds a workbook, packed and unpacked, in bytes. Unpacked
// it is held in memory, several times over while its strings are indexed.
const DefaultMaxWorkbook = 256 << 20

// Options says how to read a file. The zero value finds out everything itself.
type Options struct {
	Format      Format            // empty: by the name's ending, else by the content
	Encoding    string            // utf-8, gb18030, gbk, gb2312, utf-16le, utf-16be, big5; empty: found out
	Sheet       string            // of a workbook; empty: the first
	Map         map[string]string // field to column: {"text": "内容", "attributes.shift": "班次"}
	OnlyMapped  bool              // leave out columns that no field takes
	TimeLayout  string            // a Go layout tried before all others, such as "02/01/2006 15:04"
	Channel     string            // of rows that name none
	Source      string            // of rows that name none
	MaxLine     int               // bytes of a line; 0 is DefaultMaxLine
	MaxWorkbook int64             // bytes of a workbook; 0 is DefaultMaxWorkbook
	Limits      ingest.Limits     // zero: ingest.DefaultLimits
	Received    time.Time         // the time of rows that give none; zero: when the file is opened
}

// Row is one piece of feedback and where it stood. Line counts from 1 and is
// that of the row's first line; in a workbook it is the row number.
type Row struct {
	Line     int
	Feedback ingest.Feedback
}

// LineError refuses one line. Reading can go on after it.
type LineError struct {
	Line   int
	Reason string // without content of the line
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// table is a format: a reader of records.
type table interface {
	// next returns the next record that is not blank, a *LineError for one
	// that cannot be read, or io.EOF.
	next() (record, error)
	close() error
}

// record is one row before its columns have met their fields.
type record struct {
	line  int
	cells []cell
}

// cell is one value of a row under the name of its column.
type cell struct {
	column string
	text   string
	index  int       // of the column, where columns are fixed
	nested bool      // an object or an array: text is empty
	inner  []cell    // members of an object
	date   time.Time // what text is when a workbook means it as a date
}

// Reader reads the rows of one file. It is not safe for concurrent use.
type Reader struct {
	table   table
	mapper  *mapper
	counter *counter
	size    int64
	closers []io.Closer
	ids     seenIDs
	rows    int // read, the refused ones among them
	err     error
}

// Open reads the file at path, or r under the name of path when r is not nil;
// path "-" is then a stream of unknown format. The caller closes the Reader;
// r stays the caller's.
func Open(path string, r io.Reader, opts Options) (*Reader, error) {
	if opts.MaxLine == 0 {
		opts.MaxLine = DefaultMaxLine
	}
	if opts.MaxWorkbook == 0 {
		opts.MaxWorkbook = DefaultMaxWorkbook
	}
	if opts.Limits == (ingest.Limits{}) {
		opts.Limits = ingest.DefaultLimits()
	}
	if opts.Received.IsZero() {
		opts.Received = time.Now()
	}
	m, err := newMapper(opts)
	if err != nil {
		return nil, err
	}
	out := &Reader{mapper: m}
	if r == nil {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		out.closers, r = append(out.closers, f), f
	}
	if f, ok := r.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			out.size = info.Size()
		} else if err == nil && info.IsDir() {
			_ = out.Close()
			return nil, fmt.Errorf("%q is a directory: name a file", path)
		}
	}
	out.counter = &counter{r: r}
	if err := out.open(path, opts); err != nil {
		_ = out.Close()
		return nil, err
	}
	return out, nil
}

// Next returns the next row. io.EOF ends the file; a *LineError refuses one
// line and the next call goes on; any other error ends the reading for good.
func (r *Reader) Next() (Row, error) {
	if r.err != nil {
		return Row{}, r.err
	}
	rec, err := r.table.next()
	if err == io.EOF {
		if fault := r.mapper.end(); fault != nil {
			err = fault
		} else if r.rows == 0 {
			r.mapper.notes.say("the file holds no row of feedback")
		}
	}
	r.rows++
	if err != nil {
		if _, goesOn := err.(*LineError); !goesOn {
			r.err = err
		}
		return Row{}, err
	}
	f, err := r.mapper.feedback(rec)
	if err != nil {
		if _, goesOn := err.(*LineError); !goesOn {
			r.err = err
		}
		return Row{}, err
	}
	if r.ids.again(f.Source, f.ID) {
		r.mapper.notes.add("the id is that of a row above: the two are one record, in which the last row counts")
	}
	return Row{Line: rec.line, Feedback: f}, nil
}

// Notes says in sentences what was left out or not understood so far, with
// counts. It names columns, never content.
func (r *Reader) Notes() []string { return r.mapper.notes.lines() }

// Progress gives the bytes read so far and the size of the file, 0 when it is
// not known.
func (r *Reader) Progress() (done, total int64) { return r.counter.n, r.size }

// Close releases the file. It keeps nothing.
func (r *Reader) Close() error {
	var first error
	if r.table != nil {
		first = r.table.close()
	}
	for _, c := range r.closers {
		if err := c.Close(); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// counter counts what is read through it.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
