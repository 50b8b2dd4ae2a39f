use scaiwave_engine::rejections;
use scaiwave_protocol::binary;
use serde::Serialize;
use utoipa::ToSchema;

use super::rejections::RejectionJson;
use crate::answer::{Answer, Success, data};
use crate::extract::{Admin, LinePath};
use crate::failure::AdministeringOne;

/// One refusal, and what it means.
#[derive(Serialize, ToSchema)]
#[schema(as = RejectionDetail)]
struct DetailJson<'a> {
    /// As in the list.
    #[schema(value_type = RejectionJson<'static>)]
    rejection: RejectionJson<'a>,
    /// What was refused, or the first 8 KiB of it, in base64url: also what is no text stays readable.
    sample_base64: String,
    /// In plain words.
    explanation: ExplanationJson,
}

/// A refusal in plain words.
#[derive(Serialize, ToSchema)]
#[schema(as = Explanation)]
pub(super) struct ExplanationJson {
    /// What the code says.
    #[schema(value_type = String)]
    meaning: &'static str,
    /// Where in the check it was said.
    #[schema(value_type = String)]
    step: &'static str,
    /// Why that happens, the likeliest first.
    #[schema(value_type = Vec<String>)]
    causes: &'static [&'static str],
    /// What can be done, and by whom.
    #[schema(value_type = Vec<String>)]
    remedies: &'static [&'static str],
}

impl ExplanationJson {
    pub(super) fn of(explanation: rejections::Explanation) -> Self {
        let rejections::Explanation {
            meaning,
            step,
            causes,
            remedies,
        } = explanation;
        ExplanationJson {
            meaning,
            step,
            causes,
            remedies,
        }
    }
}

/// One line of the rejection log, with what was refused and what can be done.
#[utoipa::path(
    get,
    path = "/v1/admin/federation/rejections/{line_id}",
    tag = "admin",
    params(("line_id" = String, Path)),
    responses((status = 200, body = inline(Success<DetailJson<'static>>)), AdministeringOne)
)]
pub(crate) async fn get_rejection(Admin(caller): Admin, LinePath(id): LinePath) -> Answer {
    let (row, explanation) = rejections::get(&caller.tenant, &caller.viewer, &id).await?;
    data(DetailJson {
        sample_base64: binary::encode(&row.sample),
        rejection: RejectionJson::of(&row),
        explanation: ExplanationJson::of(explanation),
    })
}
