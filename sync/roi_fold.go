package sync

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// roiSums are the sums of some opportunities.
type roiSums struct {
	counts   ROIFigures
	currency map[string]*ROIValues
}

func newROISums() *roiSums { return &roiSums{currency: map[string]*ROIValues{}} }

func (s *roiSums) add(d roiDeal, v roiVerdict) {
	c := &s.counts
	c.Opportunities++
	switch {
	case !d.Closed:
		c.Open++
	case d.Won:
		c.Won++
	default:
		c.Lost++
	}
	c.Sourced += one(v.Sourced)
	c.Influenced += one(v.Influenced)
	c.Both += one(v.Sourced && v.Influenced)
	c.BySaves += one((v.Sourced || v.Influenced) && v.Activities == 0)
	c.Activities += v.Activities
	c.NoValue += one(!d.HasValue)
	c.NoCreation += one(d.Created.IsZero())
	closing := &c.Without
	if v.Activities > 0 {
		closing = &c.With
	}
	closing.add(d, v)
	if d.HasValue {
		s.value(d.Currency).add(d, v)
	}
}

func (c *ROIClosing) add(d roiDeal, v roiVerdict) {
	if !d.Closed {
		return
	}
	c.Closed++
	if d.Won {
		c.Won++
		c.days += v.Cycle.Hours() / 24
		c.CycleDays = c.days / float64(c.Won)
	}
}

func (s *roiSums) value(currency string) *ROIValues {
	values := s.currency[currency]
	if values == nil {
		values = &ROIValues{Currency: currency}
		s.currency[currency] = values
	}
	return values
}

func (x *ROIValues) add(d roiDeal, v roiVerdict) {
	x.Opportunities++
	x.Total.add(&d.Value)
	if d.Won {
		x.Won.add(&d.Value)
	}
	if v.Sourced {
		x.Sourced.add(&d.Value)
	}
	if v.Influenced {
		x.Influenced.add(&d.Value)
	}
	switch {
	case v.Sourced && v.Influenced:
		x.Both.add(&d.Value)
	case !v.Sourced && !v.Influenced:
		x.Neither.add(&d.Value)
	}
	if v.Sourced && d.Won {
		x.SourcedWon.add(&d.Value)
	}
	if v.Influenced && d.Won {
		x.InfluencedWon.add(&d.Value)
	}
}

func (s *roiSums) figures() ROIFigures { return s.counts }

// values are the sums by currency, in the order of the codes.
func (s *roiSums) values() []ROIValues {
	out := make([]ROIValues, 0, len(s.currency))
	for _, currency := range slices.Sorted(maps.Keys(s.currency)) {
		out = append(out, *s.currency[currency])
	}
	return out
}

// roiFold is a report under way.
type roiFold struct {
	total  *roiSums
	owners map[string]*roiSums
	won    map[[2]string]*ROIMonth // month and currency
	bands  []ROIBand
}

func newROIFold() *roiFold {
	return &roiFold{total: newROISums(), owners: map[string]*roiSums{}, won: map[[2]string]*ROIMonth{},
		bands: []ROIBand{{From: 0, To: 0}, {From: 1, To: 4}, {From: 5, To: 14}, {From: 15}}}
}

func (f *roiFold) add(d roiDeal, v roiVerdict) {
	f.total.add(d, v)
	owner := f.owners[d.Owner]
	if owner == nil {
		owner = newROISums()
		f.owners[d.Owner] = owner
	}
	owner.add(d, v)
	if d.Closed {
		band := &f.bands[bandOf(v.Activities)]
		band.Closed++
		band.Won += one(d.Won)
	}
	if d.Won && d.HasValue && len(d.CloseDate) == len(time.DateOnly) {
		f.month(d.CloseDate[:7], d.Currency).add(d, v)
	}
}

func (f *roiFold) month(month, currency string) *ROIMonth {
	key := [2]string{month, currency}
	if f.won[key] == nil {
		f.won[key] = &ROIMonth{Month: month, Currency: currency}
	}
	return f.won[key]
}

func (m *ROIMonth) add(d roiDeal, v roiVerdict) {
	if v.Activities > 0 {
		m.With.add(&d.Value)
	} else {
		m.Without.add(&d.Value)
	}
}

// months are the months in which something was won, by currency and time.
func (f *roiFold) months() []ROIMonth {
	out := make([]ROIMonth, 0, len(f.won))
	for _, month := range f.won {
		out = append(out, *month)
	}
	slices.SortFunc(out, func(a, b ROIMonth) int {
		return cmp.Or(cmp.Compare(a.Currency, b.Currency), cmp.Compare(a.Month, b.Month))
	})
	return out
}

// bandOf is the position of the band that a number of activities lies in.
func bandOf(activities int64) int {
	switch {
	case activities == 0:
		return 0
	case activities < 5:
		return 1
	case activities < 15:
		return 2
	}
	return 3
}

// sortPeople puts those who won most first. Values do not count, since those of two currencies do not compare.
func sortPeople(people []ROIPerson) {
	slices.SortFunc(people, func(a, b ROIPerson) int {
		return cmp.Or(cmp.Compare(b.Figures.Won, a.Figures.Won), cmp.Compare(b.Figures.Activities, a.Figures.Activities),
			cmp.Compare(b.Figures.Opportunities, a.Figures.Opportunities), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Owner, b.Owner))
	})
}

func one(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}
