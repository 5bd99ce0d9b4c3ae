package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"qingting/textmining/discover"
	"qingting/textmining/segment"
)

// write prints the clusters as JSON or for people.
func (c *discoverCmd) write(con *console, d discovery) error {
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(d)
	}
	o := reportOptionsFor(con.Out)
	o.English = c.English
	_, err := con.Out.Write(d.report(o))
	return err
}

// report draws the clusters, the largest first.
func (d *discovery) report(o reportOptions) []byte {
	o.Width = min(120, max(64, o.Width))
	p := &reportPage{o: o}
	p.line(p.style(styleBold, p.say(
		fmt.Sprintf("%d 条反馈，发现 %d 个主题", d.Texts, len(d.Clusters)),
		fmt.Sprintf("%d texts, %d themes found", d.Texts, len(d.Clusters)))))
	p.line(p.style(styleFaint, p.say(
		fmt.Sprintf("未归入任何主题 %d 条，归属较弱 %d 条；✔ 为八次聚类中稳定（≥ %.0f%%）的主题", d.None, d.Weak, 100*certified),
		fmt.Sprintf("%d without a theme, %d weakly assigned; ✔ marks themes that eight clusterings agree on (≥ %.0f %%)", d.None, d.Weak, 100*certified))))
	for i := range d.Clusters {
		p.cluster(&d.Clusters[i], d.Clusters[0].Size)
	}
	return p.out.Bytes()
}

// barColumns is the width of the bar of the largest cluster.
const barColumns = 20

func (p *reportPage) cluster(c *discovered, most int) {
	mark := " "
	if c.Certified {
		mark = "✔"
	}
	title := c.Name
	if title == "" {
		title = p.say("（说的人太少，不显示）", "(too few customers to show)")
	}
	bar := strings.Repeat("█", max(1, c.Size*barColumns/max(1, most)))
	p.line("")
	p.line(fmt.Sprintf("%3d %s %s %s", c.ID, mark, p.style(styleBold, padRight(clip(title, p.o.Width-50), p.o.Width-50)), padRight(bar, barColumns)))
	p.line("      " + p.style(styleFaint, p.say(
		fmt.Sprintf("%d 条（%.1f%%） 稳定 %.0f%% 较弱 %d", c.Size, 100*c.Share, 100*c.Stability, c.Weak),
		fmt.Sprintf("%d texts (%.1f %%), stability %.0f %%, weak %d", c.Size, 100*c.Share, 100*c.Stability, c.Weak))))
	var phrases []string
	for _, phrase := range c.Phrases {
		if phrase.Text != c.Name {
			phrases = append(phrases, phrase.Text)
		}
	}
	if len(phrases) > 0 {
		p.line("      " + clip(strings.Join(phrases, " · "), p.o.Width-6))
	}
	for _, q := range c.Quotes {
		for i, l := range wrap(q.Text, p.o.Width-10, 2) {
			p.line("      " + [2]string{"“ ", "  "}[min(i, 1)] + l)
		}
	}
}

// saveModel writes a model beside its place and then moves it there.
func saveModel(path string, m *discover.Model) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".model-*")
	if err != nil {
		return fmt.Errorf("cannot keep the model: %w", err)
	}
	defer os.Remove(f.Name())
	if err := m.Save(f); err != nil {
		f.Close()
		return fmt.Errorf("cannot keep the model: %w", err)
	}
	if err := f.Sync(); err != nil {
		f.Close()
		return fmt.Errorf("cannot keep the model: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("cannot keep the model: %w", err)
	}
	return os.Rename(f.Name(), path)
}

// assignKnown assigns texts as they come, by a model of before.
func (c *discoverCmd) assignKnown(ctx context.Context, con *console, in io.Reader, seg *segment.Segmenter) error {
	f, err := os.Open(c.Model)
	if err != nil {
		return fmt.Errorf("cannot read the model: %w", err)
	}
	defer f.Close()
	model, err := discover.Load(f, seg)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Model, err)
	}
	return eachLine(ctx, in, con, func(n int, line []byte, out *bytes.Buffer) error {
		if len(bytes.TrimSpace(line)) == 0 {
			return nil
		}
		var row feedbackRow
		if err := row.parse(n, line, rowFields{}); err != nil {
			return err
		}
		if row.ID == nil {
			row.ID = json.RawMessage(fmt.Sprint(n))
		}
		cluster, margin := model.Assign(row.Text)
		return json.NewEncoder(out).Encode(assigned(row.ID, cluster, margin))
	})
}
