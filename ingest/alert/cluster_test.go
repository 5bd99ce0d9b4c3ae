package alert_test

import (
	"testing"
	"time"

	"qingting/ingest/alert"
)

// A new cluster is told once, whoever looks and however often, and is left alone
// by those who look for bursts.
func TestClustersOnce(t *testing.T) {
	s := newScene(t)
	sub, err := s.nc.SubscribeSync("feedback.alerts.cluster.*")
	if err != nil {
		t.Fatal(err)
	}
	today := alert.DayOf(s.now)
	found := []alert.Cluster{
		{ID: "d-7", Name: "电梯停运", Since: today - 6, Day: today, Documents: 21, Expected: 6, P: 1e-6},
		{ID: "d-9", Name: "少数人的", Since: today - 6, Day: today, Documents: 3, Expected: 1, P: 1e-4},
	}
	for i, want := range []int{2, 0, 0} {
		told, err := alert.Clusters(t.Context(), s.nc, found, 5, s.now.AddDate(0, 0, i))
		if err != nil {
			t.Fatal(err)
		}
		if len(told) != want {
			t.Errorf("look %d: %d are told, want %d", i+1, len(told), want)
		}
	}
	m, err := sub.NextMsg(10 * time.Second)
	if err != nil {
		t.Fatal(err)
	}
	a, err := alert.Parse(m.Data)
	if err != nil {
		t.Fatal(err)
	}
	if m.Subject != "feedback.alerts.cluster.d-7" || a.Kind != alert.NewCluster || a.Observed.N != 21 || *a.Factor != 3.5 || a.ZH != "电梯停运" {
		t.Errorf("%s: %s", m.Subject, m.Data)
	}
	if m, err = sub.NextMsg(10 * time.Second); err != nil {
		t.Fatal(err)
	}
	if a, err = alert.Parse(m.Data); err != nil || !a.Observed.Withheld() || a.Factor != nil {
		t.Errorf("fewer than k are told: %s (%v)", m.Data, err)
	}
	s.now = s.now.AddDate(0, 0, 4)
	told, err := s.watch(alert.Config{}).Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range told {
		if a.Kind == alert.NewCluster {
			t.Errorf("four days later, %s is %s", a.ID, a.State)
		}
	}
}
