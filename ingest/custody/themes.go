package custody

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go/micro"

	"qingting/ingest/settings"
)

// The subjects by which analysts keep what finds themes: corrections of single
// documents, learnt models, and reading anew what is stored.
const (
	themesPrefix       = "qingting.themes."
	subjectLabel       = themesPrefix + "correct"
	subjectLabels      = themesPrefix + "corrections"
	subjectModel       = themesPrefix + "model"
	subjectModelChange = themesPrefix + "model.change"
	subjectRelabel     = themesPrefix + "relabel.begin"
	relabelPrefix      = themesPrefix + "relabel.run."
)

func (s *Service) themesHandlers() map[string]micro.Handler {
	return map[string]micro.Handler{
		subjectLabel:       answering(s, s.label),
		subjectLabels:      answering(s, s.labels),
		subjectModel:       answering(s, s.model),
		subjectModelChange: answering(s, s.changeModel),
		subjectRelabel:     answering(s, s.relabel),
	}
}

// Label is what an analyst says a document is about. It holds nothing of
// what stands in it, and goes when the record is erased.
type Label struct {
	Record string    `json:"record,omitempty"`
	Themes []string  `json:"themes"` // ids; none says that no theme is right
	Actor  string    `json:"actor"`
	At     time.Time `json:"at"`
}

// maxThemes is how many themes a correction may name.
const maxThemes = 16

type labelRequest struct {
	Request
	Themes []string `json:"themes"`
}

// label keeps a correction, after the ledger has it.
func (s *Service) label(ctx context.Context, r labelRequest) (Label, error) {
	if err := r.Request.check(); err != nil {
		return Label{}, err
	}
	if !validRecord(r.Record) {
		return Label{}, errNotRecord
	}
	if len(r.Themes) > maxThemes {
		return Label{}, fmt.Errorf("a document has at most %d themes", maxThemes)
	}
	if s.cfg.Themes == nil {
		return Label{}, errors.New("this server does not tag themes, so it cannot tell which there are")
	}
	if err := s.cfg.Themes(r.Themes); err != nil {
		return Label{}, err
	}
	_, raw, err := latest(ctx, s.js, r.Record)
	if err != nil {
		return Label{}, err
	}
	if raw == nil {
		return Label{}, fmt.Errorf("record %s has no document: it never came, or it was erased", r.Record)
	}
	made := Label{Themes: slices.Compact(slices.Sorted(slices.Values(r.Themes))), Actor: r.Actor, At: s.cfg.Now().UTC().Truncate(time.Second)}
	if made.Themes == nil {
		made.Themes = []string{}
	}
	data, err := json.Marshal(made)
	if err != nil {
		return Label{}, err
	}
	st, err := s.settings()
	if err != nil {
		return Label{}, err
	}
	key := settings.LabelsOf(r.Record)
	now, err := st.Get(ctx, key)
	if err != nil {
		return Label{}, err
	}
	change := s.changeOf(r.Request, "labels:"+r.Record)
	change.Counts = map[string]int{"themes": len(made.Themes)}
	if _, err := st.Put(ctx, key, data, now.Revision, change); err != nil {
		return Label{}, err
	}
	// Erased between: what came after must not stay.
	if _, raw, err = latest(ctx, s.js, r.Record); err == nil && raw == nil {
		err = errors.Join(fmt.Errorf("record %s was erased meanwhile", r.Record), st.Forget(ctx, key))
	}
	made.Record = r.Record
	return made, err
}

type labelsRequest struct {
	After string `json:"after"` // record
}

type labelsPage struct {
	Labels []Label `json:"labels"`
	More   bool    `json:"more"`
}

// labelsPerPage keeps an answer far below what a server carries.
const labelsPerPage = 1000

func (s *Service) labels(ctx context.Context, r labelsRequest) (labelsPage, error) {
	st, err := s.settings()
	if err != nil {
		return labelsPage{}, err
	}
	var all []Label
	for v, err := range st.Below(ctx, settings.Labels) {
		if err != nil {
			return labelsPage{}, err
		}
		var c Label
		record := strings.TrimPrefix(string(v.Key), settings.Labels+".")
		if record <= r.After || json.Unmarshal(v.Data, &c) != nil {
			continue
		}
		c.Record = record
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b Label) int { return strings.Compare(a.Record, b.Record) })
	n := min(len(all), labelsPerPage)
	return labelsPage{all[:n], n < len(all)}, nil
}

