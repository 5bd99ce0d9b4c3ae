package statistics

// Trends is what a page of trends shows at once.
type Trends struct {
	Course     *Course     `json:"course,omitempty"`
	Report     *Report     `json:"report,omitempty"` // without a label: all of them
	Comparison *Comparison `json:"comparison,omitempty"`
	Heat       *Heat       `json:"heat,omitempty"`
}

// TrendsQuery says what Trends holds.
type TrendsQuery struct {
	Query
	Kind    Kind
	Label   string  // "" is all labels
	Against *Query  // compared with; nil compares nothing
	By      *Column // a table by this column; nil makes none
}

// Trends answers q. Of a comparison and a table it keeps the line of the label,
// when there is one.
func (s *Store) Trends(q TrendsQuery) (Trends, error) {
	var out Trends
	c, err := s.Series(q.Kind, q.Label, q.Query)
	if err != nil {
		return Trends{}, err
	}
	out.Course = &c
	if q.Label == "" {
		r := s.Report(q.Query)
		out.Report = &r
	}
	if q.Against != nil {
		cmp := s.Compare(q.Query, *q.Against)
		kept := cmp.Lines[:0]
		for _, l := range cmp.Lines {
			if q.Label == "" || l.ID == q.Label && l.Kind == q.Kind.String() {
				kept = append(kept, l)
			}
		}
		cmp.Lines = kept
		out.Comparison = &cmp
	}
	if q.By != nil {
		h := s.Heat(q.Query, q.Kind, *q.By)
		kept := h.Rows[:0]
		for _, r := range h.Rows {
			if q.Label == "" || r.ID == q.Label {
				kept = append(kept, r)
			}
		}
		h.Rows = kept
		out.Heat = &h
	}
	return out, nil
}

// Kind finds the kind of the label of that id, a theme before a pain point, a
// dimension or a risk; false when no feedback carries it.
func (s *Store) Kind(id string) (Kind, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, k := range []Kind{Theme, PainPoint, Dimension, Risk} {
		if s.labels[k][id] != nil {
			return k, true
		}
	}
	return 0, false
}

// Resolve finds the label of that id or name, in either language.
func (s *Store) Resolve(name string) (Kind, string, bool) {
	if k, ok := s.Kind(name); ok {
		return k, name, true
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, k := range []Kind{Theme, PainPoint, Dimension, Risk} {
		for id := range s.labels[k] {
			if s.Name(id, "zh") == name || s.Name(id, "en") == name {
				return k, id, true
			}
		}
	}
	return 0, "", false
}
