package tagger

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"qingting/privacy/fold"
	"qingting/privacy/rule"
	"qingting/privacy/tagger/internal/sequence"
)

// candidates are what the recogniser accepts in a text.
func candidates(r *Recogniser, text string) []rule.Candidate {
	var out []rule.Candidate
	r.Recognise(fold.New(text), true, func(c rule.Candidate) {
		if c.Rejected == "" && c.Confidence >= 0.5 {
			out = append(out, c)
		}
	})
	return out
}

// marked is a text with what the recogniser accepts in 〔〕.
func marked(r *Recogniser, text string) string {
	t := fold.New(text)
	cs := candidates(r, text)
	slices.SortFunc(cs, func(a, b rule.Candidate) int { return b.Start - a.Start })
	for _, c := range cs {
		from, to := t.Span(c.Start, c.End)
		text = text[:from] + "〔" + text[from:to] + "〕" + text[to:]
	}
	return text
}

// TestInventedFeedback holds the tagger to sentences that were not learnt.
func TestInventedFeedback(t *testing.T) {
	data, err := os.ReadFile("testdata/feedback.txt")
	if err != nil {
		t.Fatal(err)
	}
	r := New()
	names, found, clean, touched := 0, 0, 0, 0
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		got := marked(r, strings.NewReplacer("〔", "", "〕", "").Replace(line))
		want := strings.Count(line, "〔")
		if want == 0 {
			clean++
			if got != line {
				touched++
				t.Logf("touched: %s", got)
			}
			continue
		}
		names += want
		for part := range strings.SplitSeq(line, "〔") {
			if name, _, ok := strings.Cut(part, "〕"); ok && strings.Contains(got, "〔"+name+"〕") {
				found++
			}
		}
		if got != line {
			t.Logf("got %s want %s", got, line)
		}
	}
	t.Logf("%d of %d names found, %d of %d clean sentences touched", found, names, touched, clean)
	if found < names*9/10 || touched > 0 {
		t.Errorf("%d of %d names found, want nine in ten; %d of %d clean sentences touched, want none", found, names, touched, clean)
	}
}

