package eval

import (
	"context"
	"os"
	"path/filepath"

	"crmsync/match"
)

// Set is one data set with known truth under a data directory.
type Set struct {
	Name string // folder, with slashes
	Kind match.Kind
}

// Sets are the data sets that Bench knows.
var Sets = []Set{
	{"openstates-hard", match.Person}, {"openstates", match.Person}, {"openstates-full", match.Person},
	{"synth20k/people", match.Person}, {"synth20k/companies", match.Company}, {"listed", match.Company},
	{"chicago-sites", match.Company}, {"fake1000", match.Person}, {"febrl4", match.Person},
}

// Line is what Bench measured on one set.
type Line struct {
	Set           string  `json:"set"`
	Report        Report  `json:"report"`
	AutoPrecision float64 `json:"auto_precision"` // of links with a probability of .95 or more
	AutoRecall    float64 `json:"auto_recall"`
	// Calibration is learned on one half of the set and measured on the other.
	Calibration CalibrationReport `json:"calibration"`
}

// Files returns the files of a set under a data directory.
func (s Set) Files(data string) Files {
	dir := filepath.Join(data, filepath.FromSlash(s.Name))
	f := Files{CRM: filepath.Join(dir, "crm.csv"), Directory: filepath.Join(dir, "directory.csv"), Truth: filepath.Join(dir, "truth.csv"), Object: s.Kind}
	if path := filepath.Join(dir, "positions.csv"); exists(path) {
		f.Positions = path
	}
	return f
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Bench measures every set that the data directory has and hands each line to
// out as soon as it is known.
func Bench(ctx context.Context, data string, out func(Line)) error {
	for _, set := range Sets {
		f := set.Files(data)
		if !exists(f.CRM) {
			continue
		}
		report, res, err := run(ctx, f)
		if err != nil {
			return err
		}
		truth, err := readTruth(f.Truth)
		if err != nil {
			return err
		}
		auto := Measure(truth, Pairs(res), match.DefaultThresholds.Auto)
		out(Line{Set: set.Name, Report: report, AutoPrecision: auto.Precision, AutoRecall: auto.Recall, Calibration: Calibrate(res, truth)})
	}
	return nil
}
