package name

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"qingting/textmining/match"
	"qingting/textmining/segment"
	"qingting/textmining/taxonomy"
)

var segmenter = sync.OnceValue(func() *segment.Segmenter {
	s, err := segment.New()
	if err != nil {
		panic(err)
	}
	return s
})

// The corpus is invented: three clusters of sentences with holes, and talk
// that stands everywhere.
var (
	patterns = [][]string{
		{"家里的宽带%s频繁断网，重启光猫也没用", "宽带%s又断网了，光猫红灯一直亮", "晚上宽带断网，%s游戏打不了", "报修三次了，宽带还是断网，%s", "宽带频繁断网，%s上班都开不了会", "光猫红灯，%s宽带断网"},
		{"没订过的彩铃%s每月扣费五元", "莫名其妙开通彩铃，%s扣费三个月", "彩铃扣费%s没有人通知我", "未经同意开通彩铃还扣费，%s要求退费", "彩铃退订不了，%s继续扣费", "给我开通了彩铃，%s乱扣费"},
		{"客服热线%s打不通，排队半小时", "客服电话打不通，%s机器人答非所问", "%s转人工要等很久，热线排队半小时", "热线排队半小时%s没人接", "打客服热线排队排到%s挂断", "客服热线打不通，%s根本找不到人"},
	}
	english = []string{"my broadband keeps dropping every evening %s", "slow internet speed %s and broadband keeps dropping", "the broadband keeps dropping %s after rain", "%s broadband keeps dropping, router rebooted twice", "broadband keeps dropping %s, cannot work"}
	filler  = []string{"", "真的很失望", "希望尽快解决", "联系电话⟦手机号⟧", "请问怎么回事", "@张小凡", "A7小区", "已经第3次了", "王建国师傅来过", "13点开始", "我妈很生气", "见 www.example.com"}
	around  = []string{"", "你好。", "请帮忙处理，谢谢。", "⟦姓名·kqzmwtbx⟧反映：", "本人是老用户。"}
)

func document(cluster int, customer, text string) Document {
	return Document{Text: text, Tokens: segmenter().AppendTokens(nil, text), Customer: customer, Cluster: cluster}
}

func corpusOf(n int) []Document {
	rng := rand.New(rand.NewPCG(1, 2))
	pick := func(list []string) string { return list[rng.IntN(len(list))] }
	var docs []Document
	for i := range n {
		for cl, list := range patterns {
			docs = append(docs, document(cl, fmt.Sprintf("c%d-%d", cl, i), pick(around)+fmt.Sprintf(pick(list), pick(filler))))
		}
		if i%2 == 0 {
			docs = append(docs, document(7, "", fmt.Sprintf(pick(english), pick([]string{"", "please fix", "call me at ⟦MOBILE⟧", "@carrier", "for 3 days"}))))
			docs = append(docs, document(-1, "", pick(around)+pick(filler)))
		}
	}
	return docs
}

func TestNames(t *testing.T) {
	docs := corpusOf(60)
	got := Clusters(docs, Config{})
	var names []string
	for _, c := range got {
		names = append(names, fmt.Sprint(c.Number, " ", c.Name))
	}
	if d := cmp.Diff([]string{"0 宽带断网", "1 彩铃扣费", "2 排队半小时", "7 broadband keeps dropping"}, names); d != "" {
		t.Errorf("names (-want +got):\n%s", d)
	}
	for _, c := range got {
		if c.Precision < 0.9 || c.Coverage < 0.3 {
			t.Errorf("%s: precision %v, coverage %v", c.Name, c.Precision, c.Coverage)
		}
		if len(c.Phrases) < 2 || len(c.Phrases) > 10 {
			t.Errorf("%s: %d phrases", c.Name, len(c.Phrases))
		}
		if len(c.Quotes) < 3 {
			t.Errorf("%s: %d quotes", c.Name, len(c.Quotes))
		}
		shown := []string{c.Name}
		for _, p := range c.Phrases {
			shown = append(shown, p.Text)
			if p.Customers < 5 {
				t.Errorf("%q is shown, and %d customers said it", p.Text, p.Customers)
			}
		}
		for _, text := range shown {
			for _, never := range []string{"⟦", "手机号", "张小凡", "carrier", "王建国", "A7", "a7", "example", "mobile", "姓名"} {
				if strings.Contains(text, never) {
					t.Errorf("%q holds %q", text, never)
				}
			}
			if strings.ContainsAny(text, "0123456789@") {
				t.Errorf("%q holds a number or a mention", text)
			}
		}
	}
	if d := cmp.Diff(got, Clusters(docs, Config{})); d != "" {
		t.Errorf("a second run differs: %s", d)
	}
}

