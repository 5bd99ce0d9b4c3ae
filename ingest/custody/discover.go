package custody

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/nats-io/nats.go/micro"

	"qingting/ingest/settings"
)

// The subjects by which analysts have themes found that nobody has named, and
// decide about them. No text leaves but what the finder quotes.
const (
	discoverPrefix  = themesPrefix + "discover."
	subjectDiscover = discoverPrefix + "order"
)

func (s *Service) discoverHandlers() map[string]micro.Handler {
	return map[string]micro.Handler{
		subjectDiscover:      beginning(s, s.discoveries, s.discover),
		s.discoveries.prefix: answering(s, s.discoveries.look),
	}
}

// The actions of a DiscoverOrder.
const (
	DiscoverFind     = "find"   // look at what is stored, follow the themes
	DiscoverList     = "list"   // tell what is known, and change nothing
	DiscoverRename   = "rename" // ID is called Name
	DiscoverMerge    = "merge"  // With belong to ID
	DiscoverSeparate = "separate"
	DiscoverSplit    = "split"   // ID into Parts
	DiscoverDismiss  = "dismiss" // ID out of sight
	DiscoverRestore  = "restore"
	DiscoverPromote  = "promote" // ID into the taxonomy, under Name as an id
)

var discoverActions = []string{
	DiscoverFind, DiscoverList, DiscoverRename, DiscoverMerge, DiscoverSeparate, DiscoverSplit, DiscoverDismiss, DiscoverRestore, DiscoverPromote,
}

// DiscoverOrder is what is to be done.
type DiscoverOrder struct {
	Request
	Action  string          `json:"action"`
	ID      string          `json:"id,omitempty"` // "d-3"
	With    []string        `json:"with,omitempty"`
	Name    string          `json:"name,omitempty"`
	Parts   []DiscoverPart  `json:"parts,omitempty"`
	Options json.RawMessage `json:"options,omitempty"` // as the Discovery takes them
}

// DiscoverPart is a name, and terms that tell its documents from others'.
type DiscoverPart struct {
	Name  string   `json:"name"`
	Terms []string `json:"terms"`
}

// DiscoverOutcome is what came of it.
type DiscoverOutcome struct {
	Answer any    // for who asked, as JSON
	State  []byte // to be kept; nil: as it is
	// Taxonomy is one to be put into the settings in place of that of
	// TaxonomyRevision, nil: as it is.
	Taxonomy         []byte
	TaxonomyRevision uint64
	Counts           map[string]int // for the ledger
}

// Discovery carries an order out. state is nil at first. It holds no lock: the
// service gives one order at a time, and keeps what comes of it only if nobody
// else changed the state meanwhile.
type Discovery func(ctx context.Context, order DiscoverOrder, state []byte) (DiscoverOutcome, error)

// answerPages is an answer in pieces that a server carries.
type answerPages []byte

// page implements pages.
func (a answerPages) page(from int) (answerPages, int) {
	from = min(from, len(a))
	to := min(len(a), from+readingPage)
	if to == len(a) {
		return a[from:], 0
	}
	return a[from:to], to
}

// discover carries an order out. What changes, the ledger has before.
func (s *Service) discover(ctx context.Context, r DiscoverOrder) (answerPages, error) {
	if s.cfg.Discovery == nil {
		return nil, errors.New("this server does not look for themes: ask one with the ingest role")
	}
	if !slices.Contains(discoverActions, r.Action) {
		return nil, errMalformed
	}
	if r.Reason == "" && (r.Action == DiscoverFind || r.Action == DiscoverList) {
		r.Reason = "looking for themes" // nothing is decided by it
	}
	if err := r.Request.check(); err != nil {
		return nil, err
	}
	texts := []string{r.ID, r.Name}
	texts = append(texts, r.With...)
	for _, p := range r.Parts {
		texts = append(append(texts, p.Name), p.Terms...)
	}
	for _, t := range texts {
		if s.cfg.Clean(t) != t {
			return nil, errors.New("a name or term reads as personal data, which must not be kept here: choose another")
		}
	}
	if !s.discovering.TryLock() {
		return nil, errors.New("themes are being looked for just now: try again when that has ended")
	}
	defer s.discovering.Unlock()
	st, err := s.settings()
	if err != nil {
		return nil, err
	}
	now, err := st.Get(ctx, settings.Discoveries)
	if err != nil {
		return nil, err
	}
	out, err := s.cfg.Discovery(ctx, r, now.Data)
	if err != nil {
		return nil, err
	}
	answer, err := json.Marshal(out.Answer)
	if err != nil {
		return nil, err
	}
	change := s.changeOf(r.Request, "")
	change.Outcome, change.Counts = r.Action, out.Counts
	if out.Taxonomy != nil {
		if _, err := st.Put(ctx, settings.Taxonomy, out.Taxonomy, out.TaxonomyRevision, change); err != nil {
			return nil, err
		}
	}
	if out.State == nil {
		return answer, nil
	}
	if change.Object = string(settings.Discoveries); r.ID != "" {
		change.Object = "discover:" + r.ID
	}
	if _, err = st.Put(ctx, settings.Discoveries, out.State, now.Revision, change); err != nil && out.Taxonomy != nil {
		err = fmt.Errorf("the taxonomy is in place, but the theme is not noted as part of it: %w", err)
	}
	return answer, err
}

// Discover has an order carried out, and decodes what came of it.
func (c *Client) Discover(ctx context.Context, r DiscoverOrder, answer any) error {
	var all []byte
	reads := r.Action == DiscoverFind || r.Action == DiscoverList
	if err := do(ctx, c, subjectDiscover, r.Request, r, reads, func(p answerPages) { all = append(all, p...) }); err != nil {
		return err
	}
	if err := json.Unmarshal(all, answer); err != nil {
		return fmt.Errorf("the server's answer cannot be read: %w", err)
	}
	return nil
}
