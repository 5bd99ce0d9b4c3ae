package custody_test

import (
	"testing"

	"github.com/nats-io/nats.go"

	"qingting/ingest"
	"qingting/ingest/broker"
	"qingting/ingest/custody"
	"qingting/internal/access"
)

// A question to the service, by the listener: proven by the gate among a
// thousand users, and taken at its word.
func BenchmarkAsk(b *testing.B) {
	for name, trust := range map[string]custody.Trust{"proven": custody.TrustGate, "word": custody.TrustWord} {
		b.Run(name, func(b *testing.B) {
			must := func(err error) {
				b.Helper()
				if err != nil {
					b.Fatal(err)
				}
			}
			srv, err := broker.Start(broker.Config{Dir: b.TempDir(), StoreKey: "0123456789abcdef0123456789abcdef", Listen: "127.0.0.1:0", OfficerToken: "an-officer-token"})
			must(err)
			defer srv.Shutdown()
			inside, err := srv.Connect()
			must(err)
			defer inside.Close()
			js, err := ingest.JetStream(inside)
			must(err)
			must(ingest.Streams(b.Context(), js, ingest.StreamLimits{}))
			users := make(access.Users, 999)
			for i := range users {
				users[i] = access.User{Name: "u", Roles: []access.Role{access.Officer}}
			}
			must(srv.SetUsers(users))
			cfg := custody.Config{Clean: clean, Trust: trust}
			gated(nil, srv, &cfg)
			svc, err := custody.Serve(inside, js, cfg)
			must(err)
			defer func() { must(svc.Stop()) }()
			nc, err := nats.Connect(srv.URL(), nats.Token("an-officer-token"), nats.CustomInboxPrefix(access.Inbox("an-officer-token")))
			must(err)
			defer nc.Close()
			client := custody.NewClient(nc)
			for b.Loop() {
				if _, err := client.Letters(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