// TestNamesSayWhat: a name says what is wrong, and not who is to act, whom it
// meets, or that something came, though as many say that.
func TestNamesSayWhat(t *testing.T) {
	said := [][]string{
		{"要求开发商整改%s，房屋漏水没有人管", "%s开发商整改半年了，房屋漏水更厉害", "房屋漏水，%s督促开发商整改", "开发商整改不到位，%s还是房屋漏水"},
		{"天天收到短信%s，全是垃圾短信", "收到短信不停，%s怎么退订", "%s垃圾短信太多，半夜收到短信", "又收到短信，%s一条接一条"},
		{"影响居民出行，%s路灯损坏", "路灯损坏%s，居民出行呢", "居民出行呢，%s怎么办", "%s路灯损坏，居民出行吗"},
	}
	rng := rand.New(rand.NewPCG(3, 4))
	var docs []Document
	for i := range 40 {
		for n, list := range said {
			docs = append(docs, document(n, fmt.Sprintf("c%d-%d", n, i), fmt.Sprintf(list[i%4], filler[rng.IntN(len(filler))])))
		}
	}
	for n, never := range []string{"开发商", "收到", "居民"} {
		if c := Clusters(docs, Config{})[n]; c.Name == "" || c.Composed || strings.Contains(c.Name, never) {
			t.Errorf("cluster %d is named %q, composed %v", n, c.Name, c.Composed)
		}
	}
}

// TestNamesSayBothHalves: beside what is denied stands the thing, beside a thing what
// is said of it, though nobody says both in one breath; a name that says both stays.
func TestNamesSayBothHalves(t *testing.T) {
	said := [][]string{
		{"打不开，%s网页一片空白", "网页转圈，%s就是打不开", "天天打不开，%s什么网页", "打不开，%s换个浏览器看网页也一样"},
		{"手机号码%s，两年了，想注销", "说要注销，%s手机号码那个", "注销，等到今天，%s手机号码", "手机号码，%s注销"},
		{"信号差，%s楼道里尤其", "%s信号差，楼道", "楼道信号差，%s", "信号差%s"},
		{"is it not working again, %s router", "router is hot and not working %s", "not working %s the router blinks", "the router, %s, is not working"},
		{"auto top-up took it twice %s", "my auto top-up %s", "%s auto top up fails", "why auto top-up %s"},
	}
	rng := rand.New(rand.NewPCG(5, 6))
	var docs []Document
	for i := range 40 {
		for n, list := range said {
			docs = append(docs, document(n, fmt.Sprintf("c%d-%d", n, i), fmt.Sprintf(list[i%4], filler[rng.IntN(len(filler))])))
		}
	}
	var names []string
	for _, c := range Clusters(docs, Config{}) {
		names = append(names, c.Name)
	}
	if d := cmp.Diff([]string{"网页 · 打不开", "手机号码 · 注销", "楼道信号差", "router · not working", "auto top up"}, names); d != "" {
		t.Errorf("names (-want +got):\n%s", d)
	}
}

func TestQuotesAreWholeAndDifferent(t *testing.T) {
	docs := corpusOf(60)
	for _, c := range Clusters(docs, Config{}) {
		for i, q := range c.Quotes {
			d := docs[q.Document]
			text := d.Text[q.Start:q.End]
			if d.Cluster != c.Number || !utf8.ValidString(text) {
				t.Errorf("cluster %d quotes %q", c.Number, text)
			}
			whole := q.Start == 0 || strings.ContainsRune("。！？，：", []rune(d.Text[:q.Start])[utf8.RuneCountInString(d.Text[:q.Start])-1])
			if !whole && c.Number != 7 {
				t.Errorf("%q begins within a clause", text)
			}
			for _, o := range c.Quotes[:i] {
				if similar(pairs(text), pairs(docs[o.Document].Text[o.Start:o.End])) >= nearDuplicate {
					t.Errorf("%q is quoted twice", text)
				}
			}
		}
	}
}

