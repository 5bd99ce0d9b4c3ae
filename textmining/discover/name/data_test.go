package name_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"qingting/textmining/discover"
	"qingting/textmining/discover/name"
	"qingting/textmining/segment"
)

// TestDevelopmentData clusters public sets and names the clusters. It needs the
// directory QINGTING_DATA; TestNames is what can fail everywhere. With -v the
// names are listed, for an analyst to judge.
func TestDevelopmentData(t *testing.T) {
	dir := os.Getenv("QINGTING_DATA")
	if dir == "" {
		t.Skip("QINGTING_DATA names no directory of development data")
	}
	seg, err := segment.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range []struct {
		file    string
		k       int
		telecom bool
	}{
		{"telecom_zh/stc3_weibo_helpdesk.jsonl", 20, true},
		{"themes_zh/teddy_citizen_stream.jsonl", 30, false},
		{"feedback_en/comcast_titles.jsonl", 15, false},
	} {
		t.Run(filepath.Base(set.file), func(t *testing.T) {
			docs, texts := load(t, filepath.Join(dir, set.file), set.telecom, seg)
			r, err := discover.Fit(t.Context(), texts, discover.Options{Segmenter: seg, K: set.k})
			if err != nil {
				t.Fatal(err)
			}
			for i := range docs {
				docs[i].Cluster = r.Assign[i]
			}
			seen := map[string]bool{}
			for _, c := range name.Clusters(docs, name.Config{K: 4}) {
				line := ""
				for _, p := range c.Phrases {
					line += " " + p.Text
				}
				t.Logf("%3d %4d  %s  composed %v s%.2f p%.2f r%.2f |%s", c.Number, c.Customers, c.Name, c.Composed, c.Score, c.Precision, c.Coverage, line)
				if seen[c.Name] && c.Name != "" {
					t.Errorf("cluster %d has the name of another", c.Number)
				}
				seen[c.Name] = true
			}
		})
	}
}

func load(t *testing.T, file string, telecom bool, seg *segment.Segmenter) ([]name.Document, []discover.Doc) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var docs []name.Document
	var texts []discover.Doc
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<22)
	for s.Scan() {
		var row struct {
			ID, Title, Text, User string
			Telecom               bool
		}
		if json.Unmarshal(s.Bytes(), &row) != nil {
			t.Fatal("a line that is no such JSON")
		}
		if telecom && !row.Telecom {
			continue
		}
		if row.Title != "" {
			row.Text = row.Title + "。" + row.Text
		}
		docs = append(docs, name.Document{Text: row.Text, Tokens: seg.AppendTokens(nil, row.Text), Customer: row.User})
		texts = append(texts, discover.Doc{ID: row.ID, Text: row.Text})
	}
	return docs, texts
}
