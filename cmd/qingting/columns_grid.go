package main

import (
	"bytes"
	"io"
	"strings"
	"unicode"
)

// grid aligns cells that end in tabs, as text/tabwriter does, by the columns
// that they take on a terminal: a Chinese character takes two. A column is as
// wide as its widest cell in consecutive lines, and two spaces stand between
// columns. What could command a terminal is dropped.
type grid struct {
	w     io.Writer
	right bool // cells end where their columns end
	text  bytes.Buffer
}

func newGrid(w io.Writer) *grid      { return &grid{w: w} }
func newRightGrid(w io.Writer) *grid { return &grid{w: w, right: true} }

// Write takes text; nothing is written on before Flush.
func (g *grid) Write(p []byte) (int, error) { return g.text.Write(p) }

// Flush writes what came.
func (g *grid) Flush() error {
	text := strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			return -1
		}
		return r
	}, g.text.String())
	g.text.Reset()
	var rows [][]string
	for line := range strings.Lines(text) {
		rows = append(rows, strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
	}
	var out strings.Builder
	widths := gridWidths(rows)
	for i, row := range rows {
		var line strings.Builder
		for j, cell := range row[:len(row)-1] {
			if g.right {
				line.WriteString(padLeft(cell, widths[i][j]))
			} else {
				line.WriteString(padRight(cell, widths[i][j]))
			}
		}
		line.WriteString(row[len(row)-1])
		out.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	_, err := io.WriteString(g.w, out.String())
	return err
}

// gridWidths are the widths of the cells of each row that end in a tab.
func gridWidths(rows [][]string) [][]int {
	widths := make([][]int, len(rows))
	for i, row := range rows {
		widths[i] = make([]int, len(row)-1)
	}
	for i, row := range rows {
		for j := range row[:len(row)-1] {
			if i > 0 && j < len(widths[i-1]) {
				continue // within a block that has been measured
			}
			end, most := i, 0
			for ; end < len(rows) && j < len(widths[end]); end++ {
				most = max(most, displayWidth(rows[end][j])+2)
			}
			for k := i; k < end; k++ {
				widths[k][j] = most
			}
		}
	}
	return widths
}
