package source

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// sample is how much of a stream is looked at to find its format or encoding.
const sample = 64 << 10

// The first bytes of files that are not text.
var (
	zipMagic = []byte("PK\x03\x04")
	oleMagic = []byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1} // .xls, and encrypted .xlsx
	gzMagic  = []byte{0x1f, 0x8b}
	pdfMagic = []byte("%PDF-")
)

// open finds the format and starts the table.
func (r *Reader) open(path string, opts Options) error {
	buf := bufio.NewReaderSize(r.counter, sample)
	head, err := buf.Peek(sample)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read %q: %w", path, err)
	}
	format := opts.Format
	if format == "" {
		format = Format(strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), "."))
	}
	switch format {
	case JSONL, CSV, TSV, XLSX:
	case "ndjson", "jsonlines":
		format = JSONL
	case "xls":
		return errors.New("a workbook of the old .xls format: save it as .xlsx or .csv")
	default:
		if opts.Format != "" {
			return fmt.Errorf("unknown format %q: jsonl, csv, tsv or xlsx", string(opts.Format))
		}
		format = sniffFormat(head)
	}
	if err := checkMagic(head, format); err != nil {
		return err
	}
	if len(bytes.TrimSpace(bytes.TrimPrefix(head, []byte(bomUTF8)))) == 0 {
		return errors.New("the file is empty")
	}
	if format == XLSX {
		book, err := openWorkbook(buf, r.size, opts, r.mapper)
		if err != nil {
			return err
		}
		r.table = book
		return nil
	}
	lines, err := newLines(buf, opts)
	if err != nil {
		return err
	}
	if format == JSONL {
		r.table = &jsonLines{lines: lines, limits: opts.Limits}
		return nil
	}
	table, err := openDelimited(lines, format, r.mapper)
	if err != nil {
		return err
	}
	r.table = table
	return nil
}

// sniffFormat tells a format from the start of its content.
func sniffFormat(head []byte) Format {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte(bomUTF8)), " \t\r\n")
	if bytes.HasPrefix(head, []byte(bomLE)) || bytes.HasPrefix(head, []byte(bomBE)) {
		text = bytes.TrimLeft(bytes.ReplaceAll(head[2:], []byte{0}, nil), " \t\r\n")
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	switch {
	case bytes.HasPrefix(head, zipMagic), bytes.HasPrefix(head, oleMagic):
		return XLSX
	case bytes.HasPrefix(text, []byte("{")):
		return JSONL
	case bytes.Count(line, []byte("\t")) > bytes.Count(line, []byte(",")):
		return TSV
	default:
		return CSV
	}
}

// checkMagic refuses files whose content is not what their format says.
func checkMagic(head []byte, format Format) error {
	workbook := format == XLSX
	switch {
	case bytes.HasPrefix(head, oleMagic):
		return errors.New("a workbook that is encrypted or of the old .xls format: remove its password, or save it as .xlsx or .csv")
	case workbook && !bytes.HasPrefix(head, zipMagic):
		return errors.New("named .xlsx, but the content is no workbook: name the format, such as csv")
	case !workbook && bytes.HasPrefix(head, zipMagic):
		return fmt.Errorf("named as %s, but the content is a zip or a workbook: name the format xlsx, or unpack it", format)
	case format == JSONL && bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(head, []byte(bomUTF8)), " \t\r\n"), []byte("[")):
		return errors.New("a JSON list: write one object a line, for instance with jq -c '.[]'")
	}
	return binaryMagic(head)
}
