package amend

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/ledger"
	"qingting/internal/document"
	"qingting/privacy"
	"qingting/privacy/audit"
)

// RunConfig says what a Run does. Actor and Reason are required unless Dry.
type RunConfig struct {
	Actor, Role, Reason, Ticket string // free of personal data

	Dry   bool // only count, change nothing
	All   bool // also documents of the present policy and engine
	Stamp bool // give every document the present versions, whatever is found
	Again bool // begin anew, though an interrupted run could be gone on with
	// Relabel reads every document anew for its themes, too.
	Relabel bool
	Rate    float64 // documents a second, at most; 0 is no limit

	// State keeps how far a run has come, and that one is under way: the bucket
	// of settings. Without it, a run cannot be gone on with.
	State jetstream.KeyValue
	// Alone says that no other process can be running, whatever State says: one
	// that was killed has left it so.
	Alone bool
	// Every is after what time State is written; 0 is 5 s.
	Every time.Duration
	// Busy is how many messages may wait for intake before the run pauses;
	// 0 is 1000.
	Busy uint64
}

// Progress is how far a Run has come. It holds no personal data.
type Progress struct {
	ID      string    `json:"id"`
	Dry     bool      `json:"dry_run"`
	Policy  string    `json:"policy"`
	Engine  string    `json:"engine"`
	Started time.Time `json:"started"`
	Resumed uint64    `json:"resumed_after,omitempty"` // sequence, of a run that was interrupted
	Seq     uint64    `json:"sequence"`                // read up to here
	Last    uint64    `json:"last"`                    // and to be read up to here

	Read     int            `json:"read"`                 // latest documents that were looked at
	Present  int            `json:"present"`              // skipped: of the present policy and engine
	Found    int            `json:"found"`                // documents in which something was found
	Amended  int            `json:"amended"`              // and changed
	Stamped  int            `json:"stamped"`              // changed in their versions alone
	Retagged int            `json:"relabelled,omitempty"` // read otherwise than before; of a dry run, would be
	Deleted  int            `json:"deleted"`              // older versions deleted
	Overtook int            `json:"overtook"`             // corrected meanwhile: their intake has seen to them
	Failed   int            `json:"failed"`               // could not be changed; see the log, and run again
	Types    map[string]int `json:"types"`
	Rules    map[string]int `json:"rules"`

	Relabel bool          `json:"relabel,omitempty"`
	Reading string        `json:"reading,omitempty"` // versions of taxonomy, lexicon and model by which a run relabels
	Themes  []ThemeChange `json:"themes,omitempty"`  // of a run that relabels: those that change, by id

	Done  bool   `json:"done"`
	Error string `json:"error,omitempty"` // why it ended, when not done
}

// Difference is what a run finds in one document: places and types, never what
// stands there.
type Difference struct {
	Record string `json:"record"`
	Spans  []Span `json:"spans"` // by their place in the document as stored before
}

// maxDifferences bounds those that a Run keeps for its caller.
const maxDifferences = 100_000

// Run looks for personal data in every latest document, by the present policy
// and engine, and amends those it finds any in. Of older versions of a record,
// which nobody needs, it deletes those. Its methods may be called from any
// goroutine.
type Run struct {
	amender *Amender
	cfg     RunConfig

	mu          sync.Mutex
	progress    Progress
	differences []Difference
	themes      themeChanges
	lastError   error
}

// NewRun prepares a Run. Nothing happens before Do.
func NewRun(a *Amender, cfg RunConfig) *Run {
	if cfg.Every == 0 {
		cfg.Every = 5 * time.Second
	}
	if cfg.Busy == 0 {
		cfg.Busy = 1000
	}
	id := newPart(0)[1:]
	reading := ""
	if cfg.Relabel {
		read := a.Annotator.Annotate("")
		reading = read.Taxonomy + "/" + read.Lexicon + "/" + read.Model
	}
	return &Run{amender: a, cfg: cfg, themes: themeChanges{}, progress: Progress{
		Relabel: cfg.Relabel, Reading: reading,
		ID: id, Dry: cfg.Dry, Policy: a.Policy.Version(), Engine: privacy.EngineVersion,
		Types: make(map[string]int), Rules: make(map[string]int),
	}}
}

// Progress is how far the run has come.
func (r *Run) Progress() Progress {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.progress
	p.Themes = r.themes.list()
	p.Types, p.Rules = clone(p.Types), clone(p.Rules)
	return p
}

func clone(m map[string]int) map[string]int {
	out := make(map[string]int, len(m))
	for k, v := range m {
		out[k] = v
	}
	return out
}

