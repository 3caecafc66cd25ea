package sync

import (
	"context"
	"errors"
	"fmt"
	"time"

	"crmsync/match"
	"crmsync/store"
)

// modelLasts is how long a model is used before it is trained anew.
const modelLasts = 7 * 24 * time.Hour

// matchOptions chooses the model: the frozen one of an earlier run, so that nothing moves without a cause, or a new
// one when it is asked for, there is none, it is old, or the directory has grown out of it.
func (e *Engine) matchOptions(ctx context.Context, kind match.Kind, full bool) (match.Options, error) {
	settings, err := e.settingsOf(ctx)
	if err != nil {
		return match.Options{}, err
	}
	now := e.now().UTC()
	options := match.Options{Version: now.Format(time.DateOnly), Thresholds: match.Thresholds{
		Auto: float64(settings.Int(SettingMatchAccept)) / 100, Review: float64(settings.Int(SettingMatchFloor)) / 100}}
	kept, model, err := e.newestModel(ctx, kind)
	if err != nil || model == nil {
		return options, err
	}
	options.Learned = model
	outgrown, err := e.outgrown(ctx, kind, model)
	if err != nil {
		return options, err
	}
	if !full && !outgrown && now.Sub(kept.MadeAt) < modelLasts {
		options.Model = model
	}
	return options, nil
}

// newestModel reads the model of the last training; nil when there is none, or when it is of a form that is not read any more.
func (e *Engine) newestModel(ctx context.Context, kind match.Kind) (store.Model, *match.Model, error) {
	kept, err := e.store.NewestModel(ctx, kind.String())
	if errors.Is(err, store.ErrNotFound) {
		return store.Model{}, nil, nil
	}
	if err != nil {
		return store.Model{}, nil, fmt.Errorf("read the model: %w", err)
	}
	model := new(match.Model)
	if err := model.UnmarshalBinary(kept.Bytes); err != nil {
		e.log.Warn("the kept model cannot be read and is trained anew", "kind", kind.String(), "error", err)
		return store.Model{}, nil, nil
	}
	return kept, model, nil
}

// outgrown reports whether the directory has changed in size by a fifth since the model was trained.
func (e *Engine) outgrown(ctx context.Context, kind match.Kind, model *match.Model) (bool, error) {
	members, err := e.countMembers(ctx, kind)
	trained := int64(model.Members())
	return 5*members > 6*trained || 5*members < 4*trained, err
}
