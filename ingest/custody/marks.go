package custody

import (
	"context"
	"time"

	"qingting/ingest/settings"
	"qingting/internal/mark"
)

// The subjects by which actions are noted down, for the figures before and
// after them. Who may ask there is an analyst.
const (
	markPrefix     = "qingting.mark."
	subjectMarks   = markPrefix + "list"
	subjectMarkAdd = markPrefix + "add"
	subjectUnmark  = markPrefix + "remove"
)

// markRequest enters a mark, or removes the one of Mark.ID.
type markRequest struct {
	Request
	Mark mark.Mark `json:"mark"`
}

type marksAnswer struct {
	Marks mark.List `json:"marks,omitempty"`
	Mark  mark.Mark `json:"mark"`
}

// marks lists them.
func (s *Service) marks(ctx context.Context, _ struct{}) (marksAnswer, error) {
	list, err := readList(ctx, s, settings.Interventions, mark.Parse)
	return marksAnswer{Marks: list}, err
}

// mark enters a mark, after the ledger has it.
func (s *Service) mark(ctx context.Context, r markRequest) (marksAnswer, error) {
	r.Mark.Title = s.cfg.Clean(r.Mark.Title)
	r.Mark.Actor, r.Mark.Added = r.Actor, s.cfg.Now().UTC().Truncate(time.Second)
	var made mark.Mark
	err := s.changeList(ctx, r.Request, settings.Interventions, "intervention", func(data []byte) (out []byte, id string, err error) {
		out, made, err = mark.Add(data, r.Mark)
		return out, made.ID, err
	})
	return marksAnswer{Mark: made}, err
}

// unmark removes a mark, after the ledger has it.
func (s *Service) unmark(ctx context.Context, r markRequest) (marksAnswer, error) {
	return marksAnswer{}, s.changeList(ctx, r.Request, settings.Interventions, "intervention", func(data []byte) ([]byte, string, error) {
		out, err := mark.Remove(data, r.Mark.ID)
		return out, r.Mark.ID, err
	})
}

// Marks lists the actions that were noted down, in order of their dates.
func (c *Client) Marks(ctx context.Context) (mark.List, error) {
	var a marksAnswer
	return a.Marks, c.ask(ctx, subjectMarks, struct{}{}, &a)
}

// Mark notes an action down; it returns it with its id.
func (c *Client) Mark(ctx context.Context, r Request, m mark.Mark) (mark.Mark, error) {
	var a marksAnswer
	return a.Mark, c.ask(ctx, subjectMarkAdd, markRequest{r, m}, &a)
}

// Unmark removes the mark of that id.
func (c *Client) Unmark(ctx context.Context, r Request, id string) error {
	return c.ask(ctx, subjectUnmark, markRequest{r, mark.Mark{ID: id}}, &marksAnswer{})
}
