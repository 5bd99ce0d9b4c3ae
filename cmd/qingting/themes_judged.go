package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"

	"qingting/textmining/seed"
)

// themesJudgedCmd makes figures of verdicts.
type themesJudgedCmd struct {
	File string `arg:"" help:"The sample that \"qingting themes seed --sample\" wrote, with true or false for \"right\"; - is standard input."`
	JSON bool   `name:"json" help:"Print the figures as JSON."`
}

func (c *themesJudgedCmd) Help() string {
	return `Precision of each class with its 95 % interval (Wilson), and of all texts: each class weighs as many texts as it has, the
interval being that of a stratified sample. Lines without a verdict are left out and counted.`
}

// judgedReport is what themes judged says.
type judgedReport struct {
	Judged   int          `json:"judged"`
	Unjudged int          `json:"unjudged"`
	Right    float64      `json:"precision"`
	Low      float64      `json:"low"`
	High     float64      `json:"high"`
	Classes  []judgedPart `json:"classes"`
}

type judgedPart struct {
	Class  string  `json:"class"`
	Texts  int     `json:"texts"`
	Judged int     `json:"judged"`
	Right  int     `json:"right"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
}

// Run reads the verdicts and prints the figures.
func (c *themesJudgedCmd) Run(_ context.Context, con *console) error {
	in, err := openInput(c.File, con)
	if err != nil {
		return err
	}
	defer in.Close()
	r, err := readVerdicts(in)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	if r.Judged == 0 {
		return fmt.Errorf("%s has no verdicts: write true or false for \"right\"", c.File)
	}
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetEscapeHTML(false)
		return enc.Encode(r)
	}
	figure := func(v float64) string { return fmt.Sprintf("%.1f", 100*v) }
	rows := [][]string{{"class", "texts", "judged", "right", "precision %", "95 % from", "to"}}
	for _, p := range r.Classes {
		precision := "–"
		if p.Judged > 0 {
			precision = figure(float64(p.Right) / float64(p.Judged))
		}
		rows = append(rows, []string{clip(p.Class, 40), strconv.Itoa(p.Texts), strconv.Itoa(p.Judged), strconv.Itoa(p.Right), precision, figure(p.Low), figure(p.High)})
	}
	rows = append(rows, []string{"all", "", strconv.Itoa(r.Judged), "", figure(r.Right), figure(r.Low), figure(r.High)})
	if err := alignRows(con.Out, rows); err != nil {
		return err
	}
	if r.Unjudged > 0 {
		fmt.Fprintf(con.Err, "%d lines have no verdict yet.\n", r.Unjudged)
	}
	return nil
}

func readVerdicts(in io.Reader) (judgedReport, error) {
	var r judgedReport
	parts := map[string]*judgedPart{}
	lines := bufio.NewReaderSize(in, batchBytes)
	for n := 1; ; n++ {
		line, long, err := readLine(lines)
		if err != nil && err != io.EOF {
			return r, err
		}
		if long {
			return r, fmt.Errorf("line %d is longer than %d MiB", n, maxLine>>20)
		}
		if len(bytes.TrimSpace(line)) > 0 {
			var row toJudge
			if json.Unmarshal(line, &row) != nil || row.Label == "" {
				return r, fmt.Errorf("line %d is no line of a sample: {\"label\":…,\"text\":…,\"right\":true}", n)
			}
			p := parts[row.Label]
			if p == nil {
				p = &judgedPart{Class: row.Label}
				parts[row.Label] = p
			}
			p.Texts = max(p.Texts, row.Of)
			switch {
			case row.Right == nil:
				r.Unjudged++
			case *row.Right:
				p.Right++
				fallthrough
			default:
				p.Judged++
				r.Judged++
			}
		}
		if err == io.EOF {
			break
		}
	}
	texts, variance := 0.0, 0.0
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		p := parts[name]
		p.Low, p.High = seed.Interval(p.Right, p.Judged)
		r.Classes = append(r.Classes, *p)
		if p.Judged == 0 {
			continue
		}
		w, n := float64(max(1, p.Texts)), float64(p.Judged)
		// As if two more had been judged of each kind (Agresti and Coull 1998):
		// twenty right of twenty are no certainty.
		share := (float64(p.Right) + 2) / (n + 4)
		texts += w
		r.Right += w * float64(p.Right) / n
		variance += w * w * share * (1 - share) / (n + 4)
	}
	if texts > 0 {
		r.Right /= texts
		half := 1.96 * math.Sqrt(variance) / texts
		r.Low, r.High = max(0, r.Right-half), min(1, r.Right+half)
	}
	return r, nil
}
