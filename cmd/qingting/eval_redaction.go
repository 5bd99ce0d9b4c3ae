package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"
	"unicode/utf8"

	"qingting/privacy"
	"qingting/privacy/rule"
	"qingting/privacy/score"
)

// evalRedactionCmd scores redaction against labelled texts.
type evalRedactionCmd struct {
	File   string            `arg:"" help:"JSONL with \"text\" and \"spans\" a line, each span with start, end (code points, end exclusive) and type; - is standard input."`
	Map    map[string]string `placeholder:"THEIRS=OURS" mapsep:"," help:"Types of the file in our words: name=PERSON_NAME,vx=WECHAT. Types that we do not claim are listed and ignored."`
	Policy string            `placeholder:"FILE" help:"Redact by this policy and not by the default one."`
	JSON   bool              `name:"json" help:"Write the report as JSON."`
}

func (c *evalRedactionCmd) Help() string {
	return `strict: the same span and type. lenient: IoU of one half and the same type. no-leak: every character of
the labelled span replaced, whatever the type. Intervals are Wilson's at 95 %; F2 weighs recall double.
What is found where nothing is labelled counts as wrong, also when it is the labels that are incomplete.`
}

// evalReport is the report of one run.
type evalReport struct {
	File   string `json:"file"`
	Policy string `json:"policy"`
	Engine string `json:"engine"`
	score.Report
	Bytes     int64   `json:"bytes"`
	MBPerCPUs float64 `json:"mb_per_cpu_second"` // redaction alone, one core
}

func (c *evalRedactionCmd) Run(ctx context.Context, con *console) error {
	types, err := c.types()
	if err != nil {
		return err
	}
	policy, err := loadPolicy(c.Policy)
	if err != nil {
		return err
	}
	r, err := newRedactor(c.Policy, nil)
	if err != nil {
		return err
	}
	in, err := openInput(c.File, con)
	if err != nil {
		return err
	}
	defer in.Close()
	report := evalReport{File: c.File, Policy: policy.Version(), Engine: privacy.EngineVersion}
	var mu sync.Mutex // guards the two below
	var scorer score.Scorer
	var spent time.Duration
	err = eachLine(ctx, in, con, func(_ int, line []byte, _ *bytes.Buffer) error {
		if len(bytes.TrimSpace(line)) == 0 {
			return nil
		}
		text, labelled, err := parseLabelled(line)
		if err != nil {
			return err
		}
		started := time.Now()
		res := r.Redact(text, started)
		took := time.Since(started)
		gold, ignored := partTypes(labelled, types)
		mu.Lock()
		defer mu.Unlock()
		spent += took
		report.Bytes += int64(len(text))
		scorer.Add(text, gold, ignored, replacedSpans(res))
		return nil
	})
	if err != nil {
		return fmt.Errorf("%w; nothing is measured", err)
	}
	report.Report = scorer.Report()
	if spent > 0 {
		report.MBPerCPUs = float64(report.Bytes) / 1e6 / spent.Seconds()
	}
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetIndent("", "  ")
		return enc.Encode(report)
	}
	return report.table(con)
}

// types maps the types of the file, in capitals, to ours.
func (c *evalRedactionCmd) types() (map[string]string, error) {
	types := make(map[string]string)
	for _, t := range rule.Types() {
		types[string(t)] = string(t)
	}
	for theirs, ours := range c.Map {
		if !rule.Type(ours).Valid() {
			return nil, usagef("--map %s=%s: unknown type %q; use one of %v", theirs, ours, ours, rule.Types())
		}
		types[strings.ToUpper(theirs)] = ours
	}
	return types, nil
}

