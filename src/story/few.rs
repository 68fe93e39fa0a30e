//! A few values that lie where their owner lies: comparing two articles is mostly waiting for memory.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Up to `N` values, at most 255.
#[derive(Clone, Debug)]
pub(crate) struct Few<T, const N: usize> {
    count: u8,
    places: [T; N],
}

impl<T: Copy + Default, const N: usize> Default for Few<T, N> {
    fn default() -> Few<T, N> {
        Few {
            count: 0,
            places: [T::default(); N],
        }
    }
}

impl<T: PartialEq, const N: usize> PartialEq for Few<T, N> {
    fn eq(&self, other: &Few<T, N>) -> bool {
        **self == **other
    }
}

impl<T: Copy + Default, const N: usize> FromIterator<T> for Few<T, N> {
    /// The first `N` values.
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Few<T, N> {
        let mut few = Few::default();
        for (place, value) in few.places.iter_mut().zip(values) {
            *place = value;
            few.count = few.count.saturating_add(1);
        }
        few
    }
}

impl<T, const N: usize> Deref for Few<T, N> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        self.places.get(..self.count.into()).unwrap_or_default()
    }
}

impl<T: Serialize, const N: usize> Serialize for Few<T, N> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(&**self)
    }
}

impl<'de, T: Copy + Default + Deserialize<'de>, const N: usize> Deserialize<'de> for Few<T, N> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_seq(Values(PhantomData))
    }
}

/// Puts values into their places as they come.
struct Values<T, const N: usize>(PhantomData<T>);

impl<'de, T: Copy + Default + Deserialize<'de>, const N: usize> Visitor<'de> for Values<T, N> {
    type Value = Few<T, N>;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "at most {N} values")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Few<T, N>, A::Error> {
        let mut few = Few::default();
        while let Some(value) = values.next_element()? {
            let Some(place) = few.places.get_mut(usize::from(few.count)) else {
                return Err(de::Error::invalid_length(N + 1, &self));
            };
            *place = value;
            few.count += 1;
        }
        Ok(few)
    }
}
