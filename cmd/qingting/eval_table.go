package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"qingting/privacy/score"
)

// table writes the figures to con.Out and the notes to con.Err.
func (r *evalReport) table(con *console) error {
	w := newRightGrid(con.Out)
	r.measures(w)
	if len(r.Tags) > 0 {
		fmt.Fprintln(w)
		r.tags(w)
	}
	if len(r.Evasions) > 0 {
		fmt.Fprintln(w)
		evasionTable(w, r.Evasions)
	}
	if r.calibrate {
		fmt.Fprintln(w)
		calibrationTable(w, r.Calibration)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	lines := []string{
		"clean characters masked  " + percent(r.CleanCharactersMasked),
		"clean documents touched  " + percent(r.CleanDocumentsTouched),
		fmt.Sprintf("documents %d, %.2f MB, %.2f MB per core and second", r.Documents, float64(r.Bytes)/1e6, r.MBPerCPUs),
	}
	if _, err := io.WriteString(con.Out, "\n"+strings.Join(lines, "\n")+"\n"); err != nil {
		return err
	}
	fmt.Fprintf(con.Err, "policy %s, engine %s\n", r.Policy, r.Engine)
	if len(r.Ignored) > 0 {
		var names []string
		for _, name := range slices.Sorted(maps.Keys(r.Ignored)) {
			names = append(names, fmt.Sprintf("%s (%d)", name, r.Ignored[name]))
		}
		fmt.Fprintf(con.Err, "ignored, for we do not claim these types (see --map): %s\n", strings.Join(names, ", "))
	}
	return nil
}

// measures writes one line a type.
func (r *evalReport) measures(w *grid) {
	fmt.Fprintln(w, "type\tgold\tfound\tstrict P\tR\tF1\tlenient P\tR\tF1\tF2\tno-leak\t95 %\t")
	row := func(name string, t score.TypeReport) {
		fmt.Fprintf(w, "%s\t%d\t%d\t%s\t%s\t%.3f\t%s\t%s\t%.3f\t%.3f\t%s\t%s\t\n", name, t.Gold, t.Predicted,
			share(t.Strict.Precision), share(t.Strict.Recall), t.Strict.F1,
			share(t.Lenient.Precision), share(t.Lenient.Recall), t.Lenient.F1, t.Lenient.F2,
			share(t.NoLeak), interval(t.NoLeak))
	}
	for _, t := range r.Types {
		row(t.Type, t)
	}
	row("all", r.Overall)
}

// tags writes one line a tag, all types pooled.
func (r *evalReport) tags(w *grid) {
	fmt.Fprintln(w, "tag\ttexts\tgold\tfound\tstrict P\tR\tlenient P\tR\tF2\tno-leak\t95 %\tclean touched\t")
	for _, t := range r.Tags {
		touched := "–"
		if c := t.CleanDocumentsTouched; c.Total > 0 {
			touched = fmt.Sprintf("%d of %d", c.Hits, c.Total)
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%s\t%s\t%s\t%s\t%.3f\t%s\t%s\t%s\t\n", t.Tag, t.Documents, t.Gold, t.Predicted,
			share(t.Strict.Precision), share(t.Strict.Recall), share(t.Lenient.Precision), share(t.Lenient.Recall), t.Lenient.F2,
			share(t.NoLeak), interval(t.NoLeak), touched)
	}
}

// calibrationTable writes how often findings are right at each confidence.
func calibrationTable(w *grid, c score.Calibration) {
	fmt.Fprintln(w, "type\tconfidence\tmean\tfound\tright\t95 %\t")
	bins := func(name string, ece float64, list []score.Bin) {
		for _, b := range list {
			fmt.Fprintf(w, "%s\t%.2f–%.2f\t%.3f\t%d\t%s\t%s\t\n", name, b.From, b.To, b.Confidence, b.Right.Total, share(b.Right), interval(b.Right))
		}
		fmt.Fprintf(w, "%s\terror\t%.3f\t\t\t\t\n", name, ece)
	}
	for _, t := range c.Types {
		bins(t.Type, t.Error, t.Bins)
	}
	bins("all", c.Error, c.Bins)
	fmt.Fprintln(w, "\nrule\ttype\tmean\tfound\tright\t95 %\t\t")
	for _, r := range c.Rules {
		verdict := ""
		if r.Verdict != score.Fair {
			verdict = string(r.Verdict)
		}
		fmt.Fprintf(w, "%s\t%s\t%.3f\t%d\t%s\t%s\t%s\t\n", r.Rule, r.Type, r.Confidence, r.Right.Total, share(r.Right), interval(r.Right), verdict)
	}
}

func share(p score.Proportion) string {
	if p.Total == 0 {
		return "–"
	}
	return fmt.Sprintf("%.3f", p.Value)
}

func percent(p score.Proportion) string {
	if p.Total == 0 {
		return "– (there are none)"
	}
	return fmt.Sprintf("%.2f %% (%.2f–%.2f), %d of %d", 100*p.Value, 100*p.Low, 100*p.High, p.Hits, p.Total)
}

func interval(p score.Proportion) string {
	if p.Total == 0 {
		return "–"
	}
	return fmt.Sprintf("%.3f–%.3f", p.Low, p.High)
}
