package salesforce_test

import (
	"context"
	"fmt"
	"time"

	"crmsync/sync/salesforce"
)

// Signing in through a browser: the person opens the address; the answer arrives at the loopback listener, or is
// pasted and goes through ParseRedirect.
func ExampleApp_Authorize() {
	signIn := func(ctx context.Context, app salesforce.App, store salesforce.TokenStore) error {
		attempt, err := app.Authorize(salesforce.AuthorizeOptions{})
		if err != nil {
			return err
		}
		listener, err := attempt.Listen(ctx)
		if err != nil {
			return err
		}
		defer listener.Close()
		fmt.Println("Open", attempt.URL)
		code, err := listener.Wait(ctx)
		if err != nil {
			return err
		}
		token, err := attempt.Exchange(ctx, code)
		if err != nil {
			return err
		}
		return store.SaveToken(ctx, token) // before the token is used
	}
	_ = signIn
}

// Reading what changed: describe, select, one bulk job, verified pages. The cursor is kept in the transaction of the
// page's rows, so that a crash costs one page.
func ExampleClient_Results() {
	read := func(ctx context.Context, c *salesforce.Client, watermark time.Time, keep func(rows []salesforce.Row, after salesforce.Cursor) error) error {
		described, err := c.Describe(ctx, "Contact")
		if err != nil {
			return err
		}
		selection, err := salesforce.Select(described, salesforce.Wanted{Fields: []string{"Email", "Title"}, Bookkeeping: []string{"IsDeleted"}}, nil)
		if err != nil {
			return err
		}
		after, until := salesforce.NewWindow(watermark, described.ServerTime)
		job, err := c.CreateQueryJob(ctx, selection.Window(after, until), salesforce.OperationQueryAll)
		if err != nil {
			return err
		}
		if job, err = c.WaitQueryJob(ctx, job.ID, nil); err != nil {
			return err
		}
		for page, err := range c.Results(ctx, job, job.Start(), 10_000) {
			if err != nil {
				return err // nothing before it may be taken as complete
			}
			var rows []salesforce.Row
			for row, err := range page.Rows() {
				if err != nil {
					return err
				}
				rows = append(rows, row.Clone())
			}
			if err := keep(rows, page.Next()); err != nil {
				return err
			}
		}
		return c.DeleteQueryJob(ctx, job.ID) // the watermark moves to until
	}
	_ = read
}
