package source

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"qingting/ingest"
)

// workbook is one sheet of an Excel workbook with a header row.
type workbook struct {
	file   *excelize.File
	rows   *excelize.Rows
	n      int
	header []string
	max    int
	epoch  time.Time // day 0 of a date
	dates  map[int]bool
}

// openWorkbook reads the whole file: a zip archive has its index at the end.
func openWorkbook(buf io.Reader, size int64, opts Options, m *mapper) (*workbook, error) {
	if size > opts.MaxWorkbook {
		return nil, tooLarge(opts.MaxWorkbook)
	}
	data, err := io.ReadAll(io.LimitReader(buf, opts.MaxWorkbook+1))
	if err != nil {
		return nil, fmt.Errorf("read the workbook: %w", err)
	}
	if int64(len(data)) > opts.MaxWorkbook {
		return nil, tooLarge(opts.MaxWorkbook)
	}
	if err := checkArchive(data, opts.MaxWorkbook); err != nil {
		return nil, err
	}
	// The library writes a part past UnzipXMLSizeLimit to a temporary file, in
	// the clear. With both limits equal there is never one.
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		UnzipSizeLimit: opts.MaxWorkbook, UnzipXMLSizeLimit: opts.MaxWorkbook, RawCellValue: true,
	})
	if err != nil {
		return nil, errors.New("the workbook is damaged: open it, save it again, or save it as .csv")
	}
	w := &workbook{file: f, max: opts.MaxLine}
	if err := w.start(opts.Sheet, m); err != nil {
		_ = f.Close()
		return nil, err
	}
	return w, nil
}

func tooLarge(limit int64) error {
	return fmt.Errorf("the workbook has more than %d bytes unpacked: save it as .csv, which is read as a stream", limit)
}

var errStrings = errors.New("the workbook has too many different strings: save it as .csv, which is read as a stream")

