package broker

import (
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nkeys"
)

const (
	internalUser  = "qingting"
	publisherUser = "publisher"
	officerUser   = "officer"
)

// gate decides who may connect: this process with all rights, officers with the
// right to ask the custody service, publishers with the right to publish
// feedback and to hear their acknowledgements.
type gate struct {
	internal string
	token    string
	nkeys    []string
	officer  string // token that lets an officer in; empty lets none
	open     bool   // loopback listener without publishers' credentials

	// outside is the account of all but this process, once ready is closed.
	outside *server.Account
	ready   chan struct{}
}

// gateTimeout bounds the wait of those who come while the server starts: a
// refusal would make their clients give up for good.
const gateTimeout = 3 * time.Second

// Check implements server.Authentication.
func (g *gate) Check(c server.ClientAuthentication) bool {
	o := c.GetOpts()
	if o.Username == internalUser {
		if !same(o.Password, g.internal) {
			return false
		}
		c.RegisterUser(&server.User{Username: internalUser})
		return true
	}
	select {
	case <-g.ready:
	case <-time.After(gateTimeout):
		return false
	}
	if same(o.Token, g.officer) || same(o.Password, g.officer) {
		c.RegisterUser(&server.User{Username: officerUser, Account: g.outside, Permissions: officerRights()})
		return true
	}
	if !g.open && !g.knows(c, o) {
		return false
	}
	c.RegisterUser(&server.User{Username: publisherUser, Account: g.outside, Permissions: publisherRights()})
	return true
}

func (g *gate) knows(c server.ClientAuthentication, o *server.ClientOpts) bool {
	if g.token != "" && (same(o.Token, g.token) || same(o.Password, g.token)) {
		return true
	}
	for _, key := range g.nkeys {
		if o.Nkey == key && signed(o.Sig, key, c.GetNonce()) {
			return true
		}
	}
	return false
}

// internalInbox is where replies to this process go. It lies outside _INBOX,
// which publishers may listen to: feedback is delivered to the worker's inbox.
const internalInbox = "_QINGTING"

// The subjects that outsiders may publish to.
const (
	subjectsIn      = "feedback.in.>"
	subjectsCustody = "qingting.custody.>"
	subjectsAudit   = "qingting.audit.>"
)

// publisherRights is what a publisher may do. It may not read a stream, nor
// ask JetStream anything: a publish acknowledgement is all it gets.
func publisherRights() *server.Permissions {
	return &server.Permissions{
		Publish:   &server.SubjectPermission{Allow: []string{subjectsIn}},
		Subscribe: &server.SubjectPermission{Allow: []string{"_INBOX.>"}},
	}
}

// OfficerInbox is the inbox prefix of an officer's connection: outside _INBOX,
// so that no publisher overhears what the custody service answers.
const OfficerInbox = "_OFFICER"

// AuditorInbox is that of a connection which only reads the ledger.
const AuditorInbox = "_AUDITOR"

// officerRights is what an officer may do: read the ledger, and ask the custody
// service, which writes it before it answers. The streams themselves stay closed.
func officerRights() *server.Permissions {
	return &server.Permissions{
		Publish:   &server.SubjectPermission{Allow: []string{subjectsCustody, subjectsAudit}},
		Subscribe: &server.SubjectPermission{Allow: []string{OfficerInbox + ".>", AuditorInbox + ".>"}},
	}
}

func same(got, want string) bool {
	return want != "" && subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 1
}

// signed verifies a client's nonce signature (NATS nkey authentication, Ed25519).
func signed(sig, key string, nonce []byte) bool {
	raw, err := base64.RawURLEncoding.DecodeString(sig)
	if err != nil {
		if raw, err = base64.StdEncoding.DecodeString(sig); err != nil {
			return false
		}
	}
	pub, err := nkeys.FromPublicKey(key)
	return err == nil && pub.Verify(nonce, raw) == nil
}

// quiet passes the server's warnings and errors on, and drops its chatter. The
// server logs no payloads, but it quotes what a client sent it, a subject say,
// and a client may put anything there: quoted text and long digit runs are cut.
type quiet struct{ log *slog.Logger }

func (q quiet) Noticef(string, ...any)         {}
func (q quiet) Debugf(string, ...any)          {}
func (q quiet) Tracef(string, ...any)          {}
func (q quiet) Warnf(format string, v ...any)  { q.log.Warn(line(format, v)) }
func (q quiet) Errorf(format string, v ...any) { q.log.Error(line(format, v)) }
func (q quiet) Fatalf(format string, v ...any) { q.log.Error(line(format, v)) }

var quoted = regexp.MustCompile(`"[^"]*"|[0-9]{7,}`)

func line(format string, v []any) string {
	return "nats: " + quoted.ReplaceAllString(strings.TrimSpace(fmt.Sprintf(format, v...)), `"…"`)
}