// Differences are those found so far, from the from-th on: at most limit, and
// of a run at most 100,000.
func (r *Run) Differences(from, limit int) []Difference {
	r.mu.Lock()
	defer r.mu.Unlock()
	from = min(max(0, from), len(r.differences))
	return r.differences[from:min(len(r.differences), from+limit):len(r.differences)]
}

// Do runs to the end, or until ctx ends: then the next run goes on from there.
// A document that could not be changed is counted, and Do goes on.
func (r *Run) Do(ctx context.Context) error {
	err := r.do(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.progress.Done = err == nil; err != nil {
		r.progress.Error = err.Error()
	}
	return err
}

func (r *Run) do(ctx context.Context) error {
	docs, err := r.amender.JS.Stream(ctx, ingest.StreamDocs)
	if err != nil {
		return fmt.Errorf("stream %s: %w", ingest.StreamDocs, err)
	}
	info := docs.CachedInfo()
	mark := checkpoint{Stream: info.Created.UTC(), Policy: r.progress.Policy, Engine: r.progress.Engine, Stamp: r.cfg.Stamp, All: r.cfg.All, Reading: r.progress.Reading}
	after, err := r.take(ctx, mark)
	if err != nil {
		return err
	}
	r.update(func(p *Progress) {
		p.Started, p.Last, p.Resumed, p.Seq = time.Now().UTC(), info.State.LastSeq, after, after
	})
	if err := r.announce(ctx, "begun"); err != nil {
		return errors.Join(err, r.save(context.WithoutCancel(ctx), mark, false))
	}
	working, stop := r.keepSaved(ctx, mark)
	cat, err := readCatalogue(working, r.amender.JS, info.State.LastSeq)
	if err == nil {
		err = r.scan(working, docs, cat, after)
	}
	err = errors.Join(err, stop())
	// What was begun has its end in the ledger, also when it was told to stop.
	rest := context.WithoutCancel(ctx)
	if err != nil {
		return errors.Join(err, r.save(rest, mark, false), r.announce(rest, "interrupted"))
	}
	if err := r.save(rest, checkpoint{}, false); err != nil {
		return err
	}
	return r.announce(rest, "done")
}

// scan looks at every message after a sequence.
func (r *Run) scan(ctx context.Context, docs stream, cat *catalogue, after uint64) error {
	pace := newPace(r.cfg.Rate)
	for m, err := range ingest.Messages(ctx, r.amender.JS, ingest.StreamDocs, ingest.Part{First: after + 1, Last: r.progress.Last}) {
		if err != nil {
			return err
		}
		if err := pace.wait(ctx); err != nil {
			return err
		}
		if err := r.look(ctx, docs, m, cat); err != nil {
			return err
		}
		r.update(func(p *Progress) { p.Seq = m.Sequence })
		if err := r.yield(ctx); err != nil {
			return err
		}
	}
	r.update(func(p *Progress) { p.Seq = p.Last })
	return nil
}

// look amends one document, or deletes a version that is not the latest.
func (r *Run) look(ctx context.Context, docs stream, m ingest.Message, cat *catalogue) error {
	d, err := document.Parse(m.Data)
	if err != nil || m.Header.Get(document.ErasedHeader) != "" {
		return nil // the indexer tells of what is no document
	}
	if d.Policy == r.progress.Policy && d.Engine == r.progress.Engine && !r.cfg.All && !r.cfg.Relabel {
		r.update(func(p *Progress) { p.Present++ })
		return nil
	}
	o := Order{
		Action: r.action(), Actor: r.cfg.Actor, Role: r.cfg.Role, Object: r.object(),
		Reason: r.cfg.Reason, Ticket: r.cfg.Ticket, Stamp: r.cfg.Stamp, Relabel: r.cfg.Relabel,
	}
	p, err := r.amender.plan(d, o)
	if err != nil {
		return r.failed(fmt.Errorf("record %s: %w", d.Record, err))
	}
	last := cat.latest[keyOf(d.Record)] == m.Sequence
	if last {
		r.update(func(now *Progress) { now.Read++ })
	}
	if p.changed {
		r.note(d.Record, p.found, last)
	}
	if last && p.relabelled {
		r.retag(d, p.doc)
	}
	if r.cfg.Dry || !p.changed && !(last && p.relabelled) && !(last && r.cfg.Stamp && p.restamps(d)) {
		return nil
	}
	if !last {
		return r.drop(ctx, docs, m, d, o, p)
	}
	return r.change(ctx, docs, m, d, o, cat)
}

// change amends a document that was read, when it is still the latest.
func (r *Run) change(ctx context.Context, docs stream, m ingest.Message, d *document.Document, o Order, cat *catalogue) error {
	// What is begun is ended, also when the run is told to stop.
	ctx = context.WithoutCancel(ctx)
	if err := cat.catchUp(ctx, docs, m.Subject); err != nil {
		return err
	}
	if cat.latest[keyOf(d.Record)] != m.Sequence {
		r.update(func(p *Progress) { p.Overtook++ })
		return nil
	}
	out, err := r.amender.amend(ctx, &shard{
		js: r.amender.JS, docs: docs, record: d.Record, subject: m.Subject, last: cat.shards[m.Subject],
		latest: &stored{m.Sequence, d, m.Data, m.Header.Get(document.RestrictedHeader) != ""},
		older:  slices.Clone(cat.older[keyOf(d.Record)]),
	}, o)
	switch {
	case errors.Is(err, ErrNoDocument), errors.Is(err, ErrChanged):
		r.update(func(p *Progress) { p.Overtook++ })
	case err != nil:
		return r.failed(err)
	case out.Changed:
		r.update(func(now *Progress) {
			now.Deleted += out.Deleted
			switch {
			case len(out.Found) > 0:
				now.Amended++
			case !out.Retagged:
				now.Stamped++
			}
		})
	}
	return nil
}

// drop deletes an older version that holds personal data in the clear.
func (r *Run) drop(ctx context.Context, docs stream, m ingest.Message, d *document.Document, o Order, p plan) error {
	e := o.entry(d.Record, m.Data, nil, p)
	e.After, e.Documents, e.Outcome = "", nil, "superseded version deleted"
	if _, err := ledger.Append(ctx, r.amender.JS, e); err != nil {
		return err
	}
	gone, err := ingest.SecureDelete(ctx, docs, m.Sequence)
	if err != nil {
		return r.failed(fmt.Errorf("record %s: deleting an older version: %w", d.Record, err))
	}
	if gone {
		r.update(func(p *Progress) { p.Deleted++ })
	}
	return nil
}

// maxFailures is how many documents may fail before a run gives up: then it is
// not their fault.
const maxFailures = 20

// failed counts a document that could not be changed.
func (r *Run) failed(err error) error {
	n := 0
	r.update(func(p *Progress) { p.Failed++; n = p.Failed })
	r.lastError = err
	if n >= maxFailures {
		return fmt.Errorf("%d documents could not be changed; the last one: %w", n, err)
	}
	return nil
}

// note counts what was found in a document.
func (r *Run) note(record string, found []Span, last bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if last {
		r.progress.Found++
	}
	for _, s := range found {
		r.progress.Types[string(s.Type)]++
		r.progress.Rules[s.Rule]++
	}
	if last && len(r.differences) < maxDifferences {
		r.differences = append(r.differences, Difference{record, found})
	}
}

func (r *Run) update(change func(*Progress)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.progress)
}

