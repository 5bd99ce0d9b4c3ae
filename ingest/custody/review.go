package custody

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nats.go/micro"

	"qingting/ingest"
	"qingting/ingest/settings"
	"qingting/internal/document"
	"qingting/privacy/audit"
	"qingting/privacy/review"
)

// The subjects by which redactions are reviewed. Who may ask there is an
// officer: the documents are redacted, but for what the review finds missed.
const (
	reviewPrefix   = "qingting.review."
	subjectDraw    = reviewPrefix + "draw"
	subjectDrawn   = reviewPrefix + "drawn"
	subjectSamples = reviewPrefix + "samples"
	subjectVerdict = reviewPrefix + "verdicts"
	subjectItems   = reviewPrefix + "items"
	subjectJudge   = reviewPrefix + "judge"
	subjectSettle  = reviewPrefix + "settle"
	subjectReport  = reviewPrefix + "report"
)

const reviewKeys = "review"

func reviewKey(id string) settings.Key { return settings.Key(reviewKeys + "." + id) }

func (s *Service) reviewHandlers() map[string]micro.Handler {
	return map[string]micro.Handler{
		subjectDraw:    answering(s, s.draw),
		subjectDrawn:   answering(s, s.drawn),
		subjectSamples: answering(s, s.samples),
		subjectVerdict: answering(s, s.verdicts),
		subjectItems:   answering(s, s.items),
		subjectJudge:   answering(s, s.judge),
		subjectSettle:  answering(s, s.settle),
		subjectReport:  answering(s, s.report),
	}
}

// Draw asks for a sample of the documents.
type Draw struct {
	Request
	Seed       string       `json:"seed,omitempty"` // default: a random one
	Size       int          `json:"size,omitempty"`
	Target     float64      `json:"target,omitempty"`
	Confidence float64      `json:"confidence,omitempty"`
	Second     float64      `json:"second,omitempty"`
	Scope      review.Scope `json:"scope"`
}

type sampleID struct {
	ID string `json:"id"`
}

// draw draws a sample, after which the ledger and then the settings have it.
func (s *Service) draw(ctx context.Context, r Draw) (sampleID, error) {
	if err := r.Request.check(); err != nil {
		return sampleID{}, err
	}
	if s.cfg.Settings == nil {
		return sampleID{}, errNoSettings
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), personTimeout)
	defer cancel()
	letters := randomLetters(4)
	if r.Seed == "" {
		r.Seed = randomLetters(10) // letters: digits would now and then read as a date or a number
	} else if len(r.Seed) > 64 || s.cfg.Clean(r.Seed) != r.Seed {
		return sampleID{}, errors.New("the seed is too long, or reads as personal data: give a short word")
	}
	for _, word := range []string{r.Scope.Channel, r.Scope.From, r.Scope.To} {
		if len(word) > 200 || s.cfg.Clean(word) != word {
			return sampleID{}, errors.New("the scope reads as personal data, which is not kept")
		}
	}
	now := s.now()
	pop, err := s.population(ctx, r.Scope)
	if err != nil {
		return sampleID{}, err
	}
	sample, err := review.Draw(pop.units, review.Plan{
		ID: review.NewID(now, letters), Seed: r.Seed, Time: now,
		Size: r.Size, Target: r.Target, Confidence: r.Confidence, Second: r.Second,
	})
	if err != nil {
		return sampleID{}, err
	}
	sample.Scope, sample.Left, sample.Versions = r.Scope, pop.left, pop.versions()
	data, err := sample.Encode()
	if err != nil {
		return sampleID{}, fmt.Errorf("encoding the sample: %w", err)
	}
	change := s.changeOf(r.Request, review.Object(sample.ID))
	change.Action, change.Counts = audit.ActionSample, strataCounts(sample)
	change.Outcome = "seed " + sample.Seed + ", population " + sample.Digest
	_, err = s.cfg.Settings.Put(ctx, reviewKey(sample.ID), data, 0, change)
	return sampleID{sample.ID}, err
}

// randomLetters draws n lower-case letters.
func randomLetters(n int) string {
	b := make([]byte, n)
	rand.Read(b) // never fails, crypto/rand crashes the process instead
	for i := range b {
		b[i] = 'a' + b[i]%26
	}
	return string(b)
}

// maxStrata is how many strata an entry of the ledger names; the kept sample,
// whose hash the entry has, names all.
const maxStrata = 400

// strataCounts are population and size by stratum, for the ledger.
func strataCounts(s *review.Sample) map[string]int {
	counts := map[string]int{"population": s.Population, "sample": len(s.Items)}
	for i, c := range s.Cells {
		cell := "cell " + strconv.Itoa(i+1)
		counts[cell+" population"], counts[cell+" sample"] = c.Population, c.Size
	}
	for _, st := range s.Strata[:min(len(s.Strata), maxStrata)] {
		name := st.Dimension + ":" + st.Value
		counts[name+" population"], counts[name+" sample"] = st.Population, st.Size
	}
	return counts
}

