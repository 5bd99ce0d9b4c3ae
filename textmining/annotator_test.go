package textmining

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingting/internal/document"
)

// annotator is built once for the tests of this package.
var annotator = sync.OnceValues(DefaultAnnotator)

func annotate(t *testing.T, text string) document.Annotation {
	t.Helper()
	a, err := annotator()
	if err != nil {
		t.Fatal(err)
	}
	return a.Annotate(text)
}

func ids(tags []document.Tag) string {
	out := make([]string, len(tags))
	for i, t := range tags {
		out[i] = t.ID
	}
	return strings.Join(out, " ")
}

// cases are invented texts with the themes and risks a reader would name.
var cases = []struct{ text, themes, risks string }{
	// Charges and contracts.
	{"没订过的彩铃一直在扣费", "charged-without-consent", ""},
	{"莫名其妙扣了我五块钱", "charged-without-consent", ""},
	{"这业务是它自己开通的吧", "charged-without-consent", ""},
	{"来电管家自己开通的，我根本不知道", "charged-without-consent", ""},
	{"怎么又扣钱了", "charged-without-consent", ""},
	{"这个月账单根本看不懂", "billing-opaque", ""},
	{"why was I charged for this?", "charged-without-consent", ""},
	{"My bill keeps going up and nobody can say why", "billing-opaque", ""},
	{"想把套餐降档，客服说不能降", "package-hard-to-leave", ""},
	{"携号转网被各种理由刁难", "number-portability-blocked", "churn"},
	{"提前解约要赔违约金，当初没说", "contract-penalty", ""},
	{"说是不限量，用到20G就限速", "throttled", ""},
	{"they throttle me after 10 GB", "throttled", ""},
	// Network.
	{"地下室完全没信号", "coverage-signal", ""},
	{"no signal at home since Monday", "coverage-signal", ""},
	{"宽带又断了，光猫一直红灯", "broadband-fault", ""},
	{"晚上网速太慢，打游戏一直卡", "broadband-slow", ""},
	{"约好的装机师傅放鸽子了", "installer-late", "promise-broken"},
	// Reaching someone.
	{"一直是机器人，根本找不到人工", "transfer-to-human-maze", ""},
	{"I can't reach a human", "transfer-to-human-maze", ""},
	{"机器人答非所问", "bot-misunderstands", ""},
	{"10086永远打不通", "hotline-wait", ""},
	// Handling and people.
	{"投诉了三次都没解决", "repeated-complaint", "not-solved repeated-contact"},
	{"报修之后一直没人联系我", "no-follow-up broadband-fault", ""},
	{"客服和营业厅互相踢皮球", "passing-the-buck", ""},
	{"营业员态度恶劣", "staff-attitude", ""},
	{"the agent was rude", "staff-attitude", ""},
	{"营业厅排队排了两个小时", "store-queue", "waiting"},
	{"我奶奶不会用智能手机，被忽悠办了套餐", "elderly-remote misleading-promotion", "vulnerable"},
	{"天天打电话推销，烦死了", "marketing-harassment", ""},
	{"我的手机号是不是被你们卖给别人了，个人信息泄露", "data-leak-worry", ""},
	{"老用户不能办这个优惠，只有新用户才能享受", "old-customers-discrimination", ""},
	{"退费申请一个月了还没到账", "refund-slow", "waiting"},
	{"再不处理我就去工信部投诉", "", "escalation"},
	{"我要转网到别家了", "", "churn"},
	// Denials: nothing may fire, or praise.
	{"没有乱扣费", "", ""},
	{"从来没有被莫名其妙扣钱", "", ""},
	{"不用转人工，机器人就说清楚了", "", ""},
	{"I was never overcharged", "", ""},
	{"这不是信号差的问题", "", ""},
	// About nothing of ours.
	{"今天天气不错", "", ""},
	{"哈哈哈", "", ""},
	{"", "", ""},
}

func TestAnnotate(t *testing.T) {
	for _, tt := range cases {
		a := annotate(t, tt.text)
		got := strings.Fields(ids(a.Themes))
		for _, want := range strings.Fields(tt.themes) {
			if !strings.Contains(" "+ids(a.Themes)+" ", " "+want+" ") {
				t.Errorf("%q: themes %v, want %s", tt.text, got, want)
			}
		}
		if len(got) > len(strings.Fields(tt.themes)) {
			t.Errorf("%q: themes %v, want no more than %q", tt.text, got, tt.themes)
		}
		if diff := cmp.Diff(tt.risks, ids(a.Risks)); diff != "" {
			t.Errorf("%q: risks (-want +got):\n%s", tt.text, diff)
		}
	}
}

