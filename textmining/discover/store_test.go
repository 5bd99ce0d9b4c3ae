package discover

import (
	"bytes"
	"strings"
	"testing"
)

func TestModelIsKept(t *testing.T) {
	docs, _ := planted(chinese, chineseFiller, "，", 50, 8)
	res := mustFit(t, docs, Options{K: 4})
	var file, again bytes.Buffer
	if err := res.Model.Save(&file); err != nil {
		t.Fatal(err)
	}
	if err := res.Model.Save(&again); err != nil || !bytes.Equal(file.Bytes(), again.Bytes()) {
		t.Errorf("saved twice, two files (%v)", err)
	}
	m, err := Load(bytes.NewReader(file.Bytes()), segmenter(t))
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range docs {
		if c, margin := m.Assign(d.Text); c != res.Assign[i] || margin != res.Margin[i] {
			t.Fatalf("document %d: %d (%g), before %d (%g)", i, c, margin, res.Assign[i], res.Margin[i])
		}
	}
	if c, margin := m.Assign("⟦手机号⟧"); c != None || margin != 0 {
		t.Errorf("a placeholder is in cluster %d by %g", c, margin)
	}
	for _, n := range []int{0, 10, len(modelMagic), len(modelMagic) + 20, file.Len() / 2, file.Len() - 1} {
		if _, err := Load(bytes.NewReader(file.Bytes()[:n]), segmenter(t)); err == nil {
			t.Errorf("the first %d bytes are a model", n)
		}
	}
	next := strings.Replace(file.String(), "model 1", "model 2", 1)
	if _, err := Load(strings.NewReader(next), segmenter(t)); err == nil || !strings.Contains(err.Error(), "version") {
		t.Errorf("a later version: %v", err)
	}
}

func FuzzLoad(f *testing.F) {
	docs, _ := planted(english, englishFiller, " ", 5, 9)
	seg := segmenter(f)
	res, err := Fit(f.Context(), docs, Options{Segmenter: seg, K: 2, Runs: 1})
	if err != nil {
		f.Fatal(err)
	}
	var file bytes.Buffer
	if err := res.Model.Save(&file); err != nil {
		f.Fatal(err)
	}
	f.Add(file.Bytes())
	f.Add([]byte(modelMagic))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Load(bytes.NewReader(data), seg)
		if err != nil {
			return
		}
		if c, _ := m.Assign("宽带 router"); c >= m.K() {
			t.Fatalf("cluster %d of %d", c, m.K())
		}
	})
}
