//! Campaigns: an archive disturbed in every way, with counts of what came of it. Long runs by environment variables.

pub(super) mod journal;
