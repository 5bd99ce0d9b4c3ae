package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"qingting/textmining/learn"
	"qingting/textmining/seed"
	"qingting/textmining/segment"
)

// themesNextCmd says which texts are worth a label.
type themesNextCmd struct {
	File string `arg:"" optional:"" help:"JSONL with \"text\" a line, and \"title\", \"id\" if you like; - is standard input."`
	corpusFlags
	N       int    `short:"n" default:"20" help:"How many texts (default ${default})."`
	Model   string `required:"" placeholder:"FILE" help:"The model that is to become better."`
	Lexicon string `placeholder:"FILE" help:"Further words for segmentation, one a line."`
	JSON    bool   `name:"json" help:"Print a JSON line a text."`
}

func (c *themesNextCmd) Help() string {
	return `The texts that teach the model most: of which it is unsure, that are like many others, and unlike each other and those that
are labelled already. Say what they are about, with "qingting themes correct" for stored documents, or in a file of your own, and
train again. On public sets, two hundred labels so chosen did as much as 220 to 330 at random.`
}

// nextText is a text worth a label, and why.
type nextText struct {
	ID      string      `json:"id,omitempty"`
	Line    int         `json:"line,omitempty"`
	Text    string      `json:"text"`
	Unsure  float64     `json:"unsure"`
	Typical float64     `json:"typical"`
	Alike   float64     `json:"alike"`
	Likely  []nextLabel `json:"likely"`
	Why     string      `json:"why"`
}

type nextLabel struct {
	Label       string  `json:"label"`
	Probability float64 `json:"probability"`
}

// maxNext bounds the texts that are chosen from: a sample of the first.
const maxNext = 100_000

// Run chooses and prints.
func (c *themesNextCmd) Run(ctx context.Context, con *console) error {
	if (c.File == "") != c.given() {
		return usagef("give a file, or --data DIR, or --nats URL")
	}
	if c.N < 1 {
		return usagef("-n must be at least 1")
	}
	texts, names, labelled, lexicon, err := c.texts(ctx, con)
	if err != nil {
		return err
	}
	seg, err := lexiconSegmenter(c.Lexicon, lexicon)
	if err != nil {
		return err
	}
	f, err := os.Open(c.Model)
	if err != nil {
		return fmt.Errorf("cannot read the model: %w", err)
	}
	defer f.Close()
	model, err := learn.Read(f, seg)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Model, err)
	}
	corpus, err := learn.NewCorpus(ctx, texts, seg)
	if err != nil {
		return err
	}
	var sc learn.Scratch
	unsure := make([]float64, len(texts))
	for i, text := range texts {
		unsure[i] = seed.Unsure(model.Scores(text, &sc), model.Multi())
	}
	enc := json.NewEncoder(con.Out)
	enc.SetEscapeHTML(false)
	for _, choice := range seed.Choose(corpus, unsure, labelled, c.N) {
		next := describeNext(model, texts[choice.Text], choice, &sc)
		if next.ID = names[choice.Text]; next.ID == "" {
			next.Line = choice.Text + 1
		}
		if c.JSON {
			err = enc.Encode(next)
		} else {
			name := next.ID
			if name == "" {
				name = "text " + strconv.Itoa(next.Line)
			}
			_, err = fmt.Fprintf(con.Out, "%s\n  %s\n  %s\n", name, clip(strings.Join(strings.Fields(next.Text), " "), 100), next.Why)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// texts are what there is to choose from, with their names, and the places of
// those that have a label.
func (c *themesNextCmd) texts(ctx context.Context, con *console) (texts, names []string, labelled []int, lexicon []byte, err error) {
	if c.File != "" {
		rows, err := readFeedback(ctx, c.File, con)
		if err != nil {
			return nil, nil, nil, nil, err
		}
		for _, row := range rows[:min(len(rows), maxNext)] {
			texts, names = append(texts, row.Text), append(names, plainValue(row.ID))
		}
		return texts, names, nil, nil, nil
	}
	stored, err := c.read(ctx, con)
	if err != nil {
		return nil, nil, nil, nil, err
	}
	for i, d := range stored.docs[max(0, len(stored.docs)-maxNext):] {
		texts, names = append(texts, d.Text), append(names, d.Record)
		if _, ok := stored.labels[d.Record]; ok {
			labelled = append(labelled, i)
		}
	}
	return texts, names, labelled, stored.lexicon, nil
}

// lexiconSegmenter cuts with the words of a file and those of settings.
func lexiconSegmenter(file string, lexicon []byte) (*segment.Segmenter, error) {
	opts, err := lexiconOption(file)
	if err != nil {
		return nil, err
	}
	if len(lexicon) > 0 {
		opts = append(opts, segment.WithLexicon("settings", strings.NewReader(string(lexicon))))
	}
	return segment.New(opts...)
}

// likeliest is how many labels are shown.
const likeliest = 3

func describeNext(m *learn.Model, text string, choice seed.Choice, sc *learn.Scratch) nextText {
	next := nextText{Text: text, Unsure: round3(choice.Unsure), Typical: round3(choice.Typical), Alike: round3(choice.Alike)}
	scores := m.Scores(text, sc)
	for _, s := range scores[:min(likeliest, len(scores))] {
		next.Likely = append(next.Likely, nextLabel{s.Label, round3(s.Probability)})
	}
	var b strings.Builder
	for i, l := range next.Likely {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s %.2f", l.Label, l.Probability)
	}
	fmt.Fprintf(&b, "; as typical as %.1f texts", next.Typical)
	if next.Alike > 0 {
		fmt.Fprintf(&b, "; %.0f %% like one before it", 100*next.Alike)
	}
	next.Why = b.String()
	return next
}

func round3(v float64) float64 { return float64(int(v*1000+0.5)) / 1000 }
