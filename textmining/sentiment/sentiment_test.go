package sentiment

import (
	"strings"
	"sync"
	"testing"

	"qingting/textmining/segment"
)

var shared = sync.OnceValues(func() (*segment.Segmenter, error) { return segment.New() })

func setup(t testing.TB) (*segment.Segmenter, *Analyzer) {
	t.Helper()
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	a, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return s, a
}

func TestText(t *testing.T) {
	seg, a := setup(t)
	for _, test := range []struct{ text, want string }{
		{"", "neutral"},
		{"我想查一下这个月的账单。", "neutral"},
		{"客服很耐心，问题当天就解决了", "positive"},
		{"乱扣费，互相推诿，没人管", "negative"},
		{"信号一点都不好", "negative"},
		{"价格不贵", "positive"},
		{"套餐不是不好，挺实惠的", "positive"},
		{"师傅态度不是很好", "negative"},
		{"宽带慢死了", "negative"},
		{"好慢", "negative"},
		{"办事效率高", "positive"},
		{"办事效率低", "negative"},
		{"资费太高", "negative"},
		{"资费不高", "positive"},
		{"师傅很专业，但是宽带还是天天断网", "negative"},
		{"虽然价格贵一点，但是网络很稳定，很满意", "positive"},
		{"希望信号好一点", "negative"},
		{"凭什么扣我的钱？", "negative"},
		{"难道这就是你们的优质服务吗？", "negative"},
		{"打了五次电话没人接，投诉也不处理，真是好服务啊！", "negative"},
		{"真是好服务啊！师傅很耐心", "positive"},
		{"这不是坑人吗", "negative"},
		{"可以在网上办吗？谢谢", "neutral"},
		{"別騙人了", "negative"},
		{"不但快，而且便宜", "positive"},
		{"[怒][怒]", "negative"},
		{"👍👍", "positive"},
		{"给⟦姓名⟧师傅点赞", "positive"},
		{"The technician was friendly and fixed it quickly", "positive"},
		{"I was hung up on and overcharged again", "negative"},
		{"The service isn't good", "negative"},
		{"Not bad at all", "positive"},
		{"Nice people, but the internet keeps dropping and nobody answers", "negative"},
		{"NEVER again. Terrible!", "negative"},
	} {
		got := a.Text(test.text, seg.AppendTokens(nil, test.text))
		if got.Label != test.want {
			t.Errorf("%q: %s (%v), want %s", test.text, got.Label, got.Score, test.want)
		}
	}
}

func TestClausesAndAt(t *testing.T) {
	seg, a := setup(t)
	text := "师傅很专业，网速太慢，光猫一直亮红灯，气死我了"
	clauses := a.AppendClauses(nil, text, seg.AppendTokens(nil, text))
	if len(clauses) != 4 {
		t.Fatalf("%d clauses, want 4: %+v", len(clauses), clauses)
	}
	at := func(piece string) float64 {
		i := strings.Index(text, piece)
		return At(clauses, i, i+len(piece))
	}
	if at("师傅") <= 0 || at("网速") >= 0 || at("光猫") >= 0 {
		t.Errorf("师傅 %v, 网速 %v, 光猫 %v: want praise, complaint, complaint", at("师傅"), at("网速"), at("光猫"))
	}
	if clauses[2].Score != 0 {
		t.Errorf("光猫一直亮红灯 scores %v: the test of the clause beside it shows nothing", clauses[2].Score)
	}
	if got := At(clauses, len(text)+5, len(text)+9); got != 0 {
		t.Errorf("outside the text: %v, want 0", got)
	}
}

func TestLexicon(t *testing.T) {
	seg, base := setup(t)
	text := "这个套餐太蜻蜓了"
	a, err := New(WithLexicon("mine", strings.NewReader("# ours\n= word -3\n蜻蜓\n")))
	if err != nil {
		t.Fatal(err)
	}
	tokens := seg.AppendTokens(nil, text)
	if got := a.Text(text, tokens).Label; got != "negative" {
		t.Errorf("with the lexicon: %s", got)
	}
	if got := base.Text(text, tokens).Label; got != "neutral" {
		t.Errorf("without: %s", got)
	}
	if a.Version() == base.Version() {
		t.Error("the version does not show the lexicon")
	}
	for lines, want := range map[string]string{
		"好":                `"mine" line 1: a word before the first section`,
		"= word\n好":        `line 1: kind "word" needs one weight`,
		"= wrod 2\n好":      `line 1: unknown kind "wrod"`,
		"= not 2\n不":       `line 1: kind "not" takes no weight`,
		"= word 9\n好":      `line 1: weight "9" is not`,
		"= word 2\n好\n棒 好": `line 3: "好" stands in line 2 already`,
		"= word 2\n\xff":   `is not UTF-8`,
	} {
		if _, err := New(WithLexicon("mine", strings.NewReader(lines))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", lines, err, want)
		}
	}
}

func TestNoAllocation(t *testing.T) {
	seg, a := setup(t)
	text := strings.Repeat("师傅很专业，但是网速太慢！I'm not happy. ", 20)
	tokens := seg.AppendTokens(nil, text)
	buf := a.AppendClauses(nil, text, tokens)
	if n := testing.AllocsPerRun(10, func() { buf = a.AppendClauses(buf[:0], text, tokens) }); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

func FuzzAppendClauses(f *testing.F) {
	seg, a := setup(f)
	for _, s := range []string{"不不不好，但是？", "don’t 真是好服务啊！\xff", "⟦姓名⟧ 太贵 吗", "isn't\n👍🏽"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at := 0
		for _, c := range a.AppendClauses(nil, text, seg.AppendTokens(nil, text)) {
			if c.Start < at || c.End <= c.Start || c.End > len(text) || !(c.Score >= -1 && c.Score <= 1) {
				t.Fatalf("%q: clause %+v after %d", text, c, at)
			}
			at = c.End
		}
	})
}

func BenchmarkText(b *testing.B) {
	seg, a := setup(b)
	text := "师傅上门很快，态度也好，就是光猫用了两天又断网，打客服没人接，希望尽快处理。The agent was polite but my bill is still wrong."
	tokens := seg.AppendTokens(nil, text)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		a.Text(text, tokens)
	}
}
