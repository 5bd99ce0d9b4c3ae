package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"qingting/internal/access"
	"qingting/internal/document"
	"qingting/internal/mark"
	"qingting/textmining/discover/radar"
	"qingting/textmining/statistics"
)

// rated invents feedback of 90 days, in four regions, in which waiting costs points.
func rated(n int) []*document.Document {
	docs := feedback(n)
	for i, d := range docs {
		d.Customer = d.Record
		d.Region = []string{"广东", "浙江", "湖北", "四川"}[i%4]
		d.Time = lastDay.AddDate(0, 0, -i%90)
		rating := float64(8 + i%3)
		d.Sentiment.Label = "neutral"
		d.Themes, d.PainPoints = nil, nil
		switch i % 5 {
		case 0:
			d.Themes = []document.Tag{{ID: "hotline-wait", Score: 1, Polarity: -1}}
			d.PainPoints = []document.Tag{{ID: "robot-human", Score: 1, Polarity: -1}}
			rating = float64(1 + i%3)
		case 1:
			d.Themes = []document.Tag{{ID: "roaming", Score: 1, Polarity: 1}}
		case 2:
			d.Themes = []document.Tag{{ID: "charged-without-consent", Score: 1, Polarity: -1}}
			rating = float64(4 + i%3)
		case 4:
			d.Themes = []document.Tag{{ID: "repeated-complaint", Score: 1, Polarity: -1}}
			rating = float64(6 + i%2)
		}
		d.Rating = &rating
	}
	return docs
}