// models are the settings that themes are found by: what was learnt, and the
// taxonomy.
var models = []settings.Key{settings.ThemesModel, settings.ToneModel, settings.Taxonomy}

type modelRequest struct {
	Request
	Key      settings.Key `json:"key"`
	Data     []byte       `json:"data,omitempty"` // none takes the model out
	Revision uint64       `json:"revision"`
}

// model gives the version of a model, without its bytes.
func (s *Service) model(ctx context.Context, r modelRequest) (Governed, error) {
	if !slices.Contains(models, r.Key) {
		return Governed{}, errMalformed
	}
	v, err := s.version(ctx, r.Key)
	v.Data = nil
	return v, err
}

// changeModel puts a model in place, or takes it out, after the ledger has it.
func (s *Service) changeModel(ctx context.Context, r modelRequest) (Governed, error) {
	if err := r.Request.check(); err != nil {
		return Governed{}, err
	}
	if !slices.Contains(models, r.Key) {
		return Governed{}, errMalformed
	}
	if s.cfg.Model == nil {
		return Governed{}, errors.New("this server does not tag themes, so it cannot try the model")
	}
	if len(r.Data) > 0 {
		if err := s.cfg.Model(r.Key, r.Data); err != nil {
			return Governed{}, err
		}
	}
	if r.Key == settings.Taxonomy && len(r.Data) > 0 {
		now, err := s.version(ctx, r.Key)
		if err != nil {
			return Governed{}, err
		}
		if err := s.cleanTaxonomy(r.Data, now.Data); err != nil {
			return Governed{}, err
		}
	}
	change := s.changeOf(r.Request, string(r.Key))
	change.Counts = map[string]int{"bytes": len(r.Data)}
	v, err := s.setVersion(ctx, r.Key, r.Data, r.Revision, change)
	v.Data = nil
	return v, err
}

// relabel begins a run that reads what is stored by the present taxonomy,
// lexicon and models.
func (s *Service) relabel(ctx context.Context, r rescanRequest) (Rescan, error) {
	r.Relabel = true
	return s.beginRun(ctx, r, relabelPrefix)
}

// Label keeps what an analyst says the document of r.Record is about.
func (c *Client) Label(ctx context.Context, r Request, themes []string) (Label, error) {
	var out Label
	return out, c.ask(ctx, subjectLabel, labelRequest{r, themes}, &out)
}

// Labels reads all corrections, by record.
func (c *Client) Labels(ctx context.Context) ([]Label, error) {
	var all []Label
	for after := ""; ; after = all[len(all)-1].Record {
		var page labelsPage
		if err := c.ask(ctx, subjectLabels, labelsRequest{after}, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Labels...)
		if !page.More || len(page.Labels) == 0 {
			return all, nil
		}
	}
}

// Model says which version of a model is in place.
func (c *Client) Model(ctx context.Context, key settings.Key) (Governed, error) {
	var g Governed
	return g, c.ask(ctx, subjectModel, modelRequest{Key: key}, &g)
}

// ChangeModel puts a model in place when the present one is that of revision;
// no data takes it out.
func (c *Client) ChangeModel(ctx context.Context, r Request, key settings.Key, data []byte, revision uint64) (Governed, error) {
	var g Governed
	return g, c.ask(ctx, subjectModelChange, modelRequest{r, key, bytes.Clone(data), revision}, &g)
}

// Relabel begins a run that reads stored documents anew; its ID is what
// RelabelRun asks for.
func (c *Client) Relabel(ctx context.Context, r Request, o RescanOptions) (Rescan, error) {
	var out Rescan
	return out, c.ask(ctx, subjectRelabel, rescanRequest{r, o}, &out)
}

// RelabelRun says how far a run has come, with what it takes out from the
// from-th on, and stops it if told so.
func (c *Client) RelabelRun(ctx context.Context, id string, from int, stop bool) (Rescan, error) {
	var out Rescan
	return out, c.ask(ctx, relabelPrefix+id, rescanLook{From: from, Stop: stop}, &out)
}
