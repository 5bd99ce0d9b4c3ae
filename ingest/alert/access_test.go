package alert_test

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"qingting/ingest"
	"qingting/ingest/alert"
	"qingting/ingest/broker"
	"qingting/ingest/ingesttest"
	"qingting/internal/access"
)

// Who comes in by the embedded broker's listener hears and reads alerts in the
// roles of the table, and in no other.
func TestWhoHears(t *testing.T) {
	b := ingesttest.Start(t, broker.Config{Listen: "127.0.0.1:0", Register: true})
	var users access.Users
	for _, r := range access.Roles {
		users = append(users, access.User{Name: "u-" + string(r), Roles: []access.Role{r}, TokenHash: access.HashToken("token-" + string(r))})
	}
	if err := b.SetUsers(users); err != nil {
		t.Fatal(err)
	}
	_, js := ingesttest.Connect(t, b)
	if err := ingest.Streams(t.Context(), js, ingest.StreamLimits{}, ingest.StreamAlerts); err != nil {
		t.Fatal(err)
	}
	for _, role := range access.Roles {
		t.Run(string(role), func(t *testing.T) {
			denied := make(chan error, 8)
			token := "token-" + string(role)
			nc, err := nats.Connect(b.URL(), nats.Token(token), nats.CustomInboxPrefix(access.Inbox(token)), nats.NoReconnect(),
				nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { denied <- err }))
			if err != nil {
				t.Fatal(err)
			}
			defer nc.Close()
			sub, err := nc.SubscribeSync(ingest.SubjectAlerts)
			if err != nil {
				t.Fatal(err)
			}
			if err := nc.Flush(); err != nil {
				t.Fatal(err)
			}
			if access.RoleFor([]access.Role{role}, access.Alerts) == "" {
				select {
				case <-denied:
				case <-time.After(10 * time.Second):
					t.Error("may subscribe")
				}
				return
			}
			body := []byte(`{"schema":"qingting.alert/1","id":"` + string(role) + `","theme":"slow-data"}`)
			ack, err := js.Publish(t.Context(), alert.Subject("slow-data"), body)
			if err != nil {
				t.Fatal(err)
			}
			if m, err := sub.NextMsg(10 * time.Second); err != nil || string(m.Data) != string(body) {
				t.Errorf("heard %v (%v)", m, err)
			}
			n := 0
			for s, err := range alert.Read(t.Context(), nc, ack.Sequence-1) {
				if err != nil {
					t.Fatal(err)
				}
				if n++; s.ID != string(role) || s.Sequence != ack.Sequence {
					t.Errorf("read %+v", s)
				}
			}
			if n != 1 {
				t.Errorf("read %d messages", n)
			}
			if err := nc.Publish(alert.Subject("slow-data"), body); err != nil {
				t.Fatal(err)
			}
			select {
			case <-denied:
			case <-time.After(10 * time.Second):
				t.Error("may publish alerts")
			}
		})
	}
}
