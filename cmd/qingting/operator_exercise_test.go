package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
)

// exercise does what playAllParts does, as far as it comes, until ctx ends.
func exercise(ctx context.Context, s *site, t testing.TB, url string, seeds map[string]string) {
	nc, err := nats.Connect(url, asUser(t, seeds["PUBLISHER"]))
	if err != nil {
		return
	}
	defer nc.Close()
	officer, err := nats.Connect(url, asUser(t, seeds["OFFICER"]), nats.CustomInboxPrefix(inboxOf(t, seeds["OFFICER"])))
	if err != nil {
		return
	}
	defer officer.Close()
	for i := 0; ctx.Err() == nil; i++ {
		for _, body := range []string{
			fmt.Sprintf(`{"id":"x%d","source":"t","text":"我的电话是%s，断网"}`, i, mobile(1)),
			fmt.Sprintf(`{"id":"x%d","source":"t","text":"断网"}`, i),
			fmt.Sprintf(`{"id":"y%d","source":"t","text":"我的电话是%s，断网"}`, i, mobile(2)),
			`{"text":`,
		} {
			_ = nc.Publish("feedback.in.app", []byte(body)) // the process under test may be gone
		}
		for subject, body := range map[string]string{
			"custody.record":         `{"actor":"a","purpose":"verify","reason":"r","record":"aaaaaaaaaaaaaaaaaaaaaaaaaa"}`,
			"custody.epoch":          `{"record":"x"}`,
			"custody.letters":        `{}`,
			"custody.letter":         `{"actor":"a","reason":"r","letter":1}`,
			"audit.entries":          `{}`,
			"audit.checkpoints":      `{}`,
			"audit.epochs":           `{}`,
			"subject.erase":          `{"actor":"a","reason":"r","identifiers":[{"type":"MOBILE","value":"` + mobile(2) + `"}]}`,
			"govern.officers.rewrap": `{"actor":"a","reason":"r"}`,
			"custody.retry":          fmt.Sprintf(`{"actor":"a","reason":"r","letter":%d,"opened":{"subject":"feedback.in.app","data":"e30="}}`, i+1),
		} {
			ask, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
			_, _ = officer.RequestWithContext(ask, "qingting."+subject, []byte(body)) // likewise
			cancel()
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
		}
	}
}

// visit makes the first account by the link on the terminal, signs in, looks at the
// account and out again, until ctx ends, as far as it comes.
func visit(ctx context.Context, s *site, pages string) {
	const name, password = "lin", "three cats crossed seven bridges"
	jar, err := cookiejar.New(nil)
	if err != nil {
		return
	}
	client := &http.Client{Jar: jar}
	for ctx.Err() == nil {
		_, _ = status(ctx, pages+"/api/v1/report", "nobodys-token") // the process under test may be gone
		both := url.Values{"name": {name}, "password": {password}, "again": {password}}
		if link := firstLink.FindString(s.output.String()); link != "" {
			submit(ctx, client, link, both)
		}
		submit(ctx, client, pages+"/sign-in", both)
		submit(ctx, client, pages+"/account", nil)
		submit(ctx, client, pages+"/sign-out", url.Values{})
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
		}
	}
}

var firstLink = regexp.MustCompile(`http://\S+/link\?token=[A-Z2-7]+`)

// submit sends a form, or without one asks for a page.
func submit(ctx context.Context, client *http.Client, target string, form url.Values) {
	method := http.MethodPost
	if form == nil {
		method = http.MethodGet
	}
	r, err := http.NewRequestWithContext(ctx, method, target, strings.NewReader(form.Encode()))
	if err != nil {
		return
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if res, err := client.Do(r); err == nil {
		_ = res.Body.Close()
	}
}