// eventually asks until the page has what is worked out behind.
func eventually(t *testing.T, h http.Handler, target string) *page {
	t.Helper()
	for range 200 {
		p := get(t, h, target)
		if text := p.text(); !strings.Contains(text, "还在后台计算") && !strings.Contains(text, "being worked out") {
			return p
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("it is being worked out for ever")
	return nil
}

func TestOverviewSaysWhatMovesTheRating(t *testing.T) {
	h := newSite(t, rated(4000), nil)
	p := eventually(t, h, "/?lang=zh&days=60")
	contains(t, "the overview", p.text(), "对评分", "重要性与满意度", "优先改进", "热线难打通", "主题与地区", "天的反馈 SVG", "最近一年，每周的反馈", "分差", "谁在一再反映", "同时出现不等于因果", "离网倾向")
	en := eventually(t, h, "/?lang=en&days=60")
	contains(t, "the overview", en.text(), "In the rating", "Importance and satisfaction", "Improve first", "Themes by region", "Feedback every", "The last year, by weeks", "Who says it again")
	cells := 0
	for _, link := range p.attrs("a", "href") {
		u, err := url.Parse(link)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(u.Path, "/theme/") && u.Query().Get("region") != "" {
			cells++
		}
		if strings.HasPrefix(u.Path, "/charts/overview/") {
			if file := get(t, h, link); file.status != http.StatusOK {
				t.Errorf("%s: status %d", link, file.status)
			}
		}
	}
	if cells < 8 {
		t.Errorf("%d cells lead to a theme in a region", cells)
	}
	if len(p.body) > 150_000 {
		t.Errorf("the page has %d bytes", len(p.body))
	}
	// With few ratings nothing is said of them.
	few := eventually(t, newSite(t, feedback(60), nil), "/?lang=en")
	lacks(t, "of few ratings", few.text(), "In the rating", "Importance and satisfaction")
}

// discovered is a Discovery with clusters whose names were made of what attackers write.
type discovered struct{ themes []radar.Theme }

func (f discovered) Found(context.Context) (*radar.Found, time.Time, error) {
	return &radar.Found{Run: 2, K: 5, Themes: f.themes}, lastDay, nil
}
func (discovered) Looking(context.Context) (time.Time, string) { return time.Time{}, "" }

func (discovered) Decide(context.Context, access.Actor, Decision) error { return nil }

func TestOverviewSaysWhatIsNew(t *testing.T) {
	docs := rated(1500)
	for i, d := range docs {
		if i%5 == 3 && i > 900 { // 60 a day where nearly none is usual, in one region
			d.Themes, d.Time, d.Region = []document.Tag{{ID: "broadband-fault", Score: 1, Polarity: -1}}, lastDay.AddDate(0, 0, -1), "湖北"
		}
	}
	h := newSite(t, docs, func(cfg *Config) {
		cfg.Discovery = discovered{[]radar.Theme{
			{ID: "d-1", Name: "<b>彩铃</b>", Size: 40, Customers: 30, Change: "new"}, {ID: "d-2", Name: "无人知道", Size: 4, Customers: 4, Change: "new"},
		}}
	})
	p := eventually(t, h, "/?lang=zh")
	contains(t, "what is new", p.text(), "新情况 突增 宽带故障", "主要来自湖北", "新话题 <b>彩铃</b> 40 条，30 位客户")
	lacks(t, "what is new", p.text(), "无人知道")
	contains(t, "what is new", eventually(t, h, "/?lang=en").text(), "What is new Burst Broadband", "mostly from 湖北", "New subject")
}

// What was warned of and is not over comes first, the newest before the others, once a
// theme; not on a page that is narrowed to a place, for alerts are of all feedback.
func TestOverviewHasAlerts(t *testing.T) {
	usual := 2.5
	warned := []Alert{
		{ID: "1", State: "open", Kind: "drift", Direction: "up", Theme: "roaming", ThemeKind: "theme", ZH: "漫游", Since: "2026-03-01", Day: "2026-03-20"},
		{ID: "2", State: "open", Kind: "burst", Severity: "high", Theme: "hotline-wait", ThemeKind: "theme", ZH: "<b>热线</b>", Since: "2026-03-28", Day: "2026-03-30", Observed: &statistics.Count{N: 40}, Expected: &usual},
		{ID: "3", State: "closed", Kind: "burst", Theme: "refund-slow", ThemeKind: "theme", ZH: "退费", Since: "2026-03-28", Day: "2026-03-30"},
		{ID: "4", State: "open", Kind: "burst", Theme: "old", ThemeKind: "theme", ZH: "早先", Since: "2026-01-01", Day: "2026-01-02"},
		{ID: "5", State: "grown", Kind: "burst", Theme: "roaming", ThemeKind: "theme", ZH: "漫游", Since: "2026-03-02", Day: "2026-03-03"},
	}
	slow := false
	h := newSite(t, rated(600), func(cfg *Config) {
		cfg.AlertLog = func(ctx context.Context, since time.Time) ([]Alert, error) {
			if slow {
				<-ctx.Done()
				return nil, ctx.Err()
			}
			return warned, nil
		}
	})
	p := eventually(t, h, "/?lang=zh")
	contains(t, "alerts", p.text(), "新情况 突增·较重 <b>热线</b> 2026-03-28 至 03-30，40 条，平日约 2.5 条 缓升 漫游 2026-03-01 至 03-20", "全部预警")
	for _, no := range []string{"退费 2026", "早先", "2026-03-02 至 03-03"} {
		lacks(t, "alerts", p.text(), no)
	}
	lacks(t, "a place", eventually(t, h, "/?lang=zh&region="+url.QueryEscape("浙江")).text(), "<b>热线</b>")
	slow = true
	contains(t, "alerts that take long", get(t, h, "/?lang=en").text(), "All alerts", "look again in a moment")
}

func TestCompare(t *testing.T) {
	docs := rated(3000)
	for i, d := range docs {
		if i%90 < 30 && i%5 != 2 { // of late
			d.Themes = []document.Tag{{ID: "hotline-wait", Score: 1, Polarity: -1}}
		}
	}
	h := newSite(t, docs, nil)
	p := get(t, h, "/compare?lang=zh&days=30&channel=app")
	contains(t, "two periods", p.text(), "2026-03-02 至 2026-03-31", "2026-01-31 至 2026-03-01", "差别最确定的", "热线难打通", "比的是每天的条数", "▲ +")
	contains(t, "two periods", get(t, h, "/compare?lang=en&days=30").text(), "Sure differences 3", "The surest differences", "counts a day")
	for text, most := range map[string]int{"看不出差别": 1, "显著": 4} { // said once of all, not at each
		if n := strings.Count(p.text(), text); n == 0 || n > most {
			t.Errorf("%q stands there %d times", text, n)
		}
	}
	sure, rest := strings.Index(p.text(), "显著的差别"), strings.Index(p.text(), "项看不出差别")
	if at := strings.LastIndex(p.text(), "热线难打通"); at < sure || rest >= 0 && at > rest {
		t.Error("what is sure does not stand among what is")
	}
	p = get(t, h, "/compare?lang=en&since=2026-03-01&until=2026-03-10&compare_since=2026-02-01&compare_until=2026-02-10")
	contains(t, "two spans", p.text(), "2026-03-01 to 2026-03-10", "2026-02-01 to 2026-02-10")
	p = get(t, h, "/compare?lang=en&region="+url.QueryEscape("浙江")+"&compare="+url.QueryEscape("region:广东"))
	contains(t, "two segments", p.text(), "浙江", "广东", "shares of the feedback of each")
	for _, link := range p.attrs("a", "href") {
		if u, _ := url.Parse(link); strings.HasPrefix(u.Path, "/theme/") && (u.Query().Get("region") != "浙江" || u.Query().Get("compare") != "region:广东") {
			t.Errorf("%s loses the selection", link)
		}
		if strings.HasPrefix(link, "/charts/compare/") {
			if file := get(t, h, link); file.status != http.StatusOK {
				t.Errorf("%s: status %d", link, file.status)
			}
		}
	}
	contains(t, "nothing", get(t, h, "/compare?lang=zh&region=none").text(), "其中一边没有反馈")
	contains(t, "no feedback at all", get(t, newSite(t, nil, nil), "/compare?lang=en").text(), "nothing to compare")
	for _, evil := range hostile {
		if p := get(t, h, "/compare?compare="+url.QueryEscape("region:"+evil)); p.status != http.StatusOK && p.status != http.StatusBadRequest {
			t.Errorf("%.30q: status %d", evil, p.status)
		}
	}
	// Few customers are withheld, and nothing is said of them.
	few := feedback(60)
	for _, d := range few {
		d.Customer = fmt.Sprint(d.Region, len(d.Channel)%3)
	}
	contains(t, "few", get(t, newSite(t, few, nil), "/compare?lang=en").text(), "<5")
}

// What takes long is worked out once for all who ask, given again at once, and not
// after feedback was erased.
func TestKept(t *testing.T) {
	s := &server{}
	s.cfg.Statistics = statistics.New(statistics.Config{})
	for _, d := range feedback(10) {
		s.cfg.Statistics.Put(d)
	}
	made := 0
	ask := func() int {
		n, err := kept(s, "x", func() (int, error) { made++; return made, nil })
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for range 2 {
		if ask() != 1 {
			t.Error("it is worked out again")
		}
	}
	s.cfg.Statistics.Delete("record0001")
	if ask() != 2 {
		t.Error("what was erased counts on")
	}
	slow, late := make(chan struct{}), make(chan struct{})
	close(late)
	if _, known, err := begin(s, "y", func() (int, error) { <-slow; return 7, nil }).get(late); known || err != nil {
		t.Error("a page waits for what takes long")
	}
	close(slow)
	for range 100 {
		if n, known, _ := begin(s, "y", func() (int, error) { return 8, nil }).get(late); known && n == 7 {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Error("what was worked out behind is lost")
}

// TestBurstsOfWhatIsNew: the largest are told, the latest first; a pain point's is that
// of its theme.
func TestBurstsOfWhatIsNew(t *testing.T) {
	day := func(n int) time.Time { return lastDay.AddDate(0, 0, n) }
	of := func(kind statistics.Kind, from, to int, size float64) surge {
		return surge{kind: kind, from: day(from), to: day(to), peak: day(to), size: size}
	}
	all := map[string]surge{
		"early": of(statistics.Theme, -20, -18, 90), "late": of(statistics.Theme, -2, -1, 40), "risk": of(statistics.Risk, -2, -1, 50),
		"pain": of(statistics.PainPoint, -3, -2, 95), "alone": of(statistics.PainPoint, -10, -9, 30), "warned": of(statistics.Theme, -1, 0, 99),
		"small": of(statistics.Theme, 0, 0, 1), "smaller": of(statistics.Theme, 0, 0, 0.5),
	}
	got := pressing(all, map[string]bool{"warned": true})
	if want := []string{"small", "late", "risk", "alone", "early"}; !slices.Equal(got, want) {
		t.Errorf("told are %v, want %v", got, want)
	}
	for _, c := range []struct {
		from, to int
		n        string
		usual    float64
		want     say
	}{
		{-1, -1, "40", 0.01, say{"2026-03-30，40 条，平日几乎没有", "2026-03-30: 40, usually hardly any"}},
		{-3, -1, "1,200", 12, say{"2026-03-28 至 03-30，1,200 条，平日约 12 条", "2026-03-28 to 03-30: 1,200, usually about 12"}},
		{-90, -89, "", 2.5, say{"2025-12-31 至 2026-01-01，条数不显示，平日约 2.5 条", "2025-12-31 to 2026-01-01: the number is withheld, usually about 2.5"}},
	} {
		got := say{burstWords(day(c.from), day(c.to), c.n, c.usual, chinese), burstWords(day(c.from), day(c.to), c.n, c.usual, english)}
		if got != c.want {
			t.Errorf("said is %q, want %q", got, c.want)
		}
	}
}

// TestOverviewSaysWhetherActionsHelped: of the last actions, and where to note the first.
func TestOverviewSaysWhetherActionsHelped(t *testing.T) {
	marks := mark.List{
		{ID: "m1", Title: "<b>新菜单</b>", Date: "2026-03-10", Themes: []string{"hotline-wait"}},
		{ID: "m2", Title: "浙江试点", Date: "2026-03-12", Place: mark.Place{Region: "浙江"}},
	}
	h := newSite(t, rated(1500), func(cfg *Config) {
		cfg.Marks = func(context.Context) (mark.List, error) { return marks, nil }
	})
	p := eventually(t, h, "/?lang=zh")
	contains(t, "actions", p.text(), "措施见效了吗 浙江试点 2026-03-12", "<b>新菜单</b> 2026-03-10", "全部措施")
	if !slices.ContainsFunc(p.attrs("a", "href"), func(link string) bool { return strings.HasPrefix(link, "/actions/m1?") }) {
		t.Error("nothing leads to the action")
	}
	elsewhere := eventually(t, h, "/?lang=zh&region="+url.QueryEscape("湖北")).text()
	contains(t, "another region", elsewhere, "新菜单")
	lacks(t, "another region", elsewhere, "浙江试点")
	none := newSite(t, rated(600), func(cfg *Config) { cfg.Actions = &notebook{} })
	contains(t, "without actions", eventually(t, none, "/?lang=en").text(), "No action has been noted down yet", "Note one down")
	lacks(t, "where none can be noted", eventually(t, newSite(t, rated(600), nil), "/?lang=en").text(), "Did what was done help")
}
