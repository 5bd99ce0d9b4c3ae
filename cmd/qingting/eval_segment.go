package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-ego/gse"

	"qingting/textmining/segment"
)

// evalSegmentCmd scores segmentation against texts cut by hand, beside gse.
type evalSegmentCmd struct {
	File    string `arg:"" help:"One sentence a line with spaces between its words, or JSONL with \"words\", or with \"text\" alone to measure agreement and speed; - is standard input."`
	Lexicon string `placeholder:"FILE" help:"Further words for segmentation, one a line, which gse does not get."`
	Telecom bool   `help:"Leave the built-in telecom words in, which gse does not have: how feedback is cut."`
	JSON    bool   `name:"json" help:"Write the report as JSON."`
}

func (c *evalSegmentCmd) Help() string {
	return `A word is right when both of its ends are: precision is the share of the words cut that are right, recall
that of the words in the file that are found, F1 their harmonic mean. Spaces count neither way. gse.Segment, with the
same dictionary and on the same text, is measured in the same run; agreement is the share of the word ends that
either makes which both make.

The speed is that of one core, warm: up to 4 MB of the texts again and again, for a second of processor time each,
in turns, garbage collection included.`
}

// segmentScore is how well words are cut.
type segmentScore struct {
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	Words     int     `json:"words"`
	MBPerCPUs float64 `json:"mb_per_cpu_second"`

	right, gold int
}

type segmentReport struct {
	File      string       `json:"file"`
	Lines     int          `json:"lines"`
	Bytes     int          `json:"bytes"`
	Gold      int          `json:"gold_words"` // 0 when the file has texts alone
	Lexicon   string       `json:"lexicon"`    // version of dictionary and lexicons
	Ours      segmentScore `json:"qingting"`
	GSE       segmentScore `json:"gse"`
	Agreement float64      `json:"agreement"`
}

// Run measures and prints.
func (c *evalSegmentCmd) Run(ctx context.Context, con *console) error {
	in, err := openInput(c.File, con)
	if err != nil {
		return err
	}
	defer in.Close()
	lines, err := readCut(in)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	ours, theirs, err := c.segmenters()
	if err != nil {
		return err
	}
	r := segmentReport{File: c.File, Lines: len(lines), Lexicon: ours.Version()}
	same, either := 0, 0
	var tokens []segment.Token
	for _, l := range lines {
		if ctx.Err() != nil {
			return interrupted(ctx)
		}
		r.Bytes += len(l.text)
		tokens = ours.AppendTokens(tokens[:0], l.text)
		a, b := ourSpans(tokens), gseSpans(theirs, l.text)
		same, either = agree(l.text, a, b, same, either)
		if l.words != nil {
			r.Gold += len(l.words)
			r.Ours.add(l.words, a)
			r.GSE.add(l.words, b)
		}
	}
	if either > 0 {
		r.Agreement = float64(same) / float64(either)
	}
	r.Ours.finish()
	r.GSE.finish()
	c.time(ctx, lines, ours, theirs, &r)
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	return r.table(con)
}

// segmenters builds ours and gse with the same dictionary: the one that ours
// has built in, so that gse's own copies need not be part of this program.
func (c *evalSegmentCmd) segmenters() (*segment.Segmenter, *gse.Segmenter, error) {
	opts, err := lexiconOption(c.Lexicon)
	if err != nil {
		return nil, nil, err
	}
	if !c.Telecom {
		opts = append(opts, segment.Plain())
	}
	ours, err := segment.New(opts...)
	if err != nil {
		return nil, nil, err
	}
	entries, err := segment.Dictionary()
	if err != nil {
		return nil, nil, err
	}
	// AddToken takes a word for its characters, which keeps words with spaces and
	// symbols whole that a line of a dictionary file would part.
	theirs := &gse.Segmenter{NotLoadHMM: true, SkipLog: true, Dict: gse.NewDict()}
	theirs.Init()
	for e := range entries {
		if err := theirs.AddToken(e.Word, float64(e.Freq), e.Tag); err != nil {
			return nil, nil, fmt.Errorf("gse does not take the dictionary: %w", err)
		}
	}
	theirs.CalcToken()
	return ours, theirs, nil
}

// cutLine is a line of the file.
type cutLine struct {
	text  string
	words []segment.Span // nil when only the text is known
}

// readCut reads all lines. Errors hold nothing of them.
func readCut(in io.Reader) ([]cutLine, error) {
	data, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	var lines []cutLine
	n := 0
	for raw := range bytes.Lines(bytes.TrimPrefix(data, []byte("\uFEFF"))) {
		n++
		raw = bytes.TrimSpace(raw)
		if len(raw) == 0 {
			continue
		}
		l, err := parseCut(raw)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		lines = append(lines, l)
	}
	if len(lines) == 0 {
		return nil, errors.New("there is no line to measure with")
	}
	return lines, nil
}

func parseCut(raw []byte) (cutLine, error) {
	if raw[0] == '{' {
		var row struct {
			Words []string `json:"words"`
			Text  string   `json:"text"`
		}
		if err := json.Unmarshal(raw, &row); err != nil || row.Words == nil && row.Text == "" {
			return cutLine{}, errors.New(`neither words nor text; write {"words":["…","…"]}, or the words with spaces between`)
		}
		if row.Words == nil {
			return cutLine{text: row.Text}, nil
		}
		return joinWords(row.Words), nil
	}
	return joinWords(strings.Fields(string(raw))), nil
}

