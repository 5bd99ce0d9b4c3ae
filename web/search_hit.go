package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"qingting/internal/document"
	"qingting/search"
)

// hit is one document found.
type hit struct {
	Record   string
	Facts    []string // day, channel, region, product, sentiment, rating: those that are known
	Pieces   []piece
	Themes   []link // their pages
	Risks    []link
	Likeness string    // to what similar ones are asked of, "" elsewhere
	Same     bool      // it is a near-duplicate of that
	Doors    []doorway // the whole of it, and what is like it
}

// doorway is a link of a hit. The keyboard opens the one of class "whole".
type doorway struct{ Class, Name, URL string }

// link leads to URL, or nowhere when that is empty.
type link struct{ Name, URL string }

// piece is a stretch of text, matched or not, or a gap where text was left out.
type piece struct {
	Text string
	Mark bool
	Gap  bool
}

func (s *server) hit(sc scope, h search.Hit) hit {
	d := h.Document
	out := hit{Record: d.Record, Pieces: pieces(h)}
	if linkable(d.Record) {
		out.Doors = s.doors(sc, h)
	}
	fact := func(text string) {
		if text != "" {
			out.Facts = append(out.Facts, text)
		}
	}
	if !d.Time.IsZero() {
		fact(d.Time.In(s.cfg.Statistics.Location()).Format(time.DateOnly))
	}
	fact(s.valueName(sc.Lang, "channel", d.Channel))
	fact(s.valueName(sc.Lang, "region", d.Region))
	fact(s.valueName(sc.Lang, "product", d.Product))
	fact(s.valueName(sc.Lang, "sentiment", d.Sentiment.Label))
	if d.Rating != nil {
		fact(say{"评分\u00a0", "Rating\u00a0"}.in(sc.Lang) + strconv.FormatFloat(*d.Rating, 'g', 4, 64))
	}
	there := sc.places()
	links := func(field string, tags []document.Tag) (list []link) {
		for _, t := range tags {
			list = append(list, link{s.valueName(sc.Lang, field, t.ID), themeLink(there, t.ID)})
		}
		return list
	}
	out.Themes, out.Risks = links("theme", d.Themes), links("risk", d.Risks)
	return out
}

// doors lead from a hit to the whole document and to what is like it.
func (s *server) doors(sc scope, h search.Hit) []doorway {
	record := h.Document.Record
	similar := doorway{"similar", say{"相似的", "Similar"}.in(sc.Lang), scope{Lang: sc.Lang}.SearchURL() + "&" + url.Values{"similar": {record}}.Encode()}
	if h.Duplicates > 0 {
		similar.Name = "+" + thousands(h.Duplicates) + say{" 条相似", " alike"}.in(sc.Lang)
	}
	whole := doorway{"whole", say{"全文", "Whole"}.in(sc.Lang), scope{Lang: sc.Lang, Query: `record:"` + record + `"`}.SearchURL()}
	if s.documents {
		whole.URL = sc.places().url("/documents/" + url.PathEscape(record))
	}
	return []doorway{whole, similar}
}

// similar is the page of what is like a record.
func (s *server) similar(r *http.Request, sc scope, record string) (answer, error) {
	ctx, cancel := context.WithTimeout(r.Context(), s.cfg.Timeout)
	defer cancel()
	gone := &httpError{http.StatusNotFound, say{"没有这条反馈。", "There is no such feedback."}}
	if !linkable(record) {
		return answer{}, gone
	}
	began := time.Now()
	hits, err := s.cfg.Index.Similar(ctx, record, pageSize)
	if errors.Is(err, search.ErrNoRecord) {
		return answer{}, gone
	}
	if err != nil {
		return answer{}, err
	}
	took := time.Since(began)
	itself, err := s.byRecord(ctx, []string{record})
	if err != nil {
		return answer{}, err
	}
	h, ok := itself[record]
	if !ok {
		return answer{}, gone
	}
	page := searchPage{scope: sc.first(), Form: s.formOf(sc, true), Found: true, Total: uint64(len(hits)), First: 1, Last: len(hits), Seconds: seconds2(took)}
	like := s.hit(sc, h)
	page.Like = &like
	for _, h := range hits {
		shown := s.hit(sc, h)
		shown.Likeness, shown.Same = strconv.Itoa(int(100*h.Score)), h.NearDuplicate
		page.Hits = append(page.Hits, shown)
	}
	return answer{"search", page, http.StatusOK}, nil
}

// byRecord finds documents by their records; those that are gone are not there.
func (s *server) byRecord(ctx context.Context, records []string) (map[string]search.Hit, error) {
	found := make(map[string]search.Hit, len(records))
	if len(records) == 0 {
		return found, nil
	}
	res, err := s.cfg.Index.Search(ctx, search.Query{
		Filters: []search.Filter{{Field: "record", Values: records}}, Size: len(records), Fragments: fragmentsShown, FragmentSize: 2 * fragmentSize,
	})
	if err != nil {
		return nil, err
	}
	for _, h := range res.Hits {
		found[h.Document.Record] = h
	}
	return found, nil
}

// pieces cuts the fragments of a hit into marked and plain text.
func pieces(h search.Hit) (list []piece) {
	end := 0 // of what is shown so far
	for _, f := range h.Fragments {
		text := []rune(f.Text)
		if f.Start > end {
			list = append(list, piece{Gap: true})
		}
		at := 0
		add := func(to int, mark bool) {
			if to > at {
				list = append(list, piece{Text: string(text[at:to]), Mark: mark})
				at = to
			}
		}
		for _, m := range f.Marks {
			if m.Start < at || m.End > len(text) || m.Start >= m.End {
				continue
			}
			add(m.Start, false)
			add(m.End, true)
		}
		add(len(text), false)
		end = f.Start + len(text)
	}
	if end < len([]rune(h.Document.Text)) {
		list = append(list, piece{Gap: true})
	}
	return list
}