func TestAddressGoesDownToTheDoor(t *testing.T) {
	r := New()
	for text, want := range map[string]string{
		"请派人到嘉州市临江区滨江花苑12栋2单元601看看":  "请派人到〔嘉州市临江区滨江花苑12栋2单元601〕看看",
		"嘉州市临江区到处都没有信号，打了3次10000号":   "嘉州市临江区到处都没有信号，打了3次10000号",
		"嘉州市临江区滨河路营业厅排队2小时，叫到12号还要等": "嘉州市临江区滨河路营业厅排队2小时，叫到12号还要等",
	} {
		if got := marked(r, text); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestCandidatesAreWhole(t *testing.T) {
	r := New()
	cs := candidates(r, "刚才是謝國棟接的電話")
	if len(cs) != 1 {
		t.Fatalf("%d candidates, want 1", len(cs))
	}
	c := cs[0]
	if c.Type != rule.PersonName || c.Rule != RulePerson || c.Canonical != "谢国栋" || len(c.Evidence) == 0 || c.Confidence > highest {
		t.Errorf("candidate of type %s by %s with %d pieces of evidence, confidence %v", c.Type, c.Rule, len(c.Evidence), c.Confidence)
	}
}

func TestAmountsAreNoNames(t *testing.T) {
	for text, want := range map[string]bool{"取消9元包流量": true, "2000余平的厅": true, "13900001111余平": false, "户主余平": false} {
		tx := fold.New(text)
		i := strings.IndexAny(text, "元余")
		if got := amount(tx, len([]rune(text[:i]))); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

// TestRejectionsAreExplained sees that what is turned down is told when asked for.
func TestRejectionsAreExplained(t *testing.T) {
	why := ""
	New().Recognise(fold.New("路过@谢国栋 的时候"), true, func(c rule.Candidate) { why = c.Rejected })
	if why != "part of an account's handle" {
		t.Errorf("rejected because %q", why)
	}
}

// TestSameTextSameCandidates is also for the race detector, and for space that
// leaks from one text into another.
func TestSameTextSameCandidates(t *testing.T) {
	texts := []string{"昨天许文娟答应给我退款", "这个月的话费多了二十块", "住在嘉州市临江区滨江花苑12栋2单元601的贺春明", ""}
	r := New()
	want := make([][]rule.Candidate, len(texts))
	for i, s := range texts {
		want[i] = candidates(r, s)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for n := range 60 {
				i := n % len(texts)
				if !cmp.Equal(want[i], candidates(r, texts[i])) {
					t.Errorf("text %d gives other candidates", i)
				}
			}
		})
	}
	wg.Wait()
}

// TestLittleIsRead sees what is read and what is not.
func TestLittleIsRead(t *testing.T) {
	r := New()
	s := r.scratch.Get().(*scan)
	for text, want := range map[string]bool{
		"网速太慢了，每天晚上都这样":    false,
		"希望尽快核实清楚并给出合理的解释": false,
		"昨天许文娟答应退款":        true,
		"许文娟13912345678":   true,
		"住滨江花苑12栋的":        true,
		"阿卜杜拉·买买提的套餐":      true,
	} {
		tx := fold.New(text)
		s.look(tx, 0, len(tx.Units))
		if got := len(s.windows) > 0; got != want {
			t.Errorf("%s: read %v, want %v", text, got, want)
		}
	}
}

// TestWindowsReadLikeSentences compares what is found in the parts that are read
// with what is found in whole sentences.
func TestWindowsReadLikeSentences(t *testing.T) {
	data, err := os.ReadFile("testdata/feedback.txt")
	if err != nil {
		t.Fatal(err)
	}
	r := New()
	tx := fold.New(strings.NewReplacer("〔", "", "〕", "").Replace(string(data)))
	type span struct{ from, to int }
	parts, whole := map[span]bool{}, map[span]bool{}
	collect := func(into map[span]bool) func(rule.Candidate) {
		return func(c rule.Candidate) {
			if c.Type == rule.PersonName && c.Confidence > 0.7 {
				into[span{c.Start, c.End}] = true
			}
		}
	}
	r.Recognise(tx, false, collect(parts))
	s := r.scratch.Get().(*scan)
	sequence.Sentences(tx, func(from, to int) {
		s.begin(tx, from, to)
		s.window(tx, window{from, to}, from, to, false, collect(whole))
	})
	same := 0
	for sp := range whole {
		if parts[sp] {
			same++
		}
	}
	if len(whole) < 10 || same*100 < len(whole)*95 || len(parts) > len(whole)+1 {
		t.Errorf("of %d names in whole sentences %d are found in parts of them, and %d in all", len(whole), same, len(parts))
	}
}

func TestWeightsAreSmall(t *testing.T) {
	if n := len(weightsFile); n > 6_000_000 {
		t.Errorf("the weights take %d bytes, more than 6 MB", n)
	}
}

func FuzzRecognise(f *testing.F) {
	for _, s := range []string{"", "昨天许文娟答应退款", "欧阳", "住滨江花苑12栋2单元601", "阿不都·热合曼\xff张三⟦姓名⟧李四", strings.Repeat("张王李赵", 100)} {
		f.Add(s)
	}
	r := New()
	f.Fuzz(func(t *testing.T, s string) {
		tx := fold.New(s)
		r.Recognise(tx, true, func(c rule.Candidate) {
			if c.Start < 0 || c.Start >= c.End || c.End > len(tx.Units) {
				t.Fatalf("units %d to %d of %d", c.Start, c.End, len(tx.Units))
			}
			if !(c.Confidence >= 0 && c.Confidence <= highest) {
				t.Fatalf("confidence %v", c.Confidence)
			}
			from, to := tx.Span(c.Start, c.End)
			if utf8.ValidString(s) && !utf8.ValidString(s[from:to]) {
				t.Fatal("a span splits a character")
			}
			for i := c.Start; i < c.End; i++ {
				if tx.Is(i, fold.Placeholder) {
					t.Fatal("a span covers a placeholder")
				}
			}
		})
	})
}