// A customer who says something twenty times is one customer.
func TestFewCustomersAreWithheld(t *testing.T) {
	docs := corpusOf(20)
	for range 20 {
		docs = append(docs, document(0, "one", "我家后院基站辐射超标，要求搬走基站"), document(9, fmt.Sprint("few", len(docs)%4), "副卡无法携号转网，营业厅推诿"))
	}
	for _, c := range Clusters(docs, Config{}) {
		if c.Number == 9 {
			if !c.Withheld || c.Name != "" || c.Phrases != nil || c.Quotes != nil || c.Customers > 4 {
				t.Errorf("a cluster of four customers is shown: %+v", c)
			}
			continue
		}
		if c.Withheld {
			t.Errorf("cluster %d is withheld", c.Number)
		}
		for _, p := range append(c.Phrases, Phrase{Text: c.Name}) {
			if strings.Contains(p.Text, "基站") {
				t.Errorf("%q was said by one customer", p.Text)
			}
		}
	}
}

func TestNamesDiffer(t *testing.T) {
	docs := corpusOf(60)
	for i := range docs { // the first cluster in two halves that say the same
		if docs[i].Cluster == 0 && i%2 == 0 {
			docs[i].Cluster = 5
		}
	}
	seen := map[string]bool{}
	for _, c := range Clusters(docs, Config{}) {
		if seen[c.Name] || c.Name == "" {
			t.Errorf("cluster %d is called %q", c.Number, c.Name)
		}
		seen[c.Name] = true
	}
}

func TestNothingToSay(t *testing.T) {
	if got := Clusters(nil, Config{}); len(got) != 0 {
		t.Errorf("no documents: %v", got)
	}
	var docs []Document
	for range 10 {
		docs = append(docs, document(0, "", "⟦手机号⟧ 123"), document(1, "", ""))
	}
	for _, c := range Clusters(docs, Config{}) {
		if c.Name != "" || len(c.Phrases) > 0 || len(c.Quotes) > 0 {
			t.Errorf("out of nothing comes %+v", c)
		}
	}
}

// The theme drafted from a cluster goes into the built-in taxonomy, and the
// grown taxonomy hears most of the cluster and few others. Half of the corpus
// drafts, the other half measures.
func TestDraftGrowsTheTaxonomy(t *testing.T) {
	all := corpusOf(120)
	var train, held []Document
	for i, d := range all {
		if i/9%2 == 0 {
			train = append(train, d)
		} else {
			held = append(held, d)
		}
	}
	for n, want := range map[int]struct{ recall, precision float64 }{0: {0.95, 0.95}, 1: {0.95, 0.95}, 2: {0.9, 0.95}, 7: {0.95, 0.95}} {
		draft, err := NewDraft(train, n, DraftConfig{ID: fmt.Sprintf("d-%d", n)})
		if err != nil {
			t.Fatal(err)
		}
		grown, err := taxonomy.Insert(taxonomy.DefaultYAML(), draft.Entry)
		if err != nil {
			t.Fatal(err)
		}
		tax, err := taxonomy.Parse(grown)
		if err != nil {
			t.Fatal(err)
		}
		entry := tax.Entry(draft.Entry.ID)
		set, err := match.Compile(tax.Cues(entry, 0))
		if err != nil {
			t.Fatal(err)
		}
		inside, found, size := 0, 0, 0
		var w match.Weigher
		var sc match.Scratch
		for _, d := range held {
			hit := len(w.Weigh(set.Find(d.Text, &sc))) > 0
			if d.Cluster == n {
				size++
			}
			if hit {
				found++
				if d.Cluster == n {
					inside++
				}
			}
		}
		recall, precision := float64(inside)/float64(size), float64(inside)/float64(max(found, 1))
		t.Logf("cluster %d, %s: covers %d of %d, %d others; strong %v plain %v", n, entry.ZH.Name, inside, size, found-inside, slices.Concat(entry.ZH.Strong, entry.EN.Strong), slices.Concat(entry.ZH.Cues, entry.EN.Cues))
		if recall < want.recall || precision < want.precision {
			t.Errorf("cluster %d: recall %.2f, precision %.2f", n, recall, precision)
		}
	}
}

func TestDraftRefuses(t *testing.T) {
	docs := corpusOf(30)
	if _, err := NewDraft(docs, 99, DraftConfig{ID: "x"}); err == nil || !strings.Contains(err.Error(), "fewer than 5") {
		t.Errorf("error %v", err)
	}
	for i := range docs { // two clusters of the same: nothing tells them apart
		docs[i].Cluster = i % 2
	}
	if d, err := NewDraft(docs, 0, DraftConfig{ID: "x"}); err == nil && d.Covered > d.Customers/2 {
		t.Errorf("a theme that covers %d of %d was drafted out of chance", d.Covered, d.Customers)
	}
}

func BenchmarkClusters(b *testing.B) {
	docs := corpusOf(1000)
	size := 0
	for _, d := range docs {
		size += len(d.Text)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		Clusters(docs, Config{})
	}
}
