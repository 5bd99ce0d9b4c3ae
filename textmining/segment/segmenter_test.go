package segment

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

func TestWithLexicon(t *testing.T) {
	base := segmenter(t)
	s, err := New(WithLexicon("mine", strings.NewReader("# ours\n蜻蜓卡\n随心用套餐 500 nz\n\n听风计划 nz\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	text := "蜻蜓卡和随心用套餐还有聽風計劃"
	if got, want := cutWords(s, text), "蜻蜓卡|和|随心用套餐|还有|聽風計劃"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if cutWords(base, text) == cutWords(s, text) {
		t.Error("the built-in lexicons already hold the words: the test shows nothing")
	}
	if s.Version() == base.Version() || len(s.Version()) != 12 {
		t.Errorf("versions %q and %q: want 12 digits, different", s.Version(), base.Version())
	}
	tokens := s.AppendTokens(nil, "随心用套餐")
	if len(tokens) != 1 || tokens[0].Tag != "nz" {
		t.Errorf("got %+v, want one token nz", tokens)
	}
}

func TestLexiconErrors(t *testing.T) {
	for lines, want := range map[string]string{
		"好词\n词 0":               `lexicon "mine" line 2: frequency "0" is not between`,
		"词 5 n 多":               `line 1: too many fields`,
		"词 N!":                  `line 1: tag "N!" is not`,
		"⟦手机号⟧":                 `line 1: a word cannot hold`,
		strings.Repeat("长", 65): `line 1: the word has 65 characters, at most 64`,
		"坏\xff字节":               `lexicon "mine" is not UTF-8`,
	} {
		_, err := New(WithLexicon("mine", strings.NewReader(lines)))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", lines, err, want)
		}
	}
}

func TestBits(t *testing.T) {
	s := segmenter(t)
	common, ok1 := s.Bits("问题")
	rare, ok2 := s.Bits("基站")
	if !ok1 || !ok2 || !(common < rare && rare < Unknown) {
		t.Errorf("问题 %v, 基站 %v: want the rarer word to weigh more", common, rare)
	}
	if bits, ok := s.Bits("喵喵喵呜"); ok || bits != Unknown {
		t.Errorf("an unknown word: %v %v", bits, ok)
	}
	if a, _ := s.Bits("ＷＩＦＩ"); a == Unknown {
		t.Error("case and width are not folded")
	}
}

func TestConcurrent(t *testing.T) {
	s := segmenter(t)
	text := sample(t)
	want := s.AppendTokens(nil, text)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if got := s.AppendTokens(nil, text); !slices.Equal(got, want) {
				t.Error("two goroutines, two segmentations")
			}
		})
	}
	wg.Wait()
}

// TestBlocks holds that where a long text is cut into stretches does not show:
// the sample as one text gives the tokens of its lines.
func TestBlocks(t *testing.T) {
	s := segmenter(t)
	text := strings.ReplaceAll(sample(t), "\n", "。")
	whole := s.AppendTokens(nil, text)
	checkCover(t, text, whole)
	var parts []Token
	at := 0
	for line := range strings.SplitAfterSeq(text, "。") {
		from := len(parts)
		parts = s.AppendTokens(parts, line)
		for i := from; i < len(parts); i++ {
			parts[i].Start += at
			parts[i].End += at
		}
		at += len(line)
	}
	if !slices.Equal(whole, parts) {
		t.Error("the text cut as a whole differs from its sentences cut one by one")
	}
	endless := strings.Repeat("哈", 5000) + strings.Repeat("一", 700)
	checkCover(t, endless, s.AppendTokens(nil, endless))
}

func TestNoAllocation(t *testing.T) {
	s := segmenter(t)
	text := sample(t)
	buf := s.AppendTokens(nil, text)
	if n := testing.AllocsPerRun(10, func() { buf = s.AppendTokens(buf[:0], text) }); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

func sample(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile("testdata/sentences.txt")
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(data))
}

func FuzzAppendTokens(f *testing.F) {
	for _, seed := range []string{
		"宽带断网了，⟦手机号·kqzmwtbx⟧", "a.b@c.de,1,000.5 www.x.cn/?", "👨‍👩‍👧1️⃣🇨🇳\u200d", "\xf0\x9f\xff⟦⟧",
		strings.Repeat("哈", 300), "don’t_x’", "é\u0301ﬁ", "4S店c++[怒]T_T",
	} {
		f.Add(seed)
	}
	s := segmenter(f)
	f.Fuzz(func(t *testing.T, text string) {
		checkCover(t, text, s.AppendTokens(nil, text))
	})
}

func BenchmarkAppendTokens(b *testing.B) {
	s := segmenter(b)
	text := sample(b)
	var buf []Token
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		buf = s.AppendTokens(buf[:0], text)
	}
}

func BenchmarkClauses(b *testing.B) {
	text := sample(b)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		for range Clauses(text) {
		}
	}
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := New(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLanguage(b *testing.B) {
	text := sample(b)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Language(text)
	}
}
