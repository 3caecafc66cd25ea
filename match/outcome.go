package match

// outcome says what the run comes to for one record.
func (p *problem) outcome(i int, v *verdict, a *assignment, t Thresholds) Outcome {
	r := &p.records[i]
	o := Outcome{RecordID: r.id, State: None, NotInDirectory: v.none, Candidates: v.candidates}
	if r.excluded {
		o.Reason = Excluded
		return o
	}
	rule := p.rulings[r.id]
	o.Stale = rule.modified != 0 && r.modified > rule.modified && (rule.must != "" || rule.noMatch || len(rule.rejected) > 0)
	switch {
	case rule.noMatch:
		o.State, o.Reason = Rejected, RejectedByHand
	case rule.must != "":
		p.tied(&o, rule, a)
	case v.forced != "" && a.member[i] == v.forced:
		o.State, o.Forced = Auto, true
		o.take(v.forced)
		o.Probability = 1
	case a.member[i] != "":
		o.take(a.member[i])
		p.banded(&o, a, t)
	default:
		p.unmatched(r, &o, a, t)
	}
	if o.State == None && len(rule.rejected) > 0 && (o.Reason == BelowThreshold || o.Reason == NoCandidate) {
		o.State, o.Reason = Rejected, RejectedByHand
	}
	if (o.State == None || o.State == Rejected) && o.MemberID != "" {
		o.clear()
	}
	o.second()
	return o
}

// take fills in the linked or proposed member.
func (o *Outcome) take(member string) {
	o.MemberID = member
	for _, c := range o.Candidates {
		if c.MemberID == member {
			o.Probability, o.Bits, o.Evidence = c.Probability, c.Bits, c.Evidence
		}
	}
}

func (o *Outcome) clear() {
	o.MemberID, o.Probability, o.Bits, o.Evidence = "", 0, 0, nil
}

// second fills in the best candidate that is not the member.
func (o *Outcome) second() {
	for _, c := range o.Candidates {
		if c.MemberID != o.MemberID {
			o.RunnerUp = c
			return
		}
	}
}

// tied handles a record that a person tied to a member.
func (p *problem) tied(o *Outcome, rule ruling, a *assignment) {
	holder, taken := a.holder[rule.must]
	switch {
	case !taken:
		o.Reason = Suspended
	case p.records[holder].id != o.RecordID:
		o.State, o.Reason, o.DuplicateOf = Review, Collision, p.records[holder].id
		o.take(rule.must)
	default:
		o.State = Accepted
		if rule.overridden {
			o.State = Overridden
		}
		o.take(rule.must)
	}
}

// banded decides by the thresholds.
func (p *problem) banded(o *Outcome, a *assignment, t Thresholds) {
	best := o.Candidates[0]
	lost := best.MemberID != o.MemberID
	switch {
	case o.Probability >= t.Auto:
		o.State = Auto
	case o.Probability >= t.Review:
		o.State = Review
	}
	if o.State == Auto {
		return
	}
	o.Reason = BelowThreshold
	switch {
	case lost && o.State == None:
		o.loser(best, t)
		p.nameHolder(o, a, best.MemberID)
	case len(o.Candidates) > 1 && o.Candidates[1].Probability >= 0.7*best.Probability && best.Probability+o.Candidates[1].Probability >= t.Review:
		o.Reason = Tie
	}
}

// unmatched explains a record that got nobody.
func (p *problem) unmatched(r *entity, o *Outcome, a *assignment, t Thresholds) {
	if len(o.Candidates) == 0 {
		switch {
		case p.tooLittle(r):
			o.Reason = TooLittle
		case o.NotInDirectory < 1:
			o.Reason = BelowThreshold
		default:
			o.Reason = NoCandidate
		}
		return
	}
	o.loser(o.Candidates[0], t)
	p.nameHolder(o, a, o.Candidates[0].MemberID)
}

// tooLittle reports whether a record holds nothing by which anybody could tell
// who it is.
func (p *problem) tooLittle(r *entity) bool {
	if p.kind == Company {
		return r.org == 0 && r.web == 0 && r.phone == 0
	}
	return r.given == 0 && r.family == 0 && r.local == 0 && r.phone == 0
}

// loser says how a record lost its best candidate.
func (o *Outcome) loser(best Candidate, t Thresholds) {
	switch {
	case best.Probability >= t.Auto:
		o.Reason = DuplicateOf
	case best.Probability >= t.Review:
		o.Reason = LostOneToOne
	default:
		o.Reason = BelowThreshold
	}
}

func (p *problem) nameHolder(o *Outcome, a *assignment, member string) {
	if holder, ok := a.holder[member]; ok && o.Reason != BelowThreshold {
		o.DuplicateOf = p.records[holder].id
	}
}
