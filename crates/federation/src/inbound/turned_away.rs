use http::StatusCode;
use scaiwave_protocol::{Code, Refusal};

use crate::limits::{KEY_RETRY_AFTER_S, RATE_RETRY_AFTER_S};

/// A step of the pipeline, by the name that stands in the rejection log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    SizeAndRate,
    Headers,
    Destination,
    Policy,
    Version,
    Key,
    Created,
    Digest,
    Signature,
    Nonce,
    Parse,
}

impl Step {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Step::SizeAndRate => "size_and_rate",
            Step::Headers => "headers",
            Step::Destination => "destination",
            Step::Policy => "policy",
            Step::Version => "version",
            Step::Key => "key",
            Step::Created => "created",
            Step::Digest => "digest",
            Step::Signature => "signature",
            Step::Nonce => "nonce",
            Step::Parse => "parse",
        }
    }

    /// Whether whoever came this far has proven who they are.
    pub(super) fn is_proven(self) -> bool {
        matches!(self, Step::Nonce | Step::Parse)
    }
}

/// A whole request that was refused: by which step, and what is answered.
#[derive(Clone, Debug)]
pub(crate) struct TurnedAway {
    pub(super) step: Step,
    pub(super) refusal: Refusal,
    pub(super) status: StatusCode,
}

impl TurnedAway {
    /// The status that the protocol's table gives to the code.
    pub(super) fn new(step: Step, refusal: Refusal) -> Self {
        let status = StatusCode::from_u16(refusal.code.http_status())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        TurnedAway {
            step,
            refusal,
            status,
        }
    }

    /// The same with a status of its own.
    pub(super) fn status(self, status: StatusCode) -> Self {
        TurnedAway { status, ..self }
    }

    pub(super) fn too_fast(step: Step, sentence: &'static str) -> Self {
        Self::new(step, Code::RateLimited.because(sentence))
    }

    pub(super) fn invalid(step: Step, status: StatusCode, sentence: &'static str) -> Self {
        Self::new(step, Code::EventInvalid.because(sentence)).status(status)
    }

    pub(super) fn retry_after_s(&self) -> Option<u64> {
        match self.refusal.code {
            Code::RateLimited => Some(RATE_RETRY_AFTER_S),
            Code::KeyUntrusted => Some(KEY_RETRY_AFTER_S),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use scaiwave_engine::rejections::of_step;

    use super::Step;

    /// What stands in the rejection log is explained to admins, whichever step said it.
    #[test]
    fn every_step_has_words() {
        let steps = [
            Step::SizeAndRate,
            Step::Headers,
            Step::Destination,
            Step::Policy,
            Step::Version,
            Step::Key,
            Step::Created,
            Step::Digest,
            Step::Signature,
            Step::Nonce,
            Step::Parse,
        ];
        // Declared in this order: a step that is missing here moves the last one's number.
        assert_eq!(Step::Parse as usize + 1, steps.len());
        for step in steps {
            let said = of_step(step.as_str());
            assert!(said.ends_with('.'), "{step:?}");
            assert!(!said.contains("no description"), "{step:?}");
        }
    }
}
