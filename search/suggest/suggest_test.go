package suggest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

func few() *Suggester {
	return New([]Entry{
		{Text: "资费", Kind: "word", Weight: 90},
		{Text: "资费不透明", Kind: "theme", Query: "theme:billing-opaque", Weight: 40},
		{Text: "携号转网", Kind: "painpoint", Weight: 30},
		{Text: "重复扣费", Kind: "word", Weight: 20},
		{Text: "重庆", Kind: "value", Query: "region:重庆", Weight: 10},
		{Text: "5G套餐", Kind: "word", Weight: 9},
		{Text: "网速慢", Kind: "theme", Weight: 8},
		{Text: "绿色通道", Kind: "word", Weight: 7},
		{Text: "signal", Kind: "word", Weight: 6},
		{Text: "装维师傅", Kind: "word", Weight: 5},
		{Text: "宽带", Kind: "word", Weight: 4},
		{Text: " ", Kind: "word", Weight: 99},
	}, strings.ToLower)
}

func texts(list []Suggestion) string {
	var out []string
	for _, s := range list {
		text := s.Text
		if s.Typo {
			text += "?"
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

func TestComplete(t *testing.T) {
	s := few()
	for _, c := range []struct{ typed, want string }{
		{"资", "资费 资费不透明"},
		{"zifei", "资费 资费不透明"},
		{"zf", "资费 资费不透明 重复扣费"},
		{"ZF", "资费 资费不透明 重复扣费"},
		{"资f", "资费 资费不透明"},
		{"zi费", "资费 资费不透明"},
		{"zfei", "资费 资费不透明"},
		{"zifeib", "资费不透明 资费?"},
		{"zifeibut", "资费不透明"},
		{"zfbtm", "资费不透明"},
		{"zi'fei", "资费 资费不透明"},
		{"xhzw", "携号转网"},
		{"xiehaozh", "携号转网"},
		{"xhzhw", "携号转网"},
		{"chongfu", "重复扣费"},    // 重 read as chong
		{"zhongf", "重复扣费 重庆?"}, // and as zhong
		{"cq", "重庆"},
		{"chongq", "重庆 重复扣费?"},
		{"5g", "5G套餐"},
		{"5gtc", "5G套餐"},
		{"lvse", "绿色通道"},
		{"luse", "绿色通道"},
		{"sig", "signal"},
		{"zhuangwei", "装维师傅"},
		{"zwsf", "装维师傅"},
		{"kuandia", "宽带?"},
		{"", ""},
		{"  ", ""},
		{"qqqq", ""},
		// One letter is another: at the end of the list, and marked.
		{"zifwi", "资费? 资费不透明?"},
		{"kuadnai", "宽带?"},
		{"signla", "signal?"},
		{"携号专", "携号转网?"},
		{"款带", "宽带?"},
	} {
		if got := texts(s.Complete(c.typed, 10)); got != c.want {
			t.Errorf("%q: %q, want %q", c.typed, got, c.want)
		}
	}
	if got := texts(s.Complete("z", 1)); got != "资费" {
		t.Errorf("the most frequent of z: %q", got)
	}
	if got := s.Complete(strings.Repeat("z", 500), 5); got != nil {
		t.Errorf("a very long text: %v", got)
	}
}

func TestCorrect(t *testing.T) {
	s := few()
	for _, c := range []struct{ text, want string }{
		{"携号专网", "携号转网"},
		{"携号转往", "携号转网"},
		{"我要携号专网啊", "我要携号转网啊"},
		{"自费", "资费"},
		{"王速慢", "网速慢"},
		{"网苏慢", "网速慢"},
		{"网速蛮", "网速慢"}, // nearly the same sound
		{"kuandai", "宽带"},
		{"signel", "signal"},
		{"-携号专网 channel:电话", "-携号转网 channel:电话"},
		{`"携号专网"`, ""},
		{"资费", ""},
		{"天气", ""},
		{"zzz", ""},
	} {
		got, ok := s.Correct(c.text)
		if ok != (c.want != "") || ok && got != c.want {
			t.Errorf("%q: %q %v, want %q", c.text, got, ok, c.want)
		}
	}
}

// Every entry is completed by every way to type its beginning.
func TestEveryWayToTypeCompletes(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	words := []rune("资费账单话重庆行长乐网速慢宽带携号转绿5g套餐abc")
	var entries []Entry
	for i := range 300 {
		var b strings.Builder
		for range 1 + rng.IntN(5) {
			b.WriteRune(words[rng.IntN(len(words))])
		}
		ways := 1
		for _, r := range b.String() {
			ways *= max(1, len(readingsOf(r)))
		}
		if ways <= maxReadings { // beyond, not every reading is known
			entries = append(entries, Entry{Text: b.String(), Weight: i})
		}
	}
	s := New(entries, strings.ToLower)
	for range 3000 {
		e := entries[rng.IntN(len(entries))]
		var typed strings.Builder
		signs := s.signsOf(e.Text)
		n := 1 + rng.IntN(len(signs))
		for i, c := range signs[:n] {
			if len(c.readings) == 0 || rng.IntN(3) == 0 {
				typed.WriteRune(c.r)
				continue
			}
			reading := c.readings[rng.IntN(len(c.readings))]
			switch {
			case rng.IntN(2) == 0:
				typed.WriteString(reading)
			case i == n-1:
				typed.WriteString(reading[:1+rng.IntN(len(reading))])
			default:
				typed.WriteString(reading[:1])
			}
		}
		found := false
		for _, got := range s.Complete(typed.String(), len(entries)) {
			found = found || got.Text == e.Text && !got.Typo
		}
		if !found {
			t.Fatalf("%q is not completed to %q", typed.String(), e.Text)
		}
	}
}

func hundredThousand() *Suggester {
	rng := rand.New(rand.NewPCG(1, 1))
	var entries []Entry
	for i := range 100_000 {
		var b strings.Builder
		for range 2 + rng.IntN(3) {
			b.WriteRune(rune(0x4E00 + int(float64(6000)*rng.Float64()*rng.Float64())))
		}
		entries = append(entries, Entry{Text: b.String(), Kind: "word", Weight: 100_000 - i})
	}
	return New(entries, strings.ToLower)
}

func BenchmarkComplete(b *testing.B) {
	s := hundredThousand()
	for _, typed := range []string{"z", "zi", "zifei", "zf", "zfei", "xiehaozhuan", "资", "资f", "zhuangwo", "qqqqqq", "携号专网"} {
		b.Run(fmt.Sprint(typed), func(b *testing.B) {
			for b.Loop() {
				s.Complete(typed, 10)
			}
		})
	}
	b.Run("correct", func(b *testing.B) {
		for b.Loop() {
			s.Correct("携号专网")
		}
	})
}
