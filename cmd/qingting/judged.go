package main

import (
	"fmt"
	"io"
	"strings"

	"qingting/internal/document"
	"qingting/textmining/segment"
	"qingting/textmining/sentiment"
)

const judgedHelp = `The polarity stands in the field "sentiment" or "label", or in the one that --label names: positive, neutral, negative;
1, 0, -1; or 1 and 0, when no line has another. Other words are named by --positive, --neutral and --negative. Rows with
anything else are left out.`

// judgedFlags say where in a line of JSON the text and its polarity are.
type judgedFlags struct {
	labelledFlags
	Positive string `placeholder:"VALUE" help:"What the file calls praise."`
	Neutral  string `placeholder:"VALUE" help:"What the file calls neutral."`
	Negative string `placeholder:"VALUE" help:"What the file calls complaint."`
}

// judgedSet is the rows of a file with polarities.
type judgedSet struct {
	rows    []sentiment.Row
	leftOut int
	neutral bool
}

func (f *judgedFlags) readJudged(name string, con *console) (judgedSet, error) {
	in, err := openInput(name, con)
	if err != nil {
		return judgedSet{}, err
	}
	defer in.Close()
	data, err := io.ReadAll(in)
	if err != nil {
		return judgedSet{}, fmt.Errorf("%s: %w", name, err)
	}
	labelled := f.labelledFlags
	fields := []string{labelled.Label}
	if labelled.Label == "" {
		fields = []string{"sentiment", "label"}
	}
	var set labelledSet
	for _, labelled.Label = range fields {
		if set, err = labelled.parse(strings.NewReader(string(data))); err != nil {
			return judgedSet{}, fmt.Errorf("%s: %w", name, err)
		}
		if len(set.rows) > 0 {
			break
		}
	}
	judged := f.judge(set)
	if len(judged.rows) == 0 {
		return judgedSet{}, fmt.Errorf("%s has no rows with a polarity; name the field by --label, and its words by --positive and --negative", name)
	}
	return judged, nil
}

// judge turns what the file calls them into polarities.
func (f *judgedFlags) judge(set labelledSet) judgedSet {
	words := map[string]string{}
	for _, usual := range [...]struct {
		label string
		words []string
	}{
		{sentiment.Positive, []string{"positive", "pos", "praise", "good", "1", "+1", "正面", "正向", "积极", "好评"}},
		{sentiment.Neutral, []string{"neutral", "neu", "0", "中性", "中立", "中评"}},
		{sentiment.Negative, []string{"negative", "neg", "complaint", "bad", "-1", "负面", "负向", "消极", "差评"}},
	} {
		for _, w := range usual.words {
			words[w] = usual.label
		}
	}
	if f.twoValued(set) {
		words["0"] = sentiment.Negative
	}
	for label, word := range map[string]string{sentiment.Positive: f.Positive, sentiment.Neutral: f.Neutral, sentiment.Negative: f.Negative} {
		if word != "" {
			words[strings.ToLower(word)] = label
		}
	}
	out := judgedSet{leftOut: set.leftOut}
	for _, row := range set.rows {
		label := ""
		if len(row.Labels) == 1 {
			label = words[strings.ToLower(row.Labels[0])]
		}
		if label == "" {
			out.leftOut++
			continue
		}
		out.neutral = out.neutral || label == sentiment.Neutral
		out.rows = append(out.rows, sentiment.Row{Text: row.Text, Label: label})
	}
	return out
}

// twoValued says that the file calls polarities 1 and 0 and nothing else.
func (f *judgedFlags) twoValued(set labelledSet) bool {
	for _, row := range set.rows {
		for _, l := range row.Labels {
			if l != "0" && l != "1" {
				return false
			}
		}
	}
	return true
}

// judge hears texts.
type judge struct {
	segmenter *segment.Segmenter
	analyzer  *sentiment.Analyzer
	tokens    []segment.Token
	clauses   []sentiment.Clause
	scratch   sentiment.Scratch
}

func newJudge(lexicon string) (*judge, error) {
	opts, err := lexiconOption(lexicon)
	if err != nil {
		return nil, err
	}
	seg, err := segment.New(opts...)
	if err != nil {
		return nil, err
	}
	analyzer, err := sentiment.New()
	return &judge{segmenter: seg, analyzer: analyzer}, err
}

// hear returns what the lexicon says of text, and what model does unless it is nil.
func (j *judge) hear(text string, model *sentiment.Model) (untrained, trained document.Polarity) {
	j.tokens = j.segmenter.AppendTokens(j.tokens[:0], text)
	j.clauses = j.analyzer.AppendClauses(j.clauses[:0], text, j.tokens)
	untrained = sentiment.Overall(j.clauses)
	if model != nil {
		trained = model.Judge(text, j.tokens, j.clauses, &j.scratch)
	}
	return untrained, trained
}
