package statistics

import (
	"cmp"
	"slices"

	"qingting/textmining/duplicate"
)

// Report answers q.
func (s *Store) Report(q Query) Report {
	s.mu.RLock()
	defer s.mu.RUnlock()
	sc := s.resolve(q)
	delay, today := s.delays(sc)
	sc.complete, sc.provisional = complete(delay, today, sc.low, sc.to)
	counted := s.countLabels(sc)
	k, total := sc.q.K, sc.total
	r := Report{
		From: s.dateOf(sc.from), To: s.dateOf(sc.to), Channel: q.Channel, Region: q.Region, Product: q.Product, K: k, StepDays: sc.step,
		Documents: total.now.count(k), Customers: count(total.customers, total.customers, k), Previous: total.before.count(k),
		Series: seriesOf(total, k), Provisional: min(sc.provisional, sc.to-sc.from),
	}
	r.Distinct, r.Repeats, r.Copies = total.voices.counts(r.Documents, k)
	r.Campaigns = s.campaigns(sc)
	if s.tax != nil {
		r.Taxonomy = s.tax.Version()
	}
	r.Change = change(r.Documents, r.Previous)
	if !r.Documents.Withheld() && total.now.documents > 0 && parts(k, &total.tones[0], &total.tones[1], &total.tones[2]) {
		n := float64(total.now.documents)
		r.Sentiment = &Tones{
			Negative: *rounded(float64(total.tones[0].documents)/n, 4), Neutral: *rounded(float64(total.tones[1].documents)/n, 4), Positive: *rounded(float64(total.tones[2].documents)/n, 4),
		}
	}
	if len(total.rated.people) >= k {
		r.MeanRating, r.RatingScale = s.meanRating(total), s.ratingScale()
	}
	r.Untagged = untagged(total, k)
	lists := [numKinds]*[]Line{PainPoint: &r.PainPoints, Theme: &r.Themes, Dimension: &r.Dimensions, Risk: &r.Risks}
	var told []duplicate.Set // quotes already used
	for kind, list := range lists {
		lines := s.lines(sc, Kind(kind), counted[kind])
		if n := sc.q.TopN; n > 0 && len(lines) > n && Kind(kind) != PainPoint && Kind(kind) != Dimension {
			lines = lines[:n]
		}
		for i := range lines {
			if l := s.labels[kind][lines[i].ID]; !lines[i].Documents.Withheld() {
				lines[i].Quotes, told = s.quotes(sc, l, told)
			}
		}
		*list = lines
	}
	return r
}

// lines writes the lines of one kind, the most spoken of first; withheld ones
// come last, in order of id, so that their place tells nothing.
func (s *Store) lines(sc *scope, kind Kind, counted map[*label]*tally) []Line {
	lines := []Line{}
	tallies := map[string]*tally{}
	for l, t := range counted {
		if t.now.documents == 0 {
			continue
		}
		tallies[l.id] = t
		lines = append(lines, s.line(sc, kind, l.id, t))
	}
	slices.SortFunc(lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(b.Documents.N, a.Documents.N), cmp.Compare(a.ID, b.ID))
	})
	significance(lines)
	if kind == PainPoint || kind == Theme {
		s.bursts(sc, lines, s.labels[kind], tallies)
	}
	return lines
}

func (s *Store) line(sc *scope, kind Kind, id string, t *tally) Line {
	k := sc.q.K
	line := Line{
		ID: id, ZH: s.Name(id, "zh"), EN: s.Name(id, "en"),
		Documents: t.now.count(k), Previous: t.before.count(k), Customers: count(t.customers, t.customers, k),
	}
	line.Distinct, line.Repeats, line.Copies = t.voices.counts(line.Documents, k)
	if line.Documents.Withheld() {
		line.Repeaters = Count{Below: k}
		return line
	}
	line.Repeaters = split(t.repeat, t.customers, k)
	n := float64(t.now.documents)
	line.Share = rounded(n/float64(sc.total.now.documents), 4)
	line.Series = seriesOf(t, k)
	line.Change = change(line.Documents, line.Previous)
	if !line.Previous.Withheld() && sc.total.before.documents > 0 {
		line.P = changeP(sc, t.daily)
	}
	if len(t.rated.people) >= k {
		line.MeanRating = s.meanRating(t)
	}
	if kind != Risk {
		line.Satisfaction = rounded(50+float64(t.polarity)/n/2, 1)
		if parts(k, &t.complains[0], &t.complains[1]) {
			line.ComplaintShare = rounded(float64(t.complains[1].documents)/n, 3)
		}
	}
	line.TopChannel = place(&s.channels, t.channel, n)
	line.TopRegion = place(&s.regions, t.region, n)
	return line
}

// meanRating is the mean of the ratings that a tally counts.
func (s *Store) meanRating(t *tally) *float64 {
	sum := t.otherRatings
	for i, value := range s.ratings {
		sum += float64(t.ratings[i+1]) * float64(value)
	}
	return mean(sum, t.rated.documents)
}

// ratingScale is the end of the smallest scale in use, 1 to 5, 0 to 10 or 0 to 100,
// that all ratings lie on.
func (s *Store) ratingScale() float64 {
	most := float32(0)
	for _, value := range s.ratings {
		most = max(most, value)
	}
	for _, end := range []float32{5, 10, 100} {
		if most <= end {
			return float64(end)
		}
	}
	return float64(most)
}

// change is the growth from before to now, unless one of them is withheld or
// there was nothing to grow from.
func change(now, before Count) *float64 {
	if now.Withheld() || before.Withheld() || before.N == 0 {
		return nil
	}
	return rounded(float64(now.N)/float64(before.N)-1, 4)
}

// place names a leader, or returns nil when there is none or it rests on too few
// customers to be named.
func place(d *dictionary, l leader, n float64) *Place {
	if l.value == 0 || l.count.Withheld() || int(l.value) >= len(d.values) {
		return nil
	}
	return &Place{Name: d.values[l.value], Documents: l.count, Share: rounded(float64(l.count.N)/n, 4)}
}

// untagged counts the documents of the period that carry no theme. It is
// withheld, too, when those that carry one, which the total would give away,
// come from too few.
func untagged(t *tally, k int) Count {
	if t.tagged[0].documents > 0 && t.tagged[hasTheme].exposes(k) {
		return Count{Below: k}
	}
	return t.tagged[0].count(k)
}

// quotes picks texts for l from the period, the best first, none a near-duplicate
// of another or of one already told.
func (s *Store) quotes(sc *scope, l *label, told []duplicate.Set) ([]Quote, []duplicate.Set) {
	var candidates []candidate
	now := sc.offset(sc.from)
	for week := sc.from / 7; week <= sc.to/7; week++ {
		for _, c := range l.quotes[uint16(week)] {
			if sc.place(s, &s.rows[c.row], int(c.row)) >= now {
				candidates = append(candidates, c)
			}
		}
	}
	slices.SortFunc(candidates, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.quality, a.quality), b.time.Compare(a.time), cmp.Compare(a.record, b.record))
	})
	var out []Quote
	for _, c := range candidates {
		if len(out) >= sc.q.Quotes {
			break
		}
		if slices.ContainsFunc(told, c.set.Near) {
			continue
		}
		told = append(told, c.set)
		out = append(out, Quote{Record: c.record, Text: c.text, Time: c.time})
	}
	return out, told
}
