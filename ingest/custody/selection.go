package custody

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"slices"
	"time"

	"qingting/ingest"
	"qingting/internal/document"
	"qingting/privacy/audit"
	"qingting/privacy/rule"
)

// Match says which documents a query finds, one by one. It is search's, which
// this package does not import.
type Match func(ctx context.Context, query string, docs []*document.Document) ([]bool, error)

// selectionType keeps hashes of queries apart from the tokens of persons.
const selectionType rule.Type = "QUERY"

// selection is a keyed hash of a query, which somebody may have written personal
// data into; empty for the query that finds everything. Without a key it is of
// what is left when those are taken out: stored text has none to find.
func (s *Service) selection(query string) string {
	if query == "" {
		return ""
	}
	if p := s.cfg.Subjects; p != nil && !p.Keys.IsZero() {
		return p.Keys.Token(selectionType, digest(query))
	}
	return digest(s.cfg.Clean(query))
}

// isSelection compares a query with a selection, of an older key too.
func (s *Service) isSelection(selection, query string) bool {
	if selection == s.selection(query) {
		return true
	}
	p := s.cfg.Subjects
	return p != nil && query != "" && slices.Contains(p.Keys.All(selectionType, digest(query)), selection)
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// countTimeout bounds what counts documents before it answers.
const countTimeout = 10 * time.Minute

// countBatch is how many documents are matched at a time.
const countBatch = 4000

// count is how many records an export of a query would have now. With a bound
// that is not negative it ends when there are more.
func (s *Service) count(ctx context.Context, query string, bound int) (n int, err error) {
	docs, err := s.js.Stream(ctx, ingest.StreamDocs)
	if err != nil {
		return 0, fmt.Errorf("stream %s: %w", ingest.StreamDocs, err)
	}
	// Every record has a message: fewer messages than the bound, fewer records.
	if bound >= 0 && docs.CachedInfo().State.Msgs <= uint64(bound) {
		return 0, nil
	}
	if s.cfg.Count != nil {
		if n, ok := s.cfg.Count(ctx, query); ok {
			return n, nil
		}
	}
	seed, last := maphash.MakeSeed(), make(map[uint64]uint64) // by record: sequence of the version that counts
	for m, err := range ingest.Messages(ctx, s.js, ingest.StreamDocs, ingest.Part{}) {
		if err != nil {
			return 0, err
		}
		record := recordOf(m)
		if m.Header.Get(document.ErasedHeader) != "" || m.Header.Get(document.RestrictedHeader) != "" {
			delete(last, maphash.String(seed, record))
		} else if record != "" {
			last[maphash.String(seed, record)] = m.Sequence
		}
	}
	if query == "" || s.cfg.Match == nil {
		return len(last), nil
	}
	var batch []*document.Document
	flush := func() error {
		found, err := s.cfg.Match(ctx, query, batch)
		for _, f := range found {
			if f {
				n++
			}
		}
		batch = batch[:0]
		return err
	}
	for m, err := range ingest.Messages(ctx, s.js, ingest.StreamDocs, ingest.Part{}) {
		if err != nil {
			return n, err
		}
		if d, bad := document.Parse(m.Data); bad != nil || last[maphash.String(seed, d.Record)] != m.Sequence {
			continue
		} else if batch = append(batch, d); len(batch) < countBatch {
			continue
		}
		if err := flush(); err != nil {
			return n, err
		}
		if bound >= 0 && n > bound {
			return n, nil
		}
	}
	if len(batch) == 0 {
		return n, nil
	}
	return n, flush()
}

// recordOf is the record that a message of the documents stream is about.
func recordOf(m ingest.Message) string {
	if id := m.Header.Get(document.ErasedHeader); id != "" {
		return id
	}
	var d struct {
		Record string `json:"record"`
	}
	if json.Unmarshal(m.Data, &d) != nil {
		return ""
	}
	return d.Record
}

const (
	// sparsePage is how many bytes of documents are looked at together where few
	// match.
	sparsePage = 4 << 20
	// pageTime ends an answer without a document: the next one goes on.
	pageTime = 5 * time.Second
)

// page reads documents from a sequence on until one answer is full. Of an
// export, what its query does not find stays, and what is restricted; of a
// report, the words.
func (s *Service) page(ctx context.Context, e audit.Entry, r documentsRequest) (p documentsPage, err error) {
	p.Next = r.From
	for size, began := 0, time.Now(); ; {
		var found []held
		want := max(readingPage, min(size, sparsePage))
		read := 0
		for m, err := range ingest.Messages(ctx, s.js, ingest.StreamDocs, ingest.Part{First: p.Next}) {
			if err != nil {
				return p, err
			}
			p.Next = m.Sequence + 1
			read += len(m.Data) + 64
			if h, ok := hold(m, e.Action, r.Heads); ok {
				found = append(found, h)
			}
			if read >= want {
				break
			}
		}
		if r.Query != "" && !r.Heads && s.cfg.Match != nil {
			if found, err = s.matching(ctx, r.Query, found); err != nil {
				return p, err
			}
		}
		for _, h := range found {
			if size := p.size + len(h.Document) + 64; size > readingPage && p.size > 0 {
				p.Next = h.Seq
				return p, nil
			}
			p.Stored, p.size = append(p.Stored, h.Stored), p.size+len(h.Document)+64
		}
		size += read
		if read < want || p.size >= readingPage || time.Since(began) > pageTime {
			p.End = read < want
			return p, nil
		}
	}
}

// held is a message with what is matched.
type held struct {
	Stored
	document *document.Document
}

// hold is what leaves of a message, if it does.
func hold(m ingest.Message, action audit.Action, heads bool) (h held, ok bool) {
	h.Seq, h.Erased, h.Restricted = m.Sequence, m.Header.Get(document.ErasedHeader), m.Header.Get(document.RestrictedHeader) != ""
	if heads {
		h.Record = recordOf(m)
		return h, h.Record != ""
	}
	if h.Erased != "" || h.Restricted && action == audit.ActionExport {
		return h, false
	}
	d, err := document.Parse(m.Data)
	if err != nil {
		return h, false // the indexer tells of it
	}
	h.document, h.Document = d, m.Data
	if action == audit.ActionReport {
		// A report counts: whoever wants the words asks for an export.
		d.Text, d.Attributes, d.Keywords = "", nil, nil
		if h.Document, err = json.Marshal(d); err != nil {
			return h, false
		}
	}
	return h, true
}

func (s *Service) matching(ctx context.Context, query string, list []held) ([]held, error) {
	var out []held
	for part := range slices.Chunk(list, countBatch) {
		docs := make([]*document.Document, len(part))
		for i, h := range part {
			docs[i] = h.document
		}
		found, err := s.cfg.Match(ctx, query, docs)
		if err != nil {
			return nil, err
		}
		for i, h := range part {
			if found[i] {
				out = append(out, h)
			}
		}
	}
	return out, nil
}
