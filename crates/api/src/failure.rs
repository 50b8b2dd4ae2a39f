//! The one form of failure: `{"error": {"code", "message", "details"?, "request_id"}}`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use scaiwave_engine::{ClientCode, Denial};
use scaiwave_protocol::Malformed;
use serde::Serialize;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

use crate::answer::json_bytes;

/// What a handler returns when it does not do what was asked.
///
/// As a response it is only a status with this value attached; `around.rs` writes the body, because
/// there the request's id is known.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    code: ClientCode,
    message: Cow<'static, str>,
    field: Option<Cow<'static, str>>,
    status: Option<StatusCode>,
    retry_after_s: Option<u64>,
}

/// A failed answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Error)]
pub(crate) struct ErrorBody<'a> {
    error: ErrorJson<'a>,
}

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ErrorInfo)]
struct ErrorJson<'a> {
    /// What programs match on; never changes.
    #[schema(example = "SW_ROOM_NOT_FOUND")]
    code: &'a str,
    /// What a person reads.
    message: &'a str,
    /// Where the fault lies, when it lies in one place.
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Details<'a>>,
    /// Names this request in the server's log; also in the header `x-request-id`.
    request_id: &'a str,
}

/// Where the fault lies.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ErrorDetails)]
struct Details<'a> {
    /// The field or parameter at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    /// Seconds to wait before the next try; also in the header `retry-after`.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_s: Option<u64>,
}

impl Failure {
    /// A body or a parameter is wrong at one field.
    pub(crate) fn at(
        field: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        let mut failure = Failure::from(ClientCode::BadRequest.because(message));
        failure.field = Some(field.into());
        failure
    }

    /// A request is wrong as a whole.
    pub(crate) fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        ClientCode::BadRequest.because(message).into()
    }

    /// The same with a status other than the code's own.
    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = Some(status);
        self
    }

    /// Too much, too fast.
    pub(crate) fn too_fast(message: &'static str, retry_after_s: u64) -> Self {
        let mut failure = Failure::from(ClientCode::RateLimited.because(message));
        failure.retry_after_s = Some(retry_after_s);
        failure
    }

    /// What clients match on.
    pub(crate) fn code(&self) -> ClientCode {
        self.code
    }

    fn status(&self) -> StatusCode {
        self.status.unwrap_or_else(|| {
            StatusCode::from_u16(self.code.http_status())
                .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
        })
    }

    /// The body.
    pub(crate) fn body(&self, request_id: &str) -> Vec<u8> {
        let details = (self.field.is_some() || self.retry_after_s.is_some()).then_some(Details {
            field: self.field.as_deref(),
            retry_after_s: self.retry_after_s,
        });
        let error = ErrorJson {
            code: self.code.as_str(),
            message: &self.message,
            details,
            request_id,
        };
        // Only strings and a number: writing them to memory cannot fail.
        serde_json::to_vec(&ErrorBody { error }).unwrap_or_default()
    }
}

impl From<Denial> for Failure {
    fn from(denial: Denial) -> Self {
        Failure {
            code: denial.code,
            message: denial.message,
            field: denial.field.map(Cow::Borrowed),
            status: None,
            retry_after_s: None,
        }
    }
}

