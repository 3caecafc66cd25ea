-- +goose Up
-- A sample of the matches, by chance: a digest is as good as drawn. A quarter of them, so that a small org has enough to ask about and
-- a large one a small index.
CREATE INDEX match_sample ON match (object, state, reason, digest) WHERE digest < 17179869184;
