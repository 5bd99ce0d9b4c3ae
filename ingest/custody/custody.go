// Package custody hands sealed values to officers, and to nobody without a
// trace: no ciphertext leaves before its audit entry is durable.
//
// The server side is a NATS service; an officer's process asks it, decrypts for
// itself, and needs no right to read the streams:
//
//	svc, err := custody.Serve(nc, js, custody.Config{Clean: redact})
//	...
//	client := custody.NewClient(nc)
//	rel, err := client.Record(ctx, custody.Request{Actor: "…", Record: id, Reason: "…"})
//
// It guarantees that a request without reason is refused, that its actor is the
// user whom NATS authenticated, in a role that may ask it, and that
// the entry holds no personal data: the reason is redacted like feedback. It
// opens nothing: the server holds no identity.
package custody

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nats.go/micro"

	"qingting/ingest"
	"qingting/ingest/amend"
	"qingting/ingest/settings"
	"qingting/internal/access"
	"qingting/internal/document"
	"qingting/internal/saved"
	"qingting/privacy/audit"
)

// The subjects of the service. Who may publish to them is an officer.
const (
	subjectPrefix  = "qingting.custody."
	subjectRecord  = subjectPrefix + "record"
	subjectEpoch   = subjectPrefix + "epoch"
	subjectLetters = subjectPrefix + "letters"
	subjectLetter  = subjectPrefix + "letter"
	subjectRetry   = subjectPrefix + "retry"
)

// requestTimeout bounds one request, on either side.
const requestTimeout = 30 * time.Second

// Request asks for one sealed thing, and says who asks and why.
type Request struct {
	// Actor is what who asks calls themselves, a user name; it may be empty. In
	// the service, it is who was authenticated, and Role the role in which.
	Actor  string `json:"actor"`
	Role   string `json:"-"`
	Reason string `json:"reason"`           // why, in words
	Ticket string `json:"ticket,omitempty"` // the case it belongs to
	Record string `json:"record,omitempty"` // of Record
	Letter uint64 `json:"letter,omitempty"` // of Letter and Retry; of Letters, the one to go on after

	Purpose  string `json:"purpose,omitempty"`  // of Record: a code of Purposes
	Field    string `json:"field,omitempty"`    // of Record: which value is meant, when not all
	Approval string `json:"approval,omitempty"` // what a second person granted
}

// Release is what the vault holds of one record, still sealed.
type Release struct {
	Record   string             `json:"record"`
	Sealed   []byte             `json:"sealed,omitempty"`   // the base, an age file, see docs/formats/vault.md
	Parts    []Part             `json:"parts,omitempty"`    // the additions, in the order of the document
	Missing  int                `json:"missing,omitempty"`  // additions that the document names and the vault lacks
	Document *document.Document `json:"document,omitempty"` // the redacted document, when it is there
	Entry    int64              `json:"entry"`              // index of the ledger entry, from 0
	Actor    string             `json:"actor"`              // who it was released to, as the entry says
}

// Config is what the service needs besides its streams.
type Config struct {
	// Clean takes personal data out of a reason before it enters the ledger. Required.
	Clean func(string) string
	// Keys verify the ledger's checkpoints that witnesses bring back. Without
	// any, none is taken.
	Keys audit.Keys
	// Trust says how the service learns who asks, Local who that is under
	// TrustLocal, and Users who is known: nil for nobody.
	Trust Trust
	Local string
	Users func(context.Context) (access.Users, error)
	// Settings hold what is governed; nil refuses to change anything.
	Settings *settings.Settings
	// Subjects handles the requests of persons; nil answers none.
	Subjects *Subjects
	// Match says what the query of an export finds; nil takes everything for
	// found.
	Match Match
	// Count counts what a query finds by an index that holds every document; false
	// when there is none that does now. nil has Match count, document by document.
	Count func(ctx context.Context, query string) (n int, ok bool)
	// CheckSearch refuses a search that cannot be run, before it is saved; nil
	// takes any.
	CheckSearch func(saved.Search) error
	// Themes says whether ids are themes, and Model whether bytes are a model that
	// can be used; nil refuses corrections, and models.
	Themes func(ids []string) error
	Model  func(key settings.Key, data []byte) error
	// Taxonomy is the built-in one: what it says is nobody's personal data, however
	// it reads.
	Taxonomy []byte
	// Discovery finds themes in what is stored, and keeps what is decided of
	// them; nil refuses to.
	Discovery Discovery
	// Amend takes personal data out of stored documents; nil refuses to. Alone
	// says that no other process serves these streams.
	Amend *amend.Amender
	Alone bool
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	Log *slog.Logger
}

