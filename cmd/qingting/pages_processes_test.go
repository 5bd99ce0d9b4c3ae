package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"qingting/web"
)

// TestOperationsOfAllProcesses has two processes take feedback in: what the third
// shows of the stages is of both.
func TestOperationsOfAllProcesses(t *testing.T) {
	const records = 400
	srv := natsServer(t, withJetStream)
	js := administrator(t, srv.ClientURL())
	s := outside(t, srv.ClientURL())
	s.flags = s.outsideFlags("one", "ingest")
	one := s.start(t)
	s.awaitStreams(t, js)
	s.flags = s.outsideFlags("two", "ingest")
	two := s.start(t)
	waitFor(t, s, "both to answer", func() bool { return listeners(t, srv, subjectProcesses) == 2 })
	pages := fmt.Sprintf("127.0.0.1:%d", freePort(t))
	s.flags = append(s.outsideFlags("pages", "index,web"), "--http", pages)
	serving := s.start(t)
	s.publish(t, 0, records)
	s.expectOnce(t, js, records)

	var got web.Operations
	counts := map[string]uint64{}
	waitFor(t, s, "figures of all processes", func() bool {
		res, err := http.Get("http://" + pages + "/api/v1/operations")
		if err != nil {
			return false // it is about to listen
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		got = web.Operations{}
		if err != nil || json.Unmarshal(body, &got) != nil {
			return false
		}
		clear(counts)
		for _, st := range got.Stages {
			counts[st.Name] = st.Count
		}
		return len(got.Processes) == 3 && counts["publish"] == records
	})
	if got.Intake.Processed != records {
		t.Errorf("%d processed, want %d", got.Intake.Processed, records)
	}
	for _, stage := range []string{"decode", "detect", "redact", "seal", "annotate"} {
		if counts[stage] != records {
			t.Errorf("%s: %d, want %d", stage, counts[stage], records)
		}
	}
	if p := got.Processes; !slices.Equal(p[0].Roles, []string{roleIndex, roleWeb}) || !slices.Equal(p[1].Roles, []string{roleIngest}) || p[1].Name == p[2].Name {
		t.Errorf("processes: %+v", p)
	}
	s.stop(t, serving)
	s.stop(t, two)
	s.stop(t, one)
}

// listeners is how many connections have subscribed to a subject.
func listeners(t *testing.T, srv *server.Server, subject string) (n int) {
	t.Helper()
	open, err := srv.Subsz(&server.SubszOptions{Subscriptions: true, Limit: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	for _, sub := range open.Subs {
		if sub.Subject == subject {
			n++
		}
	}
	return n
}

// What no process of ours would say is not taken from another.
func TestReadReport(t *testing.T) {
	valid := processReport{Process: web.OperatedProcess{Name: "abcdefgh", Roles: []string{roleIngest, "evil"}, Started: time.Now()}}
	data, err := json.Marshal(valid)
	if err != nil {
		t.Fatal(err)
	}
	r, ok := readReport(data)
	if !ok || !slices.Equal(r.Process.Roles, []string{roleIngest}) {
		t.Errorf("%v: %+v", ok, r)
	}
	r, ok = readReport([]byte(`{"process":{"name":"a"},"stages":{"decode":{"counts":[1],"sum":5},"13800138000":{"counts":[1]}}}`))
	if !ok || len(r.Stages) != 1 || r.Stages["decode"].Summary().Count != 1 {
		t.Errorf("%v: %+v", ok, r)
	}
	for _, bad := range []string{"", "x", "{}", `{"process":{"name":""}}`, `{"process":{"name":"` + string(make([]byte, mostReport)) + `"}}`} {
		if _, ok := readReport([]byte(bad)); ok {
			t.Errorf("taken: %.40q", bad)
		}
	}
}
