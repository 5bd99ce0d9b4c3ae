package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"qingting/ingest"
	"qingting/privacy/audit"
	"qingting/web"
)

// hostileRows are what attackers say for whoever opens an export.
var hostileRows = []string{
	`=HYPERLINK("http://evil.example","x")`, "@SUM(1+1)|cmd", "+1+1", "-2+3", "\t=1+1", `<script>alert(1)</script>`, `<svg onload=alert(1)>`, `javascript:alert(1)`,
	"\u202egnp.exe\u202c", "Z" + strings.Repeat("\u0336\u034f\u0489", 60), strings.Repeat("长", 10_000), "a\",\"b\r\nc;d", `{{.Data}}`, "＝1+1", "]]>", "\x1b[31m",
}

// TestFindingPages goes through the pages of discoveries, the taxonomy, saved searches
// and exports as an analyst does: over the real discovery and the real ledger.
func TestFindingPages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	at := fmt.Sprintf("127.0.0.1:%d", freePort(t))
	i := slices.Index(s.flags, "ingest,index")
	s.flags[i] = "ingest,index,web"
	proc := s.start(t, "--http", at)
	s.connect(t)
	s.awaitCustody(t, 1)
	operator := []string{"--nats", "nats://" + s.addr, "--token-file", filepath.Join(s.data()+"-secrets", operatorTokenFile)}
	file := filepath.Join(s.dir, "sun.token")
	s.run(t, slices.Concat([]string{"users", "add", "sun", "--role", "analyst", "-o", file}, operator)...)
	token, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	sun := deskVisit{"http://" + at, strings.TrimSpace(string(token))}
	s.publishUnheardOf(t, 0, 40, 30)
	s.publishUnheardOf(t, 1, 32, 30)
	s.publishUnheardOf(t, 2, 24, 24)
	var list []ingest.Feedback
	for i, evil := range hostileRows {
		for n := range 6 {
			list = append(list, ingest.Feedback{
				ID: fmt.Sprint("h", i, "-", n), Source: "crm", Region: "湖北", Customer: map[string]string{"id": fmt.Sprint("h", i, "-", n)}, Text: evil + "乱扣费", Time: time.Date(2026, 3, 20, 9, i, n, 0, ingest.China),
			})
		}
	}
	s.publishOf(t, list...)
	s.processed(t, 96+len(list), 0)

	do := func(want int, path string, form url.Values, has ...string) (body, location string) {
		t.Helper()
		method := http.MethodGet
		if form != nil {
			method = http.MethodPost
		}
		status, location, body := sun.do(t, method, path, form)
		if status != want {
			t.Fatalf("%s %s %v: status %d: %.400s", method, path, form.Get("action"), status, body)
		}
		for _, h := range has {
			if !strings.Contains(body, h) {
				t.Errorf("%s lacks %q", path, h)
			}
		}
		return body, location
	}
	cards := func() (ids []string) {
		t.Helper()
		body, _ := do(http.StatusOK, "/discover?lang=en", nil)
		for _, m := range regexp.MustCompile(`<section class="card" id="(d-\d+)"`).FindAllStringSubmatch(body, -1) {
			ids = append(ids, m[1])
		}
		return ids
	}
	decide := func(want int, action, id string, more url.Values, has ...string) {
		t.Helper()
		form := url.Values{"action": {action}, "id": {id}, "reason": {"because of <b>" + action}}
		for k, v := range more {
			form[k] = v
		}
		do(want, "/discover?lang=zh", form, has...)
	}
	do(http.StatusSeeOther, "/discover?lang=zh", url.Values{"action": {"look"}})
	ids := cards()
	if len(ids) < 3 {
		t.Fatalf("%d subjects were found", len(ids))
	}
	body, _ := do(http.StatusOK, "/discover?lang=zh", nil, "枫树", "<blockquote>", "新出现", "class=\"spark\"")
	if n := strings.Count(body, "没有话题"); n > 0 {
		t.Error("the page says there are none")
	}
	decide(http.StatusSeeOther, "rename", ids[0], url.Values{"name": {"<i>菜场</i>"}})
	do(http.StatusOK, "/discover?lang=zh", nil, "&lt;i&gt;菜场&lt;/i&gt;")
	decide(http.StatusUnprocessableEntity, "merge", ids[0], url.Values{"with": {ids[0]}}, "不能与自己合并")
	decide(http.StatusUnprocessableEntity, "split", ids[0], url.Values{"part_name": {"甲"}, "part_terms": {"鱼摊"}}, "至少两个部分")
	decide(http.StatusUnprocessableEntity, "rename", ids[0], url.Values{"name": {"打 " + badPhone}}, "像是个人信息")
	decide(http.StatusUnprocessableEntity, "promote", ids[0], url.Values{"name": {"no-such-theme"}}, "没有主题")
	decide(http.StatusSeeOther, "split", ids[0], url.Values{"part_name": {"鱼摊", "积水"}, "part_terms": {"鱼摊 腥味", "积水 湿滑"}})
	decide(http.StatusSeeOther, "dismiss", ids[1], nil)
	if slices.Contains(cards(), ids[1]) {
		t.Error("what was dismissed is among the others")
	}
	do(http.StatusOK, "/discover?lang=zh&state=dismissed", nil, `id="`+ids[1]+`"`)
	decide(http.StatusSeeOther, "restore", ids[1], nil)
	decide(http.StatusSeeOther, "promote", ids[2], url.Values{"name": {"roaming"}})
	do(http.StatusOK, "/discover?lang=zh&state=promoted", nil, `id="`+ids[2]+`"`, "roaming")
	decide(http.StatusSeeOther, "restore", ids[2], nil)
	do(http.StatusSeeOther, "/discover?lang=zh", url.Values{"action": {"look"}})
	do(http.StatusOK, "/discover?lang=zh", nil, "鱼摊", "积水")

	// A subject becomes a theme: by the form it leads to, in the settings, and adopted.
	draft, _ := do(http.StatusOK, "/taxonomy/new?lang=zh&found="+ids[1], nil, "由发现的话题起草", "新归入 <strong>")
	revision := regexp.MustCompile(`name="revision" value="(\d+)"`).FindStringSubmatch(draft)
	cues := regexp.MustCompile(`(?s)<textarea name="zh_cues"[^>]*>\n(.*?)</textarea>`).FindStringSubmatch(draft)
	if revision == nil || cues == nil || strings.TrimSpace(cues[1]) == "" {
		t.Fatalf("the draft has no revision or no cues")
	}
	theme := url.Values{"revision": {revision[1]}, "from": {ids[1]}, "id": {"trees"}, "zh_name": {"行道树"}, "en_name": {"Trees"}, "zh_cues": {cues[1]}, "action": {"preview"}, "reason": {"反复出现"}}
	do(http.StatusOK, "/taxonomy/new?lang=zh", theme, "新归入 <strong>")
	theme.Set("action", "apply")
	if _, to := do(http.StatusSeeOther, "/taxonomy/new?lang=zh", theme); !strings.Contains(to, "done=applied") {
		t.Errorf("it leads to %s", to)
	}
	do(http.StatusOK, "/taxonomy?lang=zh", nil, "行道树")
	do(http.StatusOK, "/discover?lang=zh&state=promoted", nil, `id="`+ids[1]+`"`, "trees")

	// A search is saved, changed and removed.
	do(http.StatusSeeOther, "/saved?lang=zh", url.Values{"name": {"<b>扣费"}, "query": {"扣费"}, "alert": {"on"}})
	do(http.StatusSeeOther, "/saved/s1?lang=zh", url.Values{"action": {"edited"}, "name": {"乱扣费"}, "query": {"乱扣费"}})
	do(http.StatusConflict, "/saved/s1?lang=zh", url.Values{"action": {"edited"}, "name": {"n"}, "query": {badPhone}}, "像是个人信息")
	do(http.StatusOK, "/saved/s1?lang=zh", nil, "乱扣费", "提醒已打开")
	do(http.StatusSeeOther, "/saved/s1?lang=zh", url.Values{"action": {"off"}, "at": {"search"}})
	do(http.StatusOK, "/saved/s1?lang=zh", nil, "提醒已关闭")
	do(http.StatusSeeOther, "/saved/s1?lang=zh", url.Values{"action": {"removed"}})
	do(http.StatusNotFound, "/saved/s1?lang=zh", nil)

	// Files leave with their entries.
	sums := map[string]string{}
	for _, format := range web.ExportFormats {
		body, _ := do(http.StatusOK, "/export?lang=zh&q="+url.QueryEscape("扣费"), url.Values{"format": {format}, "text": {"on"}, "reason": {"看 " + badPhone}, "purpose": {"改进服务"}})
		sum := sha256.Sum256([]byte(body))
		sums[hex.EncodeToString(sum[:])] = format
		s.checkHostileFile(t, format, []byte(body))
	}
	do(http.StatusUnprocessableEntity, "/export?lang=zh&q="+url.QueryEscape("扣费"), url.Values{"format": {"csv"}}, "请说明")
	do(http.StatusUnprocessableEntity, "/export?lang=zh&q="+url.QueryEscape("没有人说过的话"), url.Values{"format": {"csv"}, "reason": {"r"}}, "没有可导出的")
	s.stop(t, proc)

	told := map[string]int{}
	for _, e := range s.entries(t, []string{"--data", s.data()}) {
		if e.Actor != "sun" {
			continue
		}
		if e.Role != "analyst" || strings.Contains(e.Reason, badPhone) {
			t.Errorf("an entry in role %s", e.Role)
		}
		told[e.Object+" "+e.Outcome]++
		if format, ok := sums[e.After]; ok && e.Action == audit.ActionExport {
			told["hash of "+format]++
			if e.Counts["k"] < pageK || e.Counts["grade"] != 2 || e.Counts["rows"] == 0 {
				t.Errorf("an export of k %d, grade %d, %d rows", e.Counts["k"], e.Counts["grade"], e.Counts["rows"])
			}
		}
	}
	for _, want := range []string{"hash of csv", "hash of xlsx", "hash of jsonl", "pages:csv begun", "discover:" + ids[0] + " split", "discover:" + ids[1] + " promote", "discover:" + ids[2] + " promote"} {
		if told[want] != 1 {
			t.Errorf("the ledger has %d times %q: %v", told[want], want, told)
		}
	}
}

