package main

import (
	"bufio"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"qingting/ingest"
)

// TestSavedMatchesOnThePath has an analyst save a search at a running server and
// follow what it newly finds: they hear of it by record ids, and read it again later.
func TestSavedMatchesOnThePath(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.start(t)
	s.awaitCustody(t, 1)
	as := func(file string) []string { return []string{"--nats", "nats://" + s.addr, "--token-file", file} }
	token := filepath.Join(s.dir, "wu.token")
	s.run(t, slices.Concat([]string{"users", "add", "wu", "--role", "analyst", "-o", token}, as(filepath.Join(s.data()+"-secrets", operatorTokenFile)))...)
	analyst := as(token)
	if id := s.prints(t, slices.Concat([]string{"saved", "add", "断网", "断网 channel:app"}, analyst)...); strings.TrimSpace(id) != "s1" {
		t.Fatalf("saved as %q", id)
	}
	follow := s.command(t, slices.Concat([]string{"saved", "matches", "s1", "--follow"}, analyst)...)
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
	for i, text := range []string{"家里断网三天了", "话费太贵"} {
		s.publishOf(t, ingest.Feedback{ID: fmt.Sprint(i), Source: "crm", Channel: "app", Text: text})
	}
	select {
	case line := <-heard:
		if !strings.Contains(line, "s1  断网: 1 new, of <5 customers: ") || strings.Contains(line, "三天") {
			t.Errorf("the analyst heard %q", line)
		}
	case <-time.After(time.Minute):
		t.Fatalf("the analyst heard of nothing; the server said:\n%s", lastLines(s.output.String(), 20))
	}
	list := s.prints(t, slices.Concat([]string{"saved", "matches", "--json"}, analyst)...)
	if strings.Count(list, "\n") != 1 || !strings.Contains(list, `"search":"s1"`) {
		t.Errorf("listed:\n%s", list)
	}
}
