//! What a client is told when it does not get what it asked for.

use std::borrow::Cow;

use scaiwave_protocol::{Code, Malformed, Refusal};
use scaiwave_store::{CommitError, StoreError};

macro_rules! client_codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal, $status:literal;)*) => {
        /// Codes that clients match on; a peer's refusal keeps its own.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ClientCode {
            $($(#[$doc])* $variant,)*
            /// A peer or the room's rules refused it.
            Federation(Code),
        }

        impl ClientCode {
            /// Every code of our own.
            pub const ALL: &[ClientCode] = &[$(ClientCode::$variant,)*];

            /// The code as clients see it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(ClientCode::$variant => $text,)*
                    ClientCode::Federation(code) => code.as_str(),
                }
            }

            /// The HTTP status that goes with it: the one table.
            pub fn http_status(self) -> u16 {
                match self {
                    $(ClientCode::$variant => $status,)*
                    // A client's signature cannot be wrong: whatever a peer refused is a conflict of
                    // the action with the room, or a policy that forbids it.
                    ClientCode::Federation(code) => match code.http_status() {
                        401 | 421 => 409,
                        status => status,
                    },
                }
            }
        }
    };
}

client_codes! {
    /// The body or a parameter is not what the endpoint takes.
    BadRequest = "SW_BAD_REQUEST", 400;
    /// No such thing, or none that the caller may see.
    NotFound = "SW_NOT_FOUND", 404;
    /// Missing, unknown or revoked token, or a wrong password.
    InvalidToken = "SW_AUTH_INVALID_TOKEN", 401;
    /// The token's time is over.
    ExpiredToken = "SW_AUTH_EXPIRED_TOKEN", 401;
    /// The password is right, and this account's logins need a code as well.
    TotpRequired = "SW_AUTH_TOTP_REQUIRED", 401;
    /// The password is right, and the code is wrong, too old or was used.
    TotpWrong = "SW_AUTH_TOTP_WRONG", 401;
    /// Logins need a code already.
    TotpOn = "SW_AUTH_TOTP_ON", 409;
    /// The password that goes with a change is wrong.
    WrongPassword = "SW_AUTH_WRONG_PASSWORD", 403;
    /// Names and passwords do not let in here; an identity provider does.
    PasswordsOff = "SW_AUTH_PASSWORDS_OFF", 403;
    /// A login by an identity provider did not come to its end.
    OidcFailed = "SW_AUTH_OIDC_FAILED", 400;
    /// The identity provider cannot be asked at this moment.
    OidcUnreachable = "SW_AUTH_OIDC_UNREACHABLE", 503;
    /// A page that nobody is sent to after a login.
    RedirectMismatch = "SW_AUTH_REDIRECT_MISMATCH", 400;
    /// The identity provider has vouched for somebody who has no account here.
    NotLinked = "SW_AUTH_NOT_LINKED", 403;
    /// The account could not be logged in to any more.
    LastIdentity = "SW_AUTH_LAST_IDENTITY", 409;
    /// The account is closed.
    AccountClosed = "SW_ACCOUNT_CLOSED", 409;
    /// The tenant would have no admin any more.
    LastAdmin = "SW_LAST_ADMIN", 409;
    /// The caller is not an admin, or their power is too low.
    InsufficientPermission = "SW_AUTH_INSUFFICIENT_PERMISSION", 403;
    /// The token is of another tenant.
    TenantMismatch = "SW_AUTH_TENANT_MISMATCH", 403;
    /// No tenant of this name here.
    TenantNotFound = "SW_TENANT_NOT_FOUND", 404;
    /// The operator has shut the tenant's people out.
    TenantSuspended = "SW_TENANT_SUSPENDED", 403;
    /// Another code than the one that this start of the server has shown.
    SetupCodeWrong = "SW_SETUP_CODE_WRONG", 403;
    /// The server has an account: it was set up.
    SetupDone = "SW_SETUP_DONE", 409;
    /// The tenant uses as much as the operator grants it.
    TenantCapacity = "SW_TENANT_CAPACITY", 409;
    /// The caller is not in the room.
    NotMember = "SW_NOT_MEMBER", 403;
    /// The room's rules forbid it.
    RoomForbidden = "SW_ROOM_FORBIDDEN", 403;
    /// No such room, or none that the caller may see.
    RoomNotFound = "SW_ROOM_NOT_FOUND", 404;
    /// Archived, closed, or read-only because its host is at fault.
    RoomFrozen = "SW_ROOM_FROZEN", 409;
    /// The server asks other servers what they hold of the room before it goes on.
    RoomWaiting = "SW_ROOM_WAITING", 503;
    /// As many participants, or different reactions to a message, as there may be.
    RoomCapacity = "SW_ROOM_CAPACITY", 409;
    /// What this type of room never does.
    RoomTypeInvariant = "SW_ROOM_TYPE_INVARIANT", 400;
    /// What is said in this room does not leave it as a file.
    RoomExportRefused = "SW_ROOM_EXPORT_REFUSED", 400;
    /// No such event in this room.
    EventNotFound = "SW_EVENT_NOT_FOUND", 404;
    /// This id was used for another event.
    EventConflict = "SW_EVENT_CONFLICT", 409;
    /// The time for edits has passed.
    TooOldToEdit = "SW_EVENT_TOO_OLD_TO_EDIT", 409;
    /// Neither the author nor a moderator.
    RedactForbidden = "SW_REDACT_FORBIDDEN", 403;
    /// More than 64 KB of content.
    ContentTooLarge = "SW_CONTENT_TOO_LARGE", 413;
    /// The key of this request was used for another one.
    KeyReused = "SW_IDEMPOTENCY_KEY_REUSED", 422;
    /// The first request with this key still runs.
    KeyInProgress = "SW_IDEMPOTENCY_IN_PROGRESS", 409;
    /// The first request with this key was begun, and nobody knows whether it was done.
    KeyOutcomeUnknown = "SW_IDEMPOTENCY_OUTCOME_UNKNOWN", 409;
    /// The first request with this key was done, and what was answered is not kept.
    KeyAnswerNotKept = "SW_IDEMPOTENCY_ANSWER_NOT_KEPT", 409;
    /// Too much, too fast.
    RateLimited = "SW_RATE_LIMIT_EXCEEDED", 429;
    /// The name is taken.
    Taken = "SW_NAME_TAKEN", 409;
    /// The newest key of this server is too young for another.
    KeyTooSoon = "SW_KEY_TOO_SOON", 409;
    /// This server has as many keys as a descriptor lists.
    TooManyKeys = "SW_KEY_TOO_MANY", 409;
    /// The other server could not be reached.
    PeerUnreachable = "SW_FED_PEER_UNREACHABLE", 502;
    /// Something failed here; the log says what.
    Internal = "SW_INTERNAL", 500;
}