// Service is the running service.
type Service struct {
	js  jetstream.JetStream
	cfg Config
	svc micro.Service
	// handlers are by subject; not changed once Serve has returned.
	handlers map[string]micro.Handler

	jobs  jobs
	tasks *tasks

	discoveries *tasks
	discovering sync.Mutex // held by the one that is under way
	rescans     rescans
	reviews     reviews
}

// Serve starts the service on nc. Stop it.
func Serve(nc *nats.Conn, js jetstream.JetStream, cfg Config) (*Service, error) {
	if cfg.Clean == nil {
		return nil, errors.New("custody: Config.Clean is required")
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	s := &Service{js: js, cfg: cfg, tasks: newTasks(personPrefix), discoveries: newTasks(discoverPrefix)}
	svc, err := micro.AddService(nc, micro.Config{
		Name: "qingting-custody", Version: "1.0.0",
		Description: "hands sealed values to officers, each with an audit entry",
	})
	if err != nil {
		return nil, fmt.Errorf("custody: %w", err)
	}
	s.svc = svc
	endpoints := map[string]micro.Handler{
		subjectRecord:      answering(s, s.record),
		subjectEpoch:       answering(s, s.epoch),
		subjectLetters:     answering(s, s.letters),
		subjectLetter:      answering(s, s.letter),
		subjectRetry:       answering(s, s.retry),
		subjectEntries:     answering(s, s.entries),
		subjectCheckpoints: answering(s, s.checkpoints),
		subjectCosign:      answering(s, s.cosign),
		subjectDocument:    answering(s, s.document),
		subjectGoverned:    answering(s, s.governed),
		subjectGovern:      answering(s, s.govern),
		subjectExpire:      answering(s, s.expire),
		subjectExpired:     answering(s, s.expired),
		subjectExtract:     answering(s, s.extract),
		subjectDocuments:   answering(s, s.documents),
		subjectExtracted:   answering(s, s.extracted),
		subjectOfficers:    answering(s, s.officers),
		subjectEpochs:      answering(s, s.epochs),
		subjectLetterSets:  answering(s, s.letterSets),
		subjectChange:      answering(s, s.change),
		subjectEnvelopes:   answering(s, s.envelopes),
		subjectBegin:       answering(s, s.begin),
		subjectRewrap:      answering(s, s.rewrap),
		subjectEnd:         answering(s, s.end),
		subjectSample:      answering(s, s.sample),
		subjectRescan:      answering(s, s.rescan),
		subjectUsers:       answering(s, s.listUsers),
		subjectUserChange:  answering(s, s.changeUsers),
	}
	maps.Copy(endpoints, map[string]micro.Handler{
		subjectMarks: answering(s, s.marks), subjectMarkAdd: answering(s, s.mark), subjectUnmark: answering(s, s.unmark),
	})
	maps.Copy(endpoints, s.personHandlers())
	maps.Copy(endpoints, s.reviewHandlers())
	maps.Copy(endpoints, s.lexiconHandlers())
	maps.Copy(endpoints, s.savedHandlers())
	maps.Copy(endpoints, s.themesHandlers())
	maps.Copy(endpoints, s.discoverHandlers())
	maps.Copy(endpoints, s.clockHandlers())
	maps.Copy(endpoints, map[string]micro.Handler{
		subjectAsk:      answering(s, s.ask),
		subjectAsked:    answering(s, s.approvals),
		subjectDecide:   answering(s, s.decide),
		subjectReveals:  answering(s, s.showRules),
		subjectSetRules: answering(s, s.setRules),
	})
	s.handlers = endpoints
	for subject, handler := range endpoints {
		if access.PowerOf(subject) == "" {
			return nil, errors.Join(fmt.Errorf("custody: no row of access.Table says who may ask %s", subject), svc.Stop())
		}
		name := strings.NewReplacer(subjectPrefix, "", auditPrefix, "", "qingting.", "", ".", "-").Replace(subject)
		if err := svc.AddEndpoint(name, handler, micro.WithEndpointSubject(subject)); err != nil {
			return nil, errors.Join(fmt.Errorf("custody: %w", err), svc.Stop())
		}
	}
	if err := nc.Flush(); err != nil { // once it is served, the NATS server knows who answers
		return nil, errors.Join(fmt.Errorf("custody: %w", err), svc.Stop())
	}
	return s, nil
}

// Stop ends the service after the requests under way.
func (s *Service) Stop() error {
	err := s.svc.Stop()
	s.jobs.stop()
	return err
}

// answering decodes a request, proves who asks, bounds it in time and encodes
// the answer. The handler finds the actor in its Request, or in ctx
// (access.ActorOf). No error repeats the request: what it carries may be personal.
func answering[R, A any](s *Service, handle func(context.Context, R) (A, error)) micro.Handler {
	return micro.HandlerFunc(func(req micro.Request) {
		ctx, cancel := context.WithTimeout(context.Background(), requestTimeout)
		defer cancel()
		actor, err := s.who(ctx, req)
		if err != nil {
			s.refuse(req, "403", err)
			return
		}
		var r R
		if err := json.Unmarshal(req.Data(), &r); err != nil {
			s.refuse(req, "400", errMalformed)
			return
		}
		if p, ok := any(&r).(presenter); ok {
			if actor, err = p.present(actor); err != nil {
				s.refuse(req, "400", err)
				return
			}
		}
		answer, err := handle(access.WithActor(ctx, actor), r)
		if err != nil {
			s.refuse(req, "422", err)
			return
		}
		s.answer(req, answer)
	})
}

// answer sends sealed bytes as they are, anything else as JSON. What the NATS
// server does not carry is an error at once: the officer must not wait for it.
func (s *Service) answer(req micro.Request, answer any) {
	var err error
	if sealed, ok := answer.([]byte); ok {
		err = req.Respond(sealed)
	} else {
		err = req.RespondJSON(answer)
	}
	if err != nil {
		s.cfg.Log.Error("custody: answering", "error", err)
		s.refuse(req, "500", fmt.Errorf("the answer could not be sent: %w", err))
	}
}

// refuse answers with an error, of a code that NATS knows and one that is ours.
func (s *Service) refuse(req micro.Request, status string, why error) {
	header := micro.Headers{codeHeader: {string(CodeOf(why))}}
	if err := req.Error(status, why.Error(), nil, micro.WithHeaders(header)); err != nil {
		s.cfg.Log.Error("custody: answering", "error", err)
	}
}

// epoch gives an epoch's envelope, in Request.Record: a key that is sealed to
// the officers, useless without a record and so without an entry of its own.
func (s *Service) epoch(ctx context.Context, r Request) ([]byte, error) {
	if r.Record == "" || strings.ContainsAny(r.Record, ".*> \t\r\n") {
		return nil, errors.New("not an epoch id")
	}
	keys, err := s.js.Stream(ctx, ingest.StreamKeys)
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", ingest.StreamKeys, err)
	}
	msg, err := keys.GetLastMsgForSubject(ctx, ingest.KeySubject(r.Record))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		// A process that was killed while replacing it may have left the new one aside.
		return s.staged(ctx, keys, r.Record)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the keys: %w", err)
	}
	return msg.Data, nil
}

