package name

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"

	"qingting/textmining/match"
	"qingting/textmining/taxonomy"
)

// DraftConfig says what entry is to be drafted.
type DraftConfig struct {
	ID         string   // of the entry: lower-case letters, digits, hyphens
	ZH, EN     string   // names; "" is the cluster's own name
	Dimensions []string // parents
	PainPoints []string
	K          int // customers who must have said a cue; 0 means 5
}

// Draft is a theme drafted from a cluster: an entry that taxonomy.Insert puts
// into a file, and how well it does on the documents it comes from.
type Draft struct {
	Entry taxonomy.Entry
	Cues  []DraftCue
	// Customers of the cluster, those of them in whose texts the entry is found,
	// and others in whose texts it is.
	Customers, Covered, Others int
}

// DraftCue is a cue and whom it found.
type DraftCue struct {
	Text           string
	Kind           match.Kind
	Inside, Others int     // customers
	Low            float64 // lower bound of its precision, Wilson 95 %
}

const (
	strongFrom = 0.80 // lower bounds of precision, corrected for chance
	plainFrom  = 0.50
	weakFrom   = 0.15
	maxCues    = 24 // of a kind
	maxWeak    = 10
	maxTried   = 600 // cues that are measured
	wilsonZ    = 1.96
	apart      = 8  // characters that may stand between the two words of a Chinese cue
	apartLatin = 20 // and of an English one
)

// NewDraft drafts a taxonomy entry for cluster number of docs. Its cues are
// words and phrases that customers of the cluster say, measured by the matcher
// itself on all docs: strong where they are said by nearly nobody else, plain
// where mostly by the cluster, weak otherwise; they are chosen greedily, each
// for the customers it adds less the others it brings in. The names and the
// definition are a draft too: the analyst writes them. It fails when the
// cluster has fewer than K customers or nothing tells it from the rest.
func NewDraft(docs []Document, number int, cfg DraftConfig) (Draft, error) {
	if cfg.K <= 0 {
		cfg.K = 5
	}
	c := read(docs)
	n, ok := slices.BinarySearch(c.numbers, number)
	if !ok || c.customers[n] < cfg.K {
		return Draft{}, fmt.Errorf("cluster %d has fewer than %d customers: too few to draft a theme from", number, cfg.K)
	}
	list := c.mine(cfg.K)
	tried, err := c.tried(list, int32(n), cfg.K)
	if err != nil {
		return Draft{}, err
	}
	chosen := c.choose(tried, int32(n))
	if len(chosen) == 0 {
		return Draft{}, fmt.Errorf("nothing that %d customers say tells cluster %d from the rest: no theme can be drafted", cfg.K, number)
	}
	d := Draft{Customers: c.customers[n], Entry: taxonomy.Entry{ID: cfg.ID, Dimensions: cfg.Dimensions, PainPoints: cfg.PainPoints}}
	e := &d.Entry
	e.ZH.Name, e.EN.Name = cfg.ZH, cfg.EN
	for i := range chosen {
		t := &chosen[i]
		d.Cues = append(d.Cues, t.DraftCue)
		w := &e.EN
		if strings.ContainsFunc(t.Text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			w = &e.ZH
		}
		switch t.Kind {
		case match.Strong:
			w.Strong = append(w.Strong, t.Text)
		case match.Plain:
			w.Cues = append(w.Cues, t.Text)
		default:
			w.Weak = append(w.Weak, t.Text)
		}
	}
	if e.ZH.Name == "" || e.EN.Name == "" {
		name := c.called(docs, number, cfg.K)
		e.ZH.Name, e.EN.Name = cmp.Or(e.ZH.Name, name), cmp.Or(e.EN.Name, name)
	}
	e.ZH.Definition = "由聚类提出，待分析员改写。"
	e.EN.Definition = "Proposed by discovery; to be written by the analyst."
	return d, c.measure(&d, chosen, int32(n))
}

// called returns the name of a cluster.
func (c *corpus) called(docs []Document, number, k int) string {
	for _, o := range Clusters(docs, Config{K: k, Quotes: 1}) {
		if o.Number == number && o.Name != "" {
			return o.Name
		}
	}
	return "?"
}

// tryout is a cue that was measured.
type tryout struct {
	DraftCue
	places []int32
}

