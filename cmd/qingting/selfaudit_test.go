package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func selfAuditPack(t *testing.T) {
	t.Parallel()
	s := filled(t)
	at := []string{"--data", s.data(), "--reason", "年度自审计", "--actor", "lin"}
	s.run(t, append([]string{"sources", "add", "app", "--purpose", "改进服务 <b>", "--basis", "consent", "--sensitive"}, at...)...)
	s.run(t, append([]string{"retention", "set", "--vault", "36500", "--docs", "36000"}, at...)...)
	s.run(t, append([]string{"retention", "run"}, at[:4]...)...)
	token := s.officerToken(t)
	server := s.start(t, "--officer-token-file", token) // signs what there is
	s.awaitCustody(t, 2)
	waitFor(t, s, "checkpoint", func() bool {
		export := filepath.Join(s.dir, "export")
		defer os.RemoveAll(export)
		return s.command(t, "audit", "export", export, "--nats", "nats://"+s.addr, "--token-file", token, "--secrets", s.data()+"-secrets").Run() == nil
	})
	s.stop(t, server)
	dir := filepath.Join(s.dir, "pack")
	s.run(t, append([]string{"self-audit", "-o", dir}, at...)...)
	var a selfAudit
	s.readJSON(t, filepath.Join(dir, "audit.json"), &a)
	if a.Coverage.Documents != 12 || a.Coverage.Restricted != 1 || a.Coverage.Values["ID_CARD"] != 5 || a.Coverage.Unknown["store"] != 2 || a.Coverage.Engines["1.1"] != 12 {
		t.Errorf("coverage is %+v", a.Coverage)
	}
	if len(a.Sources) != 1 || a.Sources[0].Bases[0] != "consent" || len(a.Problems) == 0 || a.Retention.Vault.Days != 36500 || len(a.Activity.Expiry) == 0 || len(a.Activity.Settings) < 2 {
		t.Errorf("the pack has %+v, %+v, %+v", a.Sources, a.Retention, a.Activity)
	}
	if v := a.Ledger.Verified; v == nil || !v.OK() || v.Size == 0 {
		t.Errorf("the ledger was verified as %+v; missing: %v", v, a.Missing)
	}
	if len(a.Officers) == 0 {
		t.Error("no officer is named")
	}
	for name, want := range map[string][]string{
		"index.zh.html": {"处理活动记录", "取得个人同意", "改进服务 &lt;b&gt;", "到期删除的证明", "需要单独同意|sensitive data need separate consent", "身份证号", "不是匿名化数据"},
		"index.en.html": {"Records of processing", "ID_CARD", "not registered, and yet 2 records", "all as signed", "impact assessment"},
	} {
		page, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			ok := false
			for _, form := range strings.Split(w, "|") {
				ok = ok || strings.Contains(string(page), form)
			}
			if !ok {
				t.Errorf("%s does not say %q", name, w)
			}
		}
	}
	// Anybody can verify the copy again.
	s.run(t, "audit", "verify", filepath.Join(dir, "ledger"), "--key", filepath.Join(s.data()+"-secrets", ledgerPubFile))
}
