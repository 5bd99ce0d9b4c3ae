package duplicate

import (
	"bufio"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
	"unicode/utf8"
)

// TestMeasured looks at the development texts, whose directory QINGTING_DATA
// names: recall of edited texts, chance pairs, memory and time.
func TestMeasured(t *testing.T) {
	dir := os.Getenv("QINGTING_DATA")
	if dir == "" {
		t.Skip("QINGTING_DATA does not name the development data; TestRecall and TestNoFalsePairs need none")
	}
	for _, name := range []string{"themes_zh/online_shopping_10cats", "sentiment_zh/chnsenticorp_hotel", "telecom_zh/stc3_weibo_helpdesk", "feedback_en/airline_tweets"} {
		f, err := os.Open(filepath.Join(dir, name+".jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		in := bufio.NewScanner(f)
		in.Buffer(nil, 16<<20)
		for in.Scan() {
			var row struct {
				Text string `json:"text"`
			}
			if err := json.Unmarshal(in.Bytes(), &row); err != nil {
				t.Fatal(err)
			}
			texts = append(texts, row.Text)
		}
		f.Close()
		ix := New(Config{})
		began, size := time.Now(), 0
		for i, text := range texts {
			ix.Add(uint64(i), text)
			size += utf8.RuneCountInString(text)
		}
		took := time.Since(began)
		r := rand.New(rand.NewPCG(1, 9))
		pairs, chance := 0, 0
		for pairs < 200_000 {
			a, b := r.IntN(len(texts)), r.IntN(len(texts))
			if a == b {
				continue
			}
			pairs++
			pair := New(Config{})
			if x, y := pair.Add(1, texts[a]), pair.Add(2, texts[b]); x == y && x != 0 && Similarity(texts[a], texts[b]) < 1 {
				chance++
			}
			if pairs >= 20_000 && os.Getenv("QINGTING_LONG") == "" {
				break
			}
		}
		found, all := 0, 0
		for _, text := range texts {
			if n := utf8.RuneCountInString(text); n < 30 || all == 3000 {
				continue
			}
			all++
			pair := New(Config{})
			if x := pair.Add(1, text); x == 0 || x == pair.Add(2, edit(r, text, .1)) {
				found++
			}
		}
		t.Logf("%-36s %5d texts of %3d characters: recall %.4f of %d, %d of %d random pairs, %d B and %.1f µs a document", name, len(texts), size/len(texts),
			float64(found)/float64(all), all, chance, pairs, ix.Bytes()/int64(len(texts)), took.Seconds()*1e6/float64(len(texts)))
	}
}