// checkHostileFile looks into a file of an export: what attackers said is inert there,
// and nothing names a person or a record.
func (s *site) checkHostileFile(t *testing.T, format string, data []byte) {
	t.Helper()
	var rows [][]string
	switch format {
	case "csv":
		rows = s.csvRows(t, data)
	case "xlsx":
		book, err := excelize.OpenReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		for _, sheet := range book.GetSheetList() {
			some, err := book.GetRows(sheet)
			if err != nil {
				t.Fatal(err)
			}
			rows = append(rows, some...)
			for r := range some {
				for c := range some[r] {
					cell, err := excelize.CoordinatesToCellName(c+1, r+1)
					if err != nil {
						t.Fatal(err)
					}
					if formula, err := book.GetCellFormula(sheet, cell); err != nil || formula != "" {
						t.Errorf("xlsx: %s is a formula, %v", cell, err)
					}
				}
			}
		}
	case "jsonl":
		for line := range bytes.Lines(data) {
			var row map[string]any
			if err := json.Unmarshal(line, &row); err != nil {
				t.Fatalf("jsonl: %v", err)
			}
			rows = append(rows, []string{fmt.Sprint(row)})
		}
	}
	said := 0
	for _, row := range rows {
		for _, cell := range row {
			if format != "jsonl" && cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
				t.Errorf("%s: a cell begins like a formula: %.40q", format, cell)
			}
			if strings.Contains(cell, "乱扣费") {
				said++
			}
		}
	}
	if said < len(hostileRows)*5 {
		t.Errorf("%s: %d rows", format, said)
	}
	if bytes.Contains(data, []byte(badPhone)) {
		t.Errorf("%s has a number that the reason held", format)
	}
}
