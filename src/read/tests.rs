//! Whole inputs through the front door, and hostile ones.

use super::*;
