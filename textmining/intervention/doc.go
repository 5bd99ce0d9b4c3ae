// Package intervention says whether an action – a new bill layout, a mended
// exchange – changed how often customers speak of something, or how they rate,
// and by how much.
//
//	result, err := intervention.Counts(intervention.Series{At: 60, Treated: daily, Control: elsewhere, Weekday: time.Monday}, intervention.Options{})
//	fmt.Println(result.Verdict, result.Effect.Value, result.Effect.Low, result.Effect.High) // -0.4: 40 % fewer
//
// # Without a control
//
// An interrupted time series (Bernal, Cummins & Gasparrini 2017): a quasi-Poisson
// regression of the daily counts on weekday, trend and a change of level on the
// day of the action; with Options.Slope also a change of slope, the effect then
// being the mean over the days after. Whatever else happened at the same time is
// part of the effect.
//
// # With a control
//
// A difference in differences: of the counts of both on a day, the share that is
// the treated series', as a quasi-binomial regression. It is the Poisson
// regression with a term for each day, so that weekdays, holidays, trends and
// campaigns that meet both cancel, known or not. What it takes for granted is
// that both would have gone on in the same ratio; PreTrend tests that on the days
// before. Of a control that the action reaches as well, the effect is what is
// left.
//
// # Mean ratings
//
// [Ratings] does the same for daily means, by least squares weighted with the
// number of ratings; its effect is in points of the rating.
//
// # Intervals
//
// 95 %, by the quasi-likelihood's profile, so that they stand for few counts and
// for none at all. The dispersion is the Pearson one, never below 1; days that
// resemble their neighbours widen the interval by an autocorrelation of first
// order, which is estimated with its small-sample bias taken out and never below
// 0. Coverage is measured by simulation, testdata/coverage.txt: 94 to 98 %, and 92
// where neighbouring days are correlated by half.
//
// # Honesty
//
// Placebo repeats the analysis with pseudo dates before the action. A verdict is
// [Fell] or [Rose] only when the interval excludes no effect, the days before
// give no reason to doubt (PreTrend), and pseudo dates do not do the same.
// [Chance] means that no effect can be told apart from chance; it does not mean
// that there is none: the interval says what can be excluded.
//
// The package does not choose periods, knows no holidays and no years: a series
// of some months either side is what it is for. It takes up to 3,660 days, holds
// some 30 numbers a day, has no state, and gives the same for the same.
package intervention
