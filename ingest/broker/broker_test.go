package broker_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nkeys"

	"qingting/ingest"
	"qingting/ingest/broker"
	"qingting/ingest/ingesttest"
	"qingting/internal/access"
)

const storeKey = ingesttest.StoreKey

func start(t *testing.T, cfg broker.Config) *broker.Broker {
	t.Helper()
	b := ingesttest.Start(t, cfg)
	ingesttest.Open(t, b)
	return b
}

func publish(t *testing.T, nc *nats.Conn, subject string) error {
	t.Helper()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	_, err = js.Publish(t.Context(), subject, []byte("信号不好"))
	return err
}

func TestNoStoreKeyNoBroker(t *testing.T) {
	if _, err := broker.Start(broker.Config{Dir: t.TempDir()}); err == nil || !strings.Contains(err.Error(), "store key") {
		t.Errorf("Start without a store key: %v", err)
	}
}

func TestOpenListenerMustBeLoopback(t *testing.T) {
	_, err := broker.Start(broker.Config{Dir: t.TempDir(), StoreKey: storeKey, Listen: "0.0.0.0:0"})
	if err == nil || !strings.Contains(err.Error(), "token or nkey") {
		t.Errorf("Start on all addresses without a token: %v", err)
	}
}

func TestPublisherMayOnlyPublish(t *testing.T) {
	b := start(t, broker.Config{Listen: "127.0.0.1:0"})
	denied := make(chan error, 16)
	nc, err := nats.Connect(b.URL(), nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { denied <- err }))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if err := publish(t, nc, "feedback.in.app"); err != nil {
		t.Errorf("a publisher cannot publish: %v", err)
	}
	for _, subject := range []string{"feedback.docs.00", "feedback.vault.202601.x", "$JS.API.STREAM.PURGE.FEEDBACK_IN", "$JS.API.STREAM.MSG.GET.FEEDBACK_IN"} {
		if err := nc.Publish(subject, nil); err != nil {
			t.Fatal(err)
		}
	}
	for _, subject := range []string{"feedback.>", ">", "_QINGTING.>", "$JS.>"} {
		if _, err := nc.SubscribeSync(subject); err != nil {
			t.Fatal(err)
		}
	}
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
	for i := range 8 {
		select {
		case err := <-denied:
			if !errors.Is(err, nats.ErrPermissionViolation) {
				t.Errorf("error %v, want a permission violation", err)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("%d of 8 forbidden things were denied", i)
		}
	}
}

// A publisher chooses where its acknowledgement goes. Sent to the subject of a
// stream, it would become an entry of the ledger, a document, or take the place
// of a sealed record.
func TestReplyCannotReachStreams(t *testing.T) {
	b := start(t, broker.Config{Listen: "127.0.0.1:0", OfficerToken: "an-officer-token"})
	inside, err := b.Connect()
	if err != nil {
		t.Fatal(err)
	}
	defer inside.Close()
	js, err := jetstream.New(inside)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := inside.Subscribe("qingting.custody.record", func(m *nats.Msg) { _ = m.Respond([]byte("answer")) }); err != nil {
		t.Fatal(err)
	}
	if err := inside.Flush(); err != nil {
		t.Fatal(err)
	}
	victims := map[string]string{
		"feedback.audit": ingest.StreamAudit, "feedback.docs.00": ingest.StreamDocs, "feedback.keys.x": ingest.StreamKeys,
		"feedback.vault.202601.x": ingest.StreamVault, "feedback.dead.x": ingest.StreamDead,
	}
	for subject, opts := range map[string][]nats.Option{
		"feedback.in.app":         nil,
		"qingting.custody.record": {nats.Token("an-officer-token"), nats.CustomInboxPrefix(access.Inbox("an-officer-token"))},
	} {
		nc, err := nats.Connect(b.URL(), opts...)
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		for reply := range victims {
			if err := nc.PublishRequest(subject, reply, []byte("信号不好")); err != nil {
				t.Fatal(err)
			}
		}
		// One more, answered after the others.
		if _, err := nc.Request(subject, []byte("信号不好"), 10*time.Second); err != nil {
			t.Fatal(err)
		}
	}
	for _, stream := range victims {
		s, err := js.Stream(t.Context(), stream)
		if err != nil {
			t.Fatal(err)
		}
		if n := s.CachedInfo().State.Msgs; n != 0 {
			t.Errorf("%s took %d answers for messages", stream, n)
		}
	}
	in, err := js.Stream(t.Context(), ingest.StreamIn)
	if err != nil {
		t.Fatal(err)
	}
	if n := in.CachedInfo().State.Msgs; n != uint64(len(victims)+1) {
		t.Errorf("%d messages in the queue, want %d", n, len(victims)+1)
	}
}