// latest finds the last document of a record among those of its shard, nil
// when there is none or it was erased.
func latest(ctx context.Context, js jetstream.JetStream, record string) (found *document.Document, raw []byte, err error) {
	docs, err := js.Stream(ctx, ingest.StreamDocs)
	if err != nil {
		return nil, nil, fmt.Errorf("stream %s: %w", ingest.StreamDocs, err)
	}
	for seq := uint64(1); ; {
		msg, err := docs.GetMsg(ctx, seq, jetstream.WithGetMsgSubject(ingest.DocsSubject(record)))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return found, raw, nil
		}
		if err != nil {
			return nil, nil, fmt.Errorf("reading %s: %w", ingest.StreamDocs, err)
		}
		if msg.Header.Get(document.ErasedHeader) == record {
			found, raw = nil, nil
		} else if d, err := document.Parse(msg.Data); err == nil && d.Record == record {
			found, raw = d, msg.Data
		}
		seq = msg.Sequence + 1
	}
}

var errNotRecord = refusal(CodeRecord, "not a record id: 26 of a-z and 2-7, as search and the documents show it")

func validRecord(id string) bool {
	if len(id) != 26 {
		return false
	}
	for _, c := range id {
		if (c < 'a' || c > 'z') && (c < '2' || c > '7') {
			return false
		}
	}
	return true
}
