package main

import (
	"regexp"
	"strings"
	"testing"
)

// TestIndexWithoutPages: a process that serves no pages keeps its index without what the
// guide says it can do without, the register of users above all.
func TestIndexWithoutPages(t *testing.T) {
	config, seeds := guideConfig(t)
	from := strings.Index(config, "# qingting serve --roles index,web")
	to := from + strings.Index(config[from:], "subscribe:")
	mine := regexp.MustCompile(`"(\$KV\.FEEDBACK_SETTINGS\.users|feedback\.audit|qingting\.operate\.processes|[^"]*FEEDBACK_(ACCOUNTS|SESSIONS)[^"]*)",?`).ReplaceAllString(config[from:to], "")
	if mine == config[from:to] || strings.Contains(mine, "SESSIONS") {
		t.Fatal("the guide has other lines")
	}
	srv := natsServer(t, config[:from]+mine+config[to:])
	js := administrator(t, srv.ClientURL(), asUser(t, seeds["ADMIN"]))
	s := outside(t, srv.ClientURL())
	ingesting, indexing := s.startRoles(t, js, seeds)
	s.publish(t, 0, 20, "--nats", srv.ClientURL(), "--nkey", seeds["PUBLISHER"])
	s.expectOnce(t, js, 20)
	s.awaitIndexed(t, 20)
	s.stop(t, indexing)
	s.stop(t, ingesting)
}
