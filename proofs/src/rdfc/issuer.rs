//! Identifiers in the order in which they were issued.
//!
//! Source: RDF Dataset Canonicalization 1.0, section 4.5.

/// A temporary issuer: the blank nodes that got `b0`, `b1`, … so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Issuer {
    issued: Vec<u32>,
}

impl Issuer {
    /// The number issued for a blank node.
    pub(super) fn number(&self, blank: u32) -> Option<usize> {
        self.issued.iter().position(|issued| *issued == blank)
    }

    /// Issues a number; the same one when asked again.
    pub(super) fn issue(&mut self, blank: u32) -> usize {
        self.number(blank).unwrap_or_else(|| {
            self.issued.push(blank);
            self.issued.len() - 1
        })
    }

    /// The blank nodes in the order of their numbers.
    pub(super) fn issued(&self) -> &[u32] {
        &self.issued
    }
}

/// Appends `_:`, a prefix and a number.
pub(super) fn write_label(prefix: &str, number: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(b"_:");
    out.extend_from_slice(prefix.as_bytes());
    let mut digits = [0; 20];
    let mut rest = number;
    let mut count = 0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
        count += 1;
        if rest == 0 {
            break;
        }
    }
    out.extend(digits.iter().skip(20 - count));
}

#[cfg(test)]
mod tests {
    use super::{Issuer, write_label};

    #[test]
    fn numbers_are_issued_once() {
        let mut issuer = Issuer::default();
        assert_eq!(
            (issuer.issue(7), issuer.issue(3), issuer.issue(7)),
            (0, 1, 0)
        );
        assert_eq!(issuer.number(4), None);
        assert_eq!(issuer.issued(), [7, 3]);
    }

    #[test]
    fn labels_are_decimal() {
        for number in [0, 9, 10, 123, usize::MAX] {
            let mut out = Vec::new();
            write_label("c14n", number, &mut out);
            assert_eq!(out, format!("_:c14n{number}").into_bytes());
        }
    }
}