// announce tells the ledger that the run begins or ends. A dry run, which
// releases and changes nothing, is no concern of the ledger's.
func (r *Run) announce(ctx context.Context, outcome string) error {
	if r.cfg.Dry {
		return nil
	}
	p := r.Progress()
	e := audit.Entry{
		Actor: r.cfg.Actor, Role: r.cfg.Role, Action: r.action(), Object: r.object(),
		After: p.Policy + "/" + p.Engine, Reason: r.cfg.Reason, Ticket: r.cfg.Ticket, Outcome: outcome,
	}
	if r.cfg.Relabel {
		e.After = p.Reading
	}
	if outcome != "begun" {
		e.Counts = p.counts()
	}
	_, err := ledger.Append(ctx, r.amender.JS, e)
	return err
}

func (p Progress) counts() map[string]int {
	counts := map[string]int{
		"read": p.Read, "present": p.Present, "found": p.Found, "amended": p.Amended, "stamped": p.Stamped,
		"deleted": p.Deleted, "overtook": p.Overtook, "failed": p.Failed,
	}
	if p.Relabel {
		counts["relabelled"] = p.Retagged
	}
	return counts
}

// Describe says in a line what a run did.
func (p Progress) Describe() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d documents looked at, %d skipped: of the present policy and engine; something found in %d", p.Read, p.Present, p.Found)
	if p.Relabel {
		fmt.Fprintf(&b, "; %d read otherwise than before", p.Retagged)
	}
	if !p.Dry {
		fmt.Fprintf(&b, "; %d amended, %d stamped, %d older versions deleted", p.Amended, p.Stamped, p.Deleted)
	}
	if p.Overtook > 0 {
		fmt.Fprintf(&b, "; %d corrected meanwhile", p.Overtook)
	}
	if p.Failed > 0 {
		fmt.Fprintf(&b, "; %d FAILED", p.Failed)
	}
	return b.String()
}