// checkArchive reads every part to its end once, counting, before anything is
// kept: the library trusts the sizes the archive declares, ignores checksums,
// and takes a sheet that is cut short for one that ends.
func checkArchive(data []byte, limit int64) error {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return errors.New("the workbook is damaged: it is not a whole zip archive")
	}
	book := false
	var total int64
	for _, part := range archive.File {
		name := strings.ToLower(strings.ReplaceAll(part.Name, `\`, "/"))
		book = book || name == "xl/workbook.xml"
		r, err := part.Open()
		if err != nil {
			return errors.New("the workbook is damaged or encrypted: open it and save it again without a password")
		}
		limited := &io.LimitedReader{R: r, N: limit - total + 1}
		if strings.HasPrefix(name, "xl/") && strings.HasSuffix(name, ".xml") {
			err = wellFormed(limited, limit/bytesPerString)
		}
		if err == nil {
			_, err = io.Copy(io.Discard, limited)
		}
		_ = r.Close()
		if total = limit + 1 - limited.N; total > limit {
			return tooLarge(limit)
		}
		if errors.Is(err, errStrings) {
			return err
		}
		if err != nil {
			return errors.New("the workbook is damaged: open it, save it again, or save it as .csv")
		}
	}
	if !book {
		return errors.New("a zip archive, but no workbook: unpack it, or save the table as .xlsx")
	}
	return nil
}

// bytesPerString is what a shared string weighs at least: the library keeps a
// record of about this size for each, however short.
const bytesPerString = 64

// wellFormed reads a part to its end, where every element must be closed and
// no more than so many shared strings may have come by.
func wellFormed(r io.Reader, maxStrings int64) error {
	var stringsSeen int64
	d := xml.NewDecoder(r)
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	for open := 0; ; {
		token, err := d.RawToken()
		switch t := token.(type) {
		case xml.StartElement:
			open++
			if t.Name.Local == "si" {
				if stringsSeen++; stringsSeen > maxStrings {
					return errStrings
				}
			}
		case xml.EndElement:
			open--
		}
		if errors.Is(err, io.EOF) && open == 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// start finds the sheet and the header.
func (w *workbook) start(sheet string, m *mapper) error {
	sheets := w.file.GetSheetList()
	if len(sheets) == 0 {
		return errors.New("the workbook has no sheet")
	}
	if sheet == "" {
		sheet = sheets[0]
	}
	rows, err := w.file.Rows(sheet)
	if err != nil {
		return fmt.Errorf("there is no sheet %q; the sheets are %q", sheet, sheets)
	}
	w.rows = rows
	w.epoch = epoch1900
	if props, err := w.file.GetWorkbookProps(); err == nil && props.Date1904 != nil && *props.Date1904 {
		w.epoch = epoch1904
	}
	if w.dates, err = w.dateColumns(sheet); err != nil {
		return err
	}
	for _, other := range sheets {
		if other != sheet {
			m.notes.say("sheet %s is not read: name it with --sheet", shown(other))
		}
	}
	w.header, err = m.findHeader(func() ([]string, error) {
		for {
			fields, err := w.fields()
			if err != nil || strings.TrimSpace(strings.Join(fields, "")) != "" {
				return fields, err
			}
		}
	})
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("the sheet %q is empty; the sheets are %q", sheet, sheets)
	}
	return err
}

func (w *workbook) fields() ([]string, error) {
	if !w.rows.Next() {
		if err := w.rows.Error(); err != nil {
			return nil, errors.New("the sheet has more rows than a workbook can hold")
		}
		return nil, io.EOF
	}
	w.n++
	fields, err := w.rows.Columns()
	if err != nil {
		return nil, &LineError{w.n, "malformed: a cell cannot be read"}
	}
	return fields, nil
}

func (w *workbook) next() (record, error) {
	for {
		fields, err := w.fields()
		if err != nil {
			return record{}, err
		}
		for len(fields) > len(w.header) && strings.TrimSpace(fields[len(fields)-1]) == "" {
			fields = fields[:len(fields)-1]
		}
		if len(fields) > len(w.header) {
			return record{}, &LineError{w.n, fmt.Sprintf("malformed: %d columns, the header has %d", len(fields), len(w.header))}
		}
		rec := row(w.n, w.header, fields)
		size := 0
		for i, c := range rec.cells {
			rec.cells[i] = w.value(c)
			size += len(c.text)
		}
		if size > w.max {
			return record{}, &LineError{w.n, fmt.Sprintf("oversize: the row has more than %d bytes", w.max)}
		}
		if len(rec.cells) > 0 {
			return rec, nil
		}
	}
}

func (w *workbook) close() error {
	return errors.Join(w.rows.Close(), w.file.Close())
}

// Day 0 of the two ways a workbook counts days (ECMA-376 part 1, 18.17.4.1).
// The first is a day early, for the 29 February 1900 that never was: right
// from March 1900 on.
var (
	epoch1900 = time.Date(1899, 12, 30, 0, 0, 0, 0, ingest.China)
	epoch1904 = time.Date(1904, 1, 1, 0, 0, 0, 0, ingest.China)
)

// value writes a cell as a person would: a date as a date, and a whole number
// stored in scientific notation in full, since it is somebody's number and not
// a measure.
func (w *workbook) value(c cell) cell {
	n, err := strconv.ParseFloat(c.text, 64)
	if err != nil || strings.ContainsAny(c.text, "xXnNiIpP_") {
		return c
	}
	if w.dates[c.index] {
		if t, ok := w.date(n); ok {
			c.text = t.Format(time.DateTime)
			return c
		}
	}
	if strings.ContainsAny(c.text, "eE") && n == math.Trunc(n) && math.Abs(n) < 1e15 {
		c.text = strconv.FormatFloat(n, 'f', 0, 64)
	}
	if t, ok := w.date(n); ok {
		c.date = t
	}
	return c
}

// date is the day count of a workbook as a time in China, from 1990 to 2100.
func (w *workbook) date(days float64) (time.Time, bool) {
	// Rounded to the second: the fraction of a day is binary.
	t := w.epoch.Add(time.Duration(math.Round(days*86400)) * time.Second)
	if math.Abs(days) > 1e5 || t.Year() < 1990 || t.Year() > 2100 {
		return time.Time{}, false
	}
	return t, true
}

// formatRows is how many rows are looked at to find the columns of dates.
const formatRows = 200

// dateColumns finds the columns whose numbers are shown as dates: there the
// shown value has the signs of a date and the stored one is a number.
func (w *workbook) dateColumns(sheet string) (map[int]bool, error) {
	stored, err := w.file.Rows(sheet)
	if err != nil {
		return nil, fmt.Errorf("read the sheet %q", sheet)
	}
	shown, err := w.file.Rows(sheet)
	if err != nil {
		return nil, fmt.Errorf("read the sheet %q", sheet)
	}
	dates := make(map[int]bool)
	for range formatRows {
		if !stored.Next() || !shown.Next() {
			break
		}
		numbers, err := stored.Columns()
		if err != nil {
			continue
		}
		texts, err := shown.Columns(excelize.Options{})
		if err != nil {
			continue
		}
		for i := range min(len(numbers), len(texts)) {
			n, err := strconv.ParseFloat(numbers[i], 64)
			if _, inRange := w.date(n); err == nil && inRange && strings.ContainsAny(texts[i], "-/年:") {
				dates[i] = true
			}
		}
	}
	return dates, errors.Join(stored.Close(), shown.Close())
}
