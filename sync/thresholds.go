package sync

import (
	"strconv"

	"crmsync/store"
)

// thresholdsFit refuses a threshold of review above the one from which a pair is linked (code "settings.invalid").
func thresholdsFit(floor, accept int) error {
	if floor <= accept {
		return nil
	}
	return fault("settings.invalid", "Set a lower "+SettingMatchFloor+" or a higher "+SettingMatchAccept+".",
		"a pair that is linked from %d %% cannot wait for review from %d %%", accept, floor)
}

// keepsThresholds refuses a state of the settings in which the two thresholds of matching do not fit.
func keepsThresholds(tx *store.Tx) error {
	var percent [2]int
	for i, key := range []string{SettingMatchFloor, SettingMatchAccept} {
		spec, err := lookSetting(key)
		if err != nil {
			return err
		}
		value := spec.Default
		kept, err := settingNow(tx, key)
		if err != nil {
			return err
		}
		if kept != nil {
			value = kept.Value
		}
		if percent[i], err = strconv.Atoi(value); err != nil {
			return err
		}
	}
	return thresholdsFit(percent[0], percent[1])
}
