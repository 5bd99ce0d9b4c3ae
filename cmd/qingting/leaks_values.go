package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// leakValue is a value to look for, by the forms in which it could stand.
type leakValue struct {
	number int // of its line, from 1
	forms  []leakForm
}

type leakForm struct {
	name  string
	bytes []byte
}

// minValue is the shortest value that is looked for, in bytes: of shorter ones,
// most finds are chance.
const minValue = 4

// readValues reads one value a line. No error repeats one.
func readValues(con *console, path string) ([]leakValue, error) {
	in := con.In
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("--values: %w", err)
		}
		defer file.Close()
		in = file
	}
	var all []leakValue
	lines := bufio.NewScanner(in)
	for n := 1; lines.Scan(); n++ {
		value := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
		switch {
		case value == "":
			continue
		case !utf8.ValidString(value):
			return nil, usagef("--values: line %d is not UTF-8", n)
		case len(value) < minValue:
			return nil, usagef("--values: line %d is shorter than %d bytes, which stand everywhere by chance", n, minValue)
		}
		all = append(all, leakValue{n, valueForms(value)})
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("--values: %w", err)
	}
	if len(all) == 0 {
		return nil, usagef("--values: there is no value in it")
	}
	return all, nil
}

// valueForms are the byte sequences by which a value could stand somewhere. The
// base64 of a longer text holds that of the value at one of three alignments.
func valueForms(value string) []leakForm {
	var le, be []byte
	for _, u := range utf16.Encode([]rune(value)) {
		le = append(le, byte(u), byte(u>>8))
		be = append(be, byte(u>>8), byte(u))
	}
	forms := []leakForm{
		{"text", []byte(value)},
		{"UTF-16LE", le},
		{"UTF-16BE", be},
		{"hex", []byte(hex.EncodeToString([]byte(value)))},
		{"HEX", []byte(strings.ToUpper(hex.EncodeToString([]byte(value))))},
	}
	if gb, err := simplifiedchinese.GB18030.NewEncoder().String(value); err == nil {
		forms = append(forms, leakForm{"GB18030", []byte(gb)})
	}
	for _, enc := range []struct {
		name string
		*base64.Encoding
	}{{"base64", base64.StdEncoding}, {"base64url", base64.URLEncoding}} {
		for shift := range 3 {
			text := enc.EncodeToString(append(make([]byte, shift), value...))
			// The first characters share bits with what stands before, the last with what comes after.
			if text = text[[]int{0, 2, 3}[shift] : len(text)-4]; len(text) >= minValue {
				forms = append(forms, leakForm{enc.name, []byte(text)})
			}
		}
	}
	var escaped strings.Builder
	for _, u := range utf16.Encode([]rune(value)) {
		if u < utf8.RuneSelf {
			escaped.WriteByte(byte(u))
		} else {
			fmt.Fprintf(&escaped, `\u%04x`, u)
		}
	}
	quoted, _ := json.Marshal(value) // of valid UTF-8
	forms = append(forms, leakForm{"JSON", []byte(escaped.String())}, leakForm{"JSON", bytes.Trim(quoted, `"`)},
		leakForm{"URL", []byte(url.QueryEscape(value))}, leakForm{"URL", []byte(url.PathEscape(value))})
	// Each sequence once: of digits, most are the text itself.
	var once []leakForm
	seen := make(map[string]bool)
	for _, f := range forms {
		if !seen[string(f.bytes)] {
			seen[string(f.bytes)] = true
			once = append(once, f)
		}
	}
	return once
}

// findValues looks for every form of every value in data.
func findValues(values []leakValue, data []byte) (found []leak) {
	for _, v := range values {
		for _, f := range v.forms {
			if bytes.Contains(data, f.bytes) {
				found = append(found, leak{Value: v.number, Form: f.name})
			}
		}
	}
	return found
}

// fileChunk is how much of a file is searched at a time.
const fileChunk = 1 << 20

// files searches every file under the directories, byte by byte.
func (s *leakScan) files(ctx context.Context, values []leakValue, dirs ...string) error {
	longest := 0
	for _, v := range values {
		for _, f := range v.forms {
			longest = max(longest, len(f.bytes))
		}
	}
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || ctx.Err() != nil || !d.Type().IsRegular() {
				return errors.Join(err, ctx.Err())
			}
			if found := findValues(values, []byte(path)); len(found) > 0 {
				s.tell("files", "a file's name", found)
				path = "a file whose name holds it"
			} else if err := s.file(path, values, longest); err != nil {
				return fmt.Errorf("searching %s: %w", path, err)
			}
			return nil
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// file searches one file in pieces that overlap by the longest form.
func (s *leakScan) file(path string, values []leakValue, longest int) error {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // a running process has deleted it
	}
	if err != nil {
		return err
	}
	defer file.Close()
	buf := make([]byte, longest+fileChunk)
	told := make(map[leak]bool)
	for kept := 0; ; {
		n, err := io.ReadFull(file, buf[kept:])
		if n > 0 {
			s.bytes += int64(n)
			for _, l := range findValues(values, buf[:kept+n]) {
				if !told[l] {
					told[l] = true
					s.tell("files", path, []leak{l})
				}
			}
			end := kept + n
			kept = copy(buf, buf[max(0, end-longest):end])
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
