package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/csv"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/xuri/excelize/v2"

	"qingting/privacy/anonymity"
)

// exportRow is a row before it is decided how it is let out.
type exportRow struct {
	Quasi anonymity.Row
	Cells []string
}

// spool keeps rows on disk until the last one is known: how coarse each must
// be depends on all. It holds what the export will, and nothing else.
type spool struct {
	file *os.File
	out  *bufio.Writer
	enc  *gob.Encoder
}

func newSpool(dir string) (*spool, error) {
	file, err := os.CreateTemp(dir, ".qingting-export-*")
	if err != nil {
		return nil, err
	}
	out := bufio.NewWriter(file)
	return &spool{file, out, gob.NewEncoder(out)}, nil
}

func (s *spool) put(r exportRow) error { return s.enc.Encode(r) }

func (s *spool) each(visit func(exportRow) error) error {
	if err := s.out.Flush(); err != nil {
		return err
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	for dec := gob.NewDecoder(bufio.NewReader(s.file)); ; {
		var r exportRow
		if err := dec.Decode(&r); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := visit(r); err != nil {
			return err
		}
	}
}

func (s *spool) close() {
	s.file.Close()
	os.Remove(s.file.Name())
}

// rowsOf calls its argument for each row of cells.
type rowsOf func(yield func([]string) error) error

// writeExport writes a file beside its place, forces it to disk, and returns
// its name and its SHA-256.
func writeExport(format, place string, s stamp, rows rowsOf) (path, hash string, err error) {
	file, err := os.CreateTemp(filepath.Dir(place), ".qingting-export-*."+format)
	if err != nil {
		return "", "", err
	}
	defer func() {
		if also := file.Close(); err == nil {
			err = also
		}
		if err != nil {
			os.Remove(file.Name())
		}
	}()
	sum := sha256.New()
	out := bufio.NewWriterSize(io.MultiWriter(file, sum), 1<<16)
	switch format {
	case "csv":
		err = writeCSV(out, s, rows)
	case "jsonl":
		err = writeJSONL(out, s, rows)
	default:
		err = writeXLSX(out, s, rows)
	}
	if err == nil {
		err = out.Flush()
	}
	if err == nil {
		err = file.Sync()
	}
	return file.Name(), hex.EncodeToString(sum.Sum(nil)), err
}

// writeCSV begins with a byte order mark, without which spreadsheets take UTF-8
// for something else, and a comment line that is the stamp.
func writeCSV(out io.Writer, s stamp, rows rowsOf) error {
	line, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "\uFEFF# %s\r\n", line); err != nil {
		return err
	}
	w := csv.NewWriter(out)
	w.UseCRLF = true
	if err := w.Write(s.Columns); err != nil {
		return err
	}
	err = rows(func(cells []string) error {
		for i := range cells {
			cells[i] = inert(cells[i])
		}
		return w.Write(cells)
	})
	w.Flush()
	return errors.Join(err, w.Error())
}

// inert is a cell that no spreadsheet takes for a formula, by an apostrophe
// before it, also when white space or full width hides the sign.
func inert(cell string) string {
	switch first := strings.TrimLeft(cell, " \t\r\n\u00a0\u3000\ufeff"); {
	case first == "":
		return cell
	case strings.ContainsRune("=+-@＝＋－＠−|%", []rune(first)[0]), first != cell && strings.ContainsAny(cell[:1], "\t\r\n"):
		return "'" + cell
	}
	return cell
}

// writeJSONL begins with a line that holds the stamp.
func writeJSONL(out io.Writer, s stamp, rows rowsOf) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(map[string]stamp{"qingting_export": s}); err != nil {
		return err
	}
	return rows(func(cells []string) error {
		row := make(map[string]string, len(cells))
		for i, name := range s.Columns {
			row[name] = cells[i]
		}
		return enc.Encode(row)
	})
}

// The limits of a workbook.
const (
	sheetRows = 1 << 20 // rows of a sheet
	cellRunes = 32_767  // characters of a cell; longer ones are cut, and say so
)

const cutOff = "…〔截断 cut off〕"

// writeXLSX writes a sheet that is the stamp, and as many of rows as it takes.
func writeXLSX(out io.Writer, s stamp, rows rowsOf) (err error) {
	book := excelize.NewFile()
	defer func() {
		if also := book.Close(); err == nil {
			err = also
		}
	}()
	if err := book.SetSheetName("Sheet1", "说明 About"); err != nil {
		return err
	}
	line, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	for i, text := range strings.Split(string(line), "\n") {
		if err := book.SetCellStr("说明 About", fmt.Sprintf("A%d", i+1), text); err != nil {
			return err
		}
	}
	sheet := sheetWriter{book: book, columns: s.Columns}
	if err := rows(sheet.row); err != nil {
		return err
	}
	if err := sheet.end(); err != nil {
		return err
	}
	_, err = book.WriteTo(out)
	return err
}

// sheetWriter spreads rows over sheets.
type sheetWriter struct {
	book    *excelize.File
	columns []string
	stream  *excelize.StreamWriter
	sheets  int
	rows    int // of this sheet
}

func (w *sheetWriter) row(cells []string) error {
	if w.stream == nil || w.rows == sheetRows {
		if err := w.next(); err != nil {
			return err
		}
	}
	return w.put(cells)
}

func (w *sheetWriter) put(cells []string) error {
	w.rows++
	values := make([]any, len(cells))
	for i, cell := range cells {
		if runes := []rune(cell); len(runes) >= cellRunes {
			cell = string(runes[:cellRunes-len([]rune(cutOff))-1]) + cutOff // and one for inert's apostrophe
		}
		values[i] = inert(cell)
	}
	return w.stream.SetRow(fmt.Sprintf("A%d", w.rows), values)
}

func (w *sheetWriter) next() error {
	if err := w.flush(); err != nil {
		return err
	}
	w.sheets++
	w.rows = 0
	name := fmt.Sprintf("数据 Data %d", w.sheets)
	if _, err := w.book.NewSheet(name); err != nil {
		return err
	}
	var err error
	if w.stream, err = w.book.NewStreamWriter(name); err != nil {
		return err
	}
	return w.put(w.columns)
}

func (w *sheetWriter) flush() error {
	if w.stream == nil {
		return nil
	}
	return w.stream.Flush()
}

// end closes the last sheet; without a row there is one with the names alone.
func (w *sheetWriter) end() error {
	if w.stream == nil {
		if err := w.next(); err != nil {
			return err
		}
	}
	return w.flush()
}
