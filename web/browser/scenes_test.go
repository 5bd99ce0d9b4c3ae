package browser

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"
)

// A scene is a state that no address alone leads to: something waits, was refused or
// revealed. Real people and commands bring it about, on the server of the stage.

// shootScenes takes pictures of all scenes.
func (st *stage) shootScenes(t *testing.T, dir string) (taken int) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	wen, err := st.busyDesk(t.Context())
	must(err)
	officer, stranger := st.people["officer"], st.people[nobody]
	shot := func(b *tab, name, path string, some []view) { taken += b.shoot(t, dir, "scene-"+name, path, some) }

	_, _, err = officer.open("/desk/ledger")
	must(err)
	must(officer.send("form[action^='/desk/ledger/check']"))
	_, _, err = officer.open("/desk/review")
	must(err)
	must(officer.send("#draw form", "input[name=reason]", "十一月抽查", "input[name=ticket]", "QA-120", "input[name=size]", "40"))
	_, err = st.judge(officer, 6)
	must(err)
	for name, path := range map[string]string{
		"desk": "/desk", "requests": "/desk/requests", "approvals": "/desk/approvals", "keys": "/desk/keys", "ledger": "/desk/ledger?action=request", "ledger-none": "/desk/ledger?actor=nobody-at-all",
		"samples": "/desk/review", "report": "/desk/report",
	} {
		shot(officer, name, path, views)
	}
	sample, err := st.judge(officer, 0)
	must(err)
	shot(officer, "sample", sample, views)
	shot(stranger, "nowhere", "/none", views[:2])
	marked, err := st.marked(officer, sample)
	must(err)
	shot(officer, "item", marked, views)
	_, _, err = officer.open(marked)
	must(err)
	must(officer.send("#judge", "input[name=text1]", "没有这段"))
	shot(officer, "item-refused", "", views[:1])
	for role, path := range map[string]string{"auditor": "/desk", "approver": "/desk/approvals", "operator": "/operations", "publisher": "/account", "analyst": "/desk"} {
		shot(st.people[role], "as-"+role, path, views)
	}

	shot(stranger, "sign-in", "/sign-in", views)
	_, _, err = stranger.open("/sign-in?lang=zh")
	must(err)
	must(stranger.send("main form", "input[name=name]", "lin", "input[name=password]", "not the password"))
	shot(stranger, "sign-in-refused", "", views[:1])
	link, err := st.main.addUser(t.Context(), "u-new", "analyst")
	must(err)
	shot(stranger, "link", strings.TrimPrefix(link, st.main.url), views)
	taken += st.shootCodes(t, dir)
	taken += st.shootConsole(t, dir, wen)
	return taken
}

// busyDesk has things wait on the officer's desk, and returns the flags by which wen, an
// officer at a command line, is let in.
func (st *stage) busyDesk(ctx context.Context) (wen []string, err error) {
	s := st.main
	enter := func(name, role string) []string {
		token, failed := s.run(ctx, append([]string{"users", "add", name, "--role", role}, s.asOperator()...)...)
		file := filepath.Join(s.dir, name+".token")
		if failed == nil {
			failed = os.WriteFile(file, []byte(token), 0o600)
		}
		if failed != nil {
			err = failed
		}
		return []string{"--nats", s.nats, "--token-file", file}
	}
	wen = enter("wen", "officer")
	gate := enter("gate", "publisher")
	if err != nil {
		return nil, err
	}
	days := func(n int) string { return time.Now().AddDate(0, 0, -n).Format(time.DateOnly) }
	for _, args := range [][]string{
		{"requests", "open", "access", "--came", days(40), "--channel", "hotline"},
		{"requests", "open", "erase", "--came", days(12), "--channel", "letter"},
		{"requests", "open", "copy", "--channel", "app", "--note", "要一份自己的全部反馈"},
		{"approve", "ask", "--for", "export", "--reason", "季度质量复盘", "--ticket", "QA-118", "扣费"},
		{"approve", "ask", "--for", "export", "--reason", "回复监管问询", "断网"},
	} {
		if _, err := s.run(ctx, append(args, wen...)...); err != nil {
			return nil, err
		}
	}
	for _, name := range []string{"lost", "other"} {
		if _, err := s.run(ctx, "keys", "new", "--no-passphrase", "-o", name+".key"); err != nil {
			return nil, err
		}
	}
	recipient, err := s.run(ctx, "keys", "recipient", "other.key")
	if err != nil {
		return nil, err
	}
	recovery, err := s.run(ctx, "keys", "recipient", "lost.key")
	if err != nil {
		return nil, err
	}
	if _, err := s.run(ctx, append([]string{"keys", "add", "recovery", "--recovery", "--reason", "锁在保险柜里", "--recipient", strings.TrimSpace(recovery)}, wen...)...); err != nil {
		return nil, err
	}
	// What is sealed to a key that is not the server's becomes a dead letter.
	feedback := filepath.Join(s.dir, "sealed.jsonl")
	if err := os.WriteFile(feedback, []byte("{\"text\":\"话费多扣了\"}\n{\"text\":\"又断网了\"}\n"), 0o600); err != nil {
		return nil, err
	}
	_, err = s.run(ctx, append([]string{"publish", feedback, "--channel", "app", "--recipient", strings.TrimSpace(recipient)}, gate...)...)
	return wen, err
}