func TestOfficerMayOnlyAskCustody(t *testing.T) {
	b := start(t, broker.Config{Listen: "127.0.0.1:0", OfficerToken: "an-officer-token"})
	denied := make(chan error, 16)
	nc, err := nats.Connect(b.URL(), nats.Token("an-officer-token"), nats.CustomInboxPrefix(access.Inbox("an-officer-token")),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { denied <- err }))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	inside, err := b.Connect()
	if err != nil {
		t.Fatal(err)
	}
	defer inside.Close()
	if _, err := inside.Subscribe("qingting.custody.record", func(m *nats.Msg) { _ = m.Respond([]byte("answer")) }); err != nil {
		t.Fatal(err)
	}
	if err := inside.Flush(); err != nil {
		t.Fatal(err)
	}
	if m, err := nc.Request("qingting.custody.record", nil, 10*time.Second); err != nil || string(m.Data) != "answer" {
		t.Errorf("an officer asks custody: %v", err)
	}
	for _, subject := range []string{"feedback.in.app", "feedback.audit", "$JS.API.DIRECT.GET.FEEDBACK_VAULT"} {
		if err := nc.Publish(subject, nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := nc.SubscribeSync("feedback.>"); err != nil {
		t.Fatal(err)
	}
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		select {
		case <-denied:
		case <-time.After(10 * time.Second):
			t.Fatalf("%d of 4 forbidden things were denied", i)
		}
	}
}

func TestTokenAndNKey(t *testing.T) {
	user, err := nkeys.CreateUser()
	if err != nil {
		t.Fatal(err)
	}
	pub, err := user.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := nkeys.CreateUser()
	if err != nil {
		t.Fatal(err)
	}
	strangerPub, _ := stranger.PublicKey()
	b := start(t, broker.Config{Listen: "0.0.0.0:0", Token: "a-publisher-token", NKeys: []string{pub}})
	url := strings.Replace(b.URL(), "0.0.0.0", "127.0.0.1", 1)
	for name, tc := range map[string]struct {
		opt nats.Option
		ok  bool
	}{
		"no credentials": {nats.Name("x"), false},
		"token":          {nats.Token("a-publisher-token"), true},
		"wrong token":    {nats.Token("another"), false},
		"nkey":           {nats.Nkey(pub, user.Sign), true},
		"stranger":       {nats.Nkey(strangerPub, stranger.Sign), false},
		"forged nkey":    {nats.Nkey(pub, stranger.Sign), false},
		"internal user":  {nats.UserInfo("qingting", ""), false},
	} {
		nc, err := nats.Connect(url, tc.opt)
		if (err == nil) != tc.ok {
			t.Errorf("%s: connect: %v", name, err)
		}
		if err == nil {
			if err := publish(t, nc, "feedback.in.app"); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			nc.Close()
		}
	}
}

func TestAtRestEncryption(t *testing.T) {
	dir := t.TempDir()
	b := start(t, broker.Config{Dir: dir, SyncAlways: true})
	nc, err := b.Connect()
	if err != nil {
		t.Fatal(err)
	}
	const canary = "canary-6217000010001234567"
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.Publish(t.Context(), "feedback.in."+canary, []byte(canary)); err != nil {
		t.Fatal(err)
	}
	search := func(when string) {
		needles := [][]byte{[]byte(canary), []byte(base64.StdEncoding.EncodeToString([]byte(canary)))}
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			for _, n := range needles {
				if bytes.Contains(data, n) {
					t.Errorf("%s: %s holds a message in the clear", when, filepath.Base(path))
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	search("running")
	nc.Close()
	b.Shutdown()
	search("stopped")
	if _, err := broker.Start(broker.Config{Dir: dir, StoreKey: strings.Repeat("x", 32)}); err == nil || !strings.Contains(err.Error(), "store key is not the one") {
		t.Errorf("started with another key: %v", err)
	}
}

// TestListenTaken: an address that something else has ends the start at once.
func TestListenTaken(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	b, err := broker.Start(broker.Config{Dir: t.TempDir(), StoreKey: storeKey, Listen: taken.Addr().String()})
	if err == nil {
		b.Shutdown()
	}
	if err == nil || !strings.Contains(err.Error(), "choose another address with --listen") {
		t.Errorf("started beside another listener: %v", err)
	}
}
