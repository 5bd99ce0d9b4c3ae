package main

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingting/internal/document"
	"qingting/search"
)

func hits() *search.Results {
	rating := 1.0
	return &search.Results{
		Total: 7, Sort: search.SortRelevance,
		Hits: []search.Hit{{
			Document: &document.Document{
				Schema: document.Schema, Record: "r1", Channel: "电话", Region: "北京\x1b[2J", Rating: &rating,
				Time: time.Date(2026, 1, 3, 8, 30, 0, 0, time.UTC), Text: "晚上网速太慢了，\x1b[31m网页打不开",
				Annotation: document.Annotation{Themes: []document.Tag{{ID: "network.speed"}}},
			},
			Fragments: []search.Fragment{{Text: "网速太慢了，\x1b[31m网页", Start: 2, Marks: []document.Span{{Start: 0, End: 2}, {Start: 3, End: 4}}}},
		}},
		Facets: []search.Facet{{Name: "channel", Cells: []search.Cell{{Value: "电话", Count: 6}, {Value: "微信", Suppressed: true}}, More: 2}},
	}
}

func TestWriteHits(t *testing.T) {
	for name, c := range map[string]struct {
		colour bool
		want   string
	}{
		"plain": {false, "" +
			"1. 2026-01-03 08:30 · 电话 · 北京 [2J · 评分 1  network.speed  r1\n" +
			"   …【网速】太【慢】了， [31m网页…\n" +
			"\n" +
			"渠道  电话 6  微信 少  另有 2 个\n" +
			"第 1–1 条，共 7 条\n"},
		"colour": {true, "" +
			"\x1b[1m1.\x1b[0m 2026-01-03 08:30 · 电话 · 北京 [2J · 评分 1  \x1b[1;36mnetwork.speed\x1b[0m  \x1b[2mr1\x1b[0m\n" +
			"   …\x1b[1;31m网速\x1b[0m太\x1b[1;31m慢\x1b[0m了， [31m网页…\n" +
			"\n" +
			"\x1b[1m渠道\x1b[0m  电话 \x1b[2m6\x1b[0m  微信 \x1b[2m少\x1b[0m  \x1b[2m另有 2 个\x1b[0m\n" +
			"\x1b[2m第 1–1 条，共 7 条\x1b[0m\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := writeHits(&b, hits(), hitOptions{reportOptions: reportOptions{Colour: c.colour}, Location: time.UTC}); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, b.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
	var b bytes.Buffer
	if err := writeHits(&b, &search.Results{}, hitOptions{}); err != nil || b.String() != "没有找到匹配的反馈。\n" {
		t.Errorf("nothing found: %q, %v", b.String(), err)
	}
}

func TestWriteHitsJSON(t *testing.T) {
	var b bytes.Buffer
	if err := writeAnswerJSON(&b, hits()); err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(b.Bytes(), []byte("\n")); n != 1 {
		t.Errorf("%d lines, want 1", n)
	}
	var got search.Results
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(hits(), &got); diff != "" {
		t.Error(diff)
	}
}