// joinWords puts a line together. Two words of Latin letters keep a space between them.
func joinWords(words []string) cutLine {
	var b strings.Builder
	l := cutLine{words: []segment.Span{}}
	for _, w := range words {
		if w == "" {
			continue
		}
		if text := b.String(); text != "" && isLatin(text[len(text)-1]) && isLatin(w[0]) {
			b.WriteByte(' ')
		}
		start := b.Len()
		b.WriteString(w)
		l.words = append(l.words, segment.Span{Start: start, End: b.Len()})
	}
	l.text = b.String()
	return l
}

func isLatin(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' }

func ourSpans(tokens []segment.Token) []segment.Span {
	var spans []segment.Span
	for _, t := range tokens {
		if t.Kind != segment.Space {
			spans = append(spans, segment.Span{Start: t.Start, End: t.End})
		}
	}
	return spans
}

func gseSpans(seg *gse.Segmenter, text string) []segment.Span {
	var spans []segment.Span
	for _, s := range seg.Segment([]byte(text)) {
		if strings.TrimSpace(text[s.Start():s.End()]) != "" {
			spans = append(spans, segment.Span{Start: s.Start(), End: s.End()})
		}
	}
	return spans
}

// add counts a line's words.
func (s *segmentScore) add(gold, found []segment.Span) {
	s.gold += len(gold)
	s.Words += len(found)
	for i, j := 0, 0; i < len(gold) && j < len(found); {
		switch {
		case gold[i] == found[j]:
			s.right++
			i++
			j++
		case gold[i].End <= found[j].End:
			i++
		default:
			j++
		}
	}
}

func (s *segmentScore) finish() {
	if s.gold == 0 || s.Words == 0 {
		return
	}
	s.Precision, s.Recall = float64(s.right)/float64(s.Words), float64(s.right)/float64(s.gold)
	if s.right > 0 {
		s.F1 = 2 * s.Precision * s.Recall / (s.Precision + s.Recall)
	}
}

// agree counts the word ends inside a text that both make, and that either makes.
func agree(text string, a, b []segment.Span, same, either int) (int, int) {
	ends := make([]byte, len(text))
	for _, s := range a {
		if s.End < len(text) {
			ends[s.End] |= 1
		}
	}
	for _, s := range b {
		if s.End < len(text) {
			ends[s.End] |= 2
		}
	}
	for _, e := range ends {
		if e != 0 {
			either++
		}
		if e == 3 {
			same++
		}
	}
	return same, either
}

// How much text is timed.
const segmentTimedBytes = 4 << 20

// time measures both in turns, a tenth of a second each, so that what else the
// machine does touches both alike.
func (c *evalSegmentCmd) time(ctx context.Context, lines []cutLine, ours *segment.Segmenter, theirs *gse.Segmenter, r *segmentReport) {
	size := 0
	for i, l := range lines {
		if size += len(l.text); size > segmentTimedBytes && i > 0 {
			lines = lines[:i]
			break
		}
	}
	var tokens []segment.Token
	racers := []*racer{
		{cut: func(text string) { tokens = ours.AppendTokens(tokens[:0], text) }},
		{cut: func(text string) { theirs.Segment([]byte(text)) }},
	}
	for range 10 {
		for _, x := range racers {
			x.run(ctx, lines)
		}
	}
	r.Ours.MBPerCPUs, r.GSE.MBPerCPUs = racers[0].speed(), racers[1].speed()
}

// racer cuts the lines again and again, and goes on where it stopped.
type racer struct {
	cut     func(text string)
	at      int
	bytes   int
	seconds float64
}

func (x *racer) run(ctx context.Context, lines []cutLine) {
	began := cpuTime()
	for {
		for range 50 {
			text := lines[x.at%len(lines)].text
			x.cut(text)
			x.bytes += len(text)
			x.at++
		}
		if took := (cpuTime() - began).Seconds(); took >= speedSeconds/10 || ctx.Err() != nil {
			x.seconds += took
			return
		}
	}
}

func (x *racer) speed() float64 { return float64(x.bytes) / 1e6 / max(x.seconds, 1e-9) }

// table prints the report.
func (r *segmentReport) table(con *console) error {
	w := newRightGrid(con.Out)
	fmt.Fprintln(w, "\twords\tP\tR\tF1\tMB per core and second\t")
	for _, row := range []struct {
		name string
		s    segmentScore
	}{{"qingting", r.Ours}, {"gse", r.GSE}} {
		if r.Gold == 0 {
			fmt.Fprintf(w, "%s\t\t–\t–\t–\t%.1f\t\n", row.name, row.s.MBPerCPUs)
			continue
		}
		fmt.Fprintf(w, "%s\t%d\t%.4f\t%.4f\t%.4f\t%.1f\t\n", row.name, row.s.Words, row.s.Precision, row.s.Recall, row.s.F1, row.s.MBPerCPUs)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(con.Out, "\nlines %d, %.2f MB, words in the file %d, agreement of word ends %.4f\n", r.Lines, float64(r.Bytes)/1e6, r.Gold, r.Agreement)
	fmt.Fprintf(con.Err, "lexicon %s\n", r.Lexicon)
	return nil
}
