//! The OpenAPI document, collected from the handlers.

use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{Components, InfoBuilder, OpenApi, OpenApiBuilder, RefOr};
use utoipa::{IntoResponses as _, PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;

use crate::failure::{ErrorBody, WithBody, WithToken};
use crate::state::ApiState;
use crate::{
    admin, auth, blocks, directory, inbox, invitations, keyed, live, me, messages, operator,
    reports, rooms, search, setup,
};

const TAGS: &[(&str, &str)] = &[
    ("auth", "Logging in and out."),
    ("me", "The caller's own account."),
    ("directory", "Finding people and rooms."),
    ("rooms", "Rooms and who is in them."),
    ("messages", "What people say."),
    ("search", "Finding what was said."),
    (
        "invitations",
        "Invitations to the caller, and dms across servers.",
    ),
    ("live", "Sync, the stream, typing."),
    ("inbox", "What asks for the caller's attention."),
    ("admin", "Federation and people, for admins of the tenant."),
    (
        "setup",
        "The first run of a server: on any host name, with the code that its terminal shows.",
    ),
    (
        "operator",
        "Tenants, for whoever runs the server: with the token of its configuration, on any host name.",
    ),
];

const DESCRIPTION: &str = "\
The tenant is found by the host name. Success is `{\"data\": …, \"meta\": {…}}`, failure is \
`{\"error\": {\"code\", \"message\", \"details\"?, \"request_id\"}}`; programs match on `code`. \
Times that end in `_at`, and `ts`, are ISO 8601 in UTC with milliseconds; `origin_ts` is Unix seconds. \
Ids are opaque strings. Fields that are not known are refused. Whatever is asked of a tenant may be answered \
with 403 `SW_TENANT_SUSPENDED` while its operator has shut it, and with 429 `SW_RATE_LIMIT_EXCEEDED` when all \
its clients together ask more than it may. Every write of somebody who has logged in takes an \
`Idempotency-Key`; what is asked without a login, reads, and the operator's endpoints take none and do not look at \
it. Not kept, so that the same key tries anew, are 401, 408, 429 and 5xx.";

/// Every endpoint with its description.
pub(crate) fn endpoints() -> OpenApiRouter<ApiState> {
    let mut endpoints = OpenApiRouter::with_openapi(beginning())
        .merge(auth::routes())
        .merge(me::routes())
        .merge(blocks::routes())
        .merge(directory::routes())
        .merge(rooms::routes())
        .merge(messages::routes())
        .merge(reports::routes())
        .merge(invitations::routes())
        .merge(live::routes())
        .merge(inbox::routes())
        .merge(search::routes())
        .merge(admin::routes())
        .merge(operator::routes())
        .merge(setup::routes());
    name_successes(endpoints.get_openapi_mut());
    name_bodies_refused(endpoints.get_openapi_mut());
    name_tokens_refused(endpoints.get_openapi_mut());
    describe_parameters(endpoints.get_openapi_mut());
    keyed::describe(endpoints.get_openapi_mut());
    endpoints
}

/// The document. `docs/openapi.json` is this, written down.
pub fn document() -> OpenApi {
    endpoints().into_openapi()
}

/// What a name in a path means is the same everywhere.
const PATH_PARAMETERS: &[(&str, &str)] = &[
    ("room_id", "The room's id, `room-` and 32 characters."),
    ("event_id", "The event's id, a UUID."),
    (
        "server_name",
        "The other server's name, such as `chat.example.org`.",
    ),
    ("line_id", "The line's `id`, as the list has it."),
    ("session_id", "The session's `id`, as the list has it."),
    (
        "participant_id",
        "Somebody of this tenant: the full name or the local id.",
    ),
    ("token_id", "The token's `id`, as the list has it."),
    ("identity_id", "The identity's `id`, as the list has it."),
    ("slug", "The tenant's `slug`."),
    ("report_id", "The report's `id`, as the list has it."),
];

fn describe_parameters(document: &mut OpenApi) {
    let parameters =
        operations(document).flat_map(|operation| operation.parameters.iter_mut().flatten());
    for parameter in parameters {
        let RefOr::T(parameter) = parameter else {
            continue;
        };
        let known = PATH_PARAMETERS
            .iter()
            .find(|(name, _)| *name == parameter.name);
        if parameter.description.is_none() {
            parameter.description = known.map(|(_, meaning)| (*meaning).to_owned());
        }
    }
}

/// The standard wants a word at every response; ours say it by their shape.
fn name_successes(document: &mut OpenApi) {
    let responses =
        operations(document).flat_map(|operation| operation.responses.responses.values_mut());
    for response in responses {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            response.description = "Success".into();
        }
    }
}

/// Wherever a body is taken, one may be too large or of the wrong kind.
fn name_bodies_refused(document: &mut OpenApi) {
    let taking = operations(document).filter(|operation| operation.request_body.is_some());
    for operation in taking {
        let responses = &mut operation.responses.responses;
        for (status, response) in WithBody::responses() {
            responses.entry(status).or_insert(response);
        }
    }
}

/// Wherever a token is needed, one for programs may not be enough.
fn name_tokens_refused(document: &mut OpenApi) {
    // Where none is needed, the endpoint says so itself.
    let guarded = operations(document).filter(|operation| operation.security.is_none());
    for operation in guarded {
        let responses = &mut operation.responses.responses;
        for (status, response) in WithToken::responses() {
            responses.entry(status).or_insert(response);
        }
    }
}

/// Every endpoint, of the methods that we have.
fn operations(document: &mut OpenApi) -> impl Iterator<Item = &mut Operation> {
    document.paths.paths.values_mut().flat_map(|item| {
        [
            &mut item.get,
            &mut item.put,
            &mut item.post,
            &mut item.delete,
        ]
        .into_iter()
        .flatten()
    })
}

fn beginning() -> OpenApi {
    let info = InfoBuilder::new()
        .title("ScaiWave client API")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .build();
    let tag = |(name, text): &(&str, &str)| {
        TagBuilder::new()
            .name(*name)
            .description(Some(*text))
            .build()
    };
    let mut components = Components::new();
    components.add_security_scheme(
        "bearer",
        SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)),
    );
    let mut schemas = Vec::new();
    ErrorBody::schemas(&mut schemas);
    schemas.push((ErrorBody::name().into_owned(), ErrorBody::schema()));
    components.schemas.extend(schemas);
    OpenApiBuilder::new()
        .info(info)
        .tags(Some(TAGS.iter().map(tag).collect::<Vec<_>>()))
        .components(Some(components))
        .security(Some([SecurityRequirement::new(
            "bearer",
            Vec::<String>::new(),
        )]))
        .build()
}