// parseLabelled reads a line and checks its spans. Errors hold nothing of it.
func parseLabelled(line []byte) (text string, spans []score.Span, err error) {
	var row struct {
		Text  *string      `json:"text"`
		Spans []score.Span `json:"spans"`
	}
	if json.Unmarshal(line, &row) != nil || row.Text == nil {
		return "", nil, errors.New(`not a labelled text; each line must be {"text":…,"spans":[{"start":0,"end":2,"type":"…"}]}`)
	}
	n := utf8.RuneCountInString(*row.Text)
	for i, s := range row.Spans {
		if s.Start < 0 || s.End <= s.Start || s.End > n {
			return "", nil, fmt.Errorf("span %d from %d to %d does not lie in the text of %d code points", i, s.Start, s.End, n)
		}
		if s.Type == "" {
			return "", nil, fmt.Errorf("span %d has no type", i)
		}
	}
	return *row.Text, row.Spans, nil
}

// partTypes puts labelled spans into our types, and those of other types apart.
func partTypes(labelled []score.Span, types map[string]string) (gold, ignored []score.Span) {
	for _, s := range labelled {
		if ours, ok := types[strings.ToUpper(s.Type)]; ok {
			s.Type = ours
			gold = append(gold, s)
		} else {
			ignored = append(ignored, s)
		}
	}
	return gold, ignored
}

// replacedSpans returns what was taken out, in code points of the original.
func replacedSpans(res privacy.Result) []score.Span {
	spans := make([]score.Span, 0, len(res.Spans))
	for _, s := range res.Spans {
		if s.Action != privacy.Keep {
			spans = append(spans, score.Span{Start: s.SourceStart, End: s.SourceEnd, Type: string(s.Type)})
		}
	}
	return spans
}

// table writes the figures to con.Out and the notes to con.Err.
func (r *evalReport) table(con *console) error {
	w := tabwriter.NewWriter(con.Out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "type\tgold\tfound\tstrict P\tR\tF1\tlenient P\tR\tF1\tF2\tno-leak\t95 %\t")
	row := func(name string, t score.TypeReport) {
		fmt.Fprintf(w, "%s\t%d\t%d\t%s\t%s\t%.3f\t%s\t%s\t%.3f\t%.3f\t%s\t%s\t\n", name, t.Gold, t.Predicted,
			share(t.Strict.Precision), share(t.Strict.Recall), t.Strict.F1,
			share(t.Lenient.Precision), share(t.Lenient.Recall), t.Lenient.F1, t.Lenient.F2,
			share(t.NoLeak), interval(t.NoLeak))
	}
	for _, t := range r.Types {
		row(t.Type, t)
	}
	row("all", r.Overall)
	if err := w.Flush(); err != nil {
		return err
	}
	lines := []string{
		"clean characters masked  " + percent(r.CleanCharactersMasked),
		"clean documents touched  " + percent(r.CleanDocumentsTouched),
		fmt.Sprintf("documents %d, %.2f MB, %.2f MB per core and second", r.Documents, float64(r.Bytes)/1e6, r.MBPerCPUs),
	}
	if _, err := io.WriteString(con.Out, "\n"+strings.Join(lines, "\n")+"\n"); err != nil {
		return err
	}
	fmt.Fprintf(con.Err, "policy %s, engine %s\n", r.Policy, r.Engine)
	if len(r.Ignored) > 0 {
		var names []string
		for _, name := range slices.Sorted(maps.Keys(r.Ignored)) {
			names = append(names, fmt.Sprintf("%s (%d)", name, r.Ignored[name]))
		}
		fmt.Fprintf(con.Err, "ignored, for we do not claim these types (see --map): %s\n", strings.Join(names, ", "))
	}
	return nil
}

func share(p score.Proportion) string {
	if p.Total == 0 {
		return "–"
	}
	return fmt.Sprintf("%.3f", p.Value)
}

func percent(p score.Proportion) string {
	if p.Total == 0 {
		return "– (there are none)"
	}
	return fmt.Sprintf("%.2f %% (%.2f–%.2f), %d of %d", 100*p.Value, 100*p.Low, 100*p.High, p.Hits, p.Total)
}

func interval(p score.Proportion) string {
	if p.Total == 0 {
		return "–"
	}
	return fmt.Sprintf("%.3f–%.3f", p.Low, p.High)
}
