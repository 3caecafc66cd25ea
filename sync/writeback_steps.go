package sync

import "context"

// The steps of a cycle between which the process may die. Each is a point after which
// something is committed on one side only.
const (
	stepRecovered = "recovered" // rows left in sending are doubtful
	stepAdmitted  = "admitted"  // held rows whose gates opened are queued
	stepIntended  = "intended"  // the intent is committed, nothing sent
	stepAnswered  = "answered"  // Salesforce answered, nothing committed here
	stepConcluded = "concluded" // the answer is committed
	stepSettled   = "settled"   // doubtful rows were looked for
	stepProven    = "proven"    // written rows were read back
)

// writebackSteps lists the steps in their order.
var writebackSteps = []string{stepRecovered, stepAdmitted, stepIntended, stepAnswered, stepConcluded, stepSettled, stepProven}

type stepKey struct{}

// withSteps lets a function look on at each step and end the work there, which is how a process that
// dies between two steps is shown to lose and double nothing.
func withSteps(ctx context.Context, look func(step string) error) context.Context {
	return context.WithValue(ctx, stepKey{}, look)
}

// atStep tells the onlooker, if there is one.
func atStep(ctx context.Context, step string) error {
	if look, ok := ctx.Value(stepKey{}).(func(string) error); ok {
		return look(step)
	}
	return nil
}
