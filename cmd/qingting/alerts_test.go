package main

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"qingting/ingest"
	"qingting/ingest/alert"
	"qingting/ingest/govern"
	"qingting/ingest/worker"
	"qingting/internal/secrets"
)

// burst is six weeks of one complaint a day, and then many on the day of now.
func burst(now time.Time, many int) (list []ingest.Feedback) {
	say := func(i int, at time.Time) {
		list = append(list, ingest.Feedback{
			ID: fmt.Sprintf("b%04d-%s", i, at.Format("0102")), Source: "burst", Channel: "app", Region: []string{"浙江", "广东"}[i%2], Time: at,
			Text: "家里的宽带又断网了，报修没人来。", Customer: map[string]string{"phone": mobile(100 + len(list))},
		})
	}
	for ago := 42; ago > 0; ago-- {
		say(ago, now.AddDate(0, 0, -ago))
	}
	for i := range many {
		say(i, now)
	}
	return list
}

// warns has an analyst follow the alerts while a burst is published, and list
// them; a publisher may do neither.
func (s *site) warns(t *testing.T, url string, seeds map[string]string) {
	t.Helper()
	analyst := []string{"--nats", url, "--nkey", seeds["ANALYST"]}
	follow := s.command(t, append([]string{"alerts", "--follow"}, analyst...)...)
	out, err := follow.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := follow.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = follow.Process.Kill() })
	heard := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(out).ReadString('\n')
		heard <- line
	}()
	var lines strings.Builder
	for _, f := range burst(time.Now(), 30) {
		fmt.Fprintf(&lines, `{"id":%q,"source":"burst","channel":"app","time":%q,"text":%q,"customer":{"phone":%q}}`+"\n", f.ID, f.Time.Format(time.RFC3339), f.Text, f.Customer["phone"])
	}
	publish := s.command(t, "publish", "-", "--nats", url, "--nkey", seeds["PUBLISHER"])
	publish.Stdin = strings.NewReader(lines.String())
	if out, err := publish.CombinedOutput(); err != nil {
		t.Fatalf("publishing: %v\n%s", err, out)
	}
	select {
	case line := <-heard:
		if !strings.Contains(line, "突发") {
			t.Errorf("the analyst heard %q", line)
		}
	case <-time.After(time.Minute):
		t.Fatalf("the analyst heard of no burst; the server said:\n%s", lastLines(s.output.String(), 20))
	}
	if got := s.prints(t, append([]string{"alerts", "--lang", "en"}, analyst...)...); !strings.Contains(got, "burst") {
		t.Errorf("listed:\n%s", got)
	}
	s.fails(t, 1, "does not let this user", "alerts", "--nats", url, "--nkey", seeds["PUBLISHER"])
}

// TestAlertsOnThePath publishes a burst to a server whose clock stands on that
// day: one alert is told, and a restart tells no other. A server whose clock is a
// week on tells nothing of it.
func TestAlertsOnThePath(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	officers, err := secrets.ReadRecipients(s.recipients())
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, time.March, 18, 15, 0, 0, 0, time.FixedZone("UTC+8", 8*60*60))
	checks := make(chan struct{}, 1000)
	serve := func(clock time.Time, feedback []ingest.Feedback) (told []alert.Stored) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		n, err := newNode(ctx, nodeConfig{
			data: s.dataFlags(), roles: []string{roleIngest, roleIndex}, officers: officers, sources: govern.Accept,
			worker: worker.Config{AckWait: 5 * time.Second}, log: slog.New(slog.NewTextHandler(&s.output, nil)),
			alerts: &alert.Config{Every: 50 * time.Millisecond, Now: func() time.Time {
				select {
				case checks <- struct{}{}:
				default:
				}
				return clock
			}},
		})
		if err != nil {
			t.Fatal(err)
		}
		defer n.close()
		running, stop := context.WithCancel(ctx)
		ran := make(chan error, 1)
		go func() { ran <- n.run(running) }()
		p, err := ingest.NewPublisher(n.streams.js, ingest.PublisherOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range feedback {
			if err := p.Publish(ctx, f, nil); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.Flush(ctx); err != nil {
			t.Fatal(err)
		}
		p.Close()
		if err := n.caughtUp(ctx); err != nil {
			t.Fatal(err)
		}
		for len(checks) > 0 {
			<-checks
		}
		for range 6 { // each check asks for the time twice: two more begin and end
			select {
			case <-checks:
			case <-ctx.Done():
				t.Fatalf("it does not look for bursts:\n%s", s.output.String())
			}
		}
		for a, err := range alert.Read(ctx, n.streams.nc, 0) {
			if err != nil {
				t.Fatal(err)
			}
			told = append(told, a)
		}
		stop()
		if err := <-ran; err != nil {
			t.Errorf("the server stopped with %v", err)
		}
		return told
	}

	if told := serve(now.AddDate(0, 0, 7), burst(now, 30)); len(told) > 0 {
		t.Errorf("told of last week's burst: %+v", told[0].Alert)
	}
	told := serve(now, nil)
	if len(told) == 0 {
		t.Fatalf("no alert:\n%s", s.output.String())
	}
	seen := map[string]bool{}
	for _, a := range told {
		if seen[a.ID] || a.State != alert.Open || a.Since.String() != "2026-03-18" || a.Observed == nil || a.Observed.N != 30 {
			t.Errorf("told %+v", a.Alert)
		}
		seen[a.ID] = true
	}
	if again := serve(now, nil); len(again) != len(told) {
		t.Errorf("%d messages after a restart, %d before", len(again), len(told))
	}
	first := told[0].Alert
	for _, c := range []struct{ args, want string }{
		{"", "[新] " + first.ZH}, {"--lang en", "[new] " + first.EN}, {"--json --open", `"schema":"qingting.alert/1"`}, {"--json " + first.Theme, `"theme":"` + first.Theme + `"`},
	} {
		if got := s.prints(t, append([]string{"alerts", "--data", s.data(), "--days", "0"}, strings.Fields(c.args)...)...); !strings.Contains(got, c.want) {
			t.Errorf("alerts %s prints no %q:\n%s", c.args, c.want, got)
		}
	}
	if got := s.prints(t, "alerts", "--data", s.data(), "--days", "0", "no-such-theme"); got != "" {
		t.Errorf("alerts of no theme:\n%s", got)
	}
}

func TestAlertsMistakes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for says, args := range map[string][]string{
		"give --nats":            {"alerts", "--follow"},
		"--days":                 {"alerts", "--days", "-1"},
		"--alert-every":          append(s.flags, "--alert-every", "-1s"),
		"--alert-days":           append(s.flags, "--alert-days", "0"),
		"--alert-least":          append(s.flags, "--alert-least", "0"),
		"--false-alarms":         append(s.flags, "--false-alarms", "53"),
		"above 0 and at most 52": append(s.flags, "--false-alarms", "0"),
	} {
		s.fails(t, 2, says, args...)
	}
}