// tried measures words, phrases and pairs of cluster n as cues.
func (c *corpus) tried(list []phrase, n int32, k int) ([]tryout, error) {
	var pool []candidate
	for i := range list {
		p := &list[i]
		if !p.good && !(len(p.words) == 1 && c.words[i].class == content && c.words[i].runes > 1) {
			continue
		}
		s := c.share(p.places, n)
		if s.inside >= k && c.beyond(s.precision, n) >= weakFrom {
			pool = append(pool, candidate{phrase: int32(i), share: s, score: s.precision * s.coverage})
		}
	}
	slices.SortFunc(pool, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.phrase, b.phrase))
	})
	pool = pool[:min(len(pool), maxTried)]
	var out []tryout
	var cues []match.Cue
	seen := map[string]bool{}
	for _, x := range pool {
		text := c.cue(list[x.phrase].words)
		if text == "" || seen[text] {
			continue
		}
		if _, err := match.ParseCue(text); err != nil {
			continue // a word that the notation reads as something else
		}
		seen[text] = true
		cues = append(cues, match.Cue{Owner: len(out), Kind: match.Plain, Text: text})
		out = append(out, tryout{DraftCue: DraftCue{Text: text, Kind: match.Plain}})
	}
	set, err := match.Compile(cues)
	if err != nil {
		return nil, err
	}
	var scratch match.Scratch
	for place, i := range c.order {
		for _, f := range set.Find(c.docs[i].Text, &scratch) {
			t := &out[f.Owner]
			if m := len(t.places); !f.Denied && (m == 0 || t.places[m-1] != int32(place)) {
				t.places = append(t.places, int32(place))
			}
		}
	}
	kept := out[:0]
	for _, t := range out {
		s := c.share(t.places, n)
		t.Inside, t.Others = s.inside, s.all-s.inside
		t.Low = wilsonLow(s.inside, s.all)
		sure := c.beyond(t.Low, n)
		if s.inside < k || sure < weakFrom {
			continue
		}
		switch {
		case sure >= strongFrom:
			t.Kind = match.Strong
		case sure < plainFrom:
			t.Kind = match.Weak
		}
		kept = append(kept, t)
	}
	return kept, nil
}

// beyond is how far a precision goes beyond what any word would have by chance,
// the cluster's share of all customers, on the way to 1.
func (c *corpus) beyond(precision float64, n int32) float64 {
	chance := float64(c.customers[n]) / float64(c.all)
	if chance >= 1 {
		return 0
	}
	return (precision - chance) / (1 - chance)
}

// cue writes words in the notation of cues; "" when it has no place for them.
func (c *corpus) cue(words []int32) string {
	text := c.text(words)
	if strings.ContainsAny(text, "()|<>~") {
		return ""
	}
	if len(words) != 2 || c.words[words[0]].class == denial {
		return text
	}
	a, b := &c.words[words[0]], &c.words[words[1]]
	gap := apart
	if a.latin && b.latin {
		gap = apartLatin
	}
	return fmt.Sprintf("%s >%d %s", a.text, gap, b.text)
}

// choose takes cues greedily while they bring in more of the cluster than of
// others; weak ones count as a third, for three together make one.
func (c *corpus) choose(tried []tryout, n int32) []tryout {
	heard := make([]bool, c.all)
	var chosen []tryout
	count := map[match.Kind]int{}
	for {
		best, at := 0, -1
		for i := range tried {
			t := &tried[i]
			if t.Kind == match.Weak || count[t.Kind] == maxCues {
				continue
			}
			gain, last := 0, int32(-1)
			for _, p := range t.places {
				who := c.customer[p]
				if heard[who] || who == last {
					continue
				}
				last = who
				if c.cluster[p] == n {
					gain++
				} else {
					gain--
				}
			}
			if gain > best {
				best, at = gain, i
			}
		}
		if at < 0 {
			break
		}
		t := tried[at]
		count[t.Kind]++
		for _, p := range t.places {
			heard[c.customer[p]] = true
		}
		chosen = append(chosen, t)
		tried = slices.Delete(slices.Clone(tried), at, at+1)
	}
	for _, t := range tried {
		if t.Kind == match.Weak && count[match.Weak] < maxWeak && !strings.Contains(t.Text, ">") {
			count[match.Weak]++
			chosen = append(chosen, t)
		}
	}
	slices.SortStableFunc(chosen, func(a, b tryout) int {
		return cmp.Or(cmp.Compare(b.Kind, a.Kind), cmp.Compare(b.Inside, a.Inside))
	})
	return chosen
}

// measure counts who the drafted entry finds, by the matcher that will use it.
func (c *corpus) measure(d *Draft, chosen []tryout, n int32) error {
	var cues []match.Cue
	for _, t := range chosen {
		cues = append(cues, match.Cue{Kind: t.Kind, Text: t.Text})
	}
	set, err := match.Compile(cues)
	if err != nil {
		return err
	}
	var scratch match.Scratch
	var weigher match.Weigher
	var places []int32
	for place, i := range c.order {
		if len(weigher.Weigh(set.Find(c.docs[i].Text, &scratch))) > 0 {
			places = append(places, int32(place))
		}
	}
	s := c.share(places, n)
	d.Covered, d.Others = s.inside, s.all-s.inside
	if d.Covered == 0 {
		return errors.New("the drafted theme finds nobody: only weak cues tell the cluster from the rest")
	}
	return nil
}

// wilsonLow is the lower bound of a share of hits in total, 95 % (Wilson 1927).
func wilsonLow(hits, total int) float64 {
	if total == 0 {
		return 0
	}
	n, p := float64(total), float64(hits)/float64(total)
	z := wilsonZ
	return (p + z*z/(2*n) - z*math.Sqrt(p*(1-p)/n+z*z/(4*n*n))) / (1 + z*z/n)
}
