package main

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"qingting/ingest"
)

// TestReplyOfAPublisherReachesNoStream: under the guide's accounts, a
// publisher who names a stream's subject for replies has nothing stored there.
func TestReplyOfAPublisherReachesNoStream(t *testing.T) {
	t.Parallel()
	config, seeds := guideConfig(t)
	srv := natsServer(t, config)
	js := administrator(t, srv.ClientURL(), asUser(t, seeds["ADMIN"]))
	if err := ingest.Streams(t.Context(), js, ingest.StreamLimits{}); err != nil {
		t.Fatal(err)
	}
	nc, err := nats.Connect(srv.ClientURL(), asUser(t, seeds["PUBLISHER"]))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	victims := map[string]string{
		"feedback.audit": ingest.StreamAudit, "feedback.docs.00": ingest.StreamDocs, "feedback.keys.x": ingest.StreamKeys,
		"feedback.vault.202601.x": ingest.StreamVault, "feedback.dead.x": ingest.StreamDead,
	}
	for reply := range victims {
		if err := nc.PublishRequest("feedback.in.app", reply, []byte("信号不好")); err != nil {
			t.Fatal(err)
		}
	}
	// One more, acknowledged after the others.
	if _, err := nc.Request("feedback.in.app", []byte("信号不好"), 10*time.Second); err != nil {
		t.Fatalf("a publisher has no acknowledgement: %v", err)
	}
	if n := held(t, js, ingest.StreamIn); n != uint64(len(victims)+1) {
		t.Errorf("%d messages in the queue, want %d", n, len(victims)+1)
	}
	for reply, stream := range victims {
		if n := held(t, js, stream); n != 0 {
			t.Errorf("a reply to %s left %d messages in %s", reply, n, stream)
		}
	}
}
