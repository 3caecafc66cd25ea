package sync

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"crmsync/match"
	"crmsync/store"
)

// DirectoryHit is a person or company that a search found for a record.
type DirectoryHit struct {
	MemberID    string  `json:"member"`
	Name        string  `json:"name"`
	Company     string  `json:"company"`
	Title       string  `json:"title"`
	URL         string  `json:"url"`
	Why         string  `json:"why"`
	Probability float64 `json:"probability"`   // that the record is this member, among those found
	HolderID    string  `json:"holder_record"` // the record that has the member now, or ""
	Holder      string  `json:"holder"`        // its name
}

const (
	searchMembers = 400 // looked at in one search
	searchHits    = 50  // shown
)

// SearchDirectory searches the network for a record's member: by name, company, e-mail or profile address, or, with an empty
// text, by what the record itself says. Hits come with the probability that the model gives them, best first.
func (e *Engine) SearchDirectory(ctx context.Context, actor Actor, text, record string) ([]DirectoryHit, error) {
	p, err := e.pairOf(ctx, record)
	if err != nil {
		return nil, err
	}
	kind := kindOfObject(p.record.Object)
	_, model, err := e.newestModel(ctx, kind)
	if err != nil {
		return nil, err
	}
	if model == nil {
		return nil, fault("match.no_model", "Run crmsync match run once.", "nothing was matched yet, so that there is nothing to search with")
	}
	asRecord, err := e.matchRecordOf(ctx, p.record)
	if err != nil {
		return nil, err
	}
	text = strings.TrimSpace(text)
	keys := match.Keys(kind, asRecord)
	if text != "" {
		keys = match.SearchKeys(kind, text)
	}
	ids, err := e.store.OwnersOfRare(ctx, memberSide[kind], keys, searchMembers)
	if err != nil {
		return nil, fmt.Errorf("search the network: %w", err)
	}
	found, err := match.Search(model, asRecord, text, e.membersByID(ctx, kind, ids), searchHits)
	if err != nil {
		return nil, err
	}
	hits := make([]DirectoryHit, 0, len(found))
	for _, one := range found {
		hit, err := e.directoryHit(ctx, kind, one)
		if err != nil {
			return nil, err
		}
		if actor.Role == RoleSupport {
			hit.Title, hit.URL = "", ""
		}
		hits = append(hits, hit)
	}
	return hits, nil
}

func (e *Engine) directoryHit(ctx context.Context, kind match.Kind, found match.Hit) (DirectoryHit, error) {
	view, err := e.memberView(ctx, kind, found.MemberID)
	if err != nil {
		return DirectoryHit{}, fmt.Errorf("read %s: %w", found.MemberID, err)
	}
	hit := DirectoryHit{MemberID: view.ID, Name: view.Name, Company: view.Company, Title: view.Title, URL: view.URL, Why: found.Why, Probability: found.Probability}
	holder, err := e.store.MatchOfMember(ctx, found.MemberID)
	if errors.Is(err, store.ErrNotFound) {
		return hit, nil
	}
	if err != nil {
		return hit, fmt.Errorf("read who holds %s: %w", found.MemberID, err)
	}
	hit.HolderID = holder.RecordID
	record, err := e.store.Record(ctx, holder.Object, holder.RecordID)
	if err == nil {
		hit.Holder = recordName(record)
	}
	return hit, ignoreNotFound(err)
}
