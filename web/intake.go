package web

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/textproto"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// Intake takes feedback in. It is safe for concurrent use.
type Intake interface {
	// Publish decodes one message as docs/formats/feedback.md says and hands it to the
	// stream: channel is that of what names none, header has the headers of the format
	// and the Content-Type. What is no feedback is an *IntakeRefusal at once. Else
	// settled is called once, with nil when the stream has taken it.
	Publish(ctx context.Context, channel string, header map[string][]string, body []byte, settled func(error)) error
}

// IntakeRefusal is why something is no feedback: a reason of the format, and a detail
// that never holds what was sent.
type IntakeRefusal struct{ Reason, Detail string }

func (e *IntakeRefusal) Error() string { return e.Reason + ": " + e.Detail }

// ErrIntakeBusy says that the stream takes no more for now. ErrIntakeUnsure says that the
// server was lost before it told: the same may be sent again.
var (
	ErrIntakeBusy   = errors.New("the stream takes no more for now")
	ErrIntakeUnsure = errors.New("the server was lost before it acknowledged")
)

// Bounds of what is taken in.
const (
	mostMessage = 1 << 20 // bytes of one message: the limit of the format
	mostRefused = 100     // lines that are named; of the others there is the number
	intakePause = 30 * time.Second
	intakeRound = 16 << 20 // bytes of lines on their way at a time, so that memory has a bound
	intakeEach  = 4 << 10  // that a line counts for beside its own
)

// intakeAnswer says what became of what was sent.
type intakeAnswer struct {
	Accepted int           `json:"accepted"`
	Refused  int           `json:"refused"`
	Failed   int           `json:"failed"` // may be sent again
	Lines    []intakeEntry `json:"lines"`  // of those refused and failed, the first 100
	Broken   string        `json:"broken,omitempty"`
}

// intakeEntry is a line that was not accepted.
type intakeEntry struct {
	Line   int    `json:"line"` // from 1
	Reason string `json:"reason"`
	Detail string `json:"detail,omitempty"`
	Again  bool   `json:"again"` // the same may be sent again; an id makes it the same record
}

// tally gathers what became of lines, from several goroutines.
type tally struct {
	mu sync.Mutex
	intakeAnswer
}

func (t *tally) settled(line int, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err == nil {
		t.Accepted++
		return
	}
	e := intakeEntry{Line: line}
	var refusal *IntakeRefusal
	switch {
	case errors.As(err, &refusal):
		t.Refused++
		e.Reason, e.Detail = refusal.Reason, refusal.Detail
	case errors.Is(err, ErrIntakeBusy):
		t.Failed++
		e.Reason, e.Again = "busy", true
	case errors.Is(err, ErrIntakeUnsure):
		t.Failed++
		e.Reason, e.Again = "unsure", true
	default:
		t.Failed++
		e.Reason, e.Again = "failed", true
	}
	if len(t.Lines) < mostRefused {
		t.Lines = append(t.Lines, e)
	}
}

// feedbackHeaders are those of a request that are part of a message: the format's own,
// and of a binary CloudEvent. A browser's cookie and a token are not.
func feedbackHeaders(r *http.Request, kind string) map[string][]string {
	h := map[string][]string{"Content-Type": {kind}}
	for name, values := range r.Header {
		if name = textproto.CanonicalMIMEHeaderKey(name); strings.HasPrefix(name, "Qingting-") || strings.HasPrefix(name, "Ce-") {
			h[name] = values
		}
	}
	return h
}

// intake answers POST /api/v1/feedback.
func (s *server) intake(w http.ResponseWriter, r *http.Request) {
	a, err := s.takeIn(w, r)
	if err != nil {
		if wait := requestOf(r.Context()).wait; wait > 0 {
			w.Header().Set("Retry-After", seconds(wait))
		}
		s.answerJSON(w, r, nil, err)
		return
	}
	s.answerJSON(w, r, a, nil)
}

func (s *server) takeIn(w http.ResponseWriter, r *http.Request) (intakeAnswer, error) {
	if s.cfg.Intake == nil {
		return intakeAnswer{}, &httpError{http.StatusNotImplemented, say{
			"这个进程不接收反馈：请发往承担 ingest 角色的进程，或经 NATS 发布到 feedback.in.<渠道>。",
			"This process takes no feedback in: send it to one that has the ingest role, or publish it to feedback.in.<channel> over NATS.",
		}}
	}
	if e := r.Header.Get("Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") {
		return intakeAnswer{}, &httpError{http.StatusUnsupportedMediaType, say{"请不压缩请求体。", "Send the body uncompressed."}}
	}
	channel := r.URL.Query().Get("channel")
	kind := r.Header.Get("Content-Type")
	media, params, _ := mime.ParseMediaType(kind)
	if media == "application/x-ndjson" {
		if c := params["charset"]; c != "" && !strings.EqualFold(c, "utf-8") {
			return intakeAnswer{}, &httpError{http.StatusUnsupportedMediaType, say{"NDJSON 应为 UTF-8。", "NDJSON is UTF-8."}}
		}
		return s.takeLines(w, r, channel)
	}
	s.extend(w)
	body, err := readBody(r, mostMessage)
	if err != nil {
		return intakeAnswer{}, err
	}
	if kind == "" {
		kind = "application/json"
	}
	result := make(chan error, 1)
	err = s.cfg.Intake.Publish(r.Context(), channel, feedbackHeaders(r, kind), body, func(err error) { result <- err })
	if err == nil {
		select {
		case err = <-result:
		case <-r.Context().Done():
			err = r.Context().Err()
		}
	}
	return intakeAnswer{Accepted: 1, Lines: []intakeEntry{}}, s.notTaken(r, err)
}