impl From<Malformed> for Failure {
    fn from(malformed: Malformed) -> Self {
        Denial::from(malformed).into()
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = json_bytes(self.status(), Body::empty());
        if let Some(seconds) = self.retry_after_s {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if response.status() == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, scheme);
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Declares which codes a kind of endpoint answers with, for the OpenAPI document.
macro_rules! failures {
    ($($(#[$doc:meta])* $name:ident { $($status:literal = $codes:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub(crate) struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
                BTreeMap::from([$((String::from($status), described($codes)),)*])
            }
        }
    )*};
}

fn described(codes: &str) -> RefOr<utoipa::openapi::Response> {
    let schema = Ref::from_schema_name("Error");
    let content = ContentBuilder::new().schema(Some(schema)).build();
    RefOr::T(
        ResponseBuilder::new()
            .description(codes)
            .content("application/json", content)
            .build(),
    )
}

failures! {
    /// Endpoints that need no token.
    Anyone {
        "404" = "SW_TENANT_NOT_FOUND",
    }
    /// Endpoints that need a token, whatever else they are.
    WithToken {
        "403" = "SW_AUTH_INSUFFICIENT_PERMISSION: the token is for programs and may not do this",
    }
    /// Endpoints that take a body, whatever else they are.
    WithBody {
        "413" = "SW_CONTENT_TOO_LARGE",
        "415" = "SW_BAD_REQUEST",
    }
    /// Endpoints that take a key of the request, whatever else they are.
    WithKey {
        "409" = "SW_IDEMPOTENCY_IN_PROGRESS, SW_IDEMPOTENCY_OUTCOME_UNKNOWN, SW_IDEMPOTENCY_ANSWER_NOT_KEPT",
        "422" = "SW_IDEMPOTENCY_KEY_REUSED: with another request",
    }
    /// Endpoints that take a login.
    LoggingIn {
        "400" = "SW_BAD_REQUEST",
        "401" = "SW_AUTH_INVALID_TOKEN, SW_AUTH_EXPIRED_TOKEN, SW_AUTH_TOTP_REQUIRED, SW_AUTH_TOTP_WRONG",
        "403" = "SW_AUTH_PASSWORDS_OFF",
        "404" = "SW_TENANT_NOT_FOUND",
        "409" = "SW_TENANT_CAPACITY: where the mode is mock and a login makes the account",
        "413" = "SW_CONTENT_TOO_LARGE",
        "415" = "SW_BAD_REQUEST",
        "429" = "SW_RATE_LIMIT_EXCEEDED",
    }
    /// The same for browsers.
    SigningIn {
        "400" = "SW_BAD_REQUEST",
        "401" = "SW_AUTH_INVALID_TOKEN, SW_AUTH_EXPIRED_TOKEN, SW_AUTH_TOTP_REQUIRED, SW_AUTH_TOTP_WRONG",
        "403" = "SW_AUTH_PASSWORDS_OFF; SW_AUTH_INSUFFICIENT_PERMISSION: a page of another host",
        "404" = "SW_TENANT_NOT_FOUND",
        "409" = "SW_TENANT_CAPACITY: where the mode is mock and a login makes the account",
        "413" = "SW_CONTENT_TOO_LARGE",
        "415" = "SW_BAD_REQUEST",
        "429" = "SW_RATE_LIMIT_EXCEEDED",
    }
    /// Going to an identity provider.
    BeginningOidc {
        "400" = "SW_BAD_REQUEST, SW_AUTH_REDIRECT_MISMATCH, SW_AUTH_OIDC_FAILED",
        "404" = "SW_TENANT_NOT_FOUND, SW_NOT_FOUND: nobody logs in by one here",
        "413" = "SW_CONTENT_TOO_LARGE",
        "415" = "SW_BAD_REQUEST",
        "503" = "SW_AUTH_OIDC_UNREACHABLE",
    }
    /// Coming back from there: what is not told to the page that the browser goes on to.
    ComingBack {
        "400" = "SW_BAD_REQUEST, SW_AUTH_OIDC_FAILED: begun in another browser, used or too late",
        "404" = "SW_TENANT_NOT_FOUND",
    }
    /// Ending such a login.
    FinishingOidc {
        "400" = "SW_BAD_REQUEST, SW_AUTH_OIDC_FAILED: begun in another browser, used or too late",
        "404" = "SW_TENANT_NOT_FOUND",
        "413" = "SW_CONTENT_TOO_LARGE",
        "415" = "SW_BAD_REQUEST",
    }
    /// The same for a page, which keeps the session in a cookie.
    SigningInOidc {
        "400" = "SW_BAD_REQUEST, SW_AUTH_OIDC_FAILED: begun in another browser, used or too late",
        "403" = "SW_AUTH_INSUFFICIENT_PERMISSION: a page of another host",
        "404" = "SW_TENANT_NOT_FOUND",
        "413" = "SW_CONTENT_TOO_LARGE",
        "415" = "SW_BAD_REQUEST",
    }
    /// Linking an account to one at an identity provider.
    LinkingIdentity {
        "400" = "SW_BAD_REQUEST, SW_AUTH_REDIRECT_MISMATCH, SW_AUTH_OIDC_FAILED",
        "401" = "SW_AUTH_INVALID_TOKEN, SW_AUTH_EXPIRED_TOKEN",
        "403" = "SW_AUTH_WRONG_PASSWORD, SW_AUTH_INSUFFICIENT_PERMISSION",
        "404" = "SW_TENANT_NOT_FOUND, SW_NOT_FOUND: nobody logs in by one here",
        "413" = "SW_CONTENT_TOO_LARGE",
        "415" = "SW_BAD_REQUEST",
        "429" = "SW_RATE_LIMIT_EXCEEDED",
        "503" = "SW_AUTH_OIDC_UNREACHABLE",
    }
    /// Taking such a link away.
    UnlinkingIdentity {
        "400" = "SW_BAD_REQUEST",
        "401" = "SW_AUTH_INVALID_TOKEN, SW_AUTH_EXPIRED_TOKEN",
        "403" = "SW_AUTH_WRONG_PASSWORD, SW_AUTH_INSUFFICIENT_PERMISSION",
        "404" = "SW_TENANT_NOT_FOUND, SW_NOT_FOUND",
        "409" = "SW_AUTH_LAST_IDENTITY",
        "413" = "SW_CONTENT_TOO_LARGE",
        "415" = "SW_BAD_REQUEST",
        "429" = "SW_RATE_LIMIT_EXCEEDED",
    }
    /// Endpoints that need a token and read.
    Reading {
        "400" = "SW_BAD_REQUEST",
        "401" = "SW_AUTH_INVALID_TOKEN, SW_AUTH_EXPIRED_TOKEN",
        "404" = "SW_TENANT_NOT_FOUND",
    }
    /// Endpoints for admins that fetch something of a room from another server.
    FetchingForRoom {
        "400" = "SW_BAD_REQUEST",
        "401" = "SW_AUTH_INVALID_TOKEN, SW_AUTH_EXPIRED_TOKEN",
        "403" = "SW_AUTH_INSUFFICIENT_PERMISSION, SW_FED_BACKFILL_REFUSED",
        "404" = "SW_TENANT_NOT_FOUND, SW_ROOM_NOT_FOUND, SW_FED_ROOM_UNKNOWN",
        "409" = "SW_FED_CHAIN_BROKEN: what came is not the room's history",
        "502" = "SW_FED_PEER_UNREACHABLE",
    }
    /// Endpoints that name one thing of the caller's own.
    OnOwn {
        "400" = "SW_BAD_REQUEST",
        "401" = "SW_AUTH_INVALID_TOKEN, SW_AUTH_EXPIRED_TOKEN",
        "404" = "SW_TENANT_NOT_FOUND, SW_NOT_FOUND",
    }
    /// Endpoints that want the caller's password once more.
    WithPassword {
        "400" = "SW_BAD_REQUEST",
        "401" = "SW_AUTH_INVALID_TOKEN, SW_AUTH_EXPIRED_TOKEN",
        "403" = "SW_AUTH_WRONG_PASSWORD",
        "404" = "SW_TENANT_NOT_FOUND",
        "413" = "SW_CONTENT_TOO_LARGE",
        "415" = "SW_BAD_REQUEST",
        "429" = "SW_RATE_LIMIT_EXCEEDED",
    }
    /// The same, about a second factor.
    ChangingSecondFactor {
        "400" = "SW_BAD_REQUEST",
        "401" = "SW_AUTH_INVALID_TOKEN, SW_AUTH_EXPIRED_TOKEN",
        "403" = "SW_AUTH_WRONG_PASSWORD, SW_AUTH_INSUFFICIENT_PERMISSION",
        "404" = "SW_TENANT_NOT_FOUND, SW_NOT_FOUND: nothing was begun",
        "409" = "SW_AUTH_TOTP_ON",
        "413" = "SW_CONTENT_TOO_LARGE",
        "415" = "SW_BAD_REQUEST",
        "429" = "SW_RATE_LIMIT_EXCEEDED",
    }
    /// Making a token for programs.
    MakingToken {
        "400" = "SW_BAD_REQUEST",
        "401" = "SW_AUTH_INVALID_TOKEN, SW_AUTH_EXPIRED_TOKEN",
        "403" = "SW_AUTH_INSUFFICIENT_PERMISSION: the scope is for admins, or it is a token that asks",
        "404" = "SW_TENANT_NOT_FOUND",
        "413" = "SW_CONTENT_TOO_LARGE",
        "415" = "SW_BAD_REQUEST",
        "429" = "SW_RATE_LIMIT_EXCEEDED: too many tokens",
    }
    /// Making an account.
    Registering {
        "400" = "SW_BAD_REQUEST",
        "401" = "SW_AUTH_INVALID_TOKEN, SW_AUTH_EXPIRED_TOKEN",
        "403" = "SW_AUTH_INSUFFICIENT_PERMISSION, SW_AUTH_TENANT_MISMATCH",
        "404" = "SW_TENANT_NOT_FOUND",
        "409" = "SW_TENANT_CAPACITY",
        "413" = "SW_CONTENT_TOO_LARGE",
        "415" = "SW_BAD_REQUEST",
    }
    /// Endpoints for admins about one account.
    AdministeringAccount {
        "400" = "SW_BAD_REQUEST",
        "401" = "SW_AUTH_INVALID_TOKEN, SW_AUTH_EXPIRED_TOKEN",
        "403" = "SW_AUTH_INSUFFICIENT_PERMISSION",
        "404" = "SW_TENANT_NOT_FOUND, SW_NOT_FOUND",
        "409" = "SW_TENANT_CAPACITY, SW_LAST_ADMIN, SW_ACCOUNT_CLOSED",
        "413" = "SW_CONTENT_TOO_LARGE",
        "415" = "SW_BAD_REQUEST",
    }
    /// The same, when they may be asked too often.
    Waiting {
        "400" = "SW_BAD_REQUEST",
        "401" = "SW_AUTH_INVALID_TOKEN, SW_AUTH_EXPIRED_TOKEN",
        "404" = "SW_TENANT_NOT_FOUND",
        "429" = "SW_RATE_LIMIT_EXCEEDED",
    }
    /// Searches.
    Searching {
        "400" = "SW_BAD_REQUEST, SW_ROOM_TYPE_INVARIANT: what is said in the room is found by no search",
        "401" = "SW_AUTH_INVALID_TOKEN, SW_AUTH_EXPIRED_TOKEN",
        "403" = "SW_NOT_MEMBER",
        "404" = "SW_TENANT_NOT_FOUND, SW_ROOM_NOT_FOUND",
        "413" = "SW_CONTENT_TOO_LARGE",
        "415" = "SW_BAD_REQUEST",
        "429" = "SW_RATE_LIMIT_EXCEEDED",
    }
    /// The socket.
    Streaming {
        "400" = "SW_BAD_REQUEST",
        "401" = "SW_AUTH_INVALID_TOKEN: no token at all; a wrong one closes the socket with 4001",
        "403" = "SW_AUTH_INSUFFICIENT_PERMISSION: a page of another host",
        "404" = "SW_TENANT_NOT_FOUND",
        "429" = "SW_RATE_LIMIT_EXCEEDED",
    }
    /// Endpoints that need a token and take a body.
    Writing {
        "400" = "SW_BAD_REQUEST, SW_ROOM_TYPE_INVARIANT",
        "401" = "SW_AUTH_INVALID_TOKEN, SW_AUTH_EXPIRED_TOKEN",
        "403" = "SW_FED_PEER_UNKNOWN, SW_FED_POLICY_VIOLATION",
        "404" = "SW_TENANT_NOT_FOUND, SW_FED_PARTICIPANT_UNKNOWN",
        "409" = "SW_TENANT_CAPACITY",
        "413" = "SW_CONTENT_TOO_LARGE",
        "415" = "SW_BAD_REQUEST",
        "502" = "SW_FED_PEER_UNREACHABLE",
    }
    /// Changing something about oneself.
    Settling {
        "400" = "SW_BAD_REQUEST",
        "401" = "SW_AUTH_INVALID_TOKEN, SW_AUTH_EXPIRED_TOKEN",
        "404" = "SW_TENANT_NOT_FOUND",
        "413" = "SW_CONTENT_TOO_LARGE",
        "415" = "SW_BAD_REQUEST",
    }
    /// Blocking somebody.
    Blocking {
        "400" = "SW_BAD_REQUEST",
        "401" = "SW_AUTH_INVALID_TOKEN, SW_AUTH_EXPIRED_TOKEN",
        "404" = "SW_TENANT_NOT_FOUND",
        "413" = "SW_CONTENT_TOO_LARGE",
        "415" = "SW_BAD_REQUEST",
        "429" = "SW_RATE_LIMIT_EXCEEDED: too many blocks",
    }
    /// Reading in a room.
    InRoom {
        "400" = "SW_BAD_REQUEST",
        "401" = "SW_AUTH_INVALID_TOKEN, SW_AUTH_EXPIRED_TOKEN",
        "403" = "SW_NOT_MEMBER",
        "404" = "SW_TENANT_NOT_FOUND, SW_ROOM_NOT_FOUND, SW_EVENT_NOT_FOUND",
    }
    /// Doing something in a room. A code that begins with SW_FED_ is the room's rules or another
    /// server speaking.
    ActingInRoom {
        "400" = "SW_BAD_REQUEST, SW_ROOM_TYPE_INVARIANT, SW_FED_EVENT_INVALID",
        "401" = "SW_AUTH_INVALID_TOKEN, SW_AUTH_EXPIRED_TOKEN",
        "403" = "SW_NOT_MEMBER, SW_ROOM_FORBIDDEN, SW_AUTH_INSUFFICIENT_PERMISSION, SW_REDACT_FORBIDDEN, SW_FED_NOT_AUTHORIZED, SW_FED_PEER_UNKNOWN, SW_FED_POLICY_VIOLATION",
        "404" = "SW_TENANT_NOT_FOUND, SW_ROOM_NOT_FOUND, SW_EVENT_NOT_FOUND, SW_FED_PARTICIPANT_UNKNOWN",
        "409" = "SW_TENANT_CAPACITY, SW_ROOM_FROZEN, SW_ROOM_CAPACITY, SW_EVENT_CONFLICT, SW_EVENT_TOO_OLD_TO_EDIT, SW_FED_EVENT_CONFLICT",
        "413" = "SW_CONTENT_TOO_LARGE",
        "415" = "SW_BAD_REQUEST",
        "429" = "SW_RATE_LIMIT_EXCEEDED, SW_FED_RATE_LIMITED",
        "502" = "SW_FED_PEER_UNREACHABLE",
        "503" = "SW_ROOM_WAITING",
    }
    /// Endpoints for admins that name one thing.
    AdministeringOne {
        "400" = "SW_BAD_REQUEST",
        "401" = "SW_AUTH_INVALID_TOKEN, SW_AUTH_EXPIRED_TOKEN",
        "403" = "SW_AUTH_INSUFFICIENT_PERMISSION, SW_ROOM_FORBIDDEN, SW_FED_PEER_UNKNOWN, SW_FED_POLICY_VIOLATION",
        "404" = "SW_TENANT_NOT_FOUND, SW_NOT_FOUND, SW_ROOM_NOT_FOUND, SW_EVENT_NOT_FOUND",
        "409" = "SW_ROOM_FROZEN",
        "502" = "SW_FED_PEER_UNREACHABLE",
    }
    /// Asking another server about one of its people.
    FetchingProfile {
        "400" = "SW_BAD_REQUEST",
        "401" = "SW_AUTH_INVALID_TOKEN, SW_AUTH_EXPIRED_TOKEN",
        "403" = "SW_AUTH_INSUFFICIENT_PERMISSION, SW_FED_PEER_UNKNOWN, SW_FED_POLICY_VIOLATION",
        "404" = "SW_TENANT_NOT_FOUND, SW_NOT_FOUND, SW_FED_PARTICIPANT_UNKNOWN",
        "502" = "SW_FED_PEER_UNREACHABLE",
    }
    /// Making the next key.
    RotatingKey {
        "400" = "SW_BAD_REQUEST",
        "401" = "SW_AUTH_INVALID_TOKEN, SW_AUTH_EXPIRED_TOKEN",
        "403" = "SW_AUTH_INSUFFICIENT_PERMISSION",
        "404" = "SW_TENANT_NOT_FOUND",
        "409" = "SW_KEY_TOO_SOON, SW_KEY_TOO_MANY",
        "413" = "SW_CONTENT_TOO_LARGE",
        "415" = "SW_BAD_REQUEST",
    }
    /// Endpoints for admins.
    Administering {
        "400" = "SW_BAD_REQUEST, SW_ROOM_TYPE_INVARIANT",
        "401" = "SW_AUTH_INVALID_TOKEN, SW_AUTH_EXPIRED_TOKEN",
        "403" = "SW_AUTH_INSUFFICIENT_PERMISSION",
        "404" = "SW_TENANT_NOT_FOUND",
    }
    /// Setting a server up.
    SettingUp {
        "400" = "SW_BAD_REQUEST",
        "403" = "SW_SETUP_CODE_WRONG",
        "409" = "SW_SETUP_DONE",
        "413" = "SW_CONTENT_TOO_LARGE",
        "415" = "SW_BAD_REQUEST",
        "429" = "SW_RATE_LIMIT_EXCEEDED",
    }
    /// Endpoints for the operator.
    OperatingAll {
        "401" = "SW_AUTH_INVALID_TOKEN: no token at all",
        "403" = "SW_AUTH_INSUFFICIENT_PERMISSION: another token than that of the configuration",
    }
    /// Endpoints for the operator about one tenant.
    OperatingOne {
        "400" = "SW_BAD_REQUEST",
        "401" = "SW_AUTH_INVALID_TOKEN: no token at all",
        "403" = "SW_AUTH_INSUFFICIENT_PERMISSION: another token than that of the configuration",
        "404" = "SW_TENANT_NOT_FOUND",
        "413" = "SW_CONTENT_TOO_LARGE",
        "415" = "SW_BAD_REQUEST",
    }
    /// Making a tenant.
    MakingTenant {
        "400" = "SW_BAD_REQUEST",
        "401" = "SW_AUTH_INVALID_TOKEN: no token at all",
        "403" = "SW_AUTH_INSUFFICIENT_PERMISSION: another token than that of the configuration",
        "409" = "SW_NAME_TAKEN: the slug or the server name",
        "413" = "SW_CONTENT_TOO_LARGE",
        "415" = "SW_BAD_REQUEST",
    }
    /// The same about one room. A code that begins with SW_FED_ is another server speaking.
    AdministeringRoom {
        "400" = "SW_BAD_REQUEST, SW_ROOM_TYPE_INVARIANT",
        "401" = "SW_AUTH_INVALID_TOKEN, SW_AUTH_EXPIRED_TOKEN",
        "403" = "SW_AUTH_INSUFFICIENT_PERMISSION, SW_ROOM_FORBIDDEN, SW_FED_POLICY_VIOLATION",
        "404" = "SW_TENANT_NOT_FOUND, SW_ROOM_NOT_FOUND",
        "409" = "SW_ROOM_FROZEN, SW_FED_CHAIN_BROKEN, SW_FED_NOT_HOST",
        "502" = "SW_FED_PEER_UNREACHABLE",
        "503" = "SW_ROOM_WAITING",
    }
}