// judge finds the first sample, and judges n documents of it right, as a reviewer does who
// sees nothing wrong.
func (st *stage) judge(b *tab, n int) (sample string, err error) {
	if _, _, err := b.open("/desk/review"); err != nil {
		return "", err
	}
	if sample, err = b.linkTo(func(path string) bool { return strings.HasPrefix(path, "/desk/review/") }); err != nil || n == 0 {
		return sample, err
	}
	if _, _, err = b.open(sample); err != nil {
		return "", err
	}
	next, err := b.linkTo(func(path string) bool { return strings.HasPrefix(path, sample+"/") })
	for ; err == nil && n > 0; n-- {
		if _, _, err = b.open(next); err != nil {
			break
		}
		more, none := b.linkTo(func(path string) bool { return strings.HasPrefix(path, sample+"/") && path != next })
		err = b.send("#judge")
		if next = more; none != nil {
			break
		}
	}
	return sample, err
}

// marked is a document of the sample in which something was taken out, or any.
func (st *stage) marked(b *tab, sample string) (string, error) {
	if _, _, err := b.open(sample); err != nil {
		return "", err
	}
	next, err := b.linkTo(func(path string) bool { return strings.HasPrefix(path, sample+"/") })
	for range 30 {
		if err != nil {
			return "", err
		}
		if _, _, err := b.open(next); err != nil {
			return "", err
		}
		if has, err := eval[bool](b, `document.querySelector(".marks") !== null`); err != nil || has {
			return next, err
		}
		next, err = b.linkTo(func(path string) bool { return strings.HasPrefix(path, sample+"/") && path != next })
	}
	return next, err
}

// shootCodes takes pictures of a person who turns on one-time codes and signs in with one.
func (st *stage) shootCodes(t *testing.T, dir string) (taken int) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	link, err := st.main.addUser(t.Context(), "u-codes", "analyst")
	must(err)
	b, err := newTab(st.browser, st.main.url, "192.0.2.77")
	must(err)
	must(b.signIn(link, "u-codes"))
	_, _, err = b.open("/account/codes?lang=zh")
	must(err)
	secret, err := eval[string](b, `document.querySelector(".key code").innerText.replaceAll(" ", "")`)
	must(err)
	code, err := totp.GenerateCode(secret, time.Now())
	must(err)
	must(b.send("main form", "input[name=code]", code))
	taken += b.shoot(t, dir, "scene-codes-on", "", []view{{"zh", 1280, "light"}, {"zh", 390, "dark"}})
	taken += b.shoot(t, dir, "scene-codes-account", "/account", views)
	_, _, err = b.open("/account?lang=zh")
	must(err)
	must(b.send("form[action^='/sign-out']"))
	_, _, err = b.open("/sign-in?lang=zh")
	must(err)
	must(b.send("main form", "input[name=name]", "u-codes", "input[name=password]", password))
	taken += b.shoot(t, dir, "scene-sign-in-code", "", []view{{"zh", 1280, "light"}, {"zh", 390, "dark"}})
	must(b.send("main form", "input[name=code]", "000000"))
	taken += b.shoot(t, dir, "scene-sign-in-code-refused", "", []view{{"zh", 1280, "light"}})
	return taken
}

// shootConsole takes pictures of the officer's console, as it reveals a record.
func (st *stage) shootConsole(t *testing.T, dir string, wen []string) (taken int) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	record, err := st.people["analyst"].record()
	must(err)
	cmd := exec.Command(st.binary, append([]string{"console", "--identity", filepath.Join("officer", "officer.key")}, wen...)...)
	cmd.Dir = st.main.dir
	cmd.Stderr = st.main.said
	out, err := cmd.StdoutPipe()
	must(err)
	must(cmd.Start())
	defer func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait() // it was told to end
	}()
	address, err := bufio.NewReader(out).ReadString('\n')
	must(err)
	base, path, found := strings.Cut(strings.TrimPrefix(strings.TrimSpace(address), "http://"), "/")
	if !found {
		t.Fatal("the console has no address")
	}
	b, err := newTab(st.browser, "http://"+base, "127.0.0.1")
	must(err)
	_, err = chromedp.Call(b.ctx, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": "zh-CN"}})
	must(err)
	screens := []view{{"zh", 1280, "light"}, {"zh", 390, "dark"}}
	for _, s := range []struct {
		name   string
		fields []string
	}{
		{"form", nil},
		{"refused", []string{"input[name=record]", strings.Repeat("a", 26), "select[name=purpose]", "核", "input[name=reason]", "核实投诉人身份"}},
		{"revealed", []string{"input[name=record]", record, "select[name=purpose]", "核", "input[name=reason]", "核实投诉人身份", "input[name=ticket]", "QA-118"}},
	} {
		_, _, err = b.open(map[bool]string{true: "/" + path, false: "/"}[s.fields == nil])
		must(err)
		if s.fields != nil {
			if err := b.send("form", s.fields...); err != nil {
				t.Errorf("the console: %v", err)
			}
		}
		taken += b.shoot(t, dir, "scene-console-"+s.name, "", screens)
	}
	return taken
}