// notTaken is what one message that was not taken is answered with.
func (s *server) notTaken(r *http.Request, err error) error {
	var refusal *IntakeRefusal
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refusal):
		text := refusal.Reason + ": " + refusal.Detail
		status := http.StatusUnprocessableEntity
		return &fault{&httpError{status, say{"不是可接收的反馈：" + text, "This is not feedback that can be taken: " + text}}, "unprocessable", []fieldError{{Name: refusal.Reason, In: "body", Detail: refusal.Detail}}}
	case errors.Is(err, ErrIntakeBusy):
		requestOf(r.Context()).wait = 5 * time.Second
		return &httpError{http.StatusServiceUnavailable, say{"流暂时不再接收，请稍后重发。", "The stream takes no more for now. Send it again later."}}
	case errors.Is(err, ErrIntakeUnsure):
		requestOf(r.Context()).wait = time.Second
		return &httpError{http.StatusServiceUnavailable, say{"与流的连接在确认之前中断，不知道是否已收下。带 id 的反馈可以放心重发。", "The stream was lost before it acknowledged, and may have taken it or not. Feedback with an id may be sent again."}}
	}
	return err
}

// extend gives who sends another while: a long body may take as long as it likes, as
// long as it comes.
func (s *server) extend(w http.ResponseWriter) {
	pause := s.cfg.Pause
	if pause == 0 {
		pause = intakePause
	}
	c := http.NewResponseController(w)
	_ = c.SetReadDeadline(time.Now().Add(pause)) // of a recorder there is none
	_ = c.SetWriteDeadline(time.Now().Add(2 * pause))
}

// takeLines takes each line for a message. What was accepted before a body breaks off
// stays accepted; the answer says where it broke.
func (s *server) takeLines(w http.ResponseWriter, r *http.Request, channel string) (intakeAnswer, error) {
	t := &tally{intakeAnswer: intakeAnswer{Lines: []intakeEntry{}}}
	header := map[string][]string{"Content-Type": {"application/json"}}
	s.extend(w)
	in := bufio.NewReaderSize(r.Body, 64<<10)
	round := semaphore.NewWeighted(intakeRound)
	var way sync.WaitGroup
	var broken string
	seen := 0
	for line := 1; ; line++ {
		if line%64 == 0 {
			s.extend(w)
		}
		text, long, err := readLine(in, mostMessage)
		if err != nil && !errors.Is(err, io.EOF) {
			broken = fmt.Sprintf("line %d: the body broke off or came too slowly", line)
			break
		}
		end := errors.Is(err, io.EOF)
		if trimmed := strings.TrimSpace(string(text)); trimmed != "" || long {
			seen++
			if long {
				t.settled(line, &IntakeRefusal{"oversize", fmt.Sprintf("the line has more than %d bytes", mostMessage)})
			} else {
				weight := int64(len(trimmed)) + intakeEach
				if err := round.Acquire(r.Context(), weight); err != nil { // who sends is gone
					broken = fmt.Sprintf("line %d: the request was cancelled", line)
					break
				}
				way.Add(1)
				settled := sync.OnceFunc(func() { round.Release(weight); way.Done() })
				err := s.cfg.Intake.Publish(r.Context(), channel, header, []byte(trimmed), func(err error) {
					t.settled(line, err)
					settled()
				})
				if err != nil {
					t.settled(line, err)
					settled()
				}
				if errors.Is(err, ErrIntakeBusy) {
					broken = fmt.Sprintf("line %d: the stream takes no more for now; lines from here on were not read", line)
					end = true
				}
			}
		}
		if end {
			break
		}
	}
	way.Wait() // each of them has a time limit of its own
	t.mu.Lock()
	defer t.mu.Unlock()
	t.Broken = broken
	if seen == 0 && broken == "" {
		return intakeAnswer{}, &httpError{http.StatusUnprocessableEntity, say{"请求体里没有反馈。", "There is no feedback in the body."}}
	}
	if seen == 0 {
		return intakeAnswer{}, &httpError{http.StatusRequestTimeout, say{"请求体来得太慢，或中断了；没有收下任何内容。", "The body came too slowly or broke off; nothing was taken."}}
	}
	return t.intakeAnswer, nil
}

// readLine reads a line without its end. Of one that is longer than most, the rest is
// passed over, and long says so. io.EOF comes with the last line.
func readLine(in *bufio.Reader, most int) (line []byte, long bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		if len(line)+len(part) > most+2 {
			long, line = true, nil
		}
		if !long {
			line = append(line, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		return line, long, err
	}
}

// feedbackBody is one piece of feedback, for the description of the API alone: docs/formats/feedback.md.
type feedbackBody struct {
	ID         any            `json:"id,omitempty"`
	Source     string         `json:"source,omitempty"`
	Text       string         `json:"text"`
	Channel    string         `json:"channel,omitempty"`
	Time       any            `json:"time,omitempty"`
	Region     string         `json:"region,omitempty"`
	Product    string         `json:"product,omitempty"`
	Rating     *float64       `json:"rating,omitempty"`
	Customer   map[string]any `json:"customer,omitempty"`
	Attributes map[string]any `json:"attributes,omitempty"`
}

// eventBody is a structured CloudEvent, likewise.
type eventBody struct {
	SpecVersion string `json:"specversion"`
	ID          string `json:"id"`
	Source      string `json:"source"`
	Type        string `json:"type"`
	Time        string `json:"time,omitempty"`
	Data        any    `json:"data,omitempty"`
}
