// Package driver says which themes move the rating, by how much, and how sure
// that is.
//
//	result, err := driver.Analyse(driver.Data{Themes: ids, Rows: rows, Scale: driver.Scale{Low: 1, High: 5}}, driver.Options{})
//	for _, e := range result.Effects { … e.Points, e.Low, e.High, e.Cost, e.Weight … }
//
// # The model
//
// rating = constant + Σ effect of each theme the feedback speaks of + channel,
// region, product + noise of the customer. A theme's effect is the difference,
// in points of the rating, between feedback that speaks of it and feedback that
// is alike in the other themes and in the controls and does not. It is what goes
// with the theme, not proof that the theme makes it: customers who are unhappy
// for another reason may complain of more.
//
// Points is the ridge estimate, its penalty chosen by restricted maximum
// likelihood (REML; the themes' effects are draws of one normal distribution),
// with its bias taken out in one step (van de Geer et al. 2014). There being
// more rows than columns, that step ends at least squares exactly, and so
// the interval is one for least squares. Shrunk is the ridge estimate itself:
// it errs less on average, and is the better order when many themes are rare.
//
// Intervals are 95 %, from the jackknife by customer (CR3: MacKinnon & White
// 1985, Bell & McCaffrey 2002), so that neither a customer who rates often nor
// a rating that is bounded makes them too narrow, with degrees of freedom by the
// customers that an effect rests on. Their coverage is measured by simulation,
// see testdata/coverage.txt.
//
// # Mentions that are wrong
//
// Who reads the texts errs, and that makes effects smaller: a mention that is
// wrong is compared with what it is itself, and one that is missing is among what
// others are compared with. So rows that complain of what no theme says
// (Row.Unknown), or of themes too rare to have an effect, are told apart by a
// control, and so are those that praise or of which it cannot be said. A mention
// counts by its Value, how likely it is right. What cannot be known of it without
// being looked at goes into the interval: with Options.Trust, mentions stand to
// the truth as a matrix does about which as much is known as if so many texts of
// each theme had been read. [Check] are texts that have been: the matrix is learnt
// from them (regression calibration), and effects are of the truth then. Errors
// that have to do with the rating in other ways are not corrected. Shrunk, Weight
// and the two shares that are explained are of mentions as they are.
//
// # Importance and cost
//
// Cost is effect × share: the points by which the mean rating of all would be
// higher had nobody met the theme, as far as the model is right. Weight is
// Johnson's relative weight (2000): the share of the explained variance, themes
// that come together sharing what they explain; it is within some per cent of
// the average over all orders (Shapley, LMG), at a fraction of its price.
// The quadrants are those of Martilla & James (1977), cut at the median weight
// and at even satisfaction.
//
// [PenaltyReward] asks whether a theme moves the rating as a complaint and as
// praise alike (Kano; Brandt 1988).
//
// # Guarantees
//
// The same data give the same result, bit for bit. Nothing is said of fewer
// than Options.K customers: with fewer rated in all there is [ErrFew], and a
// theme that fewer speak of, or that fewer do not, is in Result.Left with the
// reason. Themes that cannot be told apart are left out as well, and named.
//
// Ratings are bounded and rounded. Rounding leaves effects alone as long as the
// scale is wide beside them; at its ends it pulls them towards zero, and so
// effects are of the ratings that people gave, not of what they felt.
//
// Memory is some (themes + controls)² × 8 bytes × 4, and a word or two for each
// mention. The package has no state.
package driver
