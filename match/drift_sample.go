package match

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Sample counts which values some records hold: those that changed, in runs
// that look at changes only.
type Sample struct {
	Records int            `json:"records"`
	Filled  map[string]int `json:"filled"` // records that hold a value, by column, as in Figures
}

// SampleOf looks at records.
func SampleOf(kind Kind, records []Record) Sample {
	b := borrow(kind)
	defer b.giveBack()
	s := Sample{Records: len(records), Filled: map[string]int{}}
	for i := range records {
		e := b.prep.record(&records[i])
		for c, has := range e.columns() {
			if has {
				s.Filled["crm "+columnNames[c]]++
			}
		}
	}
	return s
}

// Add returns the sample of the records of both.
func (s Sample) Add(other Sample) Sample {
	sum := Sample{Records: s.Records + other.Records, Filled: map[string]int{}}
	for _, one := range []Sample{s, other} {
		for column, n := range one.Filled {
			sum.Filled[column] += n
		}
	}
	return sum
}

// Tells reports whether the sample is large enough to be compared.
func (s Sample) Tells() bool { return s.Records >= 30 }

// Emptied compares a sample with the shares of a run over all records, and
// returns an alarm for each column that is as good as empty in the sample and
// was not. Changed records are no random ones, so that smaller differences say
// nothing; and chance makes none of these in ten thousand runs.
func Emptied(before map[string]float64, s Sample) []Alarm {
	if !s.Tells() {
		return nil
	}
	var out []Alarm
	for i, name := range columnNames {
		column := "crm " + name
		share, now := before[column], float64(s.Filled[column])/float64(s.Records)
		deviation := math.Sqrt(share * (1 - share) / float64(s.Records))
		if now > 0.1*share || share-now <= 4*deviation || share < 0.05 {
			continue
		}
		out = append(out, Alarm{Figure: "crm " + columnNames[i], Before: share, Now: now, Cause: fmt.Sprintf(
			"%s is filled in %.0f %% of the %d records that changed, in the whole CRM in %.0f %%: a field that went empty or was hidden from the sync",
			column, 100*now, s.Records, 100*share)})
	}
	slices.SortStableFunc(out, func(a, b Alarm) int { return cmp.Compare(b.Before, a.Before) })
	return out
}
