package govern_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"qingting/ingest/govern"
	"qingting/ingest/settings"
)

func jetstreamMsg(subject string, data []byte) *nats.Msg {
	m := nats.NewMsg(subject)
	m.Data = data
	return m
}

func TestGate(t *testing.T) {
	p := newPlace(t)
	p.register(t, source("app"))
	g, err := govern.NewGate(t.Context(), p.settings, govern.Refuse, nil)
	if err != nil {
		t.Fatal(err)
	}
	expect := func(name string, want bool) {
		t.Helper()
		if got, err := g.Admits(t.Context(), name); err != nil || got != want {
			t.Errorf("Admits(%q) = %v, %v", name, got, err)
		}
	}
	expect("app", true)
	expect("store", false)
	expect("", false)
	p.register(t, source("app"), source("store"), source(govern.DefaultSource))
	expect("store", true) // though nobody follows
	expect("", true)

	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- g.Run(ctx) }()
	p.register(t, source("store"))
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if ok, err := g.Admits(t.Context(), "app"); err == nil && !ok {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("a source that was removed is admitted")
		}
	}
	p.put(t, settings.Sources, []byte("{")) // not by us: what was there counts
	time.Sleep(50 * time.Millisecond)
	expect("store", true)
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := govern.NewGate(t.Context(), p.settings, govern.Refuse, nil); err == nil {
		t.Error("a register that cannot be read lets the gate open")
	}
	open, err := govern.NewGate(t.Context(), newPlace(t).settings, govern.Accept, nil)
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := open.Admits(t.Context(), "any"); !ok || err != nil {
		t.Error("accept refuses")
	}
}

func TestParseRegister(t *testing.T) {
	for data, want := range map[string]string{
		`{"register":1,"sources":[{"name":"a","purposes":["p"],"bases":["consent"]}]}`: "",
		``:                                  "",
		`{"register":2,"sources":[]}`:       "version 2",
		`{"register":1,"sources":[],"x":1}`: "unknown field",
		`{"register":1,"sources":[]}{}`:     "after the end",
		`{"register":1,"sources":[{"name":"a","bases":["consent"]}]}`:                                                            "purpose",
		`{"register":1,"sources":[{"name":"a","purposes":["p"]}]}`:                                                               "legal basis",
		`{"register":1,"sources":[{"name":"a","purposes":["p"],"bases":["whim"]}]}`:                                              "no legal basis",
		`{"register":1,"sources":[{"name":" a","purposes":["p"],"bases":["law"]}]}`:                                              "name",
		`{"register":1,"sources":[{"name":"a","purposes":["p"],"bases":["law"],"notice":{"date":"yesterday"}}]}`:                 "date",
		`{"register":1,"sources":[{"name":"a","purposes":["p"],"bases":["law"],"abroad":{"to":"SG","way":"post"}}]}`:             "PIPL 38",
		`{"register":1,"sources":[{"name":"a","purposes":["p"],"bases":["law"]},{"name":"a","purposes":["p"],"bases":["law"]}]}`: "twice",
		`{"register":1,"sources":[{"name":"a","purposes":["p"],"bases":["law"],"retention":{"vault":-1}}]}`:                      "retention",
	} {
		_, err := govern.ParseRegister([]byte(data))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", data, err, want)
		}
	}
}

func TestLint(t *testing.T) {
	s := govern.Source{
		Name: "app", Purposes: []string{"改进服务"}, Bases: []string{"consent"}, Consent: "given", Sensitive: true,
		Notice: govern.Notice{URL: "https://example.com/privacy", Date: "2026-01-31"}, Categories: []string{"MOBILE"},
		Retention: govern.Days{Vault: 90}, Stored: "浙江杭州", Contact: "个人信息保护负责人",
	}
	texts := func() (list []string) {
		for _, p := range s.Lint() {
			list = append(list, p.Text)
		}
		return list
	}
	if got := texts(); !slices.Equal(got, []string{"sensitive data need separate consent (PIPL 29)"}) {
		t.Errorf("lint says %v", got)
	}
	s.Consent = "separate"
	if got := texts(); len(got) != 0 {
		t.Errorf("lint says %v", got)
	}
}

func TestParseRetention(t *testing.T) {
	for data, want := range map[string]string{
		`{"retention":1,"vault":{"days":180},"docs":{"days":0}}`:                       "",
		`{"retention":1,"vault":{"days":0},"docs":{"days":0}}`:                         "for ever",
		`{"retention":1,"vault":{"days":9,"types":{"PHONE":3}},"docs":{"days":0}}`:     "no type",
		`{"retention":1,"vault":{"days":9,"types":{"MOBILE":0}},"docs":{"days":0}}`:    "0 days",
		`{"retention":1,"vault":{"days":9,"sources":{"app":99999}},"docs":{"days":0}}`: "99999 days",
		`{"retention":3,"vault":{"days":9},"docs":{"days":0}}`:                         "version 3",
		`{"retention":1,"vault":{"days":9},"docs":{"days":0},"dead":{"days":1}}`:       "unknown field",
	} {
		_, err := govern.ParseRetention([]byte(data))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", data, err, want)
		}
	}
}
