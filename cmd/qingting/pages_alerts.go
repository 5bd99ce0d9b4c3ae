package main

import (
	"context"
	"time"

	"qingting/ingest/alert"
	"qingting/web"
)

// alertsTold is each alert as it was told last, of those told since an instant.
func (n *node) alertsTold(ctx context.Context, since time.Time) (list []web.Alert, err error) {
	at := map[string]int{}
	for s, err := range alert.Read(ctx, n.streams.nc, 0) {
		if err != nil {
			return nil, err
		}
		if s.At.Before(since) {
			continue
		}
		a := webAlert(s.Alert)
		if i, ok := at[a.ID]; ok {
			list[i] = a
			continue
		}
		at[a.ID] = len(list)
		list = append(list, a)
	}
	return list, nil
}

func webAlert(a alert.Alert) web.Alert {
	return web.Alert{
		ID: a.ID, State: string(a.State), Kind: string(a.Kind), Severity: string(a.Severity), Direction: a.Direction,
		Theme: a.Theme, ThemeKind: a.ThemeKind, ZH: a.ZH, EN: a.EN, Since: a.Since.String(), Day: a.Day.String(),
		Observed: a.Observed, Expected: a.Expected, Factor: a.Factor, P: a.P, Shift: a.Shift, Causes: a.Causes,
		K: a.K, Provisional: a.Provisional, At: a.At,
	}
}
