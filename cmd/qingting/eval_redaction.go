package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"
	"unicode/utf8"

	"qingting/privacy"
	"qingting/privacy/score"
)

// evalRedactionCmd scores redaction against labelled texts.
type evalRedactionCmd struct {
	File        string            `arg:"" help:"JSONL with \"text\" and \"spans\" a line, each span with start, end (code points, end exclusive) and type, and \"tags\" if you like; - is standard input."`
	Map         map[string]string `placeholder:"THEIRS=OURS" mapsep:"," help:"Types of the file in our words, beside the usual names, which are known: handle=WECHAT. With - in place of ours the type is ignored: address=-."`
	Policy      string            `placeholder:"FILE" help:"Redact by this policy and not by the default one."`
	Threshold   *float64          `placeholder:"0…1" help:"Act on findings at least so certain, whatever the policy says."`
	Evade       evasions          `placeholder:"=NAME,…" help:"Measure too what is found when the values are written so as to get past a filter: in every way, or in some with --evade=NAME,…; --evade=? names them."`
	Calibration bool              `help:"Show how often findings are right at each confidence, by type and by rule."`
	JSON        bool              `name:"json" help:"Write the report as JSON, calibration included."`
}

func (c *evalRedactionCmd) Help() string {
	return `strict: the same span and type. lenient: IoU of one half and the same type. no-leak: every character of
the labelled span replaced, whatever the type. Intervals are Wilson's at 95 %; F2 weighs recall double.
Texts with tags are also shown by tag, all types pooled.

What is found where nothing is labelled counts as wrong, also when it is the labels that are incomplete.
What is found on a labelled span of a type that is ignored, with half of its characters or more, counts
neither as right nor as wrong.

The usual names of other schemes are known: Presidio's, CLUENER's, Weibo's, BDCI's, godlp's, and plain
words like phone, which stands for MOBILE, LANDLINE and PHONE_NUMBER, whichever is found. A place
(LOCATION, GPE) is no address. Where address means any place, ignore it: --map address=-

The speed is that of redaction on one core, warm: up to 1 MiB of the texts, again and again for one second of
processor time.`
}

// evalReport is the report of one run.
type evalReport struct {
	File      string   `json:"file"`
	Policy    string   `json:"policy"`
	Engine    string   `json:"engine"`
	Threshold *float64 `json:"threshold,omitempty"` // for every type, when given
	score.Report
	Evasions  []evasionReport `json:"evasions,omitempty"`
	Bytes     int64           `json:"bytes"`
	MBPerCPUs float64         `json:"mb_per_cpu_second"` // redaction alone, one core
	calibrate bool
}

func (c *evalRedactionCmd) Run(ctx context.Context, con *console) error {
	types, err := newTypeNames(c.Map)
	if err != nil {
		return err
	}
	policy, err := loadPolicy(c.Policy)
	if err != nil {
		return err
	}
	if c.Threshold != nil {
		if policy, err = policy.WithThreshold(*c.Threshold); err != nil {
			return usagef("--threshold: %v", err)
		}
	}
	r, err := policyRedactor(policy, nil)
	if err != nil {
		return err
	}
	in, err := openInput(c.File, con)
	if err != nil {
		return err
	}
	defer in.Close()
	report := evalReport{File: c.File, Policy: policy.Version(), Engine: privacy.EngineVersion, Threshold: c.Threshold, calibrate: c.Calibration}
	at := time.Now()
	var mu sync.Mutex // guards what follows
	var scorer score.Scorer
	var timed speed
	var labelled bool // some line has a list of spans, though it may be empty
	evaded := make([]evasionCounts, len(c.Evade))
	for i := range evaded {
		evaded[i] = make(evasionCounts)
	}
	err = eachLine(ctx, in, con, func(_ int, line []byte, _ *bytes.Buffer) error {
		if len(bytes.TrimSpace(line)) == 0 {
			return nil
		}
		row, err := parseLabelled(line)
		if err != nil {
			return err
		}
		sample := score.Sample{Text: row.text, Found: replacedSpans(r.Redact(row.text, at)), Tags: row.tags}
		sample.Gold, sample.Ignored = types.part(row.spans, sample.Found)
		tried := c.Evade.try(r, row.text, sample.Gold, at)
		mu.Lock()
		defer mu.Unlock()
		report.Bytes += int64(len(row.text))
		labelled = labelled || row.spans != nil
		scorer.Add(sample)
		timed.keep(row.text)
		for i, n := range tried {
			evaded[i].add(n)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%w; nothing is measured", err)
	}
	if report.Bytes == 0 {
		return fmt.Errorf("%s: there is no text to measure with", c.File)
	}
	if !labelled {
		fmt.Fprintf(con.Err, "qingting: no line has \"spans\", so that every text counts as clean\n")
	}
	report.Report = scorer.Report()
	if len(c.Evade) > 0 {
		report.Evasions = c.Evade.report(evaded)
	}
	report.MBPerCPUs = timed.measure(ctx, r)
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetIndent("", "  ")
		return enc.Encode(report)
	}
	return report.table(con)
}

// labelledRow is one line of the file.
type labelledRow struct {
	text  string
	spans []score.Span
	tags  []string
}

// parseLabelled reads a line and checks its spans. Errors hold nothing of it.
func parseLabelled(line []byte) (labelledRow, error) {
	var row struct {
		Text  *string      `json:"text"`
		Spans []score.Span `json:"spans"`
		Tags  []string     `json:"tags"`
	}
	if json.Unmarshal(line, &row) != nil || row.Text == nil {
		return labelledRow{}, errors.New(`not a labelled text; each line must be {"text":…,"spans":[{"start":0,"end":2,"type":"…"}]}`)
	}
	n := utf8.RuneCountInString(*row.Text)
	for i, s := range row.Spans {
		if s.Start < 0 || s.End <= s.Start || s.End > n {
			return labelledRow{}, fmt.Errorf("span %d from %d to %d does not lie in the text of %d code points", i, s.Start, s.End, n)
		}
		if s.Type == "" {
			return labelledRow{}, fmt.Errorf("span %d has no type", i)
		}
	}
	return labelledRow{*row.Text, row.Spans, row.Tags}, nil
}

// replacedSpans returns what was taken out, in code points of the original.
func replacedSpans(res privacy.Result) []score.Found {
	found := make([]score.Found, 0, len(res.Spans))
	for _, s := range res.Spans {
		if s.Action != privacy.Keep {
			found = append(found, score.Found{
				Span: score.Span{Start: s.SourceStart, End: s.SourceEnd, Type: string(s.Type)},
				Rule: s.Rule, Confidence: s.Confidence,
			})
		}
	}
	return found
}