/// A refusal for a client: a stable code and a sentence that says what to do, never echoing input.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}", .code.as_str())]
pub struct Denial {
    /// What clients match on.
    pub code: ClientCode,
    /// What a person reads.
    pub message: Cow<'static, str>,
    /// The field at fault.
    pub field: Option<&'static str>,
}

/// What every use case for clients returns.
pub type Outcome<T> = Result<T, Denial>;

impl ClientCode {
    /// This code with a sentence.
    pub fn because(self, message: impl Into<Cow<'static, str>>) -> Denial {
        Denial {
            code: self,
            message: message.into(),
            field: None,
        }
    }
}

impl Denial {
    /// Names the field at fault.
    pub fn at(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }

    /// The one answer for rooms that do not exist and rooms that are not the caller's to see.
    pub fn no_such_room() -> Self {
        ClientCode::RoomNotFound.because("there is no such room")
    }

    /// The one answer for events that do not exist and events that are not the caller's to see.
    pub fn no_such_event() -> Self {
        ClientCode::EventNotFound.because("there is no such event in this room")
    }
}

impl From<Refusal> for Denial {
    fn from(refusal: Refusal) -> Self {
        ClientCode::Federation(refusal.code).because(refusal.message)
    }
}

impl From<Malformed> for Denial {
    fn from(malformed: Malformed) -> Self {
        ClientCode::BadRequest.because(malformed.0)
    }
}

impl From<StoreError> for Denial {
    /// Logged here, where it stops being an error and becomes an answer.
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "storage failed");
        ClientCode::Internal
            .because("the server could not read or write its data; nothing was changed")
    }
}

impl From<CommitError> for Denial {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict(_) => ClientCode::Internal
                .because("somebody else changed the same thing at that moment; try again"),
            CommitError::Store(error) => error.into(),
        }
    }
}