func TestPraiseAndComplaint(t *testing.T) {
	for _, tt := range []struct {
		text, dimension string
		praise          bool
	}{
		{"账单很清楚", "clarity", true},
		{"账单不清楚", "clarity", false},
		{"客服小姐姐态度特别好", "staff", true},
		{"客服态度特别差", "staff", false},
		{"问题很快就解决了，点赞", "resolution", true},
		{"great customer service, fixed it right away", "staff", true},
		{"办理很方便", "channel", true},
	} {
		a := annotate(t, tt.text)
		found := false
		for _, d := range a.Dimensions {
			if d.ID == tt.dimension {
				found = true
				if d.Polarity > 0 != tt.praise {
					t.Errorf("%q: %s has polarity %v", tt.text, d.ID, d.Polarity)
				}
			}
		}
		if !found {
			t.Errorf("%q: dimensions %s, want %s", tt.text, ids(a.Dimensions), tt.dimension)
		}
		if tt.praise && len(a.PainPoints) > 0 {
			t.Errorf("%q: praise is a pain point: %s", tt.text, ids(a.PainPoints))
		}
	}
}

func TestEvidenceIsInCodePoints(t *testing.T) {
	text := "😡⟦手机号·kqzmwtbx⟧一直是機器人，找不到人工！"
	a := annotate(t, text)
	if len(a.Themes) != 1 {
		t.Fatalf("themes %s", ids(a.Themes))
	}
	var got []string
	for _, e := range a.Themes[0].Evidence {
		got = append(got, string([]rune(text)[e.Start:e.End]))
	}
	if diff := cmp.Diff([]string{"一直是機器人", "找不到人工"}, got); diff != "" {
		t.Errorf("evidence (-want +got):\n%s", diff)
	}
	if a.Sentiment.Label != "negative" || a.Language != "zh" || a.Taxonomy == "" || a.Lexicon == "" {
		t.Errorf("sentiment %v, language %q, versions %q %q", a.Sentiment, a.Language, a.Taxonomy, a.Lexicon)
	}
}

func TestSameTextSameAnnotationOnManyGoroutines(t *testing.T) {
	a, err := annotator()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]document.Annotation{}
	for _, c := range cases {
		want[c.text] = a.Annotate(c.text)
	}
	var running sync.WaitGroup
	for range 4 {
		running.Go(func() {
			for _, c := range cases {
				if diff := cmp.Diff(want[c.text], a.Annotate(c.text)); diff != "" {
					t.Errorf("%q (-first +now):\n%s", c.text, diff)
				}
			}
		})
	}
	running.Wait()
}

func TestOwnTaxonomyAndLexicon(t *testing.T) {
	dir := t.TempDir()
	own, lexicon := filepath.Join(dir, "own.yaml"), filepath.Join(dir, "words.txt")
	for path, text := range map[string]string{lexicon: "沃家\n", own: `format: 1
themes:
  - id: parking
    zh: {name: 停车, definition: 停车难, strong: [停车难]}
    en: {name: Parking, definition: no place to park, strong: [nowhere to park]}
`} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a, err := LoadAnnotator(own, lexicon)
	if err != nil {
		t.Fatal(err)
	}
	if got := ids(a.Annotate("营业厅门口停车难").Themes); got != "parking" {
		t.Errorf("themes %q", got)
	}
	if _, err := LoadAnnotator("", lexicon+".gone"); err == nil {
		t.Error("a missing lexicon is no error")
	}
	if _, err := New(Config{}); err == nil {
		t.Error("no segmenter is no error")
	}
}

func BenchmarkAnnotate(b *testing.B) {
	a, err := annotator()
	if err != nil {
		b.Fatal(err)
	}
	// 100 characters.
	text := "我从来没订过这个彩铃业务，可是每个月都扣我五块钱，打10086等了半个小时都是机器人，找不到人工客服，去营业厅又说不归他们管，再不解决我就去工信部投诉，然后携号转网，用了十年的老用户真的很失望，希望尽快给个说法。"
	b.ReportAllocs()
	for b.Loop() {
		a.Annotate(text)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "docs/s")
}

func ExampleAnnotator_Annotate() {
	a, err := DefaultAnnotator()
	if err != nil {
		panic(err)
	}
	text := "宽带断网两天了，10086永远打不通"
	for _, theme := range a.Annotate(text).Themes {
		for _, e := range theme.Evidence {
			fmt.Println(theme.ID, string([]rune(text)[e.Start:e.End]))
		}
	}
	// Output:
	// broadband-fault 宽带断网
	// hotline-wait 10086永远打不通
}