// population is what a sample is drawn from.
type population struct {
	units []review.Unit
	left  map[string]int
	made  map[review.Version]int
}

func (p *population) versions() (list []review.Version) {
	for v, n := range p.made {
		v.Documents = n
		list = append(list, v)
	}
	slices.SortFunc(list, func(a, b review.Version) int { return b.Documents - a.Documents })
	return list
}

// population reads the latest version of every document: 300 B of memory each.
func (s *Service) population(ctx context.Context, scope review.Scope) (*population, error) {
	type entry struct {
		unit review.Unit
		made review.Version
		why  string // it is left out
	}
	latest := make(map[string]entry)
	types := make(map[string][]string) // one slice for each combination
	words := make(map[string]string)
	once := func(w string) string {
		if have, ok := words[w]; ok {
			return have
		}
		words[w] = w
		return w
	}
	unreadable := 0
	for m, err := range ingest.Messages(ctx, s.js, ingest.StreamDocs, ingest.Part{}) {
		if err != nil {
			return nil, err
		}
		if erased := m.Header.Get(document.ErasedHeader); erased != "" {
			delete(latest, erased)
			continue
		}
		d, err := document.Parse(m.Data)
		if err != nil {
			unreadable++
			continue
		}
		e := entry{made: review.Version{Policy: once(d.Policy), Engine: once(d.Engine), Taxonomy: once(d.Taxonomy)}}
		switch {
		case m.Header.Get(document.RestrictedHeader) != "":
			e.why = "restricted"
		case scope.Channel != "" && d.Channel != scope.Channel, scope.From != "" && d.Month < scope.From, scope.To != "" && d.Month > scope.To:
			e.why = "outside the scope"
		default:
			e.unit = review.UnitOf(d, [6]byte(versionOf(m.Data)))
			e.unit.Seq, e.unit.Channel, e.unit.Month = m.Sequence, once(e.unit.Channel), once(e.unit.Month)
			key := fmt.Sprint(e.unit.Types)
			if types[key] == nil {
				types[key] = e.unit.Types
			}
			e.unit.Types = types[key]
		}
		latest[d.Record] = e
	}
	p := &population{left: make(map[string]int), made: make(map[review.Version]int)}
	if unreadable > 0 {
		p.left["unreadable"] = unreadable
	}
	for _, e := range latest {
		if e.why != "" {
			p.left[e.why]++
			continue
		}
		p.units = append(p.units, e.unit)
		p.made[e.made]++
	}
	return p, nil
}

// drawn gives a sample as it is kept.
func (s *Service) drawn(ctx context.Context, r sampleID) ([]byte, error) {
	if s.cfg.Settings == nil {
		return nil, errNoSettings
	}
	if !review.ValidID(r.ID) {
		return nil, errNoSample
	}
	v, err := s.cfg.Settings.Get(ctx, reviewKey(r.ID))
	if err == nil && v.Data == nil {
		err = errNoSample
	}
	return v.Data, err
}

var errNoSample = errors.New("there is no such sample: \"qingting audit sample --list\" names them")

func (s *Service) readSample(ctx context.Context, id string) (*review.Sample, error) {
	data, err := s.drawn(ctx, sampleID{id})
	if err != nil {
		return nil, err
	}
	return review.Parse(data)
}

// samples lists the ids of all samples.
func (s *Service) samples(ctx context.Context, _ struct{}) ([]string, error) {
	if s.cfg.Settings == nil {
		return nil, errNoSettings
	}
	keys, err := s.cfg.Settings.Keys(ctx, reviewKeys)
	ids := []string{}
	for _, k := range keys {
		ids = append(ids, string(k)[len(reviewKeys)+1:])
	}
	return ids, err
}

// present reads the latest document of an item: nil when it was erased or is
// restricted. It looks from where the document was when it was drawn.
func (s *Service) present(ctx context.Context, docs jetstream.Stream, item review.Item) (found *document.Document, raw []byte, err error) {
	for seq := item.Seq; ; {
		msg, err := docs.GetMsg(ctx, seq, jetstream.WithGetMsgSubject(ingest.DocsSubject(item.Record)))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return found, raw, nil
		}
		if err != nil {
			return nil, nil, fmt.Errorf("reading %s: %w", ingest.StreamDocs, err)
		}
		if document.Forgotten(msg.Header.Get) == item.Record {
			found, raw = nil, nil
		} else if d, err := document.Parse(msg.Data); err == nil && d.Record == item.Record {
			found, raw = d, msg.Data
		}
		seq = msg.Sequence + 1
	}
}
